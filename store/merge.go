package store

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// row is one release of a page beside what the store has of it.
type row struct {
	read   Release
	old    *record // nil if it is not known
	new    *record
	change Change
}

// rows pairs each release of a page with its stored record and decides what
// changed.
func (t *tables) rows(page Page) ([]row, error) {
	rows := make([]row, 0, len(page.Releases))
	seen := make(map[string]bool, len(page.Releases))
	for _, read := range page.Releases {
		if seen[read.Key] {
			continue
		}
		seen[read.Key] = true
		if err := check(read); err != nil {
			return nil, err
		}
		r := row{read: read}
		var err error
		if r.old, err = t.record(read.Key); err != nil {
			return nil, err
		}
		if r.new, err = t.merge(r.old, read, page); err != nil {
			return nil, err
		}
		r.change = compare(r.old, r.new)
		rows = append(rows, r)
	}
	return rows, nil
}

// longest is the longest key or tag in bytes. Both become part of bbolt's keys,
// which have a limit too.
const longest = 1000

// check refuses what could not be stored or read back as it is.
func check(r Release) error {
	if r.Key == "" || r.ID == "" || strings.TrimSpace(r.Title) == "" || r.Day.IsZero() || r.Published.IsZero() {
		return fmt.Errorf("release %q (%q) lacks key, id, title, day or published", r.Key, r.Title)
	}
	if !r.Day.valid() || !DayOf(r.Published).valid() {
		return fmt.Errorf("release %q: there is no day %s, or none %s", r.Key, r.Day, DayOf(r.Published))
	}
	names := []string{r.Key, r.Type.Name}
	for _, tag := range slices.Concat(r.Offices, r.Topics) {
		names = append(names, tag.Name)
	}
	for _, name := range names {
		if len(name) > longest || strings.ContainsRune(name, 0) {
			return fmt.Errorf("release %.100q: a key or a tag has %d bytes or a NUL; at most %d are allowed, and no NUL", r.Key, len(name), longest)
		}
	}
	for _, text := range append(names, r.ID, r.URL, r.Title, r.Summary) {
		if !utf8.ValidString(text) {
			return fmt.Errorf("release %.100q: %.100q is not UTF-8", r.Key, text)
		}
	}
	return nil
}

// merge lays what was read over what is stored.
func (t *tables) merge(old *record, read Release, page Page) (*record, error) {
	kind, err1 := t.register(Type, read.Tags(Type))
	offices, err2 := t.register(Office, read.Offices)
	topics, err3 := t.register(Topic, read.Topics)
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, err
	}
	r := &record{
		ID: read.ID, Key: read.Key, Published: frozen(read.Published),
		FirstSeen: page.Seen.UTC().Truncate(time.Second), Run: page.Run,
	}
	if old != nil {
		*r = *old
	}
	r.moveTo(read.URL)
	r.Title = keepText(r.Title, read.Title)
	r.Summary = keepText(r.Summary, read.Summary)
	r.Day = read.Day
	if len(kind) > 0 {
		r.Type = kind[0]
	}
	r.Offices = keepTags(r.Offices, offices)
	r.Topics = keepTags(r.Topics, topics)
	return r, nil
}

// maxAliases is how many former addresses of a release are kept.
const maxAliases = 20

// moveTo gives the release an address, unless that is "" or the one it has. The
// one it had becomes its first alias; one that returns is an alias no longer.
func (r *record) moveTo(url string) {
	if url == "" || url == r.URL {
		return
	}
	var aliases []string
	for _, former := range slices.Concat([]string{r.URL}, r.Aliases) {
		if former != "" && former != url && len(aliases) < maxAliases {
			aliases = append(aliases, former)
		}
	}
	r.URL, r.Aliases = url, aliases
}

// frozen returns an instant as RFC 3339 can tell it: in whole seconds, and in a
// zone of whole minutes, which zones were not before about 1900.
func frozen(t time.Time) time.Time {
	_, offset := t.Zone()
	return t.Truncate(time.Second).In(time.FixedZone("", offset-offset%60))
}

// keepText keeps the stored text unless the new one says something else.
func keepText(old, new string) string {
	if old == new {
		return old
	}
	words := strings.Fields(new)
	if len(words) == 0 || slices.Equal(strings.Fields(old), words) {
		return old
	}
	return new
}

// keepTags keeps the stored order of the same tags, since the site's is not
// stable. No tag stands twice in either.
func keepTags(old, new []string) []string {
	missing := func(slug string) bool { return !slices.Contains(old, slug) }
	if len(new) == 0 || len(old) == len(new) && !slices.ContainsFunc(new, missing) {
		return old
	}
	return new
}

func compare(old, new *record) Change {
	switch {
	case old == nil:
		return Added
	case old.Title != new.Title, old.Summary != new.Summary, old.Day != new.Day,
		old.Type != "" && old.Type != new.Type:
		return Revised
	case old.URL != new.URL, old.Type != new.Type,
		!slices.Equal(old.Offices, new.Offices), !slices.Equal(old.Topics, new.Topics):
		return Refiled
	}
	return Unchanged
}
