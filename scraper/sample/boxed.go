package sample

import (
	"strings"
	"time"
)

// The layouts that have an element around each release.

// classicRows writes the classic markup. The date is the last node of its
// element and the summary the first of its own: scrapers rely on it.
func classicRows(m *markup, l labels, rows []Release) {
	m.put(`<dl class="search-results apachesolr_search-results">`)
	for _, r := range rows {
		m.put(`
<div class="search-result-news">
  <dt class="search-title"><h3><a href="{}">{}</a></h3></dt>
  <dd class="search-meta">`, r.Path(), r.Title)
		for _, f := range l.fields(r) {
			m.put("\n    "+`<div class="{}"><span class="label">{}:</span> {}</div>`, f.class, f.label, f.text())
		}
		m.put(`
  </dd>
  <dd class="search-snippet-info"><div class="search-snippet">{}<br><span class="clearfix"></span></div></dd>
</div>
`, r.Summary)
	}
	m.put("</dl>")
}

// cardRows writes the cards of 2026.
func cardRows(m *markup, l labels, rows []Release) {
	m.put(`<div class="view-content">` + "\n")
	for _, r := range rows {
		m.put(`<a class="teaser teaser--two-cols" href="{}">
  <div class="teaser__text">
`, r.Path())
		if r.Type != "" {
			m.put("    "+`<span class="teaser__kicker">{}</span>`+"\n", kicker(r.Type))
		}
		m.put(`    <h2 class="teaser__title">{}</h2>
    <p class="teaser__summary">{}</p>
  </div>
  <div class="teaser__meta">
`, r.Title, r.Summary)
		putCardFields(m, l, r)
		m.put("  </div>\n</a>\n")
	}
	m.put("</div>\n")
}

func putCardFields(m *markup, l labels, r Release) {
	for _, f := range l.fields(r) {
		switch f.label {
		case l.date:
			m.put(`    <div><span class="teaser__label">{}:</span> <time datetime="{}">{}</time></div>`+"\n",
				f.label, r.Day.Add(12*time.Hour).Format(time.RFC3339), f.text())
		case l.category: // stands above the title
		default:
			m.put(`    <div><span class="teaser__label">{}:</span> {}</div>`+"\n", f.label, f.text())
		}
	}
}

// kicker is what the cards of 2026 call a type.
func kicker(kind string) string {
	if kind == news {
		return "News Item"
	}
	return kind
}

// divRows writes nothing but divs, and a heading.
func divRows(m *markup, l labels, rows []Release) {
	m.put(`<div class="stream">` + "\n")
	for _, r := range rows {
		m.put(`<div class="stream-item">
  <div class="stream-head"><h4>{}</h4></div>
`, r.Title)
		for _, f := range l.fields(r) {
			m.put(`  <div class="pair"><div class="pair-key">{}</div><div class="pair-value">{}</div></div>`+"\n", f.label, f.text())
		}
		m.put(`  <div class="stream-text">{}</div>
  <div class="stream-more"><a href="{}">Read more</a></div>
</div>
`, r.Summary, r.Path())
	}
	m.put("</div>\n")
}

// tableRows writes a table; what has no value is an empty cell.
func tableRows(m *markup, l labels, rows []Release) {
	m.put(`<table class="views-table">` + "\n<thead><tr><th>Title</th>")
	for _, f := range l.columns(Release{}) {
		m.put("<th>{}</th>", f.label)
	}
	m.put("</tr></thead>\n<tbody>\n")
	for _, r := range rows {
		m.put(`<tr><td><a href="{}">{}</a><p>{}</p></td>`, r.Path(), r.Title, r.Summary)
		for _, f := range l.columns(r) {
			m.put("<td>")
			putValues(m, f)
			m.put("</td>")
		}
		m.put("</tr>\n")
	}
	m.put("</tbody>\n</table>\n")
}

// putValues writes the values of a field as links, where they have pages.
func putValues(m *markup, f field) {
	if !f.linked {
		m.put("{}", f.text())
		return
	}
	for i, name := range f.values {
		if i > 0 {
			m.put(", ")
		}
		m.put(`<a href="/{}">{}</a>`, pageName(name), name)
	}
}

// pageName is the address of the page about an office or a topic; the site has
// links to those pages, but not the pages.
func pageName(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(c rune) bool {
		return !('a' <= c && c <= 'z')
	})
	return strings.Join(words, "-")
}
