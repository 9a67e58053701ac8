package admin_test

import (
	"encoding/xml"
	"io"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/mmcdole/gofeed/atom"

	"communique/collector/journal"
	"communique/server/admin"
	"communique/store"
)

// feed asks for /status.atom, holds it against the rules and returns it.
func (h *house) feed(t *testing.T) *atom.Feed {
	t.Helper()
	res, body := get(t, h.URL+"/status.atom")
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "application/atom+xml" || res.Header.Get("ETag") == "" {
		t.Fatalf("%d %v:\n%s", res.StatusCode, res.Header, body)
	}
	if !strings.HasPrefix(body, `<?xml version="1.0" encoding="UTF-8"?>`) {
		t.Errorf("it begins with %.60q", body)
	}
	strict(t, body)
	feed, err := new(atom.Parser).Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	validate(t, feed)
	return feed
}

// strict reads XML to its end and counts what RFC 4287 wants once.
func strict(t *testing.T, body string) {
	t.Helper()
	in := xml.NewDecoder(strings.NewReader(body))
	var path []string
	var once map[string]int
	check := func(of string, names ...string) {
		for _, name := range names {
			if once[name] != 1 {
				t.Errorf("%s has %d of %s", of, once[name], name)
			}
		}
	}
	feed := map[string]int{}
	for {
		token, err := in.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, body)
		}
		switch token := token.(type) {
		case xml.StartElement:
			if token.Name.Space != "http://www.w3.org/2005/Atom" {
				t.Errorf("%v is not Atom's", token.Name)
			}
			switch path = append(path, token.Name.Local); {
			case token.Name.Local == "entry":
				once = map[string]int{}
			case len(path) == 3 && path[1] == "entry":
				once[token.Name.Local]++
			case len(path) == 2:
				if feed["entry"] > 0 {
					t.Errorf("%s stands behind an entry", token.Name.Local)
				}
				feed[token.Name.Local]++
			}
		case xml.EndElement:
			if path = path[:len(path)-1]; token.Name.Local == "entry" {
				check("an entry", "id", "title", "updated", "published", "author", "category", "link", "content")
				feed["entry"]++
			}
		}
	}
	delete(feed, "entry")
	once = feed
	check("the feed", "id", "title", "updated", "author")
}

// validate holds a feed against what XML alone doesn't show.
func validate(t *testing.T, feed *atom.Feed) {
	t.Helper()
	if feed.Links[0].Rel != "self" || feed.Links[0].Href != "http://admin.example/status.atom" {
		t.Errorf("its first link is %+v", feed.Links[0])
	}
	ids, times := map[string]bool{feed.ID: true}, map[string]bool{}
	for _, e := range feed.Entries {
		if u, err := url.Parse(e.ID); err != nil || u.Scheme != "tag" || ids[e.ID] || times[e.Updated] {
			t.Errorf("entry %q, updated %s: %v, or it is there twice", e.ID, e.Updated, err)
		}
		if e.UpdatedParsed == nil || e.UpdatedParsed.After(*feed.UpdatedParsed) || e.Content.Value == "" || e.Content.Type != "" {
			t.Errorf("entry %q, updated %s, feed updated %s, content %+v", e.ID, e.Updated, feed.Updated, e.Content)
		}
		ids[e.ID], times[e.Updated] = true, true
	}
}

func titles(feed *atom.Feed) (list []string) {
	for _, e := range feed.Entries {
		list = append(list, e.Title)
	}
	return list
}

// TestFeedOfNothing is a valid feed.
func TestFeedOfNothing(t *testing.T) {
	if feed := emptyHouse(t).feed(t); len(feed.Entries) != 0 {
		t.Errorf("it tells %q", titles(feed))
	}
}

// TestFeed tells of a break and of withdrawn releases, each once and at its own
// time, two of them in one second.
func TestFeed(t *testing.T) {
	h := newHouse(t)
	releases, _, err := h.good.Releases(store.Query{}, "", 2)
	if err != nil {
		t.Fatal(err)
	}
	var turns []journal.Turn
	for _, r := range releases {
		r.Withdrawn = today.Add(-time.Hour)
		turns = append(turns, journal.Turn{Release: r})
	}
	h.journals["good"].Releases(turns, "", today)
	feed := h.feed(t)
	got := titles(feed)
	if len(got) != 3 || got[0] != "BROKEN: the listing is broken" || got[2] != "GOOD: withdrawn: "+releases[0].Title {
		t.Errorf("it tells %q", got)
	}
	first := feed.Entries[0]
	if want := "tag:communique,2026:status/broken/broken/1773999000"; first.ID != want || first.Updated != "2026-03-20T09:30:00Z" {
		t.Errorf("the break is %s at %s, want %s", first.ID, first.Updated, want)
	}
	if !strings.Contains(first.Content.Value, "could be read as a release") {
		t.Errorf("the break is told as %q", first.Content.Value)
	}
	if link := feed.Entries[2].Links[0].Href; link != releases[0].URL {
		t.Errorf("a withdrawn release links to %q", link)
	}
}

// TestFeedAfterRestart has the same bytes in another process, and changes when
// something happens.
func TestFeedAfterRestart(t *testing.T) {
	h := newHouse(t)
	res, body := get(t, h.URL+"/status.atom")
	var told []admin.Source
	for _, room := range []*store.Newsroom{h.good, h.broken, h.none} {
		told = append(told, admin.Source{Name: room.Name(), Title: strings.ToUpper(room.Name()), Store: room})
	}
	again := httptest.NewServer(admin.New(admin.Options{Sources: told, Base: "http://admin.example", Clock: func() time.Time { return today.AddDate(1, 0, 0) }}))
	defer again.Close()
	if other, same := get(t, again.URL+"/status.atom"); same != body || other.Header.Get("ETag") != res.Header.Get("ETag") {
		t.Errorf("after a restart:\n%s\nbefore:\n%s", same, body)
	}
	h.journals["good"].Bad(journal.Site, journal.Blocked, "no reason", today)
	for _, server := range []*httptest.Server{h.Server, again} {
		if _, other := get(t, server.URL+"/status.atom"); !strings.Contains(other, "GOOD: the site can&#39;t be read") {
			t.Errorf("something happened, and it tells\n%s", other)
		}
	}
}

// TestFeedIsConditional gives the same bytes again, and none to who has them.
func TestFeedIsConditional(t *testing.T) {
	h := newHouse(t)
	res, body := get(t, h.URL+"/status.atom")
	if again, same := get(t, h.URL+"/status.atom"); same != body || again.Header.Get("ETag") != res.Header.Get("ETag") {
		t.Error("asked twice, it is not the same")
	}
	for _, header := range [][2]string{{"If-None-Match", res.Header.Get("ETag")}, {"If-Modified-Since", res.Header.Get("Last-Modified")}} {
		if again, none := get(t, h.URL+"/status.atom", header[0], header[1]); again.StatusCode != 304 || none != "" {
			t.Errorf("%s %s: %d", header[0], header[1], again.StatusCode)
		}
	}
}

// TestFeedOfMemory tells what is in memory when the store can't be read any more,
// that it can't among it.
func TestFeedOfMemory(t *testing.T) {
	h := newHouse(t)
	if err := h.db.Close(); err != nil {
		t.Fatal(err)
	}
	h.journals["good"].Bad(journal.Store, journal.StoreTrouble, "no space left on device", today.Add(time.Hour))
	want := []string{"GOOD: trouble with the store", "BROKEN: the listing is broken"}
	if diff := cmp.Diff(want, titles(h.feed(t))); diff != "" {
		t.Error(diff)
	}
}

// TestFeedOfHostileText makes text of whatever a site sent.
func TestFeedOfHostileText(t *testing.T) {
	h := emptyHouse(t)
	why := "<script>alert(1)</script> ]]> \x00\x1b[2J\uffff\ufffd\xff\u202e\nend"
	h.journals["good"].Bad(journal.Listing, journal.Broken, why, today.AddDate(0, 0, -1))
	h.journals["good"].Well(journal.Listing, today)
	feed := h.feed(t)
	if got, want := feed.Entries[1].Content.Value, "<script>alert(1)</script> ]]> [2J end"; got != want {
		t.Errorf("told as %q, want %q", got, want)
	}
	if got, want := feed.Entries[0].Title, "GOOD: the listing is good again"; got != want {
		t.Errorf("the recovery is told as %q, want %q", got, want)
	}
	if _, page := get(t, h.URL+"/status.html"); strings.Contains(page, "<script") {
		t.Error("the page holds a script")
	}
}
