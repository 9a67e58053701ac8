package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"communique/scraper"
	"communique/scraper/sources"
	"communique/server/admin"
)

// board is the listing of a harbour board: a newsroom with words and markup of its
// own, three pages of ten notices.
func board(w http.ResponseWriter, r *http.Request) {
	const notices, rows = 30, 10
	page, _ := strconv.Atoi(r.URL.Query().Get("p"))
	if !strings.HasSuffix(r.URL.Path, "/news") || page*rows >= notices {
		http.NotFound(w, r)
		return
	}
	fmt.Fprint(w, "<!doctype html><title>Notices</title><ul>")
	for i := notices - page*rows; i > notices-(page+1)*rows; i-- {
		fmt.Fprintf(w, `<li><h3><a href="/news/%d">Notice no. %d</a></h3><p>Issued: %d October 2026</p><p>Kind: Notice</p>
			<p>Desk: Pilotage</p><p>About: Tides</p><p>Ships of more than 100 metres wait for tide no. %[1]d.</p></li>`, i, i, i)
	}
	fmt.Fprint(w, "</ul>")
	if next := page + 1; next*rows < notices {
		fmt.Fprintf(w, `<a rel="next" href="?p=%d">Next</a>`, next)
	}
}

// describe writes the file that describes a board at a site.
func describe(t *testing.T, folder, name, site string) {
	t.Helper()
	text := fmt.Sprintf(`name: %s
title: The %[1]s board
language: en
zone: Europe/Lisbon
id: "tag:%[1]s.example,2026:"
listing: {url: "%s/%[1]s/news", page: p, full: 3}
addresses: {host: 127.0.0.1, within: boards.example, key: "/news/([0-9]+)$"}
labels: {date: [Issued], office: [Desk], topic: [About], type: [Kind]}
dates: [2 January 2006]
`, name, site)
	writeConfig(t, filepath.Join(folder, name+".yaml"), text)
}

// spoil makes the description of a source wrong, in its fourth line.
func spoil(t *testing.T, folder, name string) {
	t.Helper()
	file := filepath.Join(folder, name+".yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	writeConfig(t, file, strings.Replace(string(text), "Europe/Lisbon", "Lisbon town", 1))
}

// boards is a folder that describes these newsrooms, and the settings that name
// them.
func boards(t *testing.T, names ...string) (folder, settings string) {
	t.Helper()
	site := httptest.NewServer(http.HandlerFunc(board))
	t.Cleanup(site.Close)
	folder = t.TempDir()
	for _, name := range names {
		describe(t, folder, name, site.URL)
	}
	settings = filepath.Join(t.TempDir(), "c.yaml")
	writeConfig(t, settings, fmt.Sprintf("sources: %s\nnewsrooms: [%s]\ndelay: 1ms\n", folder, strings.Join(names, ", ")))
	return folder, settings
}

// TestBadSourceAmongGoodOnes has one of three sources be wrong: the others are
// collected, the feeds of all stay, and it is said which one is off and where it
// is wrong.
func TestBadSourceAmongGoodOnes(t *testing.T) {
	folder, settings := boards(t, "east", "north", "west")
	flags := []string{"--config", settings, "--data", t.TempDir()}
	collect := append([]string{"collect"}, flags...)
	if status, _, errs := capture(t, append(collect, "north")...); status != statusDone {
		t.Fatalf("north alone: %d, %s", status, errs)
	}
	if status, _, errs := capture(t, append(collect, "--listing", "http://127.0.0.1:1/")...); status != statusUsage || !strings.Contains(errs, "one source's listing") {
		t.Errorf("one listing for all: %d, %s", status, errs)
	}
	spoil(t, folder, "north")
	status, out, errs := capture(t, collect...)
	if status != statusUsage || strings.Count(out, "30 new") != 2 || strings.Contains(out, "north") {
		t.Errorf("all: %d\n%s", status, out)
	}
	if want := `source north is off: reading source "north": line 4: zone "Lisbon town" must be an IANA time zone`; !strings.Contains(errs, want) {
		t.Errorf("all: %s", errs)
	}
	if _, _, errs := capture(t, "config", "check", "--config", settings); !strings.Contains(errs, "north.yaml:4:7") || !strings.Contains(errs, "\n     4 | zone: Lisbon town\n       |       ^") {
		t.Errorf("config check: %s", errs)
	}

	p := start(t, append([]string{"serve", "--listen", "127.0.0.1:0"}, flags...)...)
	eventually(t, "both collections", p, func() bool { return strings.Count(p.stderr.String(), "msg=collected") == 2 })
	for _, name := range []string{"east", "north", "west"} {
		if res, body := get(t, p.base+"/"+name+"/all.atom"); res.StatusCode != http.StatusOK || strings.Count(string(body), "<entry>") != 30 {
			t.Errorf("the feed of %s: %s with %d releases", name, res.Status, strings.Count(string(body), "<entry>"))
		}
	}
	told := toldOf(t, p)
	if n := told["north"]; n.State != "off" || !strings.Contains(n.Why, "line 4") || !n.Next.IsZero() {
		t.Errorf("north is %q, %q, next at %s", n.State, n.Why, n.Next)
	}
	if e, w := told["east"], told["west"]; e.State != "quiet" || w.State != "quiet" || e.Next.Equal(w.Next) {
		t.Errorf("east is %q, next at %s; west %q, %s", e.State, e.Next, w.State, w.Next)
	}
	if _, body := get(t, p.base+"/status.atom"); strings.Count(string(body), "<entry>") != 1 || !strings.Contains(string(body), "The north board: not collected") {
		t.Errorf("the status feed: %s", body)
	}
	p.stop(t, syscall.SIGTERM)
}

// TestNoFolderOfSources is told by its name, and with what to do.
func TestNoFolderOfSources(t *testing.T) {
	file := filepath.Join(t.TempDir(), "none")
	writeConfig(t, file, "no folder")
	for _, path := range []string{file, file + "/sources", "gone"} {
		status, _, errs := capture(t, "sources", "--sources", path)
		if status != statusUsage || !strings.Contains(errs, fmt.Sprintf("sources in %q: ", path)) || !strings.Contains(errs, "it must be a folder") {
			t.Errorf("%s: %d, %s", path, status, errs)
		}
	}
}

// toldOf returns what /status tells of each source.
func toldOf(t *testing.T, p *process) map[string]admin.SourceStatus {
	t.Helper()
	var status admin.Status
	if _, body := get(t, p.base+"/status"); json.Unmarshal(body, &status) != nil {
		t.Fatalf("the status: %s", body)
	}
	told := map[string]admin.SourceStatus{}
	for _, s := range status.Sources {
		told[s.Name] = s
	}
	return told
}

// TestReloadOfSources takes a source that is new, and one that was mended; where
// one that is in force goes wrong, the old ones stay.
func TestReloadOfSources(t *testing.T) {
	folder, settings := boards(t, "east", "north")
	spoil(t, folder, "north")
	p := start(t, "serve", "--listen", "127.0.0.1:0", "--config", settings, "--data", t.TempDir())
	says := func(what string) {
		t.Helper()
		eventually(t, what, p, func() bool { return strings.Contains(p.stderr.String(), what) })
	}
	says("msg=collected source=east")
	east, err := os.ReadFile(filepath.Join(folder, "east.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	spoil(t, folder, "east")
	says("the settings were not taken; those in force stay")
	if told := toldOf(t, p)["east"]; told.State != "ok" || told.Next.IsZero() {
		t.Errorf("east is %q, next at %s", told.State, told.Next)
	}
	writeConfig(t, filepath.Join(folder, "east.yaml"), string(east))
	writeConfig(t, filepath.Join(folder, "north.yaml"), strings.ReplaceAll(string(east), "east", "north"))
	says(`in force" changed=sources`)
	says("msg=collected source=north")
	if _, body := get(t, p.base+"/status.atom"); !strings.Contains(string(body), "north: collected again") {
		t.Errorf("the status feed: %s", body)
	}
	p.stop(t, syscall.SIGTERM)
}

// TestSourceTakenAway takes a source's file away: that may be a mistake, so its feeds
// stay and it is told. Once the settings name the others they have ended, and
// still what is stored of it can be read.
func TestSourceTakenAway(t *testing.T) {
	folder, named := boards(t, "east", "north")
	data, web := t.TempDir(), t.TempDir()
	if status, _, errs := capture(t, "collect", "--config", named, "--data", data); status != statusDone {
		t.Fatalf("collecting: %d, %s", status, errs)
	}
	settings := filepath.Join(t.TempDir(), "c.yaml")
	writeConfig(t, settings, "sources: "+folder)
	flags := []string{"--config", settings, "--data", data}
	p := start(t, append([]string{"serve", "--no-collect", "--listen", "127.0.0.1:0"}, flags...)...)
	answers := func(path string, want int) {
		t.Helper()
		if res, body := get(t, p.base+path); res.StatusCode != want || want == http.StatusOK && path != "/" && strings.Count(string(body), "<entry>") != 30 {
			t.Errorf("%s: %s with %d releases, want %d", path, res.Status, strings.Count(string(body), "<entry>"), want)
		}
	}
	readable := func() {
		t.Helper()
		if status, out, errs := capture(t, append([]string{"export"}, flags...)...); status != statusDone || strings.Count(out, "\n") != 60 {
			t.Errorf("export: %d, %d releases, %s", status, strings.Count(out, "\n"), errs)
		}
		for _, command := range [][]string{{"export", "north"}, {"changes", "north"}, {"history", "tag:north.example,2026:release/7"}} {
			if status, out, errs := capture(t, append(command, flags...)...); status != statusDone || !strings.Contains(out, "/news/7") {
				t.Errorf("%s: %d, %.200s%s", command, status, out, errs)
			}
		}
		for _, command := range [][]string{{"export", "south"}, {"changes", "south"}, {"history", "7", "--source", "south"}} {
			if status, _, errs := capture(t, append(command, flags...)...); status != statusUsage || !strings.Contains(errs, "newsroom \"south\"") {
				t.Errorf("%s: %d, %s", command, status, errs)
			}
		}
	}
	publish := func(want string) {
		t.Helper()
		status, out, errs := capture(t, append([]string{"publish", "--out", web, "--base-url", "https://feeds.example"}, flags...)...)
		if status != statusDone || !strings.Contains(out, want) {
			t.Errorf("publish: %d, %s%s", status, out, errs)
		}
	}
	publish("0 removed\n")

	if err := os.Remove(filepath.Join(folder, "north.yaml")); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the reload", p, func() bool { return strings.Contains(p.stderr.String(), `in force" changed=sources`) })
	answers("/north/all.atom", http.StatusOK)
	answers("/east/all.atom", http.StatusOK)
	if n := toldOf(t, p)["north"]; n.State != "off" || !strings.Contains(n.Why, "no file any more") || n.Title != "The north board" {
		t.Errorf("north is %q, %q, %q", n.Title, n.State, n.Why)
	}
	readable()
	publish("0 removed\n")

	writeConfig(t, settings, "sources: "+folder+"\nnewsrooms: [east]")
	eventually(t, "the reload", p, func() bool { return strings.Contains(p.stderr.String(), "newsrooms sources") })
	for _, path := range []string{"/north/all.atom", "/north/all.html", "/north/changes.ndjson", "/north/releases/7"} {
		answers(path, http.StatusGone)
	}
	answers("/east/all.atom", http.StatusOK)
	if _, told := toldOf(t, p)["north"]; told {
		t.Error("the status tells of north still")
	}
	readable()
	publish(" ended\n")
	p.stop(t, syscall.SIGTERM)
	readable()
	if last, err := os.ReadFile(filepath.Join(web, "north", "all.atom")); err != nil || !strings.Contains(string(last), "This feed has ended") {
		t.Errorf("the last document: %v, %s", err, last)
	}
}

// TestNothingReadable has the only newsroom be off: it can't be collected, and what
// is stored of it is given out as before.
func TestNothingReadable(t *testing.T) {
	folder, settings := boards(t, "north")
	flags := []string{"--config", settings, "--data", t.TempDir()}
	if status, _, errs := capture(t, append([]string{"collect"}, flags...)...); status != statusDone {
		t.Fatalf("collecting: %d, %s", status, errs)
	}
	spoil(t, folder, "north")
	for command, want := range map[string]int{"collect": statusUsage, "serve": statusUsage, "export": statusDone, "feeds": statusDone, "changes north": statusDone} {
		status, out, errs := capture(t, append(strings.Fields(command), flags...)...)
		if status != want || want == statusUsage && !strings.Contains(errs, "line 4") || want == statusDone && !strings.Contains(out, "north") {
			t.Errorf("%s: %d, %.200s%s", command, status, out, errs)
		}
	}
}

// TestSameIDs has two sources mint the same ids: the second one is off.
func TestSameIDs(t *testing.T) {
	folder, settings := boards(t, "east", "north")
	text, err := os.ReadFile(filepath.Join(folder, "north.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	writeConfig(t, filepath.Join(folder, "north.yaml"), strings.Replace(string(text), "tag:north.", "tag:east.", 1))
	status, out, errs := capture(t, "collect", "--config", settings, "--data", t.TempDir())
	if status != statusUsage || !strings.HasPrefix(out, "east:") || strings.Contains(out, "north") || !strings.Contains(errs, "is that of east too") {
		t.Errorf("%d\n%s%s", status, out, errs)
	}
}

// TestTurns lets nobody collect a source twice at a time, or visit a site for two
// sources, or collect more than 8 in all.
func TestTurns(t *testing.T) {
	turns := newTurns()
	at := func(name, host string) *sources.Source {
		return &sources.Source{Name: name, Listing: sources.Listing{URL: (&url.URL{Scheme: "https", Host: host}).String()}}
	}
	take := func(s *sources.Source) (leave func(), waits bool) {
		t.Helper()
		ctx, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer stop()
		leave, err := turns.take(ctx, s, func() { waits = true })
		if (err != nil) != waits {
			t.Fatalf("%s: %v", s.Name, err)
		}
		return leave, waits
	}
	leave, waits := take(at("a", "one.example"))
	if waits {
		t.Fatal("the first one waits")
	}
	for _, s := range []*sources.Source{at("a", "one.example"), at("a", "moved.example"), at("b", "one.example")} {
		if _, waits := take(s); !waits {
			t.Errorf("%s at %s need not wait", s.Name, s.First().Host)
		}
	}
	for i := range collectionsAtOnce - 1 {
		if _, waits := take(at(fmt.Sprint("c", i), fmt.Sprint(i, ".example"))); waits {
			t.Fatalf("collection %d waits", i+2)
		}
	}
	if _, waits := take(at("b", "another.example")); !waits {
		t.Errorf("there are more than %d at once", collectionsAtOnce)
	}
	leave()
	if _, waits := take(at("b", "one.example")); waits {
		t.Error("it waits for one that left")
	}
}

// TestFailures end with the status that matters most.
func TestFailures(t *testing.T) {
	off, failed := sourceOff{errors.New("x")}, errors.New("x")
	for _, test := range []struct {
		list failures
		want int
	}{
		{nil, statusDone},
		{failures{off}, statusUsage},
		{failures{off, failed}, statusFailed},
		{failures{failed, fmt.Errorf("x: %w", scraper.ErrNoListing), off}, statusNoListing},
	} {
		if got := statusOf(test.list.joined()); got != test.want {
			t.Errorf("%v: %d, want %d", test.list, got, test.want)
		}
	}
}
