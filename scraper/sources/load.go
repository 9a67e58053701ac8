package sources

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // a container from scratch has no zones

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/parser"
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
	s := &Source{text: text}
	if err := yaml.UnmarshalWithOptions(text, s, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("reading source: %w", unreadable(err))
	}
	if err := s.compile(); err != nil {
		return nil, fmt.Errorf("reading source %q: %w", s.Name, misplaced(text, err))
	}
	return s, nil
}

// unreadable tells of YAML that can't be a source.
func unreadable(err error) *Error {
	var at yaml.Error
	if errors.As(err, &at) && at.GetToken() != nil {
		place := at.GetToken().Position
		return &Error{place.Line, place.Column, errors.New(at.GetMessage())}
	}
	return &Error{Reason: err}
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
	return cmp.Or(s.checkNeeds(), s.Hints.compile())
}

// checkNeeds refuses a source that lacks what reading rests on.
func (s *Source) checkNeeds() error {
	switch {
	case s.Addresses.Host == "":
		return wrong("addresses.host", "is needed")
	case s.Addresses.Within == "":
		return wrong("addresses.within", "is needed")
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

// Wrong says that the value of a key can't be, for one that is judged elsewhere.
func (s *Source) Wrong(key string, why error) error {
	return fmt.Errorf("reading source %q: %w", s.Name, misplaced(s.text, valueError{key, why}))
}
