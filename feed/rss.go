package feed

import (
	"encoding/xml"
	"time"

	"github.com/gorilla/feeds"

	"communique/store"
)

const (
	rssType   = "application/rss+xml"
	rssDocs   = "https://www.rssboard.org/rss-specification"
	coreSpace = "http://purl.org/dc/elements/1.1/"

	// rssLayout is RFC 822 with a year of four digits, for instants in UTC.
	rssLayout = "Mon, 02 Jan 2006 15:04:05 GMT"
)

// rssDocument is an RSS 2.0 document after the RSS Advisory Board's profile.
type rssDocument struct {
	XMLName xml.Name   `xml:"rss"`
	Version string     `xml:"version,attr"`
	Atom    string     `xml:"xmlns:atom,attr"`
	Core    string     `xml:"xmlns:dc,attr"`
	Terms   string     `xml:"xmlns:dcterms,attr"`
	Past    string     `xml:"xmlns:fh,attr,omitempty"`
	Channel rssChannel `xml:"channel"`
}

// FeedXml returns the document itself.
func (d *rssDocument) FeedXml() any { return d }

type rssChannel struct {
	feeds.RssFeed
	Links    []atomLink    `xml:"atom:link"`
	Category []rssCategory `xml:"category"`
	Archive  *struct{}     `xml:"fh:archive"`
	Items    []rssItem     `xml:"item"`
}

// rssItem leaves the embedded author empty, since that must be an address for
// mail, and writes the description as escaped text instead of CDATA.
type rssItem struct {
	feeds.RssItem
	Description string        `xml:"description,omitempty"`
	Issued      string        `xml:"dcterms:issued,omitempty"`
	PubDate     string        `xml:"pubDate"` // after Issued: some readers take the last date
	Creator     string        `xml:"dc:creator"`
	Category    []rssCategory `xml:"category"`
	Updated     string        `xml:"atom:updated"`
}

type rssCategory struct {
	Domain string `xml:"domain,attr"`
	Label  string `xml:",chardata"`
}

func writeRSS(e edition) ([]byte, error) {
	return writeXML(newRSSDocument(e), e.weight[rssFormat])
}

func newRSSDocument(e edition) *rssDocument {
	schemes := e.Newsroom.schemes()
	channel := rssChannel{
		RssFeed: feeds.RssFeed{
			Title:         e.Title(),
			Link:          e.Newsroom.Home,
			Description:   markup.Replace(e.Subtitle()), // which holds a tag's name
			Language:      e.Newsroom.Language,
			LastBuildDate: rssTime(e.updated),
			Generator:     generator,
			Docs:          rssDocs,
			Ttl:           int(e.Newsroom.Interval / time.Minute),
		},
		Links:    append([]atomLink{{"self", rssType, e.address(rssFormat)}}, e.relations(rssFormat)...),
		Category: rssCategories(schemes, e.tags),
		Items:    make([]rssItem, len(e.entries)),
	}
	for i, entry := range e.entries {
		channel.Items[i] = newRSSItem(e.Newsroom.Title, schemes, entry)
	}
	document := &rssDocument{Version: "2.0", Atom: atomSpace, Core: coreSpace, Terms: termSpace, Channel: channel}
	if e.archive.name != "" {
		document.Past, document.Channel.Archive = pastSpace, &struct{}{}
	}
	return document
}

func newRSSItem(creator string, schemes map[store.Kind]string, e entry) rssItem {
	return rssItem{
		RssItem: feeds.RssItem{
			Title: e.title,
			Link:  e.url,
			Guid:  &feeds.RssGuid{Id: e.id, IsPermaLink: "false"},
		},
		Description: e.html,
		Issued:      e.issued,
		PubDate:     rssTime(e.published),
		Creator:     creator,
		Category:    rssCategories(schemes, e.tags),
		Updated:     atomTime(e.updated),
	}
}

func rssCategories(schemes map[store.Kind]string, tags []tag) []rssCategory {
	list := make([]rssCategory, len(tags))
	for i, t := range tags {
		list[i] = rssCategory{schemes[t.kind], t.name}
	}
	return list
}

func rssTime(t time.Time) string { return t.Format(rssLayout) }
