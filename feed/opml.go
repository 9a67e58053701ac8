package feed

import "encoding/xml"

// opmlDocument is OPML 2.0: one outline for each feed, one level of groups.
type opmlDocument struct {
	XMLName xml.Name      `xml:"opml"`
	Version string        `xml:"version,attr"`
	Head    opmlHead      `xml:"head"`
	Body    []opmlOutline `xml:"body>outline"`
}

// FeedXml returns the document itself.
func (d *opmlDocument) FeedXml() any { return d }

type opmlHead struct {
	Title    string `xml:"title"`
	Modified string `xml:"dateModified"`
}

type opmlOutline struct {
	Text     string        `xml:"text,attr"`
	Title    string        `xml:"title,attr"`
	Type     string        `xml:"type,attr,omitempty"`
	XMLURL   string        `xml:"xmlUrl,attr,omitempty"`
	HTMLURL  string        `xml:"htmlUrl,attr,omitempty"`
	Outlines []opmlOutline `xml:"outline"`
}

// writeOPML lists the Atom feeds. With more than one newsroom the groups carry
// its title, since a second level would be lost on many readers.
func writeOPML(l listing) (Document, error) {
	document := &opmlDocument{Version: "2.0", Head: opmlHead{l.title(), rssTime(l.newest.UTC())}}
	for _, room := range l.rooms {
		document.Body = append(document.Body, l.outline(room.all))
		for _, group := range room.groups {
			title := group.title
			if len(l.rooms) > 1 {
				title = room.all.Newsroom.Title + ": " + title
			}
			outline := opmlOutline{Text: title, Title: title}
			for _, feed := range group.feeds {
				outline.Outlines = append(outline.Outlines, l.outline(feed))
			}
			document.Body = append(document.Body, outline)
		}
	}
	body, err := writeXML(document, 0)
	return Document{Path: opmlPath, MediaType: opmlType, Body: body}, err
}

// outline describes a feed; its type is "rss" for every format of feed.
func (l listing) outline(f Feed) opmlOutline {
	address := l.base + f.Path() + formats()[atomFormat].suffix
	return opmlOutline{Text: f.Title(), Title: f.Title(), Type: "rss", XMLURL: address, HTMLURL: l.base + f.Path() + pageSuffix}
}
