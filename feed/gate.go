package feed

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"
)

// brokenError says which rule a rendered document does not keep. It is never
// published: the one before it stays.
type brokenError struct {
	path string
	rule error
}

func (e brokenError) Error() string {
	return fmt.Sprintf("document %s is not valid: %v", e.path, e.rule)
}
func (e brokenError) Unwrap() error { return e.rule }

// check reads a rendered document strictly and holds it against the rules of its
// format. base is what the addresses of the tree begin with.
func (d Document) check(base string) error {
	rule := d.broken(base)
	if rule == nil {
		return nil
	}
	return brokenError{d.Path, rule}
}

func (d Document) broken(base string) error {
	if !utf8.Valid(d.Body) {
		return errors.New("it is not UTF-8")
	}
	if bytes.HasPrefix(d.Body, []byte("\uFEFF")) {
		return errors.New("it begins with a byte order mark")
	}
	self, limit := base+d.Path, d.Modified.Add(tolerance)
	switch mediaType, _, _ := strings.Cut(d.MediaType, ";"); mediaType {
	case atomType:
		return checkXML(string(d.Body), atomRules(self, limit))
	case rssType:
		return checkXML(string(d.Body), rssRules(self, limit))
	case jsonType:
		return checkJSON(d.Body, self, limit)
	case opmlMediaType:
		return checkXML(string(d.Body), opmlRules())
	}
	return nil
}

// tolerance is how much later than the last change in the store an entry may
// claim to be: releases of one instant differ by what tells them apart, and
// clocks are set.
const tolerance = 24 * time.Hour

// instantIn checks that text is an instant of a layout and not in the future.
func instantIn(layout, text string, limit time.Time) error {
	at, err := time.Parse(layout, text)
	switch {
	case err != nil:
		return fmt.Errorf("%q is no instant of the form %s", text, layout)
	case at.Format(layout) != text && layout == rssLayout:
		return fmt.Errorf("%q has the wrong day of the week", text)
	case at.After(limit):
		return fmt.Errorf("%q lies in the future", text)
	}
	return nil
}

// webAddress checks that text is an absolute http or https address.
func webAddress(text string) error {
	if u, err := url.Parse(text); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("%q is no absolute http or https address", text)
	}
	return nil
}

// absolute checks that text can be the id of a feed or an entry: a URI.
func absolute(text string) error {
	scheme, rest, _ := strings.Cut(text, ":")
	if scheme == "" || rest == "" || strings.ContainsAny(text, " \t\n\r<>\"") {
		return fmt.Errorf("%q is no absolute id", text)
	}
	return nil
}

// plain checks that a text has nothing that XML 1.0 forbids or discourages.
func plain(text string) error {
	if legal(text) != text {
		return fmt.Errorf("%.100q has control characters", text)
	}
	return nil
}

func notBlank(text string) error {
	if strings.TrimSpace(text) == "" {
		return errors.New("it is empty")
	}
	return nil
}

// unique remembers what may stand only once in a document.
type unique map[string]bool

func (u unique) add(text string) error {
	if u[text] {
		return fmt.Errorf("%q stands there twice", text)
	}
	u[text] = true
	return nil
}
