package sample

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// theme is what one release speaks of: who acts, about what, with whom, where.
type theme struct {
	issuer   office
	date     time.Time
	matter   string
	audience string
}

// words draws the places, days and numbers of one release, and fills the
// braces of its phrases.
func (t theme) words(rng *rand.Rand) *strings.Replacer {
	place, other := twoPlaces(rng, t.issuer.places)
	told := t.date.AddDate(0, 0, -rng.IntN(5))
	many := 12 + rng.IntN(70)
	return strings.NewReplacer(
		"{subject}", t.issuer.subject(t.date),
		"{office}", t.issuer.full(t.date),
		"{matter}", t.matter, "{Matter}", capital(t.matter),
		"{audience}", t.audience, "{Audience}", capital(t.audience),
		"{place}", place, "{PLACE}", strings.ToUpper(place), "{other}", other,
		"{on}", "on "+told.Format("2 January"),
		"{from}", span(told.AddDate(0, 0, -1-rng.IntN(3)), told),
		"{date}", told.Format("2 January 2006"),
		"{many}", fmt.Sprint(many), "{some}", fmt.Sprint(many/2-rng.IntN(5)), "{lots}", fmt.Sprint(many*5),
		"{year}", fmt.Sprint(t.date.Year()+1),
	)
}

// paragraph draws the sentences of a summary. Filled in, it has between 115
// and 971 characters, as the newsroom's summaries have.
func paragraph(rng *rand.Rand, kind string) string {
	middles, closings := generalMiddles, generalClosings
	if kind == news {
		middles = slices.Concat(middles, eventMiddles)
		closings = slices.Concat(closings, eventClosings)
	}
	sentences := []string{pick(rng, openings[kind])}
	for _, i := range rng.Perm(len(middles))[:1+rng.IntN(3)] {
		sentences = append(sentences, middles[i])
	}
	if rng.IntN(2) == 0 {
		sentences = append(sentences, pick(rng, closings))
	}
	return strings.Join(sentences, " ")
}

func twoPlaces(rng *rand.Rand, places []string) (string, string) {
	if len(places) < 2 {
		return places[0], pick(rng, capitals[1:])
	}
	order := rng.Perm(len(places))
	return places[order[0]], places[order[1]]
}

// span writes a span of days as "from 9 to 12 December".
func span(first, last time.Time) string {
	if first.Month() == last.Month() {
		return fmt.Sprintf("from %d to %s", first.Day(), last.Format("2 January"))
	}
	return fmt.Sprintf("from %s to %s", first.Format("2 January"), last.Format("2 January"))
}

func capital(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[size:]
}
