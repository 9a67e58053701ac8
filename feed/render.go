package feed

import (
	"fmt"
)

// render writes one format of an edition and checks what was written.
func (f format) render(e edition, version uint64) (Document, error) {
	path := e.Path() + below(e.archive.name) + f.suffix
	body, err := f.write(e)
	if err != nil {
		return Document{}, fmt.Errorf("rendering %s: %w", path, err)
	}
	d := Document{
		Path: path, MediaType: f.contentType, Body: body,
		Modified: modified(e.Changed), Version: version, Hub: e.hub(), Complete: e.settled,
	}
	return d, d.check(e.base)
}

// versionOf returns the version of the documents that show the newest of a feed.
func (f Feed) versionOf() uint64 {
	if f.Version == 0 {
		return 0
	}
	return mix(f.Version, uint64(f.Changed.UnixNano()))
}

// newest returns the document of a feed that is subscribed to.
func (p *Press) newest(r room, f Feed, form format) printable {
	version := f.versionOf()
	return printable{
		version: func() (uint64, error) { return version, nil },
		render: func() (Document, error) {
			e, err := p.live(r, f)
			if err != nil {
				return Document{}, err
			}
			return form.render(e, version)
		},
	}
}

// shelved returns an archive document.
func (p *Press) shelved(r room, f Feed, name string, form format) (printable, error) {
	wanted, ok := parsePeriod(name)
	if !ok {
		return printable{}, errNowhere
	}
	s, err := p.shelf(r, f)
	if err != nil {
		return printable{}, err
	}
	at, err := s.find(wanted)
	if err != nil {
		return printable{}, err
	}
	isSplit := s.periods[at.period] != wanted
	version := func() (uint64, error) { return s.version(at.period, isSplit) }
	return printable{version: version, render: func() (Document, error) {
		v, err := version()
		if err != nil {
			return Document{}, err
		}
		e, err := s.document(at)
		if err != nil {
			return Document{}, err
		}
		return form.render(e, v)
	}}, nil
}

// document reads the archive document at a slot.
func (s *shelf) document(at slot) (edition, error) {
	v, err := s.volume(at)
	if err != nil {
		return edition{}, err
	}
	split, err := s.open(at.period)
	if err != nil {
		return edition{}, err
	}
	if at.piece >= len(split) {
		return edition{}, fmt.Errorf("reading %s of %s: it changed meanwhile", v.name, s.feed.Path())
	}
	return s.edition(v, split[at.piece])
}

// paged returns a page of a feed.
func (p *Press) paged(f Feed, form pageForm) printable {
	version := f.versionOf()
	return printable{
		version: func() (uint64, error) { return version, nil },
		render: func() (Document, error) {
			detail, err := p.Detail(f)
			if err != nil {
				return Document{}, err
			}
			body, err := form.write(p.base, detail)
			if err != nil {
				return Document{}, fmt.Errorf("rendering %s%s: %w", f.Path(), form.suffix, err)
			}
			return Document{
				Path: f.Path() + form.suffix, MediaType: form.mediaType, Body: body,
				Modified: modified(f.Changed), Version: version,
			}, nil
		},
	}
}
