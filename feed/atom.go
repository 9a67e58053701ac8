package feed

import (
	"time"

	"github.com/gorilla/feeds"

	"communique/store"
)

const (
	atomType  = "application/atom+xml"
	atomSpace = "http://www.w3.org/2005/Atom"
	pastSpace = "http://purl.org/syndication/history/1.0"
	goneSpace = "http://purl.org/atompub/tombstones/1.0"
	termSpace = "http://purl.org/dc/terms/"

	generator = "Communique"
)

// atomFeed is an Atom feed (RFC 4287, section 4.1.1). Fields that the embedded
// struct has under the same element name take the place of its own.
type atomFeed struct {
	feeds.AtomFeed
	Terms     string          `xml:"xmlns:dcterms,attr"`
	Past      string          `xml:"xmlns:fh,attr,omitempty"`
	Gone      string          `xml:"xmlns:at,attr,omitempty"`
	Language  string          `xml:"xml:lang,attr"`
	Links     []atomLink      `xml:"link"`
	Category  []atomCategory  `xml:"category"`
	Generator string          `xml:"generator"`
	Archive   *struct{}       `xml:"fh:archive"`
	Deleted   []atomTombstone `xml:"at:deleted-entry"`
	Entries   []atomEntry     `xml:"entry"`
}

// FeedXml stands before the promoted one, which would write the embedded
// struct alone.
func (f *atomFeed) FeedXml() any { return f }

// atomEntry is an entry (RFC 4287, section 4.1.2). Title and summary have no
// type attribute: they are text, and most readers show anything else raw.
type atomEntry struct {
	feeds.AtomEntry
	Issued    string         `xml:"dcterms:issued,omitempty"`
	Published string         `xml:"published"` // after Issued: some readers take the last date
	Links     []atomLink     `xml:"link"`
	Category  []atomCategory `xml:"category"`
	Summary   string         `xml:"summary,omitempty"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

// atomTombstone is a deleted entry (RFC 6721, section 3).
type atomTombstone struct {
	Ref  string `xml:"ref,attr"`
	When string `xml:"when,attr"`
}

type atomCategory struct {
	Term   string `xml:"term,attr"`
	Scheme string `xml:"scheme,attr"`
	Label  string `xml:"label,attr"`
}

func writeAtom(e edition) ([]byte, error) {
	return writeXML(newAtomFeed(e), e.weight[atomFormat])
}

func newAtomFeed(e edition) *atomFeed {
	author := &feeds.AtomAuthor{AtomPerson: feeds.AtomPerson{Name: e.Newsroom.Title}}
	schemes := e.Newsroom.schemes()
	document := &atomFeed{
		AtomFeed: feeds.AtomFeed{
			Xmlns:    atomSpace,
			Title:    e.Title(),
			Id:       e.id(),
			Updated:  atomTime(e.updated),
			Subtitle: e.Subtitle(),
			Author:   author,
		},
		Terms:    termSpace,
		Language: e.Newsroom.Language,
		Links: append([]atomLink{
			{"self", atomType, e.address(atomFormat)},
			{"alternate", "text/html", e.Newsroom.Home},
		}, e.relations(atomFormat)...),
		Category:  atomCategories(schemes, e.tags),
		Generator: generator,
		Entries:   make([]atomEntry, len(e.entries)),
	}
	if e.archive.name != "" {
		document.Past, document.Archive = pastSpace, &struct{}{}
	}
	for _, t := range e.deleted {
		document.Gone = goneSpace
		document.Deleted = append(document.Deleted, atomTombstone{t.id, atomTime(t.when)})
	}
	for i, entry := range e.entries {
		document.Entries[i] = newAtomEntry(e.Newsroom.Home, author, schemes, entry)
	}
	return document
}

// relations returns what a document links to beside itself: the other documents
// of its feed's archive (RFC 5005, section 4) and the hub (WebSub, section 4).
func (e edition) relations(format int) []atomLink {
	mediaType := formats()[format].mediaType
	var links []atomLink
	if e.archive.name != "" {
		links = append(links, atomLink{"current", mediaType, e.volume(format, "")})
	}
	if e.archive.older != "" {
		links = append(links, atomLink{"prev-archive", mediaType, e.volume(format, e.archive.older)})
	}
	if e.archive.newer != "" {
		links = append(links, atomLink{"next-archive", mediaType, e.volume(format, e.archive.newer)})
	}
	if hub := e.hub(); hub != "" {
		links = append(links, atomLink{Rel: "hub", Href: hub})
	}
	return links
}

func newAtomEntry(home string, author *feeds.AtomAuthor, schemes map[store.Kind]string, e entry) atomEntry {
	return atomEntry{
		AtomEntry: feeds.AtomEntry{
			Title:   e.title,
			Updated: atomTime(e.updated),
			Id:      e.id,
			Author:  author,
		},
		Issued:    e.issued,
		Published: atomTime(e.published),
		Links: []atomLink{
			{"alternate", "text/html", e.url},
			{"via", "text/html", home},
		},
		Category: atomCategories(schemes, e.tags),
		Summary:  e.summary,
	}
}

func atomCategories(schemes map[store.Kind]string, tags []tag) []atomCategory {
	list := make([]atomCategory, len(tags))
	for i, t := range tags {
		list[i] = atomCategory{t.slug, schemes[t.kind], t.name}
	}
	return list
}

func atomTime(t time.Time) string { return t.Format(time.RFC3339Nano) }
