package feed

import (
	"bytes"
	"cmp"
	"encoding/json"

	"github.com/gorilla/feeds"

	"communique/store"
)

const (
	jsonType    = "application/feed+json"
	jsonVersion = "https://jsonfeed.org/version/1.1"
)

// jsonFeed is JSON Feed 1.1 without its items, which writeJSON adds.
type jsonFeed struct {
	feeds.JSONFeed
	Items [0]jsonItem `json:"items"` // the embedded one would be left out of an empty feed
}

type jsonItem struct {
	feeds.JSONItem
	Facts jsonFacts `json:"_communique"`
}

// jsonFacts is the extension that saves machines from parsing labels; the page
// of feeds describes it.
type jsonFacts struct {
	About   string    `json:"about"`
	Issued  string    `json:"issued,omitempty"`
	Key     string    `json:"key"`
	Type    *jsonTag  `json:"type"`
	Offices []jsonTag `json:"offices"`
	Topics  []jsonTag `json:"topics"`
}

// jsonTag names a tag and the address of its own feed.
type jsonTag struct {
	Name string `json:"name"`
	Slug string `json:"slug"`
	URL  string `json:"url"`
}

// writeJSON puts each item on a line of its own: still compact, and a change of
// one item is a change of one line.
func writeJSON(e edition) ([]byte, error) {
	var out bytes.Buffer
	out.Grow(e.weight[jsonFormat])
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(newJSONFeed(e)); err != nil {
		return nil, err
	}
	const end = "]}\n"
	out.Truncate(out.Len() - len(end))
	frame := newJSONFrame(e)
	var item jsonItem
	for i, entry := range e.entries {
		if i > 0 {
			out.Truncate(out.Len() - 1)
			out.WriteByte(',')
		}
		out.WriteByte('\n')
		frame.fill(&item, entry)
		if err := encoder.Encode(&item); err != nil {
			return nil, err
		}
	}
	out.WriteString(end)
	return out.Bytes(), nil
}

func newJSONFeed(e edition) jsonFeed {
	document := jsonFeed{JSONFeed: feeds.JSONFeed{
		Version:     jsonVersion,
		Title:       e.Title(),
		Language:    e.Newsroom.Language,
		HomePageUrl: e.Newsroom.Home,
		FeedUrl:     e.address(jsonFormat),
		Description: e.Subtitle(),
		Authors:     jsonAuthors(e.Newsroom),
	}}
	if e.archive.older != "" {
		document.NextUrl = e.volume(jsonFormat, e.archive.older)
	}
	if hub := e.hub(); hub != "" {
		document.Hubs = []*feeds.JSONHub{{Type: "WebSub", Url: hub}}
	}
	return document
}

// jsonFrame is what all items of a feed share.
type jsonFrame struct {
	about   string
	tags    string // the address that those of tags begin with
	suffix  string // with which they end
	authors []*feeds.JSONAuthor
}

func newJSONFrame(e edition) jsonFrame {
	return jsonFrame{
		about:   e.base + indexPath + "#" + extensionAnchor,
		tags:    e.base + "/" + e.Newsroom.Name + "/",
		suffix:  formats()[jsonFormat].suffix,
		authors: jsonAuthors(e.Newsroom),
	}
}

// fill makes item that of an entry, in the memory that it has.
func (f jsonFrame) fill(item *jsonItem, e entry) {
	tags, offices, topics := item.Tags[:0], item.Facts.Offices[:0], item.Facts.Topics[:0]
	if offices == nil {
		offices, topics = []jsonTag{}, []jsonTag{} // which must be there
	}
	*item = jsonItem{
		JSONItem: feeds.JSONItem{
			Id:            e.id,
			Url:           e.url,
			Title:         e.title,
			ContentText:   cmp.Or(e.summary, e.title),
			Summary:       e.summary,
			PublishedDate: &e.published,
			ModifiedDate:  &e.updated,
			Authors:       f.authors,
			Tags:          tags,
		},
		Facts: jsonFacts{About: f.about, Issued: e.issued, Key: e.key, Offices: offices, Topics: topics},
	}
	for _, t := range e.tags {
		item.Tags = append(item.Tags, t.name)
		item.Facts.add(t, jsonTag{t.name, t.slug, f.tags + string(t.kind) + "/" + t.slug + f.suffix})
	}
}

func (f *jsonFacts) add(t tag, described jsonTag) {
	switch t.kind {
	case store.Topic:
		f.Topics = append(f.Topics, described)
	case store.Office:
		f.Offices = append(f.Offices, described)
	case store.Type:
		f.Type = &described
	}
}

func jsonAuthors(n Newsroom) []*feeds.JSONAuthor {
	return []*feeds.JSONAuthor{{Name: n.Title}}
}
