package listing

import (
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// readPager finds the address of the next page: from a link with rel=next, else
// one that says so, else the one with the next number, else a button that loads
// more.
func (p *page) readPager(root *html.Node) {
	var said, numbered, button string
	for n := range root.Descendants() {
		switch n.DataAtom {
		case atom.A, atom.Link:
			if !p.mayTurn(n) {
				continue
			}
			to := p.pageLink(n)
			if to == nil {
				continue
			}
			p.Paged = p.Paged || p.number(to) != p.number(p.place.at)
			switch {
			case hasWord(n, "rel", "next"):
				p.Next = first(p.Next, to)
			case n.DataAtom == atom.A && p.saysNext(n):
				said = first(said, to)
			case p.number(to) == p.number(p.place.at)+1:
				numbered = first(numbered, to)
			}
		case atom.Button:
			if p.saysNext(n) {
				button = PageAfter(p.place.at, p.source.Listing.Page)
			}
		}
	}
	for _, address := range []string{said, numbered, button} {
		if p.Next == "" {
			p.Next = address
		}
	}
	p.Paged = p.Paged || p.Next != ""
}

func first(found string, to *url.URL) string {
	if found != "" {
		return found
	}
	return to.String()
}

// mayTurn says that a link could turn the page, which spares the resolving of
// all others.
func (p *page) mayTurn(n *html.Node) bool {
	href, _ := attribute(n, "href")
	return strings.Contains(href, p.source.Listing.Page+"=") || hasWord(n, "rel", "next") || n.DataAtom == atom.A && p.saysNext(n)
}

// pageLink returns where a link to another page of the listing leads, nil for
// any other link.
func (p *page) pageLink(n *html.Node) *url.URL {
	href, ok := attribute(n, "href")
	if !ok || strings.HasPrefix(strings.TrimSpace(href), "#") {
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
	here := strings.TrimRight(p.place.at.Path, "/")
	if u.String() == p.place.at.String() || u.Path != here && !strings.HasPrefix(u.Path, here+"/") {
		return nil
	}
	return u
}

// number returns which page of the listing an address asks for, from 0.
func (p *page) number(u *url.URL) int {
	n, err := strconv.Atoi(u.Query().Get(p.source.Listing.Page))
	if err != nil {
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
	for _, name := range []string{"aria-label", "title"} {
		if text, ok := attribute(n, name); ok && p.isNext(text) {
			return true
		}
	}
	var text strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			text.WriteString(c.Data)
		}
		if text.Len() > maxName {
			return false
		}
	}
	return p.isNext(text.String()) || hasWord(n.Parent, "class", "pager-next") || hasWord(n, "class", "next")
}

// isNext says that a text tells to turn the page.
func (p *page) isNext(text string) bool { return p.next.has(text) }

// hasWord says that an attribute holds a word among others.
func hasWord(n *html.Node, name, word string) bool {
	text, _ := attribute(n, name)
	for _, w := range strings.Fields(text) {
		if strings.EqualFold(w, word) {
			return true
		}
	}
	return false
}
