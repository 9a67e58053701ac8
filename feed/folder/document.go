package folder

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"

	"communique/feed"
)

// partName is the name under which a file is written before it gets its own.
// One publication at a time writes one file at a time, so one name will do,
// and what a killed run left behind is found without a search.
const partName = ".communique.part"

// put makes the file of d hold d.
func (p *publication) put(d feed.Document) error {
	name := strings.TrimPrefix(d.Path, "/")
	if name == d.Path || name == "." || !fs.ValidPath(name) {
		return fmt.Errorf("document %q: this is no path of a file", d.Path)
	}
	if err := p.enter(path.Dir(name)); err != nil {
		return err
	}
	same, err := p.holds(name, d.Body)
	if err != nil {
		return err
	}
	if same {
		p.report.Unchanged++
		return nil
	}
	if err := p.write(name, d); err != nil {
		return fmt.Errorf("writing %s: %w", name, bare(err))
	}
	p.report.Written++
	p.report.Bytes += int64(len(d.Body))
	return nil
}

// holds reports whether the file has exactly these bytes. What is no regular
// file or can't be read has not, and is replaced; only a folder in a file's
// place is an error.
func (p *publication) holds(name string, body []byte) (bool, error) {
	info, err := p.root.Lstat(name)
	switch {
	case err != nil:
		return false, nil
	case info.IsDir():
		return false, fmt.Errorf("writing %s: a folder is in its place", name)
	case !info.Mode().IsRegular() || info.Size() != int64(len(body)):
		return false, nil
	}
	there, err := p.root.ReadFile(name)
	return err == nil && bytes.Equal(there, body), nil
}

// write replaces the file at one stroke. A rename replaces a symbolic link
// itself and never what it points to.
func (p *publication) write(name string, d feed.Document) error {
	part := path.Join(path.Dir(name), partName)
	file, err := p.root.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	err = errors.Join(p.fill(file, part, d), file.Close())
	if err == nil {
		err = p.root.Rename(part, name)
	}
	if err != nil {
		_ = p.root.Remove(part)
		return err
	}
	p.changed[path.Dir(name)] = true
	return nil
}

// fill writes d and all that belongs to it, and waits until it is on disk. The
// time is set after the last byte; the zero time leaves it at now.
func (p *publication) fill(file *os.File, part string, d feed.Document) error {
	if _, err := file.Write(d.Body); err != nil {
		return err
	}
	if err := file.Chmod(0o644); err != nil {
		return err
	}
	if err := p.root.Chtimes(part, d.Modified, d.Modified); err != nil {
		return err
	}
	return file.Sync()
}

// bare strips the call and the name from an error of a file, for messages that
// tell both in their own words.
func bare(err error) error {
	if pathError, ok := errors.AsType[*fs.PathError](err); ok {
		return pathError.Err
	}
	if linkError, ok := errors.AsType[*os.LinkError](err); ok {
		return linkError.Err
	}
	return err
}
