package feed

import (
	"bytes"
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"net/url"

	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"communique/store"
)

// extensionAnchor is where the page describes the _communique object of JSON
// feeds.
const extensionAnchor = "extension"

var (
	//go:embed index.html
	indexText string
	//go:embed index.css
	indexStyle string

	indexTemplate = template.Must(template.New("index").Parse(indexText))
)

// indexPage is what the template shows.
type indexPage struct {
	Title, Newsrooms string
	Style            template.CSS
	OPML, Anchor     string
	Rooms            []indexRoom
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
	Lang            string // of the name, if it is not the page's own
	Closed          bool
	Releases        string
	Day, Newest     string // for machines and for people, "" if there is none
	Atom, RSS, JSON string
}

// writeIndex renders the page of feeds.
func writeIndex(l listing) (Document, error) {
	page := indexPage{
		Title:     l.title(),
		Newsrooms: l.newsrooms(),
		Style:     template.CSS(indexStyle),
		OPML:      l.base + opmlPath,
		Anchor:    extensionAnchor,
	}
	for _, room := range l.rooms {
		page.Rooms = append(page.Rooms, newIndexRoom(l, room))
	}
	var out bytes.Buffer
	if err := indexTemplate.Execute(&out, page); err != nil {
		return Document{}, fmt.Errorf("rendering the page of feeds: %w", err)
	}
	return Document{Path: indexPath, MediaType: indexType, Body: out.Bytes()}, nil
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
		Name:     f.Tag.Name,
		Lang:     foreign(f.Newsroom.Language),
		Closed:   f.Tag.Closed,
		Releases: counted(f.Releases),
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

// counted says how many releases there are.
func counted(n int) string {
	if n == 1 {
		return "1 release"
	}
	return grouped(n) + " releases"
}

// hostOf returns the host of an address, and all of it where it has none.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return cmp.Or(u.Host, address)
}

// foreign returns a language that the page has to mark, "" for its own.
func foreign(name string) string {
	if base, _ := language.Make(name).Base(); base.String() == "en" {
		return ""
	}
	return name
}

// grouped writes a number for readers of English: 34,017.
func grouped(n int) string { return message.NewPrinter(language.English).Sprint(n) }
