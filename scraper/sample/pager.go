package sample

import (
	"net/url"
	"strconv"
)

// pagerWidth is how many numbered pages the pager offers around the current.
const pagerWidth = 9

// pager is the row of page numbers below the listing. A link is "" where the
// pager has none; one page needs no pager at all.
type pager struct {
	First, Previous, Next, Last string
	Items                       []pagerItem
}

// pagerItem is one numbered page; the current one has no link.
type pagerItem struct {
	Number int
	Link   string
}

// newPager lays the pager of a query out, for the current of so many pages.
func newPager(query url.Values, current, pages int) pager {
	var p pager
	if current >= pages || pages < 2 {
		return p
	}
	if current > 0 {
		p.First, p.Previous = pageLink(query, 0), pageLink(query, current-1)
	}
	if current < pages-1 {
		p.Next, p.Last = pageLink(query, current+1), pageLink(query, pages-1)
	}
	first := max(0, min(current-pagerWidth/2, pages-pagerWidth))
	for i := first; i < min(pages, first+pagerWidth); i++ {
		item := pagerItem{Number: i + 1, Link: pageLink(query, i)}
		if i == current {
			item.Link = ""
		}
		p.Items = append(p.Items, item)
	}
	return p
}

// pageLink leads to one page of a query; the first page goes without a number.
func pageLink(query url.Values, page int) string {
	if page == 0 {
		return link(query, "page", "")
	}
	return link(query, "page", strconv.Itoa(page))
}
