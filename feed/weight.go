package feed

import (
	"fmt"
	"strings"
	"time"

	"communique/store"
)

// weight is a number of bytes in each format.
type weight [formatCount]int

func (w weight) plus(other weight) weight {
	for i := range w {
		w[i] += other[i]
	}
	return w
}

func (w weight) minus(other weight) weight {
	for i := range w {
		w[i] -= other[i]
	}
	return w
}

func (w weight) heaviest() int { return max(w[atomFormat], w[rssFormat], w[jsonFormat]) }

// measure renders an edition in every format and returns what that weighs.
func measure(e edition) (w weight, err error) {
	for i, format := range formats() {
		body, err := format.write(e)
		if err != nil {
			return w, fmt.Errorf("measuring: %w", err)
		}
		w[i] = len(body)
	}
	return w, nil
}

// scale tells what an entry weighs without rendering it, so that a feed is cut
// to size before it is written, and the same in every format. The markup is
// measured once for each newsroom, the texts are counted with the escapes that
// they need. The answer is never too low, and too high by a few bytes for each
// entry and tag at most.
type scale struct {
	entry, summary weight
	tag            map[store.Kind]weight
}

// newScale measures the markup of a newsroom's entries.
func newScale(n Newsroom, base string) (scale, error) {
	entries := func(list ...entry) (weight, error) {
		return measure(edition{Feed: Feed{Newsroom: n}, base: base, entries: list})
	}
	bare := entry{id: "-", key: "-", url: "-", title: "-", issued: time.DateOnly, updated: time.Time{}.Add(time.Millisecond)}
	none, err := entries()
	if err != nil {
		return scale{}, err
	}
	one, err := entries(bare)
	if err != nil {
		return scale{}, err
	}
	summarised := bare
	summarised.summary, summarised.html = "-", "-"
	two, err := entries(summarised)
	if err != nil {
		return scale{}, err
	}
	s := scale{one.minus(none), two.minus(one), map[store.Kind]weight{}}
	for _, kind := range store.Kinds() {
		tagged := bare
		tagged.tags = []tag{{kind, "-", "-"}}
		three, err := entries(tagged)
		if err != nil {
			return scale{}, err
		}
		s.tag[kind] = three.minus(one)
	}
	return s, nil
}

// weigh returns what an entry adds to a feed.
func (s scale) weigh(e entry) weight {
	title, summary := text(e.title), text(e.summary)
	w := s.entry.plus(text(e.id)).plus(text(e.url)).plus(title).plus(summary)
	w[jsonFormat] += text(e.key)[jsonFormat]
	if e.summary == "" {
		w[jsonFormat] += title[jsonFormat] // JSON Feed wants some text
	} else {
		w = w.plus(s.summary)
		w[jsonFormat] += summary[jsonFormat] // there it stands twice
	}
	if len(e.html) > len(e.summary) {
		w[rssFormat] += text(e.html)[rssFormat] - summary[rssFormat]
	}
	for _, t := range e.tags {
		name, slug := text(t.name), text(t.slug)
		w = w.plus(s.tag[t.kind]).plus(name)
		w[atomFormat] += slug[atomFormat]
		w[jsonFormat] += name[jsonFormat] + 2*slug[jsonFormat]
	}
	return w
}

// text returns what s weighs with the escapes of each format.
func text(s string) weight {
	of := func(c string) int { return strings.Count(s, c) }
	quotes, blanks := of(`"`), of("\t")+of("\n")+of("\r")
	xml := len(s) + 4*(of("&")+quotes+of("'")+blanks) + 3*(of("<")+of(">"))
	json := len(s) + quotes + of(`\`) + blanks + 3*(of("\u2028")+of("\u2029"))
	return weight{atomFormat: xml, rssFormat: xml, jsonFormat: json}
}
