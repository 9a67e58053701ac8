package feed

import (
	"strings"
	"time"
	"unicode"

	"communique/store"
)

// Feed is what can be subscribed to: everything of a newsroom, one tag,
// several tags at once, or a saved feed.
type Feed struct {
	Newsroom Newsroom
	// Query and Tag are those of the feed of one tag, and zero for any other.
	Query store.Query
	Tag   store.Tag
	// Releases is how many the store holds, -1 where that was not counted: for
	// combined and saved feeds. Newest is when the newest of them was
	// published, zero if there is none or they were not counted.
	Releases int
	Newest   time.Time
	// Version is the store's version at which the feed last changed, Changed
	// is when that was, zero if nothing was ever stored.
	Version uint64
	Changed time.Time

	stem            string // its path below the newsroom
	title, subtitle string
	tags            []tag                    // what it is about
	filed           store.Selection          // which index it is read from
	passes          func(store.Release) bool // what else a release must have, nil for nothing
}

// Path returns the feed's path without a suffix, such as
// "/osce/topics/policing"; its documents add ".atom", ".rss" and ".json".
func (f Feed) Path() string { return "/" + f.Newsroom.Name + "/" + f.stem }

// Title returns what a reader's list of subscriptions shows: newsroom and tag,
// the newsroom only once.
func (f Feed) Title() string { return f.title }

// Subtitle says in one sentence what the feed holds.
func (f Feed) Subtitle() string { return f.subtitle }

// Name returns the title without the newsroom: a tag's name, without the mark of
// one that was closed.
func (f Feed) Name() string {
	if f.Tag.Name != "" {
		return f.Tag.Name
	}
	return strings.TrimPrefix(f.title, f.Newsroom.Title+": ")
}

// Saved reports whether somebody wrote the feed down in the configuration.
func (f Feed) Saved() bool { return strings.HasPrefix(f.stem, savedFolder) }

// archived reports whether the feed has archive documents: those of which the
// store has a calendar.
func (f Feed) archived() bool { return f.Releases >= 0 }

// id returns the feed's Atom id: the same in every format, for ever.
func (f Feed) id() string { return f.Newsroom.IDPrefix + "feeds/" + f.stem }

// holds reports whether a release belongs to the feed, be it withdrawn or not.
func (f Feed) holds(r store.Release) bool {
	return filedUnder(f.filed, r) && (f.passes == nil || f.passes(r))
}

// filedUnder reports whether a release has a tag of each group.
func filedUnder(groups store.Selection, r store.Release) bool {
	for _, group := range groups {
		if !hasOne(group, r) {
			return false
		}
	}
	return true
}

func hasOne(group []store.Query, r store.Release) bool {
	for _, q := range group {
		for _, t := range r.Tags(q.Kind) {
			if t.Slug == q.Slug {
				return true
			}
		}
	}
	return false
}

// names reports whether text holds name as words of its own.
func names(text, name string) bool {
	return strings.Contains(words(text), words(name))
}

// words returns the words of text, a blank around each.
func words(text string) string {
	noWord := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
	return " " + strings.Join(strings.FieldsFunc(text, noWord), " ") + " "
}
