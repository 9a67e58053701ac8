package listing

import (
	"errors"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"communique/store"
)

// dateLayout is one of the ways in which a source writes dates, as package time has it.
type dateLayout struct {
	text           string
	month, weekday bool // it has them in full
}

func newLayouts(list []string) []dateLayout {
	layouts := make([]dateLayout, len(list))
	for i, text := range list {
		layouts[i] = dateLayout{text, strings.Contains(text, "January"), strings.Contains(text, "Monday")}
	}
	return layouts
}

// timeWords are the words for months and weekdays in a language that is not
// English, in small letters, and what package time calls them.
type timeWords map[string]timeWord

type timeWord struct {
	english string
	month   bool
}

// short is how many letters package time keeps of a name that is cut short.
const short = 3

func newTimeWords(months, weekdays []string) timeWords {
	words := timeWords{}
	for i, list := range months {
		for _, word := range strings.Fields(list) {
			words[strings.ToLower(word)] = timeWord{time.Month(i + 1).String(), true}
		}
	}
	for i, list := range weekdays {
		for _, word := range strings.Fields(list) {
			words[strings.ToLower(word)] = timeWord{time.Weekday((i + 1) % 7).String(), false}
		}
	}
	return words
}

// inEnglish puts English words in the place of those of the source, as long as a
// layout wants them.
func (words timeWords) inEnglish(text string, layout dateLayout) string {
	if len(words) == 0 {
		return text
	}
	var b strings.Builder
	for text != "" {
		end := strings.IndexFunc(text, func(r rune) bool { return !unicode.In(r, unicode.L, unicode.M) })
		if end < 0 {
			end = len(text)
		}
		if end == 0 {
			_, end = utf8.DecodeRuneInString(text)
		}
		word, known := words[strings.ToLower(text[:end])]
		switch {
		case !known:
			b.WriteString(text[:end])
		case word.month && layout.month || !word.month && layout.weekday:
			b.WriteString(word.english)
		default:
			b.WriteString(word.english[:short])
		}
		text = text[end:]
	}
	return b.String()
}

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
		t, err := time.Parse(layout.text, w.times.inEnglish(text, layout))
		if err == nil {
			return store.DayOf(t), nil
		}
		if first == nil || strings.Contains(err.Error(), "out of range") {
			first = err
		}
	}
	return store.Day{}, first
}

// datedText is a text that was read as a date: rows of one day stand side by
// side, and each is asked for more than once.
type datedText struct {
	text string
	day  store.Day
	err  error
}

// parseDate is that of words, which needs not read the same text twice.
func (p *page) parseDate(text string) (store.Day, error) {
	if text != p.dated.text || text == "" {
		day, err := p.words.parseDate(text)
		p.dated = datedText{text, day, err}
	}
	return p.dated.day, p.dated.err
}
