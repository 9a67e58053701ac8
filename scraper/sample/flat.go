package sample

// The layouts in which the elements of all releases stand side by side, and
// the one whose elements a parser has to close.

// definitionRows writes one definition list.
func definitionRows(m *markup, l labels, rows []Release) {
	m.put(`<dl class="releases">` + "\n")
	for _, r := range rows {
		m.put(`<dt><a href="{}">{}</a></dt>`+"\n", r.Path(), r.Title)
		for _, f := range l.fields(r) {
			m.put("<dd><b>{}</b>: ", f.label)
			putValues(m, f)
			m.put("</dd>\n")
		}
		m.put("<dd>{}</dd>\n", r.Summary)
	}
	m.put("</dl>\n")
}

// plainRows writes headings and paragraphs.
func plainRows(m *markup, l labels, rows []Release) {
	for _, r := range rows {
		m.put(`<h3><a href="{}">{}</a></h3>`+"\n<p>", r.Path(), r.Title)
		for i, f := range l.fields(r) {
			if i > 0 {
				m.put("<br>\n")
			}
			m.put("{}: {}", f.label, f.text())
		}
		m.put("</p>\n<p>{}</p>\n", r.Summary)
	}
}

// unclosedRows leaves list items and paragraphs open.
func unclosedRows(m *markup, l labels, rows []Release) {
	m.put("<ul class=results>\n")
	for _, r := range rows {
		m.put(`<li><p><a href="{}">{}</a>`+"\n", r.Path(), r.Title)
		for _, f := range l.fields(r) {
			m.put("<p><i>{}:</i> {}\n", f.label, f.text())
		}
		m.put("<p>{}\n", r.Summary)
	}
	m.put("</ul>\n")
}
