package listing

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"communique/scraper/sources"
	"communique/store"
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
	names   map[kind]names
	closed  []string
	more    phrases
	next    phrases
	layouts []string
}

func newWords(s *sources.Source) *words {
	w := &words{
		names: map[kind]names{
			office:   newNames(s.Offices, s.Aliases.Offices),
			topic:    newNames(s.Topics, s.Aliases.Topics),
			category: newNames(s.Types, s.Aliases.Types),
		},
		more: newPhrases(s.Labels.More), next: newPhrases(s.Labels.Next), layouts: s.Dates,
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
	longest int
}

func newPhrases(list []string) phrases {
	p := phrases{set: map[string]bool{}}
	for _, text := range list {
		text = foldCase(text)
		p.set[text] = true
		p.longest = max(p.longest, len(text))
	}
	return p
}

// has says that a text is one of the phrases, alone or decorated by arrows.
func (p phrases) has(text string) bool {
	if len(text) > p.longest+maxArrows {
		return false
	}
	text = foldCase(text)
	return p.set[text] || p.set[strings.Trim(text, " .…:›»→>")]
}

// maxArrows is how many bytes of decoration are expected around a phrase.
const maxArrows = 20

// maxDate is the length of the longest text that is tried as a date.
const maxDate = 60

var errNoDate = errors.New("no date")

// parseDate reads a whole text as a day, in the forms of the source.
func (w *words) parseDate(text string) (store.Day, error) {
	text = strings.Trim(text, " .,;|·•–—-")
	if len(text) > maxDate || !strings.ContainsAny(text, "0123456789") {
		return store.Day{}, errNoDate
	}
	var first error
	for _, layout := range w.layouts {
		t, err := time.Parse(layout, text)
		if err == nil {
			return store.DayOf(t), nil
		}
		if first == nil || strings.Contains(err.Error(), "out of range") {
			first = err
		}
	}
	return store.Day{}, first
}
