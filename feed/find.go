package feed

import (
	"errors"
	"fmt"
	"path"
	"strings"
)

// MovedError says that a document is at another path, for good.
type MovedError struct {
	// To is the path of a document, its suffix included.
	To string
}

// Error says where the document is.
func (e *MovedError) Error() string { return "the document is at " + e.To }

// NoDocumentError says that there is no document at a path. It wraps
// ErrNoDocument.
type NoDocumentError struct {
	Path string
	// Near are at most 5 paths that are spelled like it or named like it, and
	// at which there is a document.
	Near []string
}

// Error says which path, and no more of it than a line of a log should hold.
func (e *NoDocumentError) Error() string { return fmt.Sprintf("%v: %.200q", ErrNoDocument, e.Path) }

// Unwrap returns ErrNoDocument.
func (e *NoDocumentError) Unwrap() error { return ErrNoDocument }

// printable is a document that was found.
type printable struct {
	// version is what Document.Version will be, without rendering it.
	version func() (uint64, error)
	render  func() (Document, error)
}

// route is a path taken apart.
type route struct {
	room     room
	segments []string // below the newsroom, without the suffix
	suffix   string
}

// find returns the document at a path. The error is a MovedError, a
// NoDocumentError or ErrGone where there is none.
func (p *Press) find(document string) (printable, error) {
	switch document {
	case "/", indexPath:
		return p.listed(writeIndex), nil
	case opmlPath:
		return p.listed(writeOPML), nil
	}
	a, ok := p.parse(document)
	if !ok {
		return printable{}, &NoDocumentError{Path: document}
	}
	if a.room.Closed {
		return printable{}, a.room.over()
	}
	if section, ok := sections()[a.segments[0]]; ok {
		return section(p, a.room, strings.Join(a.segments[1:], "/")+a.suffix)
	}
	found, err := p.findOfFeed(a)
	if elsewhere, ok := errors.AsType[elsewhereError](err); ok {
		return printable{}, &MovedError{"/" + a.room.Newsroom.Name + "/" + elsewhere.stem + a.suffix}
	}
	unknown, ok := errors.AsType[unknownTagError](err)
	if ok || err == errNowhere {
		return printable{}, p.noDocument(document, a, unknown)
	}
	return found, err
}

// errNowhere says that a path is none of a document, whatever is in the store.
var errNowhere = errors.New("there is no such path")

// parse takes the path of a document apart that is below a newsroom.
func (p *Press) parse(document string) (route, bool) {
	suffix := path.Ext(document)
	stem, below := strings.CutPrefix(strings.TrimSuffix(document, suffix), "/")
	name, rest, deeper := strings.Cut(stem, "/")
	r, known := p.room(name)
	if !below || !deeper || !known || len(document) > longestPath {
		return route{}, false
	}
	return route{r, strings.Split(rest, "/"), suffix}, true
}

// longestPath bounds what is looked for: as many slugs as can be combined.
const longestPath = 3 * maxValues * 81

// findOfFeed returns a document of a feed.
func (p *Press) findOfFeed(a route) (printable, error) {
	f, rest, err := a.room.channel(a.segments)
	period := strings.Join(rest, "/")
	if elsewhere, ok := errors.AsType[elsewhereError](err); ok && period != "" {
		return printable{}, elsewhereError{elsewhere.stem + "/" + period}
	}
	if err != nil {
		return printable{}, err
	}
	form, isForm := formatOf(a.suffix)
	page, isPage := pageOf(a.suffix)
	switch {
	case isForm && len(rest) == 1 && f.archived():
		return p.shelved(a.room, f, period, form)
	case len(rest) > 0:
	case isForm:
		return p.newest(a.room, f, form), nil
	case isPage:
		return p.paged(f, page), nil
	}
	return printable{}, errNowhere
}

// channel returns the feed that a path begins with, and the rest of the path.
func (r room) channel(segments []string) (Feed, []string, error) {
	if len(segments) == 2 && segments[0]+"/" == savedFolder {
		f, err := r.savedFeed(segments[1])
		return f, nil, err
	}
	c, rest, ok := parseCombination(segments)
	if !ok {
		return Feed{}, nil, errNowhere
	}
	f, err := r.combined(c, strings.Join(segments[:len(segments)-len(rest)], "/"))
	return f, rest, err
}

// Feed returns the feed of a path without a suffix, such as
// "/osce/offices/osce-secretariat/topics/policing". The error wraps
// ErrNoDocument where there is none, and is a MovedError, whose To has no
// suffix either, where it is at another path.
func (p *Press) Feed(stem string) (Feed, error) {
	a, ok := p.parse(stem)
	if !ok || a.suffix != "" {
		return Feed{}, &NoDocumentError{Path: stem}
	}
	if a.room.Closed {
		return Feed{}, a.room.over()
	}
	f, rest, err := a.room.channel(a.segments)
	if elsewhere, ok := errors.AsType[elsewhereError](err); ok {
		return Feed{}, &MovedError{"/" + a.room.Newsroom.Name + "/" + elsewhere.stem}
	}
	unknown, ok := errors.AsType[unknownTagError](err)
	if ok || err == errNowhere || len(rest) > 0 {
		return Feed{}, p.noDocument(stem, a, unknown)
	}
	return f, err
}
