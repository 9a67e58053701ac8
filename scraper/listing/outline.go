package listing

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/text/unicode/norm"
)

// outline is a page as a person reads it: lines of text, one below the other,
// whatever elements they stand in. Each element is a range of lines.
type outline struct {
	elems []elem
	lines []line
	links []link
	turns []ref // links and buttons, be they seen or not
	full  bool  // the page has more than that

	written []byte // text of all lines
	starts  []int  // of each line in the text
	runs    []run  // of all lines
}

// elem is an element and the lines [from, to) that begin in it.
type elem struct {
	node     ref
	tag      atom.Atom // of the node
	parent   int       // -1 for the root
	depth    int
	heading  int // that it is or lies in, -1 if none
	from, to int
	heads    bool // it is a heading
	chrome   bool // it may be beside the listing
}

// line is text that stands side by side, in runs of one element each.
type line struct {
	text string
	runs []run
	elem int // the innermost element that is a block
}

// run is the part [from, to) of a line's text that is one text node.
type run struct {
	from, to int
	elem     int
	link     int // -1 outside of links
}

// link is an <a href>, with what it leads to if that is a release.
type link struct {
	elem     int
	href     string
	from, to int    // lines
	url, key string // of a release, "" for any other link
	card     bool   // around a whole row, not only around its title
}

// Bounds of the work that one page can cause, far beyond those of a page with
// maxRows releases: elements and lines of a page, and runs of a line, which is
// cut there.
const (
	maxElems = 100_000
	maxLines = 20_000
	maxRuns  = 200
)

// sketch walks the tree of a page once and writes its lines down.
func (o *outline) sketch(t *tree) {
	s := &sketcher{tree: t, outline: o, link: -1}
	s.walk(0, -1, -1)
	s.flush()
	all := string(s.written)
	for i, start := range s.starts {
		s.lines[i].text = all[start : start+s.lines[i].length()]
	}
}

type sketcher struct {
	*tree
	*outline
	start int  // of this line in the text
	space bool // one is due before the next letter
	first int  // run of this line
	block int  // of this line
	link  int
}

// walk writes what is in a node.
func (s *sketcher) walk(n ref, parent, block int) {
	for c := s.nodes[n].first; c != 0; c = s.nodes[c].next {
		switch s.nodes[c].kind {
		case html.TextNode:
			s.write(s.textIn(c), parent, block, s.isText(s.nodes[c].prev))
		case html.ElementNode:
			t := s.traitsOf(c)
			if s.full = s.full || len(s.lines) > maxLines || len(s.elems) > maxElems; s.full || t.unseen {
				s.keepTurns(c)
			} else {
				s.element(c, t, parent, block)
			}
		}
	}
}

// keepTurns notes the links and buttons of an element that is not read.
func (s *sketcher) keepTurns(n ref) {
	s.keepTurn(n)
	for c := s.nodes[n].first; c != 0; c = s.nodes[c].next {
		if s.isElement(c) {
			s.keepTurns(c)
		}
	}
}

func (s *sketcher) keepTurn(n ref) {
	switch s.nodes[n].tag {
	case atom.A, atom.Link, atom.Button:
		s.turns = append(s.turns, n)
	}
}

func (s *sketcher) element(n ref, t traits, parent, block int) {
	tag := s.nodes[n].tag
	flows := s.nodes[n].nature&inline != 0 && (tag != atom.A || !s.holdsBlock(n))
	if !flows {
		s.flush()
	}
	at := len(s.elems)
	e := elem{node: n, tag: tag, parent: parent, heading: -1, from: len(s.lines), heads: t.heading, chrome: t.chrome}
	if parent >= 0 {
		e.depth, e.heading = s.elems[parent].depth+1, s.elems[parent].heading
	}
	if e.heading < 0 && t.heading {
		e.heading = at
	}
	s.elems = append(s.elems, e)
	if !flows {
		block = at
	}
	outer := s.link
	if tag == atom.A && t.linked {
		s.link = len(s.links)
		s.links = append(s.links, link{elem: at, href: t.href, from: len(s.lines)})
	}
	s.keepTurn(n)
	s.walk(n, at, block)
	if !flows {
		s.flush()
	}
	s.elems[at].to = s.here()
	if s.link != outer {
		s.links[s.link].to = s.here()
		s.link = outer
	}
}

// here is the end of a range that ends in the text written so far.
func (s *sketcher) here() int {
	if len(s.written) > s.start {
		return len(s.lines) + 1
	}
	return len(s.lines)
}

// write adds a text to the line, to the text before it if it goes on with that.
func (s *sketcher) write(text []byte, elem, block int, on bool) {
	if len(s.runs)-s.first == maxRuns {
		s.flush()
	}
	if len(s.written) == s.start {
		s.space, s.block = false, block
	}
	before := len(s.written)
	switch plain := plainPrefix(text); {
	case plain == len(text):
		s.written, s.space = append(appendSpace(s.written, s.start, s.space), text...), s.space && len(text) == 0
	case isASCII(text[plain:]):
		s.written, s.space = fold(s.written, s.start, text, s.space)
	default:
		s.written, s.space = fold(s.written, s.start, norm.NFC.Bytes(text), s.space)
	}
	if on = on && len(s.runs) > s.first && s.runs[len(s.runs)-1].elem == elem; on && len(s.written) > before {
		s.runs[len(s.runs)-1].to = len(s.written) - s.start
	} else if len(s.written) > before {
		if s.written[before] == ' ' {
			before++
		}
		s.runs = append(s.runs, run{from: before - s.start, to: len(s.written) - s.start, elem: elem, link: s.link})
	}
}

// flush ends the line.
func (s *sketcher) flush() {
	if len(s.written) > s.start {
		s.lines = append(s.lines, line{runs: slices.Clip(s.runs[s.first:]), elem: s.block})
		s.starts = append(s.starts, s.start)
	}
	s.start, s.first = len(s.written), len(s.runs)
}

// within says that element inner is outer or lies in it.
func (o *outline) within(inner, outer int) bool {
	for inner > outer {
		inner = o.elems[inner].parent
	}
	return inner == outer
}

// childOf returns the element below outer that holds inner, outer itself if
// inner is no deeper.
func (p *page) childOf(outer, inner int) int {
	for inner > outer && p.elems[inner].parent > outer {
		inner = p.elems[inner].parent
	}
	return max(inner, outer)
}

// heading returns the heading that element e is or lies in, -1 if none.
func (o *outline) heading(e int) int {
	if e < 0 {
		return -1
	}
	return o.elems[e].heading
}

// textOf returns what stands in an element, its lines joined by spaces.
func (o *outline) textOf(e int) string {
	var first string
	var all strings.Builder
	for i := o.elems[e].from; i < min(o.elems[e].to, len(o.lines)); i++ {
		l := &o.lines[i]
		from, to := len(l.text), 0
		for _, r := range l.runs {
			if o.within(r.elem, e) {
				from, to = min(from, r.from), r.to
			}
		}
		switch {
		case from >= to:
			continue
		case first == "":
			first = l.text[from:to]
			continue
		case all.Len() == 0:
			all.WriteString(first)
		}
		all.WriteByte(' ')
		all.WriteString(l.text[from:to])
	}
	if all.Len() > 0 {
		return all.String()
	}
	return first
}
