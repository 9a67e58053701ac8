// Package feed renders what a store holds into documents: for everything and
// for each topic, office and type a feed as Atom 1.0, RSS 2.0 and JSON Feed
// 1.1, and beside them a page and an OPML file that list the feeds.
//
// NewPress takes the stores. Render gives one document by its path, All gives
// every one, Catalogue tells which feeds there are. Rendering is pure: the same
// store and the same base address give the same bytes, whenever and wherever
// they are rendered, since nothing here reads a clock.
//
// The way through the package: a Press finds a Feed (catalogue.go), fills an
// edition of it with the newest releases (window.go, weight.go), each made
// ready as an entry (entry.go, text.go), and writes the edition in a format
// (atom.go, rss.go, json.go). index.go and opml.go write the rest of the tree.
package feed

import (
	"errors"
	"strings"
	"time"
	"unicode"

	"communique/store"
)

// ErrNoDocument says that no document has the path that was asked for.
var ErrNoDocument = errors.New("no such document")

// Newsroom is what feeds say of the newsroom they come from.
type Newsroom struct {
	// Name is the first segment of every path, such as "osce".
	Name string
	// Title stands in titles and is the author of each entry, such as "OSCE".
	Title string
	// Home is the address of the listing, for people.
	Home string
	// Language is the BCP 47 tag of titles and summaries.
	Language string
	// IDPrefix begins the ids of feeds and the schemes of categories, such as
	// "tag:osce.org,1999:".
	IDPrefix string
	// Interval is how often the newsroom is collected; feeds tell it in whole
	// minutes, and say nothing of an interval below one minute.
	Interval time.Duration
}

// Limits say how much of its history a feed carries: the newest Releases or
// everything of the newest Days days, whichever is more, as long as the
// document takes at most Bytes bytes in each format.
type Limits struct{ Releases, Days, Bytes int }

// DefaultLimits returns what most readers keep and all of them take.
func DefaultLimits() Limits { return Limits{Releases: 50, Days: 30, Bytes: 250_000} }

// Feed is one feed of the catalogue: everything of a newsroom, or one tag.
type Feed struct {
	Newsroom Newsroom
	Query    store.Query
	// Tag is the zero Tag for the feed of everything.
	Tag store.Tag
	// Releases is how many the store holds, Newest when the newest of them
	// was published, zero if there is none.
	Releases int
	Newest   time.Time
	// Version is the store's version at which the feed last changed, Changed
	// is when that was, zero if nothing was ever stored.
	Version uint64
	Changed time.Time
}

// Path returns the feed's path without a suffix, such as
// "/osce/topics/policing"; its documents add ".atom", ".rss" and ".json".
func (f Feed) Path() string { return "/" + f.Newsroom.Name + "/" + placeOf(f.Query) }

// Title returns what a reader's list of subscriptions shows: newsroom and tag,
// the newsroom only once.
func (f Feed) Title() string {
	if f.Query == (store.Query{}) {
		return f.Newsroom.Title + ": all releases"
	}
	label := f.Tag.Label()
	if names(label, f.Newsroom.Title) {
		return label
	}
	return f.Newsroom.Title + ": " + label
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

// subtitle says in one sentence what the feed holds.
func (f Feed) subtitle() string {
	of := map[store.Kind]string{
		store.Topic:  "under the topic",
		store.Office: "under the office",
		store.Type:   "as",
	}
	filed, ok := of[f.Query.Kind]
	if !ok {
		return "Every release of the " + f.Newsroom.Title + " newsroom, newest first."
	}
	return "Releases that " + f.Newsroom.Title + " files " + filed + " “" + f.Tag.Label() + "”, newest first."
}

// id returns the feed's Atom id: the same in every format, for ever.
func (f Feed) id() string { return f.Newsroom.IDPrefix + "feeds/" + placeOf(f.Query) }

// scheme returns the address of the vocabulary that tags of a kind are from.
func (n Newsroom) scheme(kind store.Kind) string { return n.IDPrefix + string(kind) }
