package folder

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"communique/feed"
)

// A publication that takes away more than half of the documents, and more than
// this many of them, was given the wrong store rather than a smaller newsroom.
const suspect = 20

// clear sees to the files of documents that there are no longer: those that the
// manifest lists, as long as they hold the bytes that were published. What
// somebody else changed is theirs now, and left to them. A kept file stays in
// the manifest, for the day when it is not to be kept.
func (p *publication) clear(tree Tree) error {
	if p.options.Keep {
		return nil
	}
	endings, fresh, err := p.endings(tree)
	if err != nil {
		return err
	}
	gone, documents := p.gone()
	if total, lost := len(p.seen)+documents, documents+fresh; lost > suspect && lost > total/2 && !p.options.Force {
		return fmt.Errorf("%d of %d published documents are in the store no longer, as if it were another one; their files were left in place: "+
			"if that is right, publish --force removes them and --keep leaves them; if not, look at --data and --sources", lost, total)
	}
	for name, d := range endings {
		if err := p.end(name, d); err != nil {
			return err
		}
	}
	for _, file := range gone {
		if err := p.discard(file); err != nil {
			return fmt.Errorf("removing %s: %w", file.Path, bare(err))
		}
	}
	p.report.Removed += documents
	return nil
}

// endings returns the last documents of the feeds that there are no longer, by
// the names of their files, and how many are not there yet. They count as seen.
func (p *publication) endings(tree Tree) (list map[string]feed.Document, fresh int, err error) {
	list = map[string]feed.Document{}
	for name, file := range p.files {
		if p.seen[name] || file.Encoding != "" || !p.ours(file) {
			continue
		}
		d, ok, err := tree.Ended("/" + name)
		if err != nil {
			return nil, 0, err
		}
		if !ok {
			continue
		}
		list[name], p.seen[name] = d, true
		if hash(d.Body) != file.SHA256 {
			fresh++
		}
	}
	return list, fresh, nil
}

// end makes the files of a feed say that it ended.
func (p *publication) end(name string, d feed.Document) error {
	written := p.report.Written
	err := p.put(name, d)
	p.report.Written = written
	p.report.Ended++
	return err
}

// gone returns the files of documents that there are no longer, a compressed
// form before its plain one, and the number of the documents.
func (p *publication) gone() (files []item, documents int) {
	for _, file := range p.files {
		if p.seen[file.document()] {
			continue
		}
		files = append(files, file)
		if file.Encoding == "" {
			documents++
		}
	}
	slices.SortFunc(files, func(a, b item) int { return cmp.Compare(b.Path, a.Path) })
	return files, documents
}

// document returns the name of the file that this one is or is a form of.
func (f item) document() string {
	for _, coding := range codings() {
		if f.Encoding == coding.name {
			return strings.TrimSuffix(f.Path, coding.suffix)
		}
	}
	return f.Path
}

// discard removes one file, and the folders that are empty then.
func (p *publication) discard(file item) error {
	delete(p.files, file.Path)
	if !p.ours(file) {
		return nil
	}
	if err := p.root.Remove(file.Path); err != nil {
		return err
	}
	folder := path.Dir(file.Path)
	for folder != "." && p.root.Remove(folder) == nil {
		delete(p.entered, folder)
		folder = path.Dir(folder)
	}
	p.changed[folder] = true
	return nil
}

// ours reports whether a file still holds what was published, in folders that
// are none of somebody's links.
func (p *publication) ours(file item) bool {
	for folder := path.Dir(file.Path); folder != "."; folder = path.Dir(folder) {
		if p.mustBeFolder(folder) != nil {
			return false
		}
	}
	info, err := p.root.Lstat(file.Path)
	if err != nil || !info.Mode().IsRegular() || info.Size() != file.Size {
		return false
	}
	text, err := p.root.ReadFile(file.Path)
	return err == nil && hash(text) == file.SHA256
}
