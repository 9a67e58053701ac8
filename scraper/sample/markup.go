package sample

import (
	"bytes"
	"strings"
)

// markup is a page that is being written. The listing is written by hand: a
// page of 50 rows, of which benchmarks and tests read hundreds, takes
// html/template eight times as long.
type markup struct{ bytes.Buffer }

// put writes a form. Each "{}" in it stands for the next of values, which is
// escaped to serve as text and between double quotes.
func (m *markup) put(form string, values ...string) {
	for _, value := range values {
		before, after, _ := strings.Cut(form, "{}")
		m.WriteString(before)
		// Writing to a buffer can't fail.
		_, _ = escapes.WriteString(m, value)
		form = after
	}
	m.WriteString(form)
}

var escapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;", "\x00", "\uFFFD")

// chrome is what stands around every page, with its title.
func chrome(title string) (top, bottom string) {
	var page bytes.Buffer
	for i, part := range []string{"top", "bottom"} {
		if err := templates.ExecuteTemplate(&page, part, title); err != nil {
			panic("sample: " + err.Error())
		}
		if i == 0 {
			top = page.String()
			page.Reset()
		}
	}
	return top, page.String()
}

var listingTop, listingBottom = chrome("News and press releases")

// render writes a page of the listing.
func (p listingPage) render() []byte {
	var m markup
	m.Grow(len(listingTop) + 1200*len(p.Rows) + 200*(len(p.Offices)+len(p.Topics)))
	m.WriteString(listingTop)
	m.put(`<div class="breadcrumb"><a href="{}">Newsroom</a></div>
<h1 class="page-title">News and press releases</h1>
<p class="page-intro">News and press releases from the OSCE's global activities.</p>
<div class="columns">
<div class="main-column">
`, listingPath)
	p.renderResults(&m)
	m.put("\n</div>\n" + `<div class="side-column">` + "\n")
	renderFilters(&m, "pane-where", "Where we are", p.Offices)
	renderFilters(&m, "pane-what", "What we do", p.Topics)
	m.put("</div>\n</div>\n")
	m.WriteString(listingBottom)
	return m.Bytes()
}

// renderResults writes what belongs to the search itself: rows and pager.
func (p listingPage) renderResults(m *markup) {
	d := p.layout.design()
	if p.layout == Classic {
		m.put(`<div class="panel-pane pane-apachesolr-result">` + "\n" + `<div class="pane-content">` + "\n")
		defer m.put("\n</div>\n</div>")
	}
	if len(p.Rows) == 0 && !p.mute {
		m.put(`<h2>Your search yielded no results</h2>
<ul><li>Check if your spelling is correct.</li><li>Remove filters to match more releases.</li></ul>`)
		return
	}
	m.put(`<div class="search-sort">Sort by: <a href="{}">Publishing date</a></div>`+"\n", p.SortLink)
	d.rows(m, p.labels, p.Rows)
	if p.Pager.Items != nil {
		d.pager(m, p.Pager)
	}
}

// renderFilters writes a filter list.
func renderFilters(m *markup, class, title string, lines []facet) {
	m.put(`<div class="panel-pane pane-facetapi {}">
<h2 class="pane-title">{}</h2>
<div class="pane-content"><ul class="facetapi-facetapi-links">`, class, title)
	for _, line := range lines {
		m.put("\n"+`<li class="leaf"><a rel="nofollow" href="{}">{}</a></li>`, line.Link, line.Name)
	}
	m.put("</ul></div>\n</div>\n")
}
