package listing

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html/atom"

	"communique/store"
)

// Filter is a link of a page that narrows the listing to one office or topic.
type Filter struct {
	Kind   store.Kind
	ID     string // a number, as the source's filter parameter takes it
	Name   string // of today, equal to that in a row
	Closed bool   // the link marks the office as one that ended
}

// maxFilters bounds how many filters one page may tell.
const maxFilters = 500

// readFilter reads a link to the page's own listing that may be a filter.
func (r *turnReader) readFilter(n ref, query url.Values) {
	parameter := r.source.Filters.Parameter
	if parameter == "" || strings.TrimSpace(r.query.Get(parameter)) != "" || len(r.Filters) == maxFilters {
		return
	}
	k, id := r.filtered(query.Get(parameter))
	if id == "" || slices.ContainsFunc(r.Filters, func(f Filter) bool { return f.Kind == k.tags() && f.ID == id }) {
		return
	}
	name := r.filterName(k, r.shownText(n))
	if tag := r.tag(k, trimSeparators(name)); strings.ContainsFunc(tag.Name, unicode.IsLetter) {
		r.Filters = append(r.Filters, Filter{k.tags(), id, tag.Name, tag.Closed})
	}
}

// filtered returns what the value of a filter parameter asks for, if that is
// one office or one topic: FIELD:(ID) and nothing else.
func (r *turnReader) filtered(value string) (k kind, id string) {
	field, id, _ := strings.Cut(strings.TrimSpace(value), ":(")
	id, whole := strings.CutSuffix(id, ")")
	if !whole || id == "" || len(id) > maxID || strings.Trim(id, "0123456789") != "" {
		return free, ""
	}
	switch field {
	case "":
	case r.source.Filters.Offices.Field:
		return office, id
	case r.source.Filters.Topics.Field:
		return topic, id
	}
	return free, ""
}

// maxID is how many digits the number of a filter has at most.
const maxID = 18

// tags is the kind of tag that a label's value is.
func (k kind) tags() store.Kind {
	if k == office {
		return store.Office
	}
	return store.Topic
}

// The text of a filter's link tells how many releases there are, and some tell
// those who don't see the page what following the link does.
var (
	counted  = regexp.MustCompile(`^(.*\pL.*?)\s*(?:\(\s*\d[\d.,'’ ]*\)|\s\d[\d.,'’]*)$`)
	applying = regexp.MustCompile(`^(.*?)\s*\b(?i:apply) (.+) (?i:filter)$`)
)

// filterName returns the name that the text of a filter's link shows.
func (r *turnReader) filterName(k kind, text string) string {
	if r.known(k, text) {
		return text
	}
	if m := applying.FindStringSubmatch(text); m != nil {
		if text = m[1]; text == "" {
			text = m[2]
		}
	}
	if m := counted.FindStringSubmatch(text); m != nil && !r.known(k, text) {
		text = m[1]
	}
	if r.isMore(text) {
		return ""
	}
	return text
}

// shownText returns the text of a link as a person sees it, with a space before
// each part of its own.
func (t *tree) shownText(n ref) string {
	var text strings.Builder
	t.writeShown(&text, n)
	return cleanText(text.String(), 4*maxName)
}

func (t *tree) writeShown(text *strings.Builder, n ref) {
	for c := t.nodes[n].first; c != 0 && text.Len() < 4*maxName; c = t.nodes[c].next {
		if t.isText(c) {
			text.Write(t.textIn(c))
		}
		if !t.isElement(c) || t.traitsOf(c).unseen {
			continue
		}
		if t.nodes[c].tag == atom.Span || t.nodes[c].nature&inline == 0 {
			text.WriteByte(' ')
		}
		t.writeShown(text, c)
	}
}
