package feed

import (
	"cmp"
	"strings"
	"time"

	"communique/store"
)

// entry is a release made ready for every format: all its text is legal and
// all its instants are in UTC.
type entry struct {
	id, key, url       string
	title, summary     string
	html               string // the summary for where HTML is expected
	issued             string // the listing's day, YYYY-MM-DD
	published, updated time.Time
	tags               []tag
}

// tag is one category of an entry.
type tag struct {
	kind       store.Kind
	slug, name string
}

func newEntry(n Newsroom, r store.Release) entry {
	published := r.Published
	if published.IsZero() {
		published = r.Day.Noon()
	}
	e := entry{
		id:        legal(r.ID),
		key:       legal(r.Key),
		url:       address(r.URL, n.Home),
		summary:   legal(r.Summary),
		issued:    r.Day.String(),
		published: published.UTC().Truncate(time.Second),
		updated:   r.Updated.UTC().Truncate(time.Millisecond),
	}
	e.html = markup.Replace(e.summary)
	e.title = cmp.Or(legal(r.Title), e.url)
	e.tags = make([]tag, 0, len(r.Topics)+len(r.Offices)+1)
	for _, kind := range store.Kinds() {
		for _, t := range r.Tags(kind) {
			e.tags = append(e.tags, tag{kind, legal(t.Slug), legal(t.Name)})
		}
	}
	return e
}

// address lets through what a browser would open as a page of the web, and
// gives the listing's address for anything else.
func address(url, listing string) string {
	if strings.HasPrefix(url, "https://") || strings.HasPrefix(url, "http://") {
		return legal(url)
	}
	return listing
}
