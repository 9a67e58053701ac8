// Package feed renders what a store holds into documents: feeds as Atom 1.0,
// RSS 2.0 and JSON Feed 1.1 with archives that go back to the first release,
// and beside them pages and an OPML file that list them.
//
// NewPress takes the stores. Render gives one document by its path, Issue and
// All give every one, Catalogue tells which feeds there are. Rendering is pure:
// the same store and the same base address give the same bytes, whenever and
// wherever they are rendered, since nothing here reads a clock.
//
// Everything of a newsroom, one tag, several tags at once and a saved feed are
// all a Feed: words about itself, a version, and a way to read its releases
// newest first (channel.go, combination.go, saved.go). The way through the
// package: a Press finds what a path leads to (find.go), fills an edition of
// the feed with the newest releases (window.go, weight.go) or with those of a
// period of its archive (period.go, partition.go, archive.go), each made ready
// as an entry (entry.go, text.go), writes the edition in a format (atom.go,
// rss.go, json.go) and checks the document (gate.go). Pages, index.go and
// opml.go write the rest of the tree.
package feed

import (
	"errors"
	"time"

	"communique/store"
)

var (
	// ErrNoDocument says that no document has the path that was asked for.
	ErrNoDocument = errors.New("no such document")
	// ErrGone says that there was a document, and that it was taken back.
	ErrGone = errors.New("the document was withdrawn")
)

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
	// Hub is the address of the WebSub hub that is told of changes, "" if none
	// is.
	Hub string
}

// schemes returns the addresses of the vocabularies that tags are from.
func (n Newsroom) schemes() map[store.Kind]string {
	list := map[store.Kind]string{}
	for _, kind := range store.Kinds() {
		list[kind] = n.IDPrefix + string(kind)
	}
	return list
}

// Limits say how much of its history a feed carries: the newest Releases or
// everything of the newest Days days, whichever is more, as long as the
// document takes at most Bytes bytes in each format. A feed with an archive
// carries its running period too, whatever Releases and Days say.
type Limits struct{ Releases, Days, Bytes int }

// DefaultLimits returns what most readers keep and all of them take.
func DefaultLimits() Limits { return Limits{Releases: 50, Days: 30, Bytes: 250_000} }
