package listing

import (
	"cmp"
	"slices"
	"strings"

	"communique/scraper/sources"
)

// kind is what a label says about the value beside it.
type kind int

const (
	free kind = iota // text without a label
	date
	office
	topic
	category // the type of release
)

// words is a source's vocabulary, prepared for comparing.
type words struct {
	labels  []label // the longest first, so that none hides another
	initial [256]bool
	names   [category + 1]names
	closed  []string
	more    phrases
	next    phrases
	layouts []dateLayout
	times   timeWords
}

func newWords(s *sources.Source) *words {
	w := &words{
		names: [...]names{
			office:   newNames(s.Offices, s.Aliases.Offices, s.Closed),
			topic:    newNames(s.Topics, s.Aliases.Topics, s.Closed),
			category: newNames(s.Types, s.Aliases.Types, s.Closed),
		},
		more: newPhrases(s.Labels.More), next: newPhrases(s.Labels.Next),
		layouts: newLayouts(s.Dates), times: newTimeWords(s.Months, s.Weekdays),
	}
	for _, mark := range s.Closed {
		w.closed = append(w.closed, strings.ToLower(mark))
	}
	w.label(date, s.Labels.Date)
	w.label(office, s.Labels.Office)
	w.label(topic, s.Labels.Topic)
	w.label(category, s.Labels.Type)
	slices.SortStableFunc(w.labels, func(a, b label) int { return cmp.Compare(len(b.text), len(a.text)) })
	return w
}

// phrases are the words of links that lead on instead of naming a release.
type phrases struct {
	set     map[string]bool
	initial [256]bool // of those, in either case, and of decoration
	longest int
}

// arrows decorate a phrase; maxArrows bytes of decoration are expected.
const (
	arrows    = " .…:›»→>"
	maxArrows = 20
)

func newPhrases(list []string) phrases {
	p := phrases{set: map[string]bool{}}
	for _, text := range list {
		text = foldCase(text)
		p.set[text] = true
		p.longest = max(p.longest, len(text))
		p.initial[text[0]], p.initial[strings.ToUpper(text)[0]] = true, true
	}
	for i := range len(arrows) {
		p.initial[arrows[i]] = true
	}
	for _, space := range "\t\n\r\u00a0\u00ad\u200b" { // what cleaning takes away
		p.initial[string(space)[0]] = true
	}
	return p
}

// has says that a text is one of the phrases, alone or decorated by arrows.
func (p *phrases) has(text string) bool {
	if text == "" || len(text) > p.longest+maxArrows || !p.initial[text[0]] {
		return false
	}
	text = foldCase(text)
	return p.set[text] || p.set[strings.Trim(text, arrows)]
}
