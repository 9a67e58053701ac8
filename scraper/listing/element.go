package listing

import (
	"regexp"

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

func (t *tree) traitsOf(n ref) traits {
	nature := t.nodes[n].nature
	found := traits{unseen: nature&unseen != 0, heading: nature&heading != 0, chrome: nature&chrome != 0}
	for _, a := range t.attributes(n) {
		switch a.atom {
		case atom.Hidden:
			found.unseen = true
		case atom.Style:
			found.unseen = found.unseen || concealing.MatchString(t.value(a))
		case atom.Href:
			found.linked, found.href = true, t.value(a)
		case 0:
			if t.key(a) == "role" {
				role := t.value(a)
				found.heading = found.heading || role == "heading"
				found.chrome = found.chrome || role == "complementary" || role == "contentinfo" || role == "banner"
			}
		}
	}
	return found
}

var concealing = regexp.MustCompile(`(?i)display\s*:\s*none|visibility\s*:\s*hidden`)

// holdsBlock says that an element holds boxes: a link around some is one itself.
func (t *tree) holdsBlock(n ref) bool {
	for c := t.nodes[n].first; c != 0; c = t.nodes[c].next {
		if t.isElement(c) && (t.nodes[c].nature&inline == 0 || t.holdsBlock(c)) {
			return true
		}
	}
	return false
}
