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
	full  bool // the page has more than that
}

// elem is an element and the lines [from, to) that begin in it.
type elem struct {
	node     *html.Node
	parent   int // -1 for the root
	depth    int
	heading  int // that it is or lies in, -1 if none
	from, to int
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

// sketch walks the tree of a page of some bytes once and writes its lines down.
func sketch(root *html.Node, size int) *outline {
	s := &sketcher{outline: new(outline), text: make([]byte, 0, size), link: -1}
	s.elems, s.lines, s.runs = make([]elem, 0, size/64), make([]line, 0, size/128), make([]run, 0, size/64)
	s.walk(root, -1, -1)
	s.flush()
	all := string(s.text)
	for i, start := range s.starts {
		s.lines[i].text = all[start : start+s.lines[i].length()]
	}
	return s.outline
}

type sketcher struct {
	*outline
	text   []byte // of all lines
	starts []int  // of each line in the text
	start  int    // of this line
	space  bool   // one is due before the next letter
	runs   []run  // of all lines
	first  int    // of this line
	block  int    // of this line
	link   int
}

func (s *sketcher) walk(n *html.Node, parent, block int) {
	switch n.Type {
	case html.TextNode:
		s.write(n.Data, parent, block)
		return
	case html.ElementNode:
		if s.full = s.full || len(s.lines) > maxLines || len(s.elems) > maxElems; s.full || unseen(n) {
			return
		}
		s.element(n, parent, block)
		return
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		s.walk(c, parent, block)
	}
}

func (s *sketcher) element(n *html.Node, parent, block int) {
	inline := isInline(n.DataAtom) && !holdsBlock(n)
	if !inline {
		s.flush()
	}
	at := len(s.elems)
	e := elem{node: n, parent: parent, heading: -1, from: len(s.lines)}
	if parent >= 0 {
		e.depth, e.heading = s.elems[parent].depth+1, s.elems[parent].heading
	}
	if e.heading < 0 && isHeading(n) {
		e.heading = at
	}
	s.elems = append(s.elems, e)
	if !inline {
		block = at
	}
	outer := s.link
	if href, ok := attribute(n, "href"); ok && n.DataAtom == atom.A {
		s.link = len(s.links)
		s.links = append(s.links, link{elem: at, href: href, from: len(s.lines)})
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		s.walk(c, at, block)
	}
	if !inline {
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
	if len(s.text) > s.start {
		return len(s.lines) + 1
	}
	return len(s.lines)
}

func (s *sketcher) write(text string, elem, block int) {
	if len(s.runs)-s.first == maxRuns {
		s.flush()
	}
	if len(s.text) == s.start {
		s.space, s.block = false, block
	}
	before := len(s.text)
	s.text, s.space = fold(s.text, s.start, norm.NFC.String(text), s.space)
	if len(s.text) > before {
		if s.text[before] == ' ' {
			before++
		}
		s.runs = append(s.runs, run{from: before - s.start, to: len(s.text) - s.start, elem: elem, link: s.link})
	}
}

// flush ends the line.
func (s *sketcher) flush() {
	if len(s.text) > s.start {
		s.lines = append(s.lines, line{runs: slices.Clip(s.runs[s.first:]), elem: s.block})
		s.starts = append(s.starts, s.start)
	}
	s.start, s.first = len(s.text), len(s.runs)
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
	var parts []string
	for _, l := range o.lines[o.elems[e].from:min(o.elems[e].to, len(o.lines))] {
		from, to := len(l.text), 0
		for _, r := range l.runs {
			if o.within(r.elem, e) {
				from, to = min(from, r.from), r.to
			}
		}
		if from < to {
			parts = append(parts, l.text[from:to])
		}
	}
	return strings.Join(parts, " ")
}
