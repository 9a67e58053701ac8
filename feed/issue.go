package feed

import (
	"errors"
	"fmt"

	"communique/store"
)

// All yields every document once and ends with the first error of yield. A
// document that can't be rendered is passed over, and told of in the error at
// the end.
func (p *Press) All(yield func(Document) error) error {
	var failed []error
	err := p.Issue(
		func(string, uint64) bool { return true },
		func(d Document, err error) error {
			if err != nil {
				failed = append(failed, err)
				return nil
			}
			return yield(d)
		})
	return errors.Join(append(failed, err)...)
}

// Issue goes through every document: feed by feed in the order of Catalogue, of
// each feed first its archive from the oldest document on and then what is
// subscribed to, each also under the former paths of its tag; feeds.opml and
// index.html last, since they list the others. It asks of each document, by its
// path and the version that it has now, whether it is wanted, and renders and
// yields what is wanted alone; what is not costs a look into an index. It may ask
// of one path with two versions; the document has the last. A document that
// can't be rendered is yielded with Path, Version and its error. Where a period
// is too heavy for one document, the newest of its documents is yielded under
// the path of the whole as well. Issue ends with the first error of
// yield, or with one of its own if a store can't be read. It holds one document
// at a time, and one feed's releases.
func (p *Press) Issue(wanted func(path string, version uint64) bool, yield func(Document, error) error) error {
	i := issuer{p, wanted, yield}
	for _, r := range p.rooms {
		feeds, err := r.catalogue()
		if err != nil {
			return err
		}
		for _, f := range feeds {
			if err := i.feed(r, f); err != nil {
				return err
			}
		}
	}
	for _, path := range []string{opmlPath, indexPath} {
		found, err := p.find(path)
		if err != nil {
			return err
		}
		if err := i.document([]string{path}, found); err != nil {
			return err
		}
	}
	return nil
}

// issuer yields the documents that are wanted.
type issuer struct {
	press  *Press
	wanted func(path string, version uint64) bool
	yield  func(Document, error) error
}

// feed yields the documents of one feed.
func (i issuer) feed(r room, f Feed) error {
	stems := []string{f.Path()}
	former, err := r.former(f.Query)
	if err != nil {
		return fmt.Errorf("reading the former paths of %s: %w", f.Path(), err)
	}
	for _, q := range former {
		stems = append(stems, "/"+r.Newsroom.Name+"/"+combinationOf(q).stem())
	}
	if f.archived() {
		if err := i.archive(r, f, stems); err != nil {
			return err
		}
	}
	err = i.formats(stems, f.versionOf(), func() (edition, error) { return i.press.live(r, f) })
	if err != nil {
		return err
	}
	for _, page := range pages() {
		if err := i.document(appended(stems, page.suffix), i.press.paged(f, page)); err != nil {
			return err
		}
	}
	return nil
}

// archive yields the archive documents of a feed, the oldest first.
func (i issuer) archive(r room, f Feed, stems []string) error {
	s, err := i.press.shelf(r, f)
	if err != nil {
		return err
	}
	for n := len(s.periods) - 1; n >= 0; n-- {
		if err := i.period(s, n, stems); err != nil {
			return err
		}
	}
	return nil
}

// period yields the documents of one of the calendar's periods. Unless one of
// them is wanted, or it had to be split, it is not even read.
func (i issuer) period(s *shelf, n int, stems []string) error {
	whole := s.periods[n]
	version, err := s.version(n, false)
	if err != nil || n > 0 && !i.wantsAny(below(whole.name()), stems, version) {
		return err
	}
	own, err := s.pieces(n)
	if err != nil {
		return err
	}
	if len(own) > 0 && own[0] != whole {
		if version, err = s.version(n, true); err != nil {
			return err
		}
	}
	for j := len(own) - 1; j >= 0 && (n > 0 || j > 0); j-- {
		at := appended(stems, below(own[j].name()))
		if j == 0 && own[j] != whole { // what links to the whole comes out at its newest piece
			at = append(at, appended(stems, below(whole.name()))...)
		}
		err := i.formats(at, version, func() (edition, error) { return s.document(slot{n, j}) })
		if err != nil {
			return err
		}
	}
	return nil
}

// wantsAny reports whether one of the documents with a place below stems is
// wanted.
func (i issuer) wantsAny(place string, stems []string, version uint64) bool {
	for _, form := range formats() {
		for _, path := range appended(stems, place+form.suffix) {
			if i.wanted(path, version) {
				return true
			}
		}
	}
	return false
}

func appended(stems []string, end string) []string {
	paths := make([]string, len(stems))
	for i, stem := range stems {
		paths[i] = stem + end
	}
	return paths
}

// formats yields an edition in every format, at each of its paths. It is read
// when the first is wanted.
func (i issuer) formats(stems []string, version uint64, read func() (edition, error)) error {
	var e edition
	var failed error
	ready := false
	for _, form := range formats() {
		err := i.document(appended(stems, form.suffix), printable{
			version: func() (uint64, error) { return version, nil },
			render: func() (Document, error) {
				if !ready {
					e, failed = read()
					ready = true
				}
				if failed != nil {
					return Document{}, failed
				}
				return form.render(e, version)
			},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// document yields one document at those of its paths where it is wanted.
func (i issuer) document(paths []string, found printable) error {
	version, err := found.version()
	if err != nil {
		return err
	}
	var d Document
	rendered := false
	for _, path := range paths {
		if !i.wanted(path, version) {
			continue
		}
		if !rendered {
			d, err = found.render()
			rendered = true
		}
		if err != nil {
			d = Document{Version: version}
		}
		d.Path = path
		if err := i.yield(d, err); err != nil {
			return err
		}
	}
	return nil
}

// former returns the queries that lead to a filing today.
func (r room) former(q store.Query) ([]store.Query, error) {
	d, err := r.directory()
	if err != nil {
		return nil, err
	}
	return d.former[q], nil
}
