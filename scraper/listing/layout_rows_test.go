package listing

import (
	"html"
	"slices"
	"strings"
)

// rows writes the releases in the layout.
func (l layout) rows(truths []truth) string {
	var rows []string
	if l.repeated {
		truths = append(slices.Clip(truths), truths[0])
	}
	for i, t := range truths {
		row := l.row(t)
		if i == 1 && l.box != "tr" && l.shape != lines && l.shape != terms && !l.loose {
			row += l.between
		}
		rows = append(rows, row)
	}
	switch l.shape {
	case columns:
		return l.table(truths)
	case lines:
		return l.element(pick(l.dice, "div", "p", "td"), "list", strings.Join(rows, pick(l.dice, "<br><br>", "<hr>", "<br>\n<br>\n")))
	case terms:
		return "<dl>" + strings.Join(rows, "") + "</dl>"
	}
	if l.inPairs && !l.featured && l.box != "tr" && l.box != "li" {
		rows = inPairs(rows)
	}
	if l.featured && l.box != "tr" && l.box != "li" && len(rows) > 1 {
		hero := l
		hero.heading, hero.box = "h1", "section"
		return hero.row(truths[0]) + l.around(strings.Join(rows[1:], "\n"))
	}
	if !l.group {
		return l.around(strings.Join(rows, pick(l.dice, "", "\n", "<!-- Publishing date: 1 May 2020 -->", "\n\n")))
	}
	var out strings.Builder
	for len(rows) > 0 {
		n := 1 + l.IntN(len(rows))
		out.WriteString("<section><h2>" + pick(l.dice, "December 2024", "News", "Earlier") + "</h2>" + l.around(strings.Join(rows[:n], "\n")) + "</section>")
		rows = rows[n:]
	}
	return out.String()
}

// inPairs writes an element around every two rows.
func inPairs(rows []string) (pairs []string) {
	for pair := range slices.Chunk(rows, 2) {
		pairs = append(pairs, `<div class="two-columns">`+strings.Join(pair, "")+"</div>")
	}
	return pairs
}

// around writes the list around rows.
func (l layout) around(rows string) string {
	switch {
	case l.shape == boxed && l.box == "tr":
		return "<table><tbody>" + rows + "</tbody></table>"
	case l.shape == boxed && l.box == "li":
		return "<" + pick(l.fixed(), "ul", "ol") + ">" + rows + "</" + pick(l.fixed(), "ul", "ol") + ">"
	}
	return l.element(l.list, "list", rows)
}

// row writes one release.
func (l layout) row(t truth) string {
	parts := l.parts(t)
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	content := strings.Join(parts, pick(l.fixed(), "", "\n", "\n  ", "<!-- -->"))
	if l.wrapper == "span" {
		content = strings.Join(parts, pick(l.fixed(), "<br>", "<br>\n", "<br/>"))
	}
	switch l.shape {
	case boxed:
		for range l.depth {
			content = l.element("div", "in", content)
		}
		if l.box == "tr" {
			content = l.element("td", "cell", content)
		}
		return l.element(l.box, "row", content)
	case cards:
		return l.element(pick(l.fixed(), "", "li", "div"), "col", `<a class="card" href="`+html.EscapeString(t.href)+`">`+content+`</a>`)
	case unclosed:
		return "<" + pick(l.fixed(), "div", "section", "article") + " class=row>" + content
	case halfBoxed:
		return l.headed(t)
	case facts:
		return l.facts(t)
	}
	return content
}

// parts writes the parts of a row; neighbouring fields may share an element.
func (l layout) parts(t truth) []string {
	var out, fields []string
	flush := func() {
		if len(fields) > 0 {
			out = append(out, l.fields(fields)...)
		}
		fields = nil
	}
	for _, p := range l.order {
		text := l.part(p, t)
		if text != "" && p >= datePart && p <= topicPart {
			fields = append(fields, text)
			continue
		}
		flush()
		out = append(out, text)
	}
	flush()
	return out
}

// fields writes what is around neighbouring fields.
func (l layout) fields(list []string) []string {
	switch l.style {
	case termPair:
		return []string{"<dl>" + strings.Join(list, "") + "</dl>"}
	case cellPair:
		return []string{"<table>" + strings.Join(list, "") + "</table>"}
	case oneLine:
		return []string{l.element(l.wrapper, "meta", strings.Join(list, pick(l.fixed(), " | ", " · ", " ", ", ", " – ")))}
	}
	if l.fixed().chance(40) && l.shape != lines && l.shape != terms && l.wrapper != "span" {
		if l.wrapper == "li" {
			return []string{"<ul>" + strings.Join(list, "") + "</ul>"}
		}
		return []string{l.element("div", "meta", strings.Join(list, ""))}
	}
	return list
}

// headed writes an element around the parts up to title and date.
func (l layout) headed(t truth) string {
	end := max(slices.Index(l.order, titlePart), slices.Index(l.order, datePart)) + 1
	if l.style == termPair || l.style == cellPair || l.style == oneLine {
		for end < len(l.order) && l.order[end] >= datePart && l.order[end] <= topicPart {
			end++
		}
	}
	head, rest := l, l
	head.order, rest.order = l.order[:end], l.order[end:]
	return l.element(pick(l.fixed(), "header", "div"), "head", strings.Join(head.parts(t), "\n")) + strings.Join(rest.parts(t), "\n")
}

// facts writes a table with a line for each field.
func (l layout) facts(t truth) string {
	var rows, before, behind string
	line := func(label, value string) string {
		if value == "" {
			return ""
		}
		return l.element("tr", "line", l.element(pick(l.fixed(), "th", "td"), "label", label)+l.element("td", "value", value))
	}
	for _, p := range l.order {
		switch p {
		case titlePart:
			if l.fixed().chance(50) {
				before += l.titleOf(t)
			} else {
				rows += line("Title", l.titleOf(t))
			}
		case summaryPart:
			if l.bare {
				continue
			}
			if l.fixed().chance(50) {
				behind += l.element("p", "text", l.summary(t))
			} else {
				rows += line("Summary", l.summary(t))
			}
		case datePart:
			rows += line(l.labels[date], l.date(t))
		case typePart:
			rows += line(l.labels[category], l.value(category, l.names([]shown{t.category})))
		case officePart:
			rows += line(l.labels[office], l.value(office, l.names(t.offices)))
		case topicPart:
			rows += line(l.labels[topic], l.value(topic, l.names(t.topics)))
		}
	}
	return before + "<table>" + rows + "</table>" + behind
}

// table writes all releases in one table with a header.
func (l layout) table(truths []truth) string {
	order := slices.DeleteFunc(slices.Clone(l.order), func(p part) bool { return p == picture || p == morePart })
	var head string
	for _, p := range order {
		name := map[part]string{
			titlePart: "Title", summaryPart: "Summary",
			datePart: l.labels[date], typePart: l.labels[category], officePart: l.labels[office], topicPart: l.labels[topic],
		}[p]
		if l.fixed().chance(30) {
			name = `<a href="/press-releases?order=` + pick(l.fixed(), "asc", "desc") + `" title="sort">` + name + "</a>"
		}
		head += l.element(pick(l.fixed(), "th", "td"), "head", name)
	}
	out := l.element("tr", "head", head)
	if l.fixed().chance(50) {
		out = "<thead>" + out + "</thead><tbody>"
	}
	for _, t := range truths {
		var cells string
		for _, p := range order {
			cells += l.element("td", "cell", l.cell(p, t))
		}
		out += l.element("tr", "row", cells)
	}
	return "<table>" + out + "</table>"
}

func (l layout) cell(p part, t truth) (text string) {
	switch p {
	case titlePart:
		return l.titleOf(t)
	case summaryPart:
		if l.bare {
			return ""
		}
		return l.summary(t)
	case datePart:
		return l.date(t)
	case typePart:
		text = l.value(category, l.names([]shown{t.category}))
	case officePart:
		text = l.value(office, l.names(t.offices))
	case topicPart:
		text = l.value(topic, l.names(t.topics))
	}
	if text == "" || text == "<ul></ul>" {
		return pick(l.fixed(), "", "&nbsp;", "–", "-", "—")
	}
	return text
}
