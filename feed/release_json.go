package feed

import (
	"bytes"
	"encoding/json"
	"net/url"
	"time"

	"communique/store"
)

const releaseType = "application/json"

// releaseDocument is a release as JSON, for programs that follow one: names as
// in an export, tags as in the extension of JSON feeds.
type releaseDocument struct {
	URL       string           `json:"url"`
	ID        string           `json:"id"`
	Key       string           `json:"key"`
	Title     string           `json:"title"`
	Summary   string           `json:"summary"`
	Day       store.Day        `json:"day"`
	Published string           `json:"published"`
	Updated   string           `json:"updated"`
	FirstSeen string           `json:"first_seen"`
	Type      *jsonTag         `json:"type"`
	Offices   []jsonTag        `json:"offices"`
	Topics    []jsonTag        `json:"topics"`
	Aliases   []string         `json:"aliases"`
	Versions  []releaseVersion `json:"versions"`
	Feeds     []releaseHolder  `json:"feeds"`
}

// releaseVersion is what a release said until it was corrected.
type releaseVersion struct {
	Until   string    `json:"until"`
	Title   string    `json:"title"`
	Summary string    `json:"summary"`
	Type    string    `json:"type"`
	Day     store.Day `json:"day"`
}

// releaseHolder is a feed that holds a release.
type releaseHolder struct {
	Title string `json:"title"`
	Page  string `json:"page"`
	Atom  string `json:"atom"`
	RSS   string `json:"rss"`
	JSON  string `json:"json"`
}

// jsonAddress returns where the release's JSON is.
func (r record) jsonAddress() string {
	path := url.URL{Path: releasePath(r.newsroom, r.release.Key) + formats()[jsonFormat].suffix}
	return r.base + path.EscapedPath()
}

func writeReleaseJSON(r record) ([]byte, error) {
	e := newEntry(r.newsroom, r.release)
	document := releaseDocument{
		URL: e.url, ID: e.id, Key: e.key, Title: e.title, Summary: e.summary, Day: r.release.Day,
		Published: rfc3339(e.published), Updated: rfc3339(e.updated), FirstSeen: rfc3339(r.release.FirstSeen),
		Offices: r.tags(store.Office), Topics: r.tags(store.Topic),
		Aliases:  append([]string{}, r.release.Aliases...),
		Versions: make([]releaseVersion, len(r.versions)),
		Feeds:    make([]releaseHolder, len(r.feeds)),
	}
	if kind := r.tags(store.Type); len(kind) > 0 {
		document.Type = &kind[0]
	}
	for i, v := range r.versions {
		document.Versions[i] = releaseVersion{rfc3339(v.Until), v.Title, v.Summary, v.Type.Name, v.Day}
	}
	for i, f := range r.feeds {
		at := func(suffix string) string { return r.base + f.Path() + suffix }
		formats := formats()
		document.Feeds[i] = releaseHolder{
			f.Title(), at(pageSuffix),
			at(formats[atomFormat].suffix), at(formats[rssFormat].suffix), at(formats[jsonFormat].suffix),
		}
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(document)
	return out.Bytes(), err
}

// tags describes the release's tags of a kind, each with its feed's address.
func (r record) tags(kind store.Kind) []jsonTag {
	list := []jsonTag{}
	for _, t := range r.release.Tags(kind) {
		at := tagPath(r.newsroom, kind, t.Slug) + formats()[jsonFormat].suffix
		list = append(list, jsonTag{t.Name, t.Slug, r.base + at})
	}
	return list
}

func rfc3339(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
