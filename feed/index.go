package feed

import (
	"cmp"
	_ "embed"
	"net/url"

	"communique/store"
)

// extensionAnchor is where the page describes the _communique object of JSON
// feeds.
const extensionAnchor = "extension"

var (
	//go:embed index.html
	indexText string

	indexTemplate = newPage("index", indexText)
)

// indexPage is what the template shows.
type indexPage struct {
	Head         head
	Newsrooms    string
	OPML, Anchor string
	Rooms        []indexRoom
}

type indexRoom struct {
	ID, Title  string
	Home, Host string
	All        indexFeed
	Groups     []indexGroup
}

type indexGroup struct {
	ID, Title, Count string
	Feeds            []indexFeed
}

type indexFeed struct {
	Title, Name     string
	Page            string
	Lang            string // of the name, if it is not the page's own
	Closed          bool
	Releases        string
	Day, Newest     string // for machines and for people, "" if there is none
	Atom, RSS, JSON string
}

// writeIndex renders the page of feeds.
func writeIndex(l listing) (Document, error) {
	page := indexPage{
		Head:      newHead(l.title(), "Subscribe to everything, or to one topic, office or type: Atom, RSS and JSON Feed."),
		Newsrooms: l.newsrooms(),
		OPML:      l.base + opmlPath,
		Anchor:    extensionAnchor,
	}
	for _, room := range l.rooms {
		page.Rooms = append(page.Rooms, newIndexRoom(l, room))
		page.Head.Alternates = append(page.Head.Alternates, alternates(l.base, room.all)...)
	}
	body, err := execute(indexTemplate, page)
	return Document{Path: indexPath, MediaType: pageType, Body: body}, err
}

func newIndexRoom(l listing, r listedRoom) indexRoom {
	n := r.all.Newsroom
	shown := indexRoom{ID: n.Name, Title: n.Title, Home: n.Home, Host: hostOf(n.Home), All: newIndexFeed(l, r.all)}
	for _, group := range r.groups {
		g := indexGroup{
			ID:    n.Name + "-" + string(group.kind),
			Title: group.title,
			Count: grouped(len(group.feeds)),
		}
		for _, feed := range group.feeds {
			g.Feeds = append(g.Feeds, newIndexFeed(l, feed))
		}
		shown.Groups = append(shown.Groups, g)
	}
	return shown
}

func newIndexFeed(l listing, f Feed) indexFeed {
	formats := formats()
	address := func(format int) string { return l.base + f.Path() + formats[format].suffix }
	shown := indexFeed{
		Title:    f.Title(),
		Name:     f.Name(),
		Page:     relative(indexPath, f.Path()+pageSuffix),
		Lang:     foreign(f.Newsroom.Language),
		Closed:   f.Tag.Closed,
		Releases: amount(f),
		Atom:     address(atomFormat),
		RSS:      address(rssFormat),
		JSON:     address(jsonFormat),
	}
	if !f.Newest.IsZero() {
		shown.Day = store.DayOf(f.Newest).String()
		shown.Newest = f.Newest.Format("2 Jan 2006")
	}
	return shown
}

// amount says how many releases a feed holds, nothing of one where nobody
// counted.
func amount(f Feed) string {
	if f.Releases < 0 {
		return ""
	}
	return counted(f.Releases)
}

// hostOf returns the host of an address, and all of it where it has none.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return cmp.Or(u.Host, address)
}

// alternates lists a feed's documents.
func alternates(base string, f Feed) []alternate {
	var list []alternate
	for _, format := range formats() {
		title := f.Title() + " (" + format.name + ")"
		list = append(list, alternate{title, format.mediaType, base + f.Path() + format.suffix})
	}
	return list
}
