package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"communique/collector"
	"communique/feed"
	"communique/scraper"
	"communique/scraper/sample"
	"communique/scraper/sources"
	"communique/server"
	"communique/store"
)

var (
	soakRuns = flag.Int("soak", 240, "how many collections TestSoak makes")
	soakSeed = flag.Uint64("soak-seed", 1, "what the faults of TestSoak are drawn from")
)

// TestSoak makes hundreds of collections, or as many as -soak says, over a
// newsroom that changes, breaks and recovers, while readers come and go. What
// the process holds after half of them it holds at the end: goroutines,
// descriptors, memory, the store's file and what is in it. And at the end the
// store has what the newsroom shows.
func TestSoak(t *testing.T) {
	s := newSoak(t)
	s.run(t, 1)
	t.Logf("after the first run: %s", s.measure(t))
	s.run(t, *soakRuns/2-1)
	before := s.measure(t)
	t.Logf("after half of the runs: %s", before)
	s.run(t, *soakRuns-*soakRuns/2)
	after := s.measure(t)
	t.Logf("%d runs, %d of them with a fault; at the end: %s", *soakRuns, s.faults, after)
	after.compare(t, before)
	s.recover(t)
}

// soak is a newsroom, what collects it, and what serves it.
type soak struct {
	chance   *rand.Rand
	source   *sources.Source
	releases []sample.Release
	site     *sample.Site
	network  atomic.Pointer[trouble]
	listing  *url.URL
	path     string
	db       *store.DB
	room     *store.Newsroom
	base     string // where readers are answered
	now      time.Time
	patience time.Duration // with one request
	faults   int
}

// trouble answers in the site's stead, and says whether it did.
type trouble func(http.ResponseWriter, *http.Request) bool

func newSoak(t *testing.T) *soak {
	list, err := sources.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	began := time.Date(2026, 9, 30, 0, 0, 0, 0, time.UTC)
	s := &soak{
		chance: rand.New(rand.NewPCG(*soakSeed, 0)), source: list[0], releases: sample.Releases(130, began),
		path: filepath.Join(t.TempDir(), "communique.db"), now: began.Add(36 * time.Hour), patience: 300 * time.Millisecond,
	}
	s.site = sample.NewSite(s.releases)
	s.calm()
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !(*s.network.Load())(w, r) {
			s.site.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(site.Close)
	if s.listing, err = url.Parse(site.URL + "/press-releases"); err != nil {
		t.Fatal(err)
	}
	s.open(t)
	return s
}

// open opens the store and serves it.
func (s *soak) open(t *testing.T) {
	var err error
	if s.db, err = store.Open(s.path, store.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.db.Close(); err != nil {
			t.Error(err)
		}
	})
	if s.room, err = s.db.Newsroom(s.source.Name); err != nil {
		t.Fatal(err)
	}
	const base = "https://feeds.example.org"
	press := pressOf(t, s.source, s.room, base)
	handler := server.New(server.Options{Press: press, Base: base, Logs: map[string]server.ChangeLog{s.room.Name(): s.room}, Bytes: 4 << 20, Paths: 64})
	readers := httptest.NewServer(handler)
	t.Cleanup(readers.Close)
	s.base = readers.URL
}

// pressOf renders the feeds of one newsroom, as they are without any settings.
func pressOf(t testing.TB, source *sources.Source, room *store.Newsroom, base string) *feed.Press {
	t.Helper()
	press, err := feed.NewPress(base, feed.DefaultLimits(), feed.Room{Store: room, Newsroom: feed.Newsroom{
		Name: source.Name, Title: source.Title, Home: source.Listing.URL, Language: source.Language, IDPrefix: source.IDPrefix, Interval: time.Hour,
	}})
	if err != nil {
		t.Fatal(err)
	}
	return press
}

// run makes so many collections, with changes and faults before them and
// readers behind them.
func (s *soak) run(t *testing.T, runs int) {
	for range runs {
		s.change()
		s.disturb()
		_ = s.collect(t) // even without a fault a listing may seem odd for a while after one
		s.read(t)
		s.now = s.now.Add(30 * time.Minute)
	}
	s.heal()
}

// change does to the newsroom what people do, with a handful of releases that
// come and go, so that what there is to store stays about the same.
func (s *soak) change() {
	r := s.releases[s.chance.IntN(20)]
	switch s.chance.IntN(10) {
	case 0:
		s.site.Correct(r.Number, func(r *sample.Release) { r.Title = "CORRECTION: something else was meant" })
	case 1:
		s.site.Correct(r.Number, func(old *sample.Release) { old.Title, old.Bare = r.Title, r.Bare })
	case 2:
		s.site.Hide(r.Number)
	case 3:
		s.site.Withdraw(r.Number)
	case 4, 5:
		s.site.Withdraw(r.Number)
		s.site.Add(r)
	}
}

// disturb breaks the site or the way to it, in two runs of five.
func (s *soak) disturb() {
	s.heal()
	if s.chance.IntN(5) > 1 {
		return
	}
	s.faults++
	if faults := sample.Faults(); s.chance.IntN(2) == 0 {
		s.site.Break(faults[s.chance.IntN(len(faults))])
		return
	}
	list := troubles()
	s.network.Store(&list[s.chance.IntN(len(list))])
}

func (s *soak) heal() {
	s.site.Break("")
	s.calm()
}

// calm lets every request through.
func (s *soak) calm() {
	none := trouble(func(http.ResponseWriter, *http.Request) bool { return false })
	s.network.Store(&none)
}

// troubles are what may happen on the way.
func troubles() []trouble {
	says := func(status int, body string) trouble {
		return func(w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
			return true
		}
	}
	return []trouble{
		func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) },
		func(w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Content-Length", "100000")
			_, _ = io.WriteString(w, "<p>cut")
			return true
		},
		func(_ http.ResponseWriter, r *http.Request) bool { // too slow
			select {
			case <-r.Context().Done():
			case <-time.After(5 * time.Second):
			}
			return true
		},
		func(w http.ResponseWriter, r *http.Request) bool {
			http.Redirect(w, r, r.URL.Path+"/", http.StatusFound)
			return true
		},
		func(w http.ResponseWriter, r *http.Request) bool {
			http.Redirect(w, r, "http://169.254.169.254/latest/meta-data", http.StatusFound)
			return true
		},
		says(http.StatusOK, string(bytes.Repeat([]byte("<div>"), 100_000))),
		says(http.StatusOK, string(bytes.Repeat([]byte(" "), 11<<20))),
		says(http.StatusTooManyRequests, ""), says(http.StatusBadGateway, ""), says(http.StatusNotFound, ""),
	}
}

// collect makes one run.
func (s *soak) collect(t *testing.T) error {
	transport := scraper.NewTransport(s.listing)
	defer transport.CloseIdleConnections()
	log := slog.New(slog.DiscardHandler)
	site := scraper.New(s.source, scraper.Options{
		Listing: s.listing, Timeout: s.patience, UserAgent: "Communique/soak", Transport: transport, Memory: s.room, Impatient: true,
		Retry: time.Millisecond, Now: func() time.Time { return s.now }, Log: log,
	})
	_, err := collector.Collect(t.Context(), site, s.room, log, collector.Options{})
	return err
}

// read asks for some documents as feed readers do: whole, conditionally, and
// without waiting for the end.
func (s *soak) read(t *testing.T) {
	paths := []string{"/osce/all.atom", "/osce/all.rss", "/osce/all.json", "/feeds.opml", "/", "/osce/all.html", "/osce/changes.ndjson", "/osce/topics/policing.atom", "/none"}
	path := paths[s.chance.IntN(len(paths))]
	res, err := http.Get(s.base + path)
	if err != nil {
		t.Fatal(err)
	}
	if s.chance.IntN(4) > 0 {
		_, err = io.Copy(io.Discard, res.Body)
	}
	if closed := res.Body.Close(); err != nil || closed != nil || res.StatusCode >= 500 {
		t.Fatalf("%s: %s: %v, %v", path, res.Status, err, closed)
	}
}

// recover shows the newsroom as it is, and holds the store and its feed against
// it.
func (s *soak) recover(t *testing.T) {
	s.heal()
	s.patience = 20 * time.Second
	var err error
	for range 4 {
		s.now = s.now.Add(25 * time.Hour)
		err = s.collect(t)
	}
	if err != nil {
		t.Errorf("with all well again: %v", err)
	}
	report, err := s.db.Check()
	if err != nil {
		t.Errorf("the store: %v; %+v", err, report)
	}
	stored := map[string]string{}
	for after, more := store.Cursor(""), true; more; more = after != "" {
		list, next, err := s.room.Releases(store.Query{}, after, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range list {
			stored[r.Key] = r.Title
		}
		after = next
	}
	for _, r := range s.releases {
		key := fmt.Sprint(r.Number)
		title, shown := s.shown(t, r)
		if got, kept := stored[key]; kept != shown || got != title {
			t.Errorf("release %s: stored %v as %q, shown %v as %q", key, kept, got, shown, title)
		}
	}
}

// shown says whether the newsroom shows a release, and under which title.
func (s *soak) shown(t *testing.T, r sample.Release) (title string, shown bool) {
	t.Helper()
	s.site.Correct(r.Number, func(now *sample.Release) { title, shown = now.Title, true })
	return title, shown
}
