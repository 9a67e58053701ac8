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
	old     *record // nil if it is not known
	new     *record
	change  Change
	revised bool // materially
}

// checked returns the releases of a page, each once, if all can be stored.
func checked(releases []Release) ([]Release, error) {
	list := make([]Release, 0, len(releases))
	seen := make(map[string]bool, len(releases))
	for _, r := range releases {
		if seen[r.Key] {
			continue
		}
		seen[r.Key] = true
		if err := check(r); err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, nil
}

// rows pairs what was read with the stored records and decides what changed.
func (t *tables) rows(reads []Release, page Page) ([]row, error) {
	rows := make([]row, 0, len(reads))
	for _, read := range reads {
		old, err := t.record(read.Key)
		if err != nil {
			return nil, err
		}
		new, err := t.merge(old, read, page)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row{old, new, compare(old, new), old != nil && revised(old, new)})
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
	if err := checkNames(names...); err != nil {
		return fmt.Errorf("release %.100q: %w", r.Key, err)
	}
	for _, text := range []string{r.ID, r.URL, r.Title, r.Summary} {
		if !utf8.ValidString(text) {
			return fmt.Errorf("release %.100q: %.100q is not UTF-8", r.Key, text)
		}
	}
	return nil
}

// checkNames refuses keys of releases and names of tags that could not become
// part of a key in the file.
func checkNames(names ...string) error {
	for _, name := range names {
		switch {
		case len(name) > longest || strings.ContainsRune(name, 0):
			return fmt.Errorf("a key or a tag has %d bytes or a NUL; at most %d are allowed, and no NUL", len(name), longest)
		case !utf8.ValidString(name):
			return fmt.Errorf("%.100q is not UTF-8", name)
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
		r.Withdrawn = time.Time{}
	} else if err := t.recall(r); err != nil {
		return nil, err
	}
	r.moveTo(read.URL)
	r.Title = keepText(r.Title, read.Title)
	r.Summary = keepText(r.Summary, read.Summary)
	r.Day = read.Day
	r.state(Type, kind)
	r.state(Office, offices)
	r.state(Topic, topics)
	return r, nil
}

// state gives the record the tags of a kind that a row shows, if it shows any.
func (r *record) state(kind Kind, slugs []string) {
	switch {
	case len(slugs) == 0:
	case r.attached(kind):
		r.setTags(kind, slugs)
		r.Attached = slices.DeleteFunc(slices.Clone(r.Attached), func(k Kind) bool { return k == kind })
	default:
		r.setTags(kind, keepTags(r.tags(kind), slugs))
	}
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
	switch {
	case old == new, strings.TrimSpace(new) == "":
		return old
	case old != "" && slices.Equal(strings.Fields(old), strings.Fields(new)):
		return old
	}
	return new
}

// keepTags keeps the stored order of the same tags, since the site's is not
// stable. No tag stands twice in either.
func keepTags(old, new []string) []string {
	missing := func(slug string) bool { return !slices.Contains(old, slug) }
	if len(old) == len(new) && !slices.ContainsFunc(new, missing) {
		return old
	}
	return new
}

func compare(old, new *record) Change {
	switch {
	case old == nil:
		return Added
	case !old.Withdrawn.IsZero():
		return Restored
	case revised(old, new):
		return Revised
	case old.URL != new.URL, old.Type != new.Type, !slices.Equal(old.Attached, new.Attached),
		!slices.Equal(old.Offices, new.Offices), !slices.Equal(old.Topics, new.Topics):
		return Refiled
	}
	return Unchanged
}

// revised reports whether a release says something else than before. A type
// that was not told before is no news.
func revised(old, new *record) bool {
	return old.Title != new.Title || old.Summary != new.Summary || old.Day != new.Day ||
		old.Type != "" && old.Type != new.Type
}
