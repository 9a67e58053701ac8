package listing

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// hintedRow is a row as the source's class hints find it: the texts of all of
// its elements that are said to be title and date.
type hintedRow struct {
	elem        int
	title, date string
}

// checkHints compares what was read by the labels with what the class hints
// find, if they find anything: each of their rows must be one of the releases,
// and the other way round. It tells the first of each sort that is not.
func (p *page) checkHints() {
	if p.source.Hints.Row == "" || p.full || len(p.Releases) == maxRows {
		return
	}
	rows := p.hintedRows()
	if len(rows) == 0 {
		return
	}
	hinted, labelled := p.compareHints(rows)
	if p.Unread > 0 {
		hinted = ""
	}
	var differs string
	switch {
	case hinted == "" && labelled == "":
		return
	case hinted == labelled:
		differs = fmt.Sprintf("%q has another date by the hints", shorten(hinted, 60))
	case hinted == "":
		differs = fmt.Sprintf("%q is only found by its labels", shorten(labelled, 60))
	case labelled == "":
		differs = fmt.Sprintf("%q is only found by the hints", shorten(hinted, 60))
	default:
		differs = fmt.Sprintf("%q is only found by its labels, %q by the hints", shorten(labelled, 60), shorten(hinted, 60))
	}
	p.problem("the class hints find %d rows, the labels %d; %s", len(rows), len(p.Releases), differs)
}

// hintedRows lists the rows that have a title. An element belongs to the last
// row that began before it, since rows whose end tags are missing lie in each
// other.
func (p *page) hintedRows() []hintedRow {
	w := p.witness()
	rows := make([]hintedRow, 0, len(p.Releases)+1)
	for e := range p.elems {
		row, title, date := w.sees(p.elems[e].node)
		if row {
			rows = append(rows, hintedRow{elem: e})
		}
		last := len(rows) - 1
		if last < 0 || !p.within(e, rows[last].elem) {
			continue
		}
		if title {
			rows[last].title = p.addText(rows[last].title, e)
		}
		if date {
			rows[last].date = p.addText(rows[last].date, e)
		}
	}
	return slices.DeleteFunc(rows, func(row hintedRow) bool { return row.title == "" })
}

// addText adds what stands in an element to a text, unless that is long.
func (p *page) addText(text string, e int) string {
	switch {
	case text == "":
		return p.textOf(e)
	case len(text) > maxTitle:
		return text
	}
	return text + " " + p.textOf(e)
}

// compareHints returns the title of the first row that is no release, and of
// the first release that is in no row; "" if there is none.
func (p *page) compareHints(rows []hintedRow) (hinted, labelled string) {
	found := make([]bool, len(p.Releases))
	next := 0
	for _, row := range rows {
		if i := p.releaseIn(row, next); i >= 0 {
			found[i], next = true, i+1
		} else if hinted == "" {
			hinted = row.title
		}
	}
	for i := range found {
		if !found[i] {
			return hinted, p.Releases[i].Title
		}
	}
	return hinted, ""
}

// releaseIn returns which release a row shows, -1 if none. It looks at the next
// one first, since both are in the page's order.
func (p *page) releaseIn(row hintedRow, next int) int {
	for n := range p.Releases {
		i := (next + n) % len(p.Releases)
		if showsTitle(row.title, p.Releases[i].Title) && (row.date == "" || showsDate(row.date, p.dates[i])) {
			return i
		}
	}
	return -1
}

// showsTitle says that a text is a title, or holds one beside other words, or
// is a part of one.
func showsTitle(text, title string) bool {
	if text == title {
		return true
	}
	text = cleanTitle(text)
	return strings.Contains(text, strings.TrimSuffix(title, "…")) || strings.Contains(title, strings.TrimSuffix(text, "…"))
}

// showsDate says that a text holds a date, not as a part of a longer one. Where
// its parts are elements, only the text of all has the spaces between them.
func showsDate(text, date string) bool {
	at := strings.Index(text, date)
	if at < 0 {
		return strings.Contains(strings.ReplaceAll(text, " ", ""), strings.ReplaceAll(date, " ", ""))
	}
	before, _ := utf8.DecodeLastRuneInString(text[:at])
	behind, _ := utf8.DecodeRuneInString(text[at+len(date):])
	return !unicode.IsDigit(before) && !unicode.IsDigit(behind)
}
