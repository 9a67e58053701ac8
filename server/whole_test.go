package server_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"communique/feed"
	"communique/server"
	"communique/store"
)

// TestWithPress asks a server of the real press and store for each kind of
// address.
func TestWithPress(t *testing.T) {
	_, room := newsroom(t, storePath(t))
	var page []store.Release
	for n := range 200 {
		r := written(n*40, "What the mission saw this week.")
		r.Topics = []store.Tag{{Name: []string{"Policing", "Migration", "Elections"}[n%3]}}
		page = append(page, r)
	}
	put(t, room, page...)
	if _, err := room.Withdraw("500000", noon); err != nil {
		t.Fatal(err)
	}
	if _, err := room.Rename(store.Topic, "Elections", "Migration", noon); err != nil {
		t.Fatal(err)
	}
	press, err := feed.NewPress(base, feed.DefaultLimits(), feed.Room{Store: room, Newsroom: feed.Newsroom{
		Name: "osce", Title: "OSCE", Home: "https://www.osce.org/press-releases", Language: "en", IDPrefix: "tag:osce.org,1999:",
	}})
	if err != nil {
		t.Fatal(err)
	}
	o := options(press)
	o.Base, o.Logs = base, map[string]server.ChangeLog{"osce": room}
	address := start(t, server.New(o))
	for _, tt := range []struct {
		path   string
		status int
		part   string // of the body, or of where it moved to
	}{
		{"/", 200, "Policing"},
		{"/feeds.opml", 200, base + "/osce/topics/policing.atom"},
		{"/osce/all.atom", 200, "<feed "},
		{"/osce/topics/policing.rss", 200, "<rss "},
		{"/osce/topics/migration+policing.json", 200, "policing"},
		{"/osce/topics/migration%2Bpolicing.json", 200, "policing"},
		{"/osce/topics/policing+migration.json", 301, base + "/osce/topics/migration+policing.json"},
		{"/osce/topics/elections.atom", 301, base + "/osce/topics/migration.atom"},
		{"/osce/topics/policin.atom", 404, "\n" + base + "/osce/topics/policing.atom\n"},
		{"/osce/nothing", 404, base + "/"},
		{"/osce/releases/500040", 200, "Release 500040"},
		{"/osce/releases/500040.json", 200, "Release 500040"},
		{"/osce/releases/500000", 410, "taken back"},
		{"/osce/releases/500000.json", 410, "taken back"},
		{"/osce/changes.ndjson", 200, `"change":"withdrawn"`},
	} {
		got := get(t, address, tt.path)
		if got.StatusCode != tt.status || !strings.Contains(got.body, tt.part) {
			t.Errorf("%s: status %d, body %.300q", tt.path, got.StatusCode, got.body)
		}
		if got.StatusCode == http.StatusMovedPermanently && got.Header.Get("Location") != tt.part {
			t.Errorf("%s moved to %s, want %s", tt.path, got.Header.Get("Location"), tt.part)
		}
	}
	walkArchive(t, address)
}

// TestWithPressUnderAToken asks for the real documents under a token: each says
// that it is where it was asked for, and leads to nothing outside.
func TestWithPressUnderAToken(t *testing.T) {
	_, room := newsroom(t, storePath(t))
	var page []store.Release
	for n := range 200 {
		r := written(n*40, "What the mission saw this week.")
		r.Topics = []store.Tag{{Name: []string{"Policing", "Migration"}[n%2]}, {Name: "Elections"}}
		page = append(page, r)
	}
	put(t, room, page...)
	press, err := feed.NewPress(base, feed.DefaultLimits(), feed.Room{Store: room, Newsroom: feed.Newsroom{
		Name: "osce", Title: "OSCE", Home: "https://www.osce.org/press-releases", Language: "en", IDPrefix: "tag:osce.org,1999:",
	}})
	if err != nil {
		t.Fatal(err)
	}
	o, _, token := guardedOptions(t, press)
	address := start(t, server.New(o))
	under := "/private/" + token
	outside := regexp.MustCompile(regexp.QuoteMeta(base) + `/[^"<>&?# ]*(?:\.(?:atom|rss|json|html|opml)|/releases/[0-9]+)`)
	seen := map[string]bool{}
	for queue := []string{under + "/index.html", under + "/osce/topics/elections+policing.html"}; len(queue) > 0 && len(seen) < 300; queue = queue[1:] {
		if seen[queue[0]] {
			continue
		}
		seen[queue[0]] = true
		got := get(t, address, queue[0])
		if got.StatusCode != http.StatusOK {
			t.Fatalf("%s: status %d", queue[0], got.StatusCode)
		}
		body := strings.ReplaceAll(got.body, "&#43;", "+")
		if strings.Contains(body, "<feed ") && !strings.Contains(body, `rel="self" type="application/atom+xml" href="`+base+queue[0]+`"`) {
			t.Errorf("%s does not say where it is: %.500s", queue[0], body)
		}
		for _, link := range outside.FindAllString(body, -1) {
			if !strings.HasPrefix(link, base+under+"/") {
				t.Errorf("%s leads to %s", queue[0], link)
			}
			queue = append(queue, strings.TrimPrefix(link, base))
		}
	}
	if len(seen) < 30 {
		t.Errorf("only %d documents were found", len(seen))
	}
}

// walkArchive follows the live feed's archive to its first document.
func walkArchive(t *testing.T, address string) {
	t.Helper()
	documents := 0
	for path := "/osce/all.atom"; path != ""; documents++ {
		got := get(t, address, path, "Accept-Encoding", "br, gzip")
		body := decoded(t, got.Header.Get("Content-Encoding"), got.body)
		caching := got.Header.Get("Cache-Control")
		if complete := strings.Contains(caching, "immutable"); got.StatusCode != http.StatusOK || complete && documents == 0 {
			t.Fatalf("%s: status %d, %s", path, got.StatusCode, caching)
		}
		_, rest, more := strings.Cut(body, `rel="prev-archive"`)
		path = ""
		if more {
			_, rest, _ = strings.Cut(rest, `href="`+base)
			path, _, _ = strings.Cut(rest, `"`)
		}
	}
	if documents < 3 {
		t.Errorf("the archive has %d documents", documents-1)
	}
}
