package feed

import (
	"slices"
	"strings"
	"time"

	"communique/store"
)

// listing is what the documents show that list feeds.
type listing struct {
	base    string
	rooms   []listedRoom
	updated time.Time
}

// listedRoom is a newsroom in a listing: its feed of everything, and the rest
// in groups.
type listedRoom struct {
	all    Feed
	groups []group
}

// group is all feeds of one kind.
type group struct {
	kind  store.Kind
	title string
	feeds []Feed
}

// list renders a document that lists the feeds. It counts as modified when the
// newest of all feeds was.
func (p *Press) list(write func(listing) (Document, error)) (Document, error) {
	version := p.Version()
	l := listing{base: p.base, updated: time.Unix(0, 0).UTC()}
	for _, r := range p.rooms {
		feeds, err := r.catalogue()
		if err != nil {
			return Document{}, err
		}
		edition, err := p.edition(r, feeds[0])
		if err != nil {
			return Document{}, err
		}
		if edition.updated.After(l.updated) {
			l.updated = edition.updated
		}
		l.rooms = append(l.rooms, newListedRoom(feeds))
	}
	document, err := write(l)
	document.Modified, document.Version = l.updated, version
	return document, err
}

func newListedRoom(feeds []Feed) listedRoom {
	titles := map[store.Kind]string{store.Topic: "Topics", store.Office: "Offices", store.Type: "Types"}
	r := listedRoom{all: feeds[0]}
	for _, kind := range store.Kinds() {
		of := slices.DeleteFunc(slices.Clone(feeds), func(f Feed) bool { return f.Query.Kind != kind })
		if len(of) > 0 {
			r.groups = append(r.groups, group{kind, titles[kind], of})
		}
	}
	return r
}

// newsrooms names the newsrooms that are listed.
func (l listing) newsrooms() string {
	titles := make([]string, len(l.rooms))
	for i, room := range l.rooms {
		titles[i] = room.all.Newsroom.Title
	}
	return strings.Join(titles, " and ")
}

func (l listing) title() string { return l.newsrooms() + " releases as feeds" }
