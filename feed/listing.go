package feed

import (
	"slices"
	"strings"
	"time"

	"communique/store"
)

// listing is what the documents show that list feeds.
type listing struct {
	base     string
	rooms    []listedRoom
	modified time.Time // when one of the feeds last changed in the store
	newest   time.Time // when the newest release was published
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

// listed returns a document that lists the feeds.
func (p *Press) listed(write func(listing) (Document, error)) printable {
	return printable{version: p.listingVersion, render: func() (Document, error) { return p.list(write) }}
}

// listingVersion returns the version of the documents that list the feeds.
func (p *Press) listingVersion() (uint64, error) {
	var parts []uint64
	for _, r := range p.rooms {
		if version := r.Store.Version(); version > 0 {
			all, err := r.filing(store.Query{})
			if err != nil {
				return 0, err
			}
			parts = append(parts, text64(r.Newsroom.Name), version, uint64(all.Changed.UnixNano()))
		}
	}
	if len(parts) == 0 {
		return 0, nil
	}
	return mix(parts...), nil
}

// list renders a document that lists the feeds. It was modified when the last
// of them was.
func (p *Press) list(write func(listing) (Document, error)) (Document, error) {
	version, err := p.listingVersion()
	if err != nil {
		return Document{}, err
	}
	l := listing{base: p.base}
	for _, r := range p.rooms {
		feeds, err := r.catalogue()
		if err != nil {
			return Document{}, err
		}
		for _, f := range feeds {
			l.modified, l.newest = later(l.modified, f.Changed), later(l.newest, f.Newest)
		}
		l.rooms = append(l.rooms, newListedRoom(feeds))
	}
	l.modified, l.newest = modified(l.modified), modified(l.newest)
	document, err := write(l)
	if err != nil {
		return Document{}, err
	}
	document.Modified, document.Version = l.modified, version
	return document, document.check(p.base)
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
	if saved := slices.DeleteFunc(slices.Clone(feeds), func(f Feed) bool { return !f.Saved() }); len(saved) > 0 {
		r.groups = append(r.groups, group{"feeds", "Saved feeds", saved})
	}
	return r
}

// newsrooms names the newsrooms that are listed.
func (l listing) newsrooms() string {
	titles := make([]string, len(l.rooms))
	for i, room := range l.rooms {
		titles[i] = room.all.Newsroom.Title
	}
	if last := len(titles) - 1; last > 1 {
		return strings.Join(titles[:last], ", ") + " and " + titles[last]
	}
	return strings.Join(titles, " and ")
}

func (l listing) title() string { return l.newsrooms() + " releases as feeds" }
