package sources

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // a container from scratch has no zones
	"unicode"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/parser"
	"golang.org/x/text/language"
)

// Error says what is wrong with a source, and where in its text: Line and Column
// count from 1, and are 0 if something is missing there.
type Error struct {
	Line, Column int
	Reason       error
}

// Error returns the line and the reason, in one line of text.
func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Reason.Error()
	}
	return fmt.Sprintf("line %d: %v", e.Line, e.Reason)
}

// Unwrap returns the reason.
func (e *Error) Unwrap() error { return e.Reason }

// Load reads a source from YAML. Unknown keys and impossible values are errors of
// type *Error.
func Load(text []byte) (*Source, error) {
	if at := TooDeep(text); at != nil {
		return nil, fmt.Errorf("reading source: %w", at)
	}
	s := &Source{text: text}
	if err := yaml.UnmarshalWithOptions(text, s, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("reading source: %w", unreadable(text, err))
	}
	if err := s.compile(); err != nil {
		return nil, fmt.Errorf("reading source %q: %w", s.Name, misplaced(text, err))
	}
	return s, nil
}

// unreadable tells of YAML that can't be a source.
func unreadable(text []byte, err error) *Error {
	var at yaml.Error
	if !errors.As(err, &at) || at.GetToken() == nil { // as for a duration that can't be parsed, of which there is one
		return misplaced(text, valueError{"delay", fmt.Errorf("delay: %w", err)})
	}
	place, why := at.GetToken().Position, errors.New(at.GetMessage())
	if mistyped, ok := errors.AsType[*yaml.TypeError](err); ok {
		why = fmt.Errorf("want %s", whatIs(mistyped.DstType))
	}
	return &Error{place.Line, place.Column, why}
}

// whatIs names a type as who writes YAML knows it.
func whatIs(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[time.Duration]():
		return "a duration such as 10s"
	case t.Kind() == reflect.String:
		return "a text"
	case t.Kind() == reflect.Slice:
		return "a list such as [one, two]"
	case t.Kind() == reflect.Int:
		return "a whole number"
	}
	return "keys with values"
}

// valueError says what is wrong with the value of a key, such as listing.url.
type valueError struct {
	key string
	error
}

func wrong(key, format string, args ...any) error {
	return valueError{key, fmt.Errorf(key+" "+format, args...)}
}

// misplaced finds where the key of a valueError stands.
func misplaced(text []byte, err error) *Error {
	var value valueError
	if !errors.As(err, &value) {
		return &Error{Reason: err}
	}
	found := &Error{Reason: value.error}
	path, pathErr := yaml.PathString("$." + value.key)
	parsed, parseErr := parser.ParseBytes(text, 0)
	if pathErr != nil || parseErr != nil {
		return found
	}
	if node, err := path.FilterFile(parsed); err == nil && node != nil {
		place := node.GetToken().Position
		found.Line, found.Column = place.Line, place.Column
	}
	return found
}

// taken are the names that addresses beside those of sources begin with.
func taken() []string { return []string{"private", "status", "metrics", "healthz", "readyz"} }

var nameForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,40}$`)

const (
	// usualDelay is polite where neither the source nor robots.txt says more.
	usualDelay    = 10 * time.Second
	usualSchedule = "*/30 * * * *"
)

// compile checks the source and prepares what is used for every page.
func (s *Source) compile() (err error) {
	if !nameForm.MatchString(s.Name) {
		return wrong("name", "must be lower-case letters, digits and hyphens")
	}
	if slices.Contains(taken(), s.Name) {
		return wrong("name", "%q stands for an address of the server already", s.Name)
	}
	listing, err := url.Parse(s.Listing.URL)
	if err == nil && listing.User != nil {
		return wrong("listing.url", "can't hold a user name or a password, since every reader sees it")
	}
	if err != nil || listing.Host == "" || listing.Scheme != "https" && listing.Scheme != "http" {
		return wrong("listing.url", "%q must be an http(s) address", s.Listing.URL)
	}
	if _, err := language.Parse(s.Language); err != nil {
		return wrong("language", "%q must be a language tag such as en or de-AT", s.Language)
	}
	if s.zone, err = time.LoadLocation(s.ZoneName); err != nil || s.ZoneName == "" {
		return wrong("zone", "%q must be an IANA time zone such as Europe/Vienna", s.ZoneName)
	}
	if s.key, err = regexp.Compile(s.Addresses.Key); err != nil || s.key.NumSubexp() < 1 {
		return wrong("addresses.key", "%q must be a regular expression with a group", s.Addresses.Key)
	}
	if !strings.HasPrefix(s.IDPrefix, "tag:") || !strings.HasSuffix(s.IDPrefix, ":") {
		return wrong("id", "%q must begin a tag URI, such as \"tag:example.org,2026:\"", s.IDPrefix)
	}
	s.Title = cmp.Or(s.Title, s.Name)
	s.Schedule = cmp.Or(s.Schedule, usualSchedule)
	s.Delay = cmp.Or(s.Delay, usualDelay)
	s.Labels.useUsual()
	return cmp.Or(s.checkNeeds(), s.checkDates(), s.checkTimeWords(), s.Hints.compile())
}

// useUsual takes, for what is left out, the words that most newsrooms have for
// links that are no titles and for those to the next page.
func (l *Labels) useUsual() {
	if l.More == nil {
		l.More = []string{"Read more", "More", "Continue reading", "Learn more", "View", "Details", "Read on"}
	}
	if l.Next == nil {
		l.Next = []string{"Next", "Next page", "Load more", "Show more", "Older", "›", "»", "→", ">", ">>"}
	}
}

// checkNeeds refuses a source that lacks what reading rests on.
func (s *Source) checkNeeds() error {
	switch {
	case s.Addresses.Host == "":
		return wrong("addresses.host", "is needed")
	case s.Addresses.Within == "":
		return wrong("addresses.within", "is needed")
	case s.Host(s.First().Hostname()) == "":
		return wrong("addresses.host", "must be that of the listing, %s, unless that is within %s", s.First().Hostname(), s.Addresses.Within)
	case len(s.Labels.Date) == 0:
		return wrong("labels.date", "is needed: rows are found by it")
	case len(s.Dates) == 0:
		return wrong("dates", "is needed: the layouts of the listing's dates")
	case s.Listing.Page == "":
		return wrong("listing.page", "is needed")
	case s.Listing.Full < 1:
		return wrong("listing.full", "is needed, from 1 on")
	case s.Delay < 0:
		return wrong("delay", "must not be negative")
	}
	return nil
}

// checkDates refuses a layout that loses the day, the month or the year: time.Parse
// takes a month that it doesn't know for the layout's own text, and the date for
// one of January.
func (s *Source) checkDates() error {
	probe := time.Date(2023, time.October, 26, 0, 0, 0, 0, time.UTC)
	for i, layout := range s.Dates {
		t, err := time.Parse(layout, probe.Format(layout))
		if err != nil || !t.Truncate(24*time.Hour).Equal(probe) {
			return wrong(fmt.Sprintf("dates[%d]", i), "%q must write the day 2 January 2006, as Go does: with its day, its month (English where it is a word) and its year", layout)
		}
	}
	return nil
}

// checkTimeWords refuses words for months or weekdays of which one would be missing
// or stand for two.
func (s *Source) checkTimeWords() error {
	known := map[string]bool{}
	return cmp.Or(checkTimeWords("months", s.Months, 12, known), checkTimeWords("weekdays", s.Weekdays, 7, known))
}

func checkTimeWords(key string, list []string, want int, known map[string]bool) error {
	if len(list) != 0 && len(list) != want {
		return wrong(key, "must be %d, not %d", want, len(list))
	}
	for i, words := range list {
		at := fmt.Sprintf("%s[%d]", key, i)
		if strings.TrimSpace(words) == "" {
			return wrong(at, "has no word")
		}
		for _, word := range strings.Fields(strings.ToLower(words)) {
			if strings.ContainsFunc(word, func(r rune) bool { return !unicode.In(r, unicode.L, unicode.M) }) {
				return wrong(at, "%q must be letters alone; what stands behind them belongs into dates", word)
			}
			if known[word] {
				return wrong(at, "%q has another meaning already", word)
			}
			known[word] = true
		}
	}
	return nil
}

// Wrong says that the value of a key can't be, for one that is judged elsewhere.
func (s *Source) Wrong(key string, why error) error {
	return fmt.Errorf("reading source %q: %w", s.Name, misplaced(s.text, valueError{key, why}))
}
