package folder

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"

	"communique/feed"
)

// nameOf returns the name of the file of a document.
func nameOf(documentPath string) (string, error) {
	name := strings.TrimPrefix(documentPath, "/")
	switch {
	case name == documentPath, name == ".", !fs.ValidPath(name), name == manifestName, strings.HasPrefix(path.Base(name), partName):
		return "", fmt.Errorf("document %q: this is no path of a file", documentPath)
	}
	for _, coding := range codings() {
		if strings.HasSuffix(name, coding.suffix) {
			return "", fmt.Errorf("document %q: %s is for what is compressed", documentPath, coding.suffix)
		}
	}
	return name, nil
}

// stands reports whether the files of a document are those that the manifest
// tells for this version, going by their size and time of modification.
func (p *publication) stands(name string, version uint64) bool {
	known, ok := p.files[name]
	if !ok || known.Version != versionText(version) || p.enter(path.Dir(name)) != nil || !p.untouched(name) {
		return false
	}
	for _, coding := range codings() {
		if !p.untouched(name + coding.suffix) {
			return false
		}
	}
	return true
}

// untouched reports whether a file is as the manifest tells, which may be that
// there is none.
func (p *publication) untouched(name string) bool {
	known, ok := p.files[name]
	info, err := p.root.Lstat(name)
	if !ok {
		return errors.Is(err, fs.ErrNotExist)
	}
	return err == nil && info.Mode().IsRegular() && info.Size() == known.Size && info.ModTime().Equal(known.Modified)
}

// change is what has to happen to the files of a document.
type change struct {
	modified time.Time
	drafts   []draft
	stale    []string
	files    []item // that are as they should be
}

// put makes the files of d, the plain one of that name, hold d.
func (p *publication) put(name string, d feed.Document) error {
	if err := p.enter(path.Dir(name)); err != nil {
		return err
	}
	c, err := p.compare(name, d)
	if err != nil {
		return err
	}
	if len(c.drafts)+len(c.stale) > 0 {
		if err := p.replace(c.drafts, c.stale, c.modified); err != nil {
			return fmt.Errorf("writing %s: %w", name, bare(err))
		}
		p.report.Written++
	}
	return p.record(name, c)
}

// compare says what has to happen so that the files of d hold d.
func (p *publication) compare(name string, d feed.Document) (change, error) {
	plain := draft{name, d.Body, item{
		Path: name, Size: int64(len(d.Body)), SHA256: hash(d.Body), Type: d.MediaType, Version: versionText(d.Version),
	}}
	same, modified, err := p.holds(name, d.Body)
	if err != nil {
		return change{}, err
	}
	c := change{modified: modified}
	if !same {
		c.modified = p.modified(name, d.Modified)
	}
	for _, coding := range codings() {
		if err := p.compareCoded(&c, coding, plain); err != nil {
			return change{}, fmt.Errorf("writing %s%s: %w", name, coding.suffix, bare(err))
		}
	}
	if same {
		plain.item.Modified = modified
		c.files = append(c.files, plain.item)
	} else {
		c.drafts = append(c.drafts, plain)
	}
	return c, nil
}

// compareCoded does the same for a compressed form. It compresses nothing when
// that of the same bytes still lies there.
func (p *publication) compareCoded(c *change, by coding, plain draft) error {
	name := plain.name + by.suffix
	known, ok := p.files[name]
	if ok && p.files[plain.name].SHA256 == plain.item.SHA256 && known.Modified.Equal(c.modified) && p.untouched(name) && p.makes(by) {
		c.files = append(c.files, known)
		return nil
	}
	var body []byte
	if p.makes(by) {
		var err error
		if body, err = p.compressor.encode(by, plain.body); err != nil {
			return err
		}
	}
	if body == nil {
		if _, err := p.root.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
			c.stale = append(c.stale, name)
		}
		return nil
	}
	coded := draft{name, body, item{
		Path: name, Size: int64(len(body)), SHA256: hash(body), Type: plain.item.Type, Encoding: by.name,
	}}
	same, modified, err := p.holds(name, body)
	if err != nil {
		return err
	}
	if !same || !modified.Equal(c.modified) {
		c.drafts = append(c.drafts, coded)
		return nil
	}
	coded.item.Modified = modified
	c.files = append(c.files, coded.item)
	return nil
}

func (p *publication) makes(c coding) bool { return c != brotliCoding || p.options.Brotli }

// modified returns the time for a file whose bytes are other ones now.
func (p *publication) modified(name string, told time.Time) time.Time {
	if told.IsZero() {
		told = time.Unix(0, 0)
	}
	if had := p.files[name].Modified; told.Unix() <= had.Unix() && !had.IsZero() {
		return time.Unix(had.Unix()+1, 0)
	}
	return told
}

// record notes how the files of a document were left.
func (p *publication) record(name string, c change) error {
	for _, coding := range codings() {
		delete(p.files, name+coding.suffix)
	}
	for _, file := range c.files {
		p.files[file.Path] = file
	}
	for _, draft := range c.drafts {
		info, err := p.root.Lstat(draft.name)
		if err != nil {
			return fmt.Errorf("looking at %s: %w", draft.name, bare(err))
		}
		draft.item.Modified = info.ModTime().UTC() // as precise as the disk keeps it
		p.files[draft.name] = draft.item
		p.report.Bytes += draft.item.Size
	}
	return nil
}

// holds reports whether the file has exactly these bytes, and since when. What
// is no regular file or can't be read has not, and is replaced; only a folder
// in a file's place is an error.
func (p *publication) holds(name string, body []byte) (same bool, modified time.Time, err error) {
	info, err := p.root.Lstat(name)
	switch {
	case err != nil:
		return false, time.Time{}, nil
	case info.IsDir():
		return false, time.Time{}, fmt.Errorf("writing %s: a folder is in its place", name)
	case !info.Mode().IsRegular() || info.Size() != int64(len(body)):
		return false, time.Time{}, nil
	}
	there, err := p.root.ReadFile(name)
	return err == nil && bytes.Equal(there, body), info.ModTime().UTC(), nil
}
