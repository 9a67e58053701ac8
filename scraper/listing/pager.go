package listing

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxPages is how many pages are believed of a listing.
const maxPages = 1_000_000

// pager is what the links to other pages of the listing say.
type pager struct {
	rel, said, numbered, button string // addresses of the next page, the most certain first
	linked                      bool   // there are links
	other                       bool   // some to a page of another number
	highest                     int    // number of this page and of those
}

// readTurns reads the links and buttons that lead to other views of the
// listing: its pages, and filters.
func (p *page) readTurns() {
	r := p.newTurnReader()
	known := map[string]bool{}
	for _, n := range p.turns {
		if n.DataAtom == atom.Button {
			if r.button == "" && p.saysNext(n) {
				r.button = PageAfter(p.place.at, p.source.Listing.Page)
			}
			continue
		}
		t := turn{node: n, rel: hasWord(n, "rel", "next"), says: n.DataAtom == atom.A && p.saysNext(n)}
		href, _ := attribute(n, "href")
		if !t.rel && !t.says && (known[href] || !strings.Contains(href, "?")) {
			continue
		}
		known[href] = true
		if t.to = p.view(href); t.to != nil {
			r.read(t)
		}
	}
	p.settlePager(r.pager)
}

// turn is a link to another view of the listing.
type turn struct {
	node      *html.Node
	to        *url.URL
	rel, says bool // it says that it leads to the next page
}

// turnReader reads them, knowing the view that this page is.
type turnReader struct {
	*page
	pager
	query url.Values // of the page
	here  int        // its number
}

func (p *page) newTurnReader() *turnReader {
	query := p.place.at.Query()
	here := p.number(query)
	return &turnReader{page: p, pager: pager{highest: here}, query: query, here: here}
}

func (r *turnReader) read(t turn) {
	query := t.to.Query()
	number := r.number(query)
	r.Inside = r.Inside || t.node.DataAtom == atom.A && t.to.RawQuery != "" && r.isHere(t.to)
	switch {
	case t.rel:
		keepFirst(&r.rel, t.to)
	case t.says:
		keepFirst(&r.said, t.to)
	case query.Has(r.source.Listing.Page) || r.here > 0 && r.isFirst(query):
		if number == r.here+1 {
			keepFirst(&r.numbered, t.to)
		}
	default:
		r.readFilter(t.node, query)
		return
	}
	r.linked, r.other, r.highest = true, r.other || number != r.here, max(r.highest, number)
}

func keepFirst(found *string, to *url.URL) {
	if *found == "" {
		*found = to.String()
	}
}

// isFirst says that a query asks for the same view as the page's own, but for
// the number of the page, which the first one needs not have.
func (r *turnReader) isFirst(query url.Values) bool {
	own := maps.Clone(r.query)
	delete(own, r.source.Listing.Page)
	return maps.EqualFunc(own, query, slices.Equal)
}

// settlePager says where the pager leads, and how far.
func (p *page) settlePager(g pager) {
	for _, address := range []string{g.rel, g.said, g.numbered, g.button} {
		if p.Next == "" {
			p.Next = address
		}
	}
	p.Paged = p.Next != "" || g.other
	if g.linked {
		p.Pages = g.highest + 1
	}
}

// view returns where a link to another view of the listing leads, nil for any
// other link.
func (p *page) view(href string) *url.URL {
	if href = strings.TrimSpace(href); href == "" || href[0] == '#' {
		return nil
	}
	u := p.place.resolve(href)
	if u == nil || p.source.Key(strings.TrimRight(u.Path, "/")) != "" {
		return nil
	}
	if u = p.place.elsewhere(u); u == nil {
		return nil
	}
	u.Fragment = ""
	if u.String() == p.place.at.String() || !p.isHere(u) && !strings.HasPrefix(u.Path, p.path()+"/") {
		return nil
	}
	return u
}

// path is that of the page.
func (p *page) path() string { return strings.TrimRight(p.place.at.Path, "/") }

// isHere says that an address is one of the page but for its query.
func (p *page) isHere(u *url.URL) bool { return strings.TrimRight(u.Path, "/") == p.path() }

// number returns which page of the listing a query asks for, from 0.
func (p *page) number(query url.Values) int {
	n, err := strconv.Atoi(query.Get(p.source.Listing.Page))
	if err != nil || n < 0 || n >= maxPages {
		return 0
	}
	return n
}

// PageAfter returns the address of the page after the one at an address, by the
// parameter that counts pages from 0.
func PageAfter(at *url.URL, parameter string) string {
	query := at.Query()
	n, err := strconv.Atoi(query.Get(parameter))
	if err != nil {
		n = 0
	}
	query.Set(parameter, strconv.Itoa(n+1))
	next := *at
	next.RawQuery = query.Encode()
	return next.String()
}

// saysNext says that a link or button tells to turn the page: by its words, its
// title or label for those who don't see it, or a class around it.
func (p *page) saysNext(n *html.Node) bool {
	for _, a := range n.Attr {
		if (a.Key == "aria-label" || a.Key == "title") && p.isNext(a.Val) {
			return true
		}
	}
	text, whole := textWithin(n, maxName)
	return whole && (p.isNext(text) || hasWord(n.Parent, "class", "pager-next") || hasWord(n, "class", "next"))
}

// textWithin returns the text in an element, seen or not, and whether it is all
// of it: it stops behind limit bytes.
func textWithin(n *html.Node, limit int) (text string, whole bool) {
	if c := n.FirstChild; c != nil && c.NextSibling == nil && c.Type == html.TextNode {
		return c.Data, len(c.Data) <= limit
	}
	for c := n.FirstChild; c != nil && len(text) <= limit; c = c.NextSibling {
		more := c.Data
		if c.Type != html.TextNode {
			more, _ = textWithin(c, limit)
		}
		text += more
	}
	return text, len(text) <= limit
}

// isNext says that a text tells to turn the page.
func (p *page) isNext(text string) bool { return p.next.has(text) }

// hasWord says that an attribute holds a word among others.
func hasWord(n *html.Node, name, word string) bool {
	text, ok := attribute(n, name)
	if !ok {
		return false
	}
	for w := range strings.FieldsSeq(text) {
		if strings.EqualFold(w, word) {
			return true
		}
	}
	return false
}
