package listing

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// outline is a page as a person reads it: lines of text, one below the other,
// whatever elements they stand in. Each element is a range of lines.
type outline struct {
	elems []elem
	lines []line
	links []link
}

// elem is an element and the lines [from, to) that begin in it.
type elem struct {
	node     *html.Node
	parent   int // -1 for the root
	depth    int
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

// maxLines bounds the work that one page can cause.
const maxLines = 100_000

// sketch walks the tree once and writes its lines down.
func sketch(root *html.Node) *outline {
	s := &sketcher{outline: new(outline), link: -1}
	s.walk(root, -1, -1)
	s.flush()
	return s.outline
}

type sketcher struct {
	*outline
	text  strings.Builder
	space bool
	runs  []run
	block int // of the line that is being written
	link  int
}

func (s *sketcher) walk(n *html.Node, parent, block int) {
	switch n.Type {
	case html.TextNode:
		s.write(n.Data, parent, block)
		return
	case html.ElementNode:
		if unseen(n) || len(s.lines) > maxLines {
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
	depth := 0
	if parent >= 0 {
		depth = s.elems[parent].depth + 1
	}
	s.elems = append(s.elems, elem{node: n, parent: parent, depth: depth, from: len(s.lines)})
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
	if s.text.Len() > 0 {
		return len(s.lines) + 1
	}
	return len(s.lines)
}

func (s *sketcher) write(text string, elem, block int) {
	if s.text.Len() == 0 {
		s.space, s.block = false, block
	}
	before := s.text.Len()
	s.space = fold(&s.text, text, s.space)
	if after := s.text.Len(); after > before {
		if s.text.String()[before] == ' ' {
			before++
		}
		s.runs = append(s.runs, run{from: before, to: after, elem: elem, link: s.link})
	}
}

// flush ends the line.
func (s *sketcher) flush() {
	if s.text.Len() > 0 {
		s.lines = append(s.lines, line{text: s.text.String(), runs: slices.Clone(s.runs), elem: s.block})
	}
	s.text.Reset()
	s.runs = s.runs[:0]
}

// unseen says that a person does not see the element, or sees controls or a
// menu instead of text.
func unseen(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Template, atom.Noscript, atom.Svg, atom.Math, atom.Iframe, atom.Object,
		atom.Select, atom.Option, atom.Textarea, atom.Input, atom.Button, atom.Head, atom.Nav, atom.Dialog:
		return true
	}
	_, hidden := attribute(n, "hidden")
	return hidden
}

// isInline says that an element does not begin a line. An element that HTML
// does not know begins one: authors use them as boxes.
func isInline(a atom.Atom) bool {
	switch a {
	case atom.A, atom.Abbr, atom.B, atom.Bdi, atom.Bdo, atom.Big, atom.Cite, atom.Code, atom.Data, atom.Del, atom.Dfn,
		atom.Em, atom.Font, atom.I, atom.Img, atom.Ins, atom.Kbd, atom.Label, atom.Mark, atom.Picture, atom.Q, atom.S,
		atom.Samp, atom.Small, atom.Span, atom.Strike, atom.Strong, atom.Sub, atom.Sup, atom.Time, atom.Tt, atom.U,
		atom.Var, atom.Wbr:
		return true
	}
	return false
}

// holdsBlock says that an element is a link around boxes, and so one itself.
func holdsBlock(n *html.Node) bool {
	if n.DataAtom == atom.A {
		for c := range n.Descendants() {
			if c.Type == html.ElementNode && !isInline(c.DataAtom) {
				return true
			}
		}
	}
	return false
}

func attribute(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// within says that element inner is outer or lies in it.
func (o *outline) within(inner, outer int) bool {
	for inner > outer {
		inner = o.elems[inner].parent
	}
	return inner == outer
}

// heading returns the heading that element e is or lies in, -1 if none.
func (o *outline) heading(e int) int {
	for ; e >= 0; e = o.elems[e].parent {
		if isHeading(o.elems[e].node) {
			return e
		}
	}
	return -1
}

func isHeading(n *html.Node) bool {
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return true
	}
	role, _ := attribute(n, "role")
	return role == "heading"
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
