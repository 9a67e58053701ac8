package listing

import (
	"regexp"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// traits are what an element and its attributes tell of how a person sees it.
type traits struct {
	unseen  bool // it is hidden, or controls or a menu instead of text
	heading bool
	chrome  bool // by its nature beside what the page is about
	linked  bool // it has an address
	href    string
}

func traitsOf(n *html.Node) traits {
	t := traits{unseen: isUnseen(n.DataAtom), heading: isHeading(n.DataAtom), chrome: isChrome(n.DataAtom)}
	for i := range n.Attr {
		switch a := &n.Attr[i]; a.Key {
		case "hidden":
			t.unseen = true
		case "style":
			t.unseen = t.unseen || concealing.MatchString(a.Val)
		case "role":
			t.heading = t.heading || a.Val == "heading"
			t.chrome = t.chrome || a.Val == "complementary" || a.Val == "contentinfo" || a.Val == "banner"
		case "href":
			if !t.linked {
				t.linked, t.href = true, a.Val
			}
		}
	}
	return t
}

func isUnseen(a atom.Atom) bool {
	switch a {
	case atom.Script, atom.Style, atom.Template, atom.Noscript, atom.Svg, atom.Math, atom.Iframe, atom.Object,
		atom.Select, atom.Option, atom.Textarea, atom.Input, atom.Button, atom.Head, atom.Nav, atom.Dialog:
		return true
	}
	return false
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

// holdsBlock says that an element holds boxes: a link around some is one itself.
func holdsBlock(n *html.Node) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && (!isInline(c.DataAtom) || holdsBlock(c)) {
			return true
		}
	}
	return false
}

func isHeading(a atom.Atom) bool {
	switch a {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return true
	}
	return false
}

func isChrome(a atom.Atom) bool { return a == atom.Aside || a == atom.Footer || a == atom.Header }

func attribute(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}
