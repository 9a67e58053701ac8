package listing

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"communique/scraper/sources"
)

// witness says which elements the class hints of the source point at.
type witness struct {
	page    *page
	hints   *sources.Hints
	classes [3]string   // of row, title and date, if each hint is no more than that
	nodes   []html.Node // for any other hints
}

var oneClass = regexp.MustCompile(`^(\.[A-Za-z][A-Za-z0-9_-]*)?$`)

func (p *page) witness() *witness {
	w := &witness{page: p, hints: &p.source.Hints}
	for i, selector := range [...]string{w.hints.Row, w.hints.Title, w.hints.Date} {
		if !oneClass.MatchString(selector) {
			w.nodes = p.selectable()
			return w
		}
		w.classes[i] = strings.TrimPrefix(selector, ".")
	}
	return w
}

// sees says whether an element is a row, a title or a date.
func (w *witness) sees(n ref) (row, title, date bool) {
	if w.nodes != nil {
		n := &w.nodes[n]
		return w.hints.IsRow(n), w.hints.IsTitle(n), w.hints.IsDate(n)
	}
	for _, a := range w.page.attributes(n) {
		if a.atom == atom.Class {
			list := w.page.value(a)
			return hasClass(list, w.classes[0]), hasClass(list, w.classes[1]), hasClass(list, w.classes[2])
		}
	}
	return false, false, false
}

func hasClass(list, class string) bool {
	if class == "" || !strings.Contains(list, class) {
		return false
	}
	for name := range strings.FieldsFuncSeq(list, func(r rune) bool { return r < utf8.RuneSelf && isBetween(byte(r)) }) {
		if name == class {
			return true
		}
	}
	return false
}

// selectable returns the tree as selectors know it, each node at its number.
func (t *tree) selectable() []html.Node {
	nodes := make([]html.Node, len(t.nodes))
	at := func(n ref) *html.Node {
		if n == 0 {
			return nil
		}
		return &nodes[n]
	}
	for i := range t.nodes {
		n := &t.nodes[i]
		nodes[i] = html.Node{
			Parent: &nodes[n.parent], FirstChild: at(n.first), LastChild: at(n.last), PrevSibling: at(n.prev), NextSibling: at(n.next),
			Type: n.kind, DataAtom: n.tag, Namespace: [...]string{hypertext: "", drawing: "svg", formula: "math"}[n.space],
		}
		switch n.kind {
		case html.TextNode:
			nodes[i].Data = string(t.textIn(ref(i)))
		case html.ElementNode:
			nodes[i].Data = t.nameOf(ref(i))
			for _, a := range t.attributes(ref(i)) {
				nodes[i].Attr = append(nodes[i].Attr, html.Attribute{Key: t.key(a), Val: t.value(a)})
			}
		}
	}
	nodes[0].Parent = nil
	return nodes
}
