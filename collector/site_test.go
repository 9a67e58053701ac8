package collector_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"communique/collector"
	"communique/scraper"
	"communique/scraper/sample"
	"communique/scraper/sources"
	"communique/store"
)

const perPage = 10

var (
	newest = time.Date(2026, time.March, 10, 0, 0, 0, 0, time.UTC)
	today  = time.Date(2026, time.March, 20, 9, 30, 0, 0, time.UTC)
)

// site is the sample newsroom on a real socket. It shows the last Shown of its
// releases, counts who asks for what, and can be told to fail.
type site struct {
	*httptest.Server
	releases []sample.Release

	mu       sync.Mutex
	shown    int
	drawn    int             // how many pagesOf shows
	pagesOf  *sample.Site    // drawn anew when shown changed
	requests []*http.Request // for pages
	// answer, if set, is asked first, with the number of the request since
	// the last run began, from 1; it says whether it answered.
	answer func(n int, w http.ResponseWriter, r *http.Request) bool
	// after, if set, runs behind each page.
	after func()
	// bare leaves out what pages could be recognised by.
	bare bool
	// etag, if set, is the ETag of every page.
	etag string
}

func newSite(t testing.TB, releases, shown int) *site {
	s := &site{releases: sample.Releases(releases, newest), shown: shown, drawn: -1}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.URL.Path == "/robots.txt" {
		_, _ = io.WriteString(w, "User-agent: *\nDisallow:\n")
		return
	}
	s.requests = append(s.requests, r)
	if s.answer != nil && s.answer(len(s.requests), w, r) {
		return
	}
	s.listing(w, r)
	if s.after != nil {
		s.after()
	}
}

// listing answers with the sample site's page, and its validators as told.
func (s *site) listing(w http.ResponseWriter, r *http.Request) {
	asked := r.Clone(r.Context())
	if s.bare || s.etag != "" {
		asked.Header.Del("If-None-Match")
		asked.Header.Del("If-Modified-Since")
	}
	if s.drawn != s.shown {
		s.pagesOf, s.drawn = sample.NewSite(s.current()), s.shown
	}
	page := httptest.NewRecorder()
	s.pagesOf.ServeHTTP(page, asked)
	switch {
	case s.bare:
		page.Header().Del("ETag")
		page.Header().Del("Last-Modified")
	case s.etag != "":
		page.Header().Set("ETag", s.etag)
		if r.Header.Get("If-None-Match") == s.etag {
			page.Code = http.StatusNotModified
			page.Body.Reset()
			page.Header().Del("Content-Length")
		}
	}
	for name, values := range page.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(page.Code)
	_, _ = w.Write(page.Body.Bytes())
}

func (s *site) current() []sample.Release { return s.releases[len(s.releases)-s.shown:] }

// settle waits for the request under way, which a run that broke off leaves.
func (s *site) settle() {
	s.mu.Lock()
	defer s.mu.Unlock()
}

// publish puts so many more releases on top.
func (s *site) publish(n int) { s.shown = min(s.shown+n, len(s.releases)) }

// keys are those of the listing, from the top.
func (s *site) keys() []string {
	var keys []string
	for _, r := range s.current() {
		keys = append(keys, strconv.Itoa(r.Number))
	}
	return keys
}

// pages are the page numbers that were asked for since the last run began.
func (s *site) pages() string {
	var asked []string
	for _, r := range s.requests {
		n := r.URL.Query().Get("page")
		if n == "" {
			n = "0"
		}
		asked = append(asked, n)
	}
	return strings.Join(asked, " ")
}

// desk is a newsroom in a store and what is needed to collect it.
type desk struct {
	file   string // of the store
	db     *store.DB
	room   *store.Newsroom
	source *sources.Source
	now    time.Time
	path   string // of the listing
	hidden bool   // look for what rows hide
}

func newDesk(t testing.TB) *desk {
	d := &desk{now: today, path: "/press-releases", file: filepath.Join(t.TempDir(), "communique.db")}
	t.Cleanup(func() {
		if err := d.db.Close(); err != nil {
			t.Error(err)
		}
	})
	list, err := sources.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	d.source = list[0]
	d.source.Listing.Query = map[string]string{"rows": strconv.Itoa(perPage)}
	d.open(t)
	return d
}

// open opens the desk's store.
func (d *desk) open(t testing.TB) {
	t.Helper()
	var err error
	if d.db, err = store.Open(d.file, store.Options{}); err != nil {
		t.Fatal(err)
	}
	if d.room, err = d.db.Newsroom(d.source.Name); err != nil {
		t.Fatal(err)
	}
}

// collect makes one run over the site, by a scraper of its own.
func (d *desk) collect(ctx context.Context, t testing.TB, s *site, options collector.Options) (collector.Report, error) {
	t.Helper()
	s.requests = nil
	defer s.settle()
	options.NoFilters = options.NoFilters || !d.hidden
	listing, err := url.Parse(s.URL + d.path)
	if err != nil {
		t.Fatal(err)
	}
	return collector.Collect(ctx, d.scraper(t, listing), d.room, slog.New(slog.DiscardHandler), options)
}

// scraper returns a scraper for one run.
func (d *desk) scraper(t testing.TB, listing *url.URL) *scraper.Scraper {
	transport := scraper.NewTransport(listing)
	t.Cleanup(transport.CloseIdleConnections)
	return scraper.New(d.source, scraper.Options{
		Listing: listing, Timeout: 5 * time.Second, UserAgent: "Communique/test", Transport: transport,
		Memory: d.room, Impatient: true, Now: func() time.Time { return d.now }, Log: slog.New(slog.DiscardHandler),
	})
}

// mustCollect makes a run that must succeed.
func (d *desk) mustCollect(t testing.TB, s *site, options collector.Options) collector.Report {
	t.Helper()
	report, err := d.collect(t.Context(), t, s, options)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// stored are the releases of the store, newest first.
func (d *desk) stored(t testing.TB) []store.Release {
	t.Helper()
	list, next, err := d.room.Releases(store.Query{}, "", 10_000)
	if err != nil || next != "" {
		t.Fatal(err, next)
	}
	return list
}

func (d *desk) keys(t testing.TB) []string {
	t.Helper()
	var keys []string
	for _, r := range d.stored(t) {
		keys = append(keys, r.Key)
	}
	return keys
}
