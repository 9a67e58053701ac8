package sample

import (
	"slices"
	"strings"
)

// Layout names one of the ways in which the site can write its listing.
type Layout string

// The layouts. Around the rows of all of them stand the same menus, filter
// lists and footer.
const (
	// Classic is the newsroom as it was until 2025: the markup that scrapers'
	// selectors tell of.
	Classic Layout = "classic"
	// Cards2026 is the newsroom of 2026: each row is one link around a whole
	// card, with labels of its own and the type above the title.
	Cards2026 Layout = "cards-2026"
	// Table has a row of a table for each release; only its header tells the
	// labels. Offices and topics are links.
	Table Layout = "table"
	// DefinitionList is one list for all releases, which begin with a term.
	DefinitionList Layout = "definition-list"
	// Plain is headings and paragraphs, without anything around a release.
	Plain Layout = "plain"
	// Divs has a div for each label and for each value; a release's only link
	// says "Read more".
	Divs Layout = "divs"
	// Unclosed leaves out the end tags that HTML lets one leave out.
	Unclosed Layout = "unclosed"
)

// design is how a layout is written.
type design struct {
	layout Layout
	labels labels
	rows   func(*markup, labels, []Release)
	pager  func(*markup, pager)
}

// designs are those of all layouts.
func designs() []design {
	return []design{
		{Classic, classicLabels, classicRows, numberedPager},
		{Cards2026, labels2026, cardRows, relPager},
		{Table, classicLabels, tableRows, numberedPager},
		{DefinitionList, classicLabels, definitionRows, numberedPager},
		{Plain, classicLabels, plainRows, wordPager},
		{Divs, labels2026, divRows, morePager},
		{Unclosed, classicLabels, unclosedRows, unclosedPager},
	}
}

// Layouts lists the layouts that a site knows, first the one that it begins
// with.
func Layouts() []Layout {
	var list []Layout
	for _, d := range designs() {
		list = append(list, d.layout)
	}
	return list
}

// SetLayout makes the site write its listing in another layout from the next
// page on. It panics if the layout is none of Layouts.
func (s *Site) SetLayout(l Layout) {
	if !slices.Contains(Layouts(), l) {
		panic("sample: no layout is named " + string(l))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.layout = l
	s.archive.touch(s.archive.modified)
}

// design returns how the layout is written.
func (l Layout) design() design {
	all := designs()
	return all[slices.IndexFunc(all, func(d design) bool { return d.layout == l })]
}

// labels are what stands beside the fields of a row. Without a label the field
// is left out.
type labels struct{ date, category, office, topic string }

var (
	classicLabels = labels{"Publishing date", "Content type", "Where we are", "What we do"}
	labels2026    = labels{"Issued on", "Content type", "Issued by", "Fields of work"}
	otherLabels   = labels{"Released", "Sort of text", "Filed by", "Concerning"}
)

// field is one line of a row.
type field struct {
	// class is what the classic listing calls it.
	class, label string
	values       []string
	// linked says that the values have pages of their own.
	linked bool
}

func (f field) text() string { return strings.Join(f.values, ", ") }

// fields are what the row of a release shows between title and summary; those
// without a value are left out.
func (l labels) fields(r Release) []field {
	return slices.DeleteFunc(l.columns(r), func(f field) bool { return len(f.values) == 0 })
}

// columns are the fields of a release, also those without a value.
func (l labels) columns(r Release) []field {
	list := make([]field, 0, 4)
	if l.date != "" {
		list = append(list, field{class: "publishing-date", label: l.date, values: []string{writtenDay(r)}})
	}
	kind := field{class: "content-type", label: l.category}
	if r.Type != "" {
		kind.values = []string{r.Type}
	}
	return append(list, kind,
		field{class: "where-we-are", label: l.office, values: r.Offices, linked: true},
		field{class: "what-we-do", label: l.topic, values: r.Topics, linked: true})
}

// writtenDay is the day as the newsroom writes it.
func writtenDay(r Release) string { return r.Day.Format("2 January 2006") }
