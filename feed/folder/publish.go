// Package folder publishes a press's documents as a folder of files, for any
// web server to give out.
//
// [Publish] may be run as often as one likes, from cron for example. A file
// whose bytes are right already is not touched, neither its bytes nor its time
// of modification, so that web servers and tools that copy the folder see what
// really changed. A file that is new or different appears whole: it is written
// under another name, flushed to disk and renamed. Whoever reads it meanwhile
// has the old document or the new one.
//
// The folder may be shared with other files; those are left alone, and so is
// the file of a feed that is no longer published. Nothing is ever written
// outside the folder, wherever a symbolic link in it may point.
package folder

import (
	"context"
	"errors"
	"fmt"
	"os"

	"communique/feed"
)

// Tree is the press as a publisher sees it.
type Tree interface {
	// All hands every document to yield, one after the other, and ends with
	// the first error that yield returns. The documents that list others come
	// last, so that they never list what isn't there yet.
	All(yield func(feed.Document) error) error
}

// Report counts what one publication did.
type Report struct {
	// Written and Unchanged are numbers of documents.
	Written, Unchanged int
	// Bytes is the length of all documents written.
	Bytes int64
}

// ErrBusy says that another publication into the same folder is under way.
var ErrBusy = errors.New("another publication into this folder is under way; try again when it is done")

// Publish writes every document of tree as a file below dir, which is created
// if it is missing, and reports what it did even when it returns an error.
//
// A file's time of modification is its document's Modified. Files get mode
// 0644 and folders 0755, whatever the umask, since a web server has to read
// them. When ctx ends, Publish stops after the document it is at; like after a
// crash, every file is then whole, some may be older than others, and the next
// publication makes up for it.
//
// What a power cut can undo are renames that have not reached the disk yet;
// folders are flushed at the end, and each file then is the old or the new one.
func Publish(ctx context.Context, dir string, tree Tree) (Report, error) {
	p := &publication{entered: make(map[string]bool), changed: make(map[string]bool)}
	if err := p.run(ctx, dir, tree); err != nil {
		return p.report, fmt.Errorf("publishing into %s: %w", dir, err)
	}
	return p.report, nil
}

// publication is one run of Publish.
type publication struct {
	root   *os.Root
	report Report
	// entered are the folders that were made ready, changed those whose
	// entries have to be flushed.
	entered, changed map[string]bool
}

func (p *publication) run(ctx context.Context, dir string, tree Tree) error {
	root, err := open(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	release, err := lock(root)
	if err != nil {
		return err
	}
	defer release()
	p.root = root
	err = tree.All(func(d feed.Document) error {
		if ctx.Err() != nil {
			return fmt.Errorf("stopping after %d documents: %w", p.report.Written+p.report.Unchanged, context.Cause(ctx))
		}
		return p.put(d)
	})
	return errors.Join(err, p.flush())
}

// open returns the folder at dir, which it creates if need be. dir itself may
// be a symbolic link: it is the operator's word, not something found there.
func open(dir string) (*os.Root, error) {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, os.ErrNotExist):
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, err
		}
		if err := os.Chmod(dir, 0o755); err != nil {
			return nil, err
		}
	case err != nil:
		return nil, err
	case !info.IsDir():
		return nil, errors.New("that is a file, not a folder")
	}
	return os.OpenRoot(dir)
}
