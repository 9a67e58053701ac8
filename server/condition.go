package server

import (
	"iter"
	"net/http"
	"slices"
	"strings"
	"time"
)

// validators are what a reader's conditions are compared with.
type validators struct {
	// tags are the entity tags of the document in each coding, quoted; also of
	// those that it is not kept in, which a cache may hold from before.
	tags [codingCount]string
	// modified is in whole seconds; zero when unknown.
	modified time.Time
}

// status judges the conditions of a request in the order of RFC 9110, section
// 13.2.2: 412 when the reader wants another version than this one, 304 when it
// already has this one, otherwise 200.
func (v validators) status(header http.Header, now clock) int {
	if !v.unaltered(header) {
		return http.StatusPreconditionFailed
	}
	if named, present := header["If-None-Match"]; present {
		if v.holds(named, true) {
			return http.StatusNotModified
		}
		return http.StatusOK
	}
	since, ok := date(header["If-Modified-Since"])
	// A date still to come says nothing about what the reader has.
	if ok && !v.modified.IsZero() && !v.modified.After(since) && !since.After(now()) {
		return http.StatusNotModified
	}
	return http.StatusOK
}

// unaltered judges If-Match and, without it, If-Unmodified-Since.
func (v validators) unaltered(header http.Header) bool {
	if named, present := header["If-Match"]; present {
		return v.holds(named, false)
	}
	since, ok := date(header["If-Unmodified-Since"])
	return !ok || v.modified.IsZero() || !v.modified.After(since)
}

// newValidators makes the tags from a hash of the document's bytes.
func newValidators(hash string, modified time.Time) validators {
	v := validators{modified: modified.Truncate(time.Second)}
	for c := range codingCount {
		v.tags[c] = `"` + hash + c.suffix() + `"`
	}
	return v
}

// holds reports whether a list of entity tags names this version in any
// coding. A weak tag counts only if weak is set: gateways that code on the fly
// make the tags they pass on weak.
func (v validators) holds(lines []string, weak bool) bool {
	for tag, isWeak := range entityTags(lines) {
		if tag == "*" || slices.Contains(v.tags[:], tag) && (weak || !isWeak) {
			return true
		}
	}
	return false
}

// asked returns the coding whose tag a 304 should carry. A cache may hold
// another coding than the chosen one that this request would get; it needs to
// hear the tag that it asked about to know which of its copies is good.
func (v validators) asked(header http.Header, chosen coding) coding {
	first := chosen
	for tag := range entityTags(header["If-None-Match"]) {
		c := coding(slices.Index(v.tags[:], tag))
		switch {
		case c == chosen:
			return chosen
		case c >= 0 && first == chosen:
			first = c
		}
	}
	return first
}

// entityTags yields the members of a list of entity tags (RFC 9110, section
// 8.8.3), each with its quotes and whether it is weak, or `*`. In each line it
// stops before the first thing that is none.
func entityTags(lines []string) iter.Seq2[string, bool] {
	return func(yield func(string, bool) bool) {
		for _, line := range lines {
			for {
				tag, isWeak, rest := cutEntityTag(line)
				if tag == "" {
					break
				}
				if !yield(tag, isWeak) {
					return
				}
				line = rest
			}
		}
	}
}

// cutEntityTag splits off the first member of a list; tag is empty when there
// is none.
func cutEntityTag(line string) (tag string, isWeak bool, rest string) {
	line = strings.TrimLeft(line, " \t,")
	if rest, ok := strings.CutPrefix(line, "*"); ok {
		return "*", false, rest
	}
	line, isWeak = strings.CutPrefix(line, "W/")
	if !strings.HasPrefix(line, `"`) {
		return "", false, ""
	}
	end := strings.IndexByte(line[1:], '"')
	if end < 0 {
		return "", false, ""
	}
	return line[:end+2], isWeak, line[end+2:]
}

// date reads a field that holds one date of HTTP; anything else is no date.
func date(values []string) (time.Time, bool) {
	if len(values) != 1 {
		return time.Time{}, false
	}
	t, err := http.ParseTime(values[0])
	return t, err == nil
}
