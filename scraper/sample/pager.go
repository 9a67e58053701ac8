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

// numberedPager is the classic one.
func numberedPager(m *markup, p pager) {
	m.put("\n" + `<h2 class="element-invisible">Pages</h2>` + "\n" + `<ul class="pager">`)
	putPageLink(m, p.First, `<li class="pager-first first"><a title="Go to first page" href="{}">« first</a></li>`)
	putPageLink(m, p.Previous, `<li class="pager-previous"><a title="Go to previous page" href="{}">‹ previous</a></li>`)
	for _, item := range p.Items {
		number := strconv.Itoa(item.Number)
		if item.Link == "" {
			m.put(`<li class="pager-current">{}</li>`, number)
		} else {
			m.put(`<li class="pager-item"><a title="Go to page {}" href="{}">{}</a></li>`+"\n", number, item.Link, number)
		}
	}
	putPageLink(m, p.Next, `<li class="pager-next"><a title="Go to next page" href="{}">next ›</a></li>`)
	putPageLink(m, p.Last, `<li class="pager-last last"><a title="Go to last page" href="{}">last »</a></li>`)
	m.put("\n</ul>")
}

// relPager is that of 2026, which says what its links are.
func relPager(m *markup, p pager) {
	m.put(`<nav class="pager" aria-label="Pagination"><ul>` + "\n")
	putPageLink(m, p.Previous, `<li><a rel="prev" href="{}">Previous page</a></li>`+"\n")
	for _, item := range p.Items {
		if number := strconv.Itoa(item.Number); item.Link == "" {
			m.put(`<li aria-current="page">{}</li>`+"\n", number)
		} else {
			m.put(`<li><a href="{}">{}</a></li>`+"\n", item.Link, number)
		}
	}
	putPageLink(m, p.Next, `<li><a rel="next" href="{}"><span aria-hidden="true">→</span></a></li>`+"\n")
	m.put("</ul></nav>\n")
}

// wordPager has two links and no numbers.
func wordPager(m *markup, p pager) {
	m.put("<p>")
	putPageLink(m, p.Previous, `<a href="{}">Newer releases</a> `)
	putPageLink(m, p.Next, `<a href="{}">Older releases</a>`)
	m.put("</p>\n")
}

// morePager has one link.
func morePager(m *markup, p pager) {
	putPageLink(m, p.Next, `<div class="stream-next"><a href="{}">Load more</a></div>`+"\n")
}

// unclosedPager is the classic one without end tags.
func unclosedPager(m *markup, p pager) {
	m.put("<ul class=pager>\n")
	putPageLink(m, p.Previous, `<li><a href="{}">‹ previous</a>`+"\n")
	putPageLink(m, p.Next, `<li><a href="{}">next ›</a>`+"\n")
	m.put("</ul>\n")
}

// putPageLink writes a link of the pager, if it has one.
func putPageLink(m *markup, link, form string) {
	if link != "" {
		m.put(form, link)
	}
}
