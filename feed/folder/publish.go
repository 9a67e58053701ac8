// Package folder publishes a press's documents as a folder of files, for any
// web server to give out.
//
// [Publish] may be run as often as one likes, from cron for example. Only what
// changed since the last time is rendered: a manifest in the folder tells the
// version of every document and how its file was left. A file whose bytes are
// right already is not touched, neither its bytes nor its time of modification,
// so that web servers and tools that copy the folder see what really changed. A
// file that is new or different appears whole: it is written under another
// name, flushed to disk and renamed. Whoever reads it meanwhile has the old
// document or the new one.
//
// Beside a document lies its compressed form, "all.atom.gz" beside "all.atom",
// where that is smaller (codings.go). The manifest (manifest.go) is also for
// those who copy the folder. Where a feed was that there is no longer, an empty
// one stays that says so; files of other documents that there are no longer are
// removed, unless all are to be kept (removal.go).
//
// The folder may be shared with other files. Those are left alone, but for the
// compressed form of a document, which is ours whoever wrote it: a server would
// give it out for the document. Nothing is ever written outside the folder,
// wherever a symbolic link in it may point.
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
	// Issue goes through all documents; those that list others come last, so
	// that they never list what isn't there yet. It asks by path and version
	// whether a document is wanted, perhaps more than once, and hands to yield
	// what is, each document or the reason why it can't be rendered. It ends
	// with the first error that yield returns, or with one of its own when it
	// can't tell the documents any more.
	//
	// Equal versions of a path mean equal bytes, in another process too, as
	// long as Options.Maker is the same.
	Issue(wanted func(path string, version uint64) bool, yield func(feed.Document, error) error) error
	// Ended returns the document that stays where a feed was that there is no
	// longer, and false where there was something else.
	Ended(path string) (feed.Document, bool, error)
}

// Options say how to publish.
type Options struct {
	// Maker stands for all that decides on a document's bytes and is not in
	// its version: the program, its settings, the base address. When it is
	// another one than the last time, every document is rendered again.
	Maker string
	// Brotli puts a ".br" file beside each document as well.
	Brotli bool
	// Keep leaves the files of documents in place that there are no longer.
	Keep bool
	// Force renders every document, and removes what there is no longer even
	// if that is most of the folder.
	Force bool
}

// Report counts documents of one publication.
type Report struct {
	// Rendered ones were asked for, since their files are not known to be
	// right.
	Rendered int
	// Written are those of which a file was written, Unchanged those whose
	// files are as they should be.
	Written, Unchanged int
	// Failed ones could not be rendered; their files stay as they were.
	Failed int
	// Removed ones there are no longer, nor their files.
	Removed int
	// Ended are feeds that there are no longer, whose files now say so.
	Ended int
	// Bytes is the length of all files written, but for the manifest.
	Bytes int64
}

// ErrBusy says that another publication into the same folder is under way.
var ErrBusy = errors.New("another publication into this folder is under way; try again when it is done")

// Publish makes the files below dir those of tree's documents, and reports what
// it did even when it returns an error. dir is created if it is missing.
//
// A document that can't be rendered keeps its old file, the others go on, and
// the error names it. A file that can't be written ends the publication. So
// does the end of ctx, after the document that it is at; like after a crash,
// every file is then whole, some may be older than others, and the next
// publication makes up for it.
//
// A file's time of modification is its document's Modified, or a second after
// the one it had if that is not later: servers tell changed bytes by it. Files
// get mode 0644 and folders 0755, whatever the umask, since a web server has to
// read them.
//
// A power cut can undo renames that have not reached the disk yet, and leave a
// file that was not there before without its bytes until the next publication.
// Both are flushed before the manifest is written, which comes last.
func Publish(ctx context.Context, dir string, tree Tree, options Options) (Report, error) {
	p := &publication{
		options: options,
		entered: make(map[string]bool), changed: make(map[string]bool), seen: make(map[string]bool),
	}
	err := p.run(ctx, dir, tree)
	p.report.Unchanged = len(p.seen) - p.report.Written - p.report.Failed - p.report.Ended
	if err != nil {
		return p.report, fmt.Errorf("publishing into %s: %w", dir, err)
	}
	return p.report, nil
}

// publication is one run of Publish.
type publication struct {
	root    *os.Root
	options Options
	report  Report
	// files are ours, by name: as the last publication left them, and from
	// document to document as this one leaves them.
	files map[string]item
	// seen are the documents that there are and that are done with.
	seen map[string]bool
	// entered are the folders that were made ready, changed those whose
	// entries have to be flushed, fresh the files that have to be themselves.
	entered, changed map[string]bool
	fresh            []string
	failures         []error
	compressor       compressor
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
	if err := p.recall(); err != nil {
		return err
	}
	err = tree.Issue(p.wants(ctx), p.takes(ctx))
	if err == nil {
		err = p.clear(tree)
	}
	return errors.Join(err, errors.Join(p.failures...), p.flush(), p.remember())
}

// wants returns the answer to which documents have to be rendered.
func (p *publication) wants(ctx context.Context) func(string, uint64) bool {
	return func(path string, version uint64) bool {
		name, err := nameOf(path)
		if err != nil || ctx.Err() != nil || !p.stands(name, version) {
			return true
		}
		p.seen[name] = true
		return false
	}
}

// takes returns what is done with a document.
func (p *publication) takes(ctx context.Context) func(feed.Document, error) error {
	return func(d feed.Document, failure error) error {
		if ctx.Err() != nil {
			return fmt.Errorf("stopping after %d documents: %w", len(p.seen), context.Cause(ctx))
		}
		name, err := nameOf(d.Path)
		if err != nil {
			return err
		}
		p.report.Rendered++
		if failure != nil {
			p.fail(failure)
		} else if err := p.put(name, d); err != nil {
			return err
		}
		p.seen[name] = true
		return nil
	}
}

// told is how many failures an error tells one by one.
const told = 10

func (p *publication) fail(failure error) {
	p.report.Failed++
	if rest := p.report.Failed - told; rest > 0 {
		p.failures = append(p.failures[:told], fmt.Errorf("and %d documents more", rest))
		return
	}
	p.failures = append(p.failures, failure)
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
