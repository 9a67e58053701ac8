package feed

import (
	"bytes"
	"cmp"
	"encoding/json"
	"encoding/xml"
	"errors"
	"html"
	"io"
	"slices"
	"testing"
	"time"
	"unicode/utf8"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/mmcdole/gofeed"

	"communique/store"
)

// read is what a reader of feeds learns about an entry.
type read struct {
	ID, Title, Link, Summary, Author string
	Published, Updated               time.Time
	Categories                       []string
}

// TestReaders parses every document of the seed listing back, strictly and with
// gofeed, and compares it with the releases in the store.
func TestReaders(t *testing.T) {
	newsroom := newStore(t)
	put(t, newsroom, seed()...)
	press := newPress(t, newsroom)
	catalogue, err := press.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	for _, feed := range catalogue {
		releases, _, err := newsroom.Releases(feed.Query, "", 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, format := range formats() {
			t.Run(feed.Path()+format.suffix, func(t *testing.T) {
				document, err := press.Render(feed.Path() + format.suffix)
				if err != nil {
					t.Fatal(err)
				}
				var want []read
				for _, r := range releases {
					want = append(want, expected(r))
				}
				checkRead(t, feed.Title(), document, want)
			})
		}
	}
}

// expected says what a reader must learn from a feed about a release.
func expected(r store.Release) read {
	e := read{
		ID: r.ID, Title: r.Title, Link: r.URL, Summary: r.Summary, Author: "OSCE",
		Published: r.Published.UTC(), Updated: r.Updated.UTC(),
	}
	for _, tag := range slices.Concat(r.Topics, r.Offices, r.Tags(store.Type)) {
		e.Categories = append(e.Categories, tag.Name)
	}
	return e
}

// checkRead parses a document with a strict reader and with gofeed, and
// compares what gofeed found.
func checkRead(t *testing.T, title string, document Document, want []read) {
	t.Helper()
	if err := strictly(document); err != nil {
		t.Fatalf("%v in\n%s", err, document.Body)
	}
	parsed, err := gofeed.NewParser().Parse(bytes.NewReader(document.Body))
	if err != nil {
		t.Fatalf("%v in\n%s", err, document.Body)
	}
	if parsed.Title != title {
		t.Errorf("title is %q, want %q", parsed.Title, title)
	}
	if parsed.FeedLink != base+document.Path {
		t.Errorf("self link is %q, want %q", parsed.FeedLink, base+document.Path)
	}
	var got []read
	for _, item := range parsed.Items {
		got = append(got, newRead(item, parsed.FeedType))
	}
	if parsed.FeedType == "json" {
		for i := range want { // every item needs some text
			want[i].Summary = cmp.Or(want[i].Summary, want[i].Title)
		}
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
}

func newRead(item *gofeed.Item, kind string) read {
	r := read{
		ID: item.GUID, Title: item.Title, Link: item.Link, Summary: item.Description,
		Published: item.PublishedParsed.UTC(), Categories: item.Categories,
	}
	if len(item.Authors) == 1 {
		r.Author = item.Authors[0].Name
	}
	switch kind {
	case "json":
		r.Summary = item.Content
	case "rss":
		r.Summary = html.UnescapeString(item.Description)
		revised, err := time.Parse(time.RFC3339, item.Extensions["atom"]["updated"][0].Value)
		if err == nil {
			r.Updated = revised.UTC()
		}
		return r
	}
	r.Updated = item.UpdatedParsed.UTC()
	return r
}

// strictly reads a whole document the way that forgives nothing.
func strictly(document Document) error {
	if !utf8.Valid(document.Body) {
		return errors.New("the document is no UTF-8")
	}
	if document.MediaType == jsonType {
		decoder := json.NewDecoder(bytes.NewReader(document.Body))
		var value map[string]any
		if err := decoder.Decode(&value); err != nil {
			return err
		}
		if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
			return errors.New("something follows the JSON document")
		}
		return nil
	}
	decoder := xml.NewDecoder(bytes.NewReader(document.Body))
	for {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}
