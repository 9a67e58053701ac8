// Package listing reads a page of a newsroom's listing as a person does: by
// the labels that stand beside dates, offices, topics and types, in whatever
// elements they stand.
//
// New prepares a Reader for a source; Read turns the bytes of a page into
// releases, the address of the next page, and the problems that a person would
// want to know of. No class name and no nesting is relied upon; class hints of
// the source are a second witness, whose disagreement is a problem.
//
// Inside, a page becomes a tree of elements as in a browser, whatever end tags
// are missing, and an outline: lines of text, each element a range of them. The lines are cut into pieces: free text, or a label with its value.
// Each date among the pieces makes a row; its core reaches from the date to the
// title that goes with it, and rows part at joints, the places between two
// cores where the outermost element ends. A row is one release.
package listing

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"sync"
	"time"

	"golang.org/x/net/html/atom"

	"communique/scraper/sources"
	"communique/store"
)

// maxRows bounds how many releases one page may bring.
const maxRows = 1000

// Page is what a listing page says.
type Page struct {
	// Releases are in the page's order, identified and dated as they would be
	// stored if they were seen now for the first time.
	Releases []store.Release
	// Next is the absolute address of the next page, where the page was read;
	// "" if there is no link to one.
	Next string
	// Paged says that the page links to other pages of the listing.
	Paged bool
	// Pages is how many pages the listing has as far as the pager tells, this
	// one included; 0 if there is no link to another.
	Pages int
	// Inside says that the page links to other views of the listing that it
	// is a page of: ordered, filtered, turned. A page that asks for a password
	// does not.
	Inside bool
	// Filters are the offices and topics that the page links to filter itself
	// by, each once; none if it is filtered already.
	Filters []Filter
	// Problems tell, one sentence each, what could not be read; Unread is how
	// many rows could not.
	Problems []string
	Unread   int
	// Near tells, for each label that no release shows, which words of the page
	// might stand in its place.
	Near []string
}

// Reader reads the pages of one source. It may be used by many goroutines.
type Reader struct {
	source *sources.Source
	words  *words
	home   *url.URL
	desks  sync.Pool // of *page that were read, to use their slices again
}

// New prepares a reader for the source.
func New(source *sources.Source) *Reader {
	return &Reader{
		source: source, words: newWords(source), home: source.First(),
		desks: sync.Pool{New: func() any { return new(page) }},
	}
}

// Read reads a page of UTF-8 text that was found at an address, the source's
// own or a mirror's, at the instant now. A page without any release is not an
// error; its problems say what was looked for.
func (r *Reader) Read(body []byte, at *url.URL, now time.Time) (Page, error) {
	p := r.desks.Get().(*page)
	defer func() {
		p.clear()
		r.desks.Put(p)
	}()
	if err := p.parse(body); err != nil {
		return Page{}, fmt.Errorf("reading the markup: %w", err)
	}
	p.words, p.source, p.now, p.place = r.words, r.source, now, newPlace(r, at, &p.tree)
	p.read()
	return p.Page, nil
}

// page is a page that is being read.
type page struct {
	tree
	outline
	*words
	Page
	source   *sources.Source
	place    place
	now      time.Time
	latest   store.Day    // that a release may be dated: a year ahead
	columns  map[int]kind // table cells below a label
	titled   map[int]bool // headings that hold a link to a release
	pieces   []piece
	values   []value         // of all pieces
	titles   []*title        // in the order of pieces
	captions map[int]int     // pieces with the title of a link that has more, and no heading
	echoes   map[string]bool // words of titles
	looks    map[sign]bool   // elements around summaries
	terse    bool            // most summaries are short
	repeated map[string]int  // how often a text stands on such a page
	chrome   map[int]bool    // elements beside the listing
	dates    []string        // of the releases, as the page shows them
	dated    datedText
}

func (p *page) read() {
	p.looks = map[sign]bool{}
	p.latest = store.DayOf(p.now.In(p.source.Zone()).AddDate(1, 0, 0))
	p.sketch(&p.tree)
	p.full = p.full || len(p.nodes) >= maxNodes
	p.resolveLinks()
	p.findColumns()
	p.cut()
	p.findChrome()
	p.findTitles()
	p.readRows()
	p.readTurns()
	p.Near = p.nearMisses()
}

// clear keeps nothing of a page that was read but room for another.
func (p *page) clear() {
	*p = page{
		tree: tree{nodes: room(p.nodes), attrs: room(p.attrs), text: room(p.text), marks: room(p.marks)},
		outline: outline{
			elems: room(p.elems), lines: wiped(p.lines), links: wiped(p.links), turns: room(p.turns),
			written: room(p.written), starts: room(p.starts), runs: room(p.runs),
		},
		pieces: wiped(p.pieces), values: wiped(p.values), titles: wiped(p.titles),
	}
}

// room returns the room of a slice, unless that is more than most pages need.
func room[T any](s []T) []T {
	const most = 1 << 17
	if cap(s) > most {
		return nil
	}
	return s[:0]
}

// wiped returns the room of a slice whose elements hold others, which go.
func wiped[T any](s []T) []T {
	clear(s)
	return room(s)
}

// readRows turns each row into a release, or into a problem.
func (p *page) readRows() {
	rows := p.settleTexts()
	seen := make(map[string]bool, min(len(rows), maxRows))
	p.Releases = slices.Grow(p.Releases, min(len(rows), maxRows))
	for i, r := range rows {
		if len(p.Releases) == maxRows {
			p.problem("the page has more than %d rows; the rest was left", maxRows)
			break
		}
		release, err := p.release(r)
		switch {
		case errors.Is(err, errNoRow):
		case err != nil:
			p.Unread++
			p.problem("row %d (%q): %w", i+1, shorten(release.Title, 60), err)
		case !seen[release.Key]:
			seen[release.Key] = true
			p.Releases = append(p.Releases, release)
			p.dates = append(p.dates, textOfValues(p.pieces[r.date].values))
		}
	}
	if p.full {
		p.problem("the page has more than %d elements or %d lines of text; the rest was left", maxElems, maxLines)
	}
	if len(p.Releases) == 0 {
		p.explain()
	}
	p.checkHints()
}

// maxProblems bounds what is told of one page.
const maxProblems = 50

func (p *page) problem(format string, args ...any) {
	if len(p.Problems) < maxProblems {
		p.Problems = append(p.Problems, fmt.Errorf(format, args...).Error())
	}
}

// explain says what a page without releases has and lacks.
func (p *page) explain() {
	dates, titles := 0, 0
	for _, piece := range p.pieces {
		if piece.kind == date {
			dates++
		}
	}
	for _, l := range p.links {
		if l.key != "" {
			titles++
		}
	}
	named := ""
	if name := p.ownTitle(); name != "" {
		named = fmt.Sprintf("; the page calls itself %q", name)
	}
	p.problem("no release on this page: %d labels of a date (%q), %d links to releases%s", dates, p.source.Labels.Date, titles, named)
}

// ownTitle returns what a page that is no listing says that it is.
func (p *page) ownTitle() string {
	for n := range p.nodes {
		if p.nodes[n].tag == atom.Title && p.nodes[n].space == hypertext {
			return shorten(cleanText(string(p.appendText(nil, ref(n), 500)), 500), 100)
		}
	}
	return ""
}
