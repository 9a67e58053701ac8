package folder

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"time"
)

// partName begins the names under which files are written before they get
// their own. One publication at a time writes one document at a time, so one
// name for each of its forms will do, and what a killed run left behind is
// found without a search.
const partName = ".communique.part"

// partNames are all of them.
func partNames() []string {
	names := []string{partName}
	for _, coding := range codings() {
		names = append(names, partName+coding.suffix)
	}
	return names
}

// draft is a file that is to be written.
type draft struct {
	name string
	body []byte
	item item
}

// part returns the name under which the draft is written.
func (d draft) part() string {
	suffix := path.Ext(d.name)
	for _, coding := range codings() {
		if suffix == coding.suffix {
			return path.Join(path.Dir(d.name), partName+suffix)
		}
	}
	return path.Join(path.Dir(d.name), partName)
}

// replace puts the drafts, the forms of one document, in their places one after
// the other, and takes the stale files away before. What replaces a file is on
// disk before; what is new is there before the manifest tells of it, so that
// the files of a whole archive are waited for once. A rename replaces a symbolic
// link itself and never what it points to.
func (p *publication) replace(drafts []draft, stale []string, modified time.Time) error {
	err := p.prepare(drafts, modified)
	for _, name := range stale {
		if err == nil {
			err = p.root.Remove(name)
		}
		p.changed[path.Dir(name)] = true
	}
	for _, d := range drafts {
		if err == nil {
			err = p.root.Rename(d.part(), d.name)
		}
		p.changed[path.Dir(d.name)] = true
	}
	if err != nil {
		for _, d := range drafts {
			_ = p.root.Remove(d.part())
		}
	}
	return err
}

func (p *publication) prepare(drafts []draft, modified time.Time) error {
	for _, d := range drafts {
		file, err := p.root.OpenFile(d.part(), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if err != nil {
			return err
		}
		err = p.fill(file, d, modified)
		if _, missing := p.root.Lstat(d.name); errors.Is(missing, fs.ErrNotExist) {
			p.fresh = append(p.fresh, d.name)
		} else if err == nil {
			err = file.Sync()
		}
		if err := errors.Join(err, file.Close()); err != nil {
			return err
		}
	}
	return nil
}

// fill writes d and all that belongs to it. The time is set after the last byte;
// the zero time leaves it at now.
func (p *publication) fill(file *os.File, d draft, modified time.Time) error {
	if _, err := file.Write(d.body); err != nil {
		return err
	}
	if err := file.Chmod(0o644); err != nil {
		return err
	}
	return p.root.Chtimes(d.part(), modified, modified)
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
