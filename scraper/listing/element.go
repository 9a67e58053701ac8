package listing

import (
	"regexp"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// unseen says that a person does not see the element, or sees controls or a
// menu instead of text.
func unseen(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Template, atom.Noscript, atom.Svg, atom.Math, atom.Iframe, atom.Object,
		atom.Select, atom.Option, atom.Textarea, atom.Input, atom.Button, atom.Head, atom.Nav, atom.Dialog:
		return true
	}
	if _, hidden := attribute(n, "hidden"); hidden {
		return true
	}
	style, _ := attribute(n, "style")
	return style != "" && concealing.MatchString(style)
}

var concealing = regexp.MustCompile(`(?i)display\s*:\s*none|visibility\s*:\s*hidden`)

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

func isHeading(n *html.Node) bool {
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return true
	}
	role, _ := attribute(n, "role")
	return role == "heading"
}

func attribute(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}
