package listing

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

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
	alone := p.source.Key(p.source.Place(p.place.at)) != "" // this is the page of a release
	for _, n := range p.turns {
		tag := p.nodes[n].tag
		if tag == atom.Button {
			if r.button == "" && p.saysNext(n) {
				r.button = PageAfter(p.place.at, p.source.Listing.Page)
			}
			continue
		}
		if alone {
			continue
		}
		t := turn{node: n, rel: p.hasWord(n, "rel", "next"), says: tag == atom.A && p.saysNext(n)}
		href, _ := p.attribute(n, "href")
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
	node      ref
	to        *url.URL
	rel, says bool // it says that it leads to the next page
}

// turnReader reads them, knowing the view that this page is.
type turnReader struct {
	*page
	pager
	query url.Values // of the page
	first url.Values // of the first page
	here  int        // its number
}

func (p *page) newTurnReader() *turnReader {
	query := p.place.at.Query()
	here := p.number(query)
	first := maps.Clone(query)
	delete(first, p.source.Listing.Page)
	return &turnReader{page: p, pager: pager{highest: here}, query: query, first: first, here: here}
}

func (r *turnReader) read(t turn) {
	query := t.to.Query()
	number := r.number(query)
	r.Inside = r.Inside || r.nodes[t.node].tag == atom.A && t.to.RawQuery != "" && r.isHere(t.to)
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

// keepFirst keeps an address unless one was found before, in letters that every
// terminal shows as they are.
func keepFirst(found *string, to *url.URL) {
	if *found != "" {
		return
	}
	at := *to
	at.RawQuery = shownQuery(to.RawQuery)
	*found = at.String()
}

// shownQuery is a query with what an address can't hold as it is escaped (RFC
// 3986, 2): what is beyond ASCII, spaces, quotes and brackets.
func shownQuery(query string) string {
	var b strings.Builder
	for i := range len(query) {
		if c := query[i]; c <= ' ' || c >= 0x7F || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// isFirst says that a query asks for the same view as the page's own, but for
// the number of the page, which the first one needs not have.
func (r *turnReader) isFirst(query url.Values) bool {
	return maps.EqualFunc(r.first, query, slices.Equal)
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
	if p.Next == "" && g.highest > p.number(p.place.at.Query()) {
		p.problem("links lead to later pages of the listing, but none is known as that to the next one: the source's labels.next lacks its text")
	}
}

// view returns where a link to another view of the listing leads, nil for any
// other link.
func (p *page) view(href string) *url.URL {
	if href = strings.TrimSpace(href); href == "" || href[0] == '#' {
		return nil
	}
	u := p.place.resolve(href)
	if u == nil {
		return nil
	}
	if u = p.place.elsewhere(u); u == nil {
		return nil
	}
	u.Fragment = ""
	below := strings.HasPrefix(u.Path, p.path()+"/")
	if !below && !p.isHere(u) || (below || p.source.Addresses.Query != "") && p.source.Key(p.source.Place(u)) != "" {
		return nil
	}
	if u.RawQuery == p.place.at.RawQuery && u.String() == p.place.at.String() {
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
func (p *page) saysNext(n ref) bool {
	for _, a := range p.attributes(n) {
		if key := p.key(a); (key == "aria-label" || key == "title") && p.isNext(p.value(a)) {
			return true
		}
	}
	text := p.appendText(make([]byte, 0, 2*maxName), n, maxName)
	return len(text) <= maxName && (len(text) <= p.next.longest+maxArrows && p.isNext(string(text)) || p.hasWord(p.nodes[n].parent, "class", "pager-next") || p.hasWord(n, "class", "next"))
}

// isNext says that a text tells to turn the page.
func (p *page) isNext(text string) bool { return p.next.has(text) }
