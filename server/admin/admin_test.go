package admin_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"communique/collector"
	"communique/collector/journal"
	"communique/scraper"
	"communique/scraper/sample"
	"communique/scraper/sources"
	"communique/server/admin"
	"communique/store"
)

var (
	newest = time.Date(2026, time.March, 10, 0, 0, 0, 0, time.UTC)
	today  = time.Date(2026, time.March, 20, 9, 30, 0, 0, time.UTC)
)

// house is a store with a good newsroom, a broken one and one that was never
// collected, and the handler that tells of them on a real socket.
type house struct {
	db                 *store.DB
	good, broken, none *store.Newsroom
	runs               *admin.Runs
	requests           *admin.Requests
	handler            *admin.Handler
	journals           map[string]*journal.Journal
	*httptest.Server
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := emptyHouse(t)
	listing := httptest.NewServer(sample.NewSite(sample.Releases(60, newest)))
	t.Cleanup(listing.Close)
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, "<html><body><h1>We moved & changed</h1></body></html>")
	}))
	t.Cleanup(other.Close)
	if _, err := h.collect(t, h.good, listing.URL); err != nil {
		t.Fatal(err)
	}
	if _, err := h.collect(t, h.broken, other.URL); err == nil {
		t.Fatal("a site without a listing was collected")
	}
	return h
}

// emptyHouse is a house whose newsrooms were never collected.
func emptyHouse(t *testing.T) *house {
	t.Helper()
	db, err := store.Open(filepath.Join(t.TempDir(), "communique.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	clock := func() time.Time { return today }
	h := &house{db: db, journals: map[string]*journal.Journal{}, runs: admin.NewRuns(clock), requests: admin.NewRequests()}
	var told []admin.Source
	for _, r := range []struct {
		name string
		room **store.Newsroom
	}{{"good", &h.good}, {"broken", &h.broken}, {"none", &h.none}} {
		if *r.room, err = db.Newsroom(r.name); err != nil {
			t.Fatal(err)
		}
		title := strings.ToUpper(r.name)
		h.journals[r.name] = journal.New(journal.Options{Source: r.name, Title: title, Memory: *r.room})
		told = append(told, admin.Source{
			Name: r.name, Title: title, Store: *r.room, Journal: h.journals[r.name],
			Next: func(after time.Time) time.Time { return after.Add(30 * time.Minute) },
		})
	}
	told[0].SetAside = func() (int, error) {
		aside, err := h.good.SetAside()
		return aside.Releases + aside.Versions + aside.Notes, err
	}
	h.handler = admin.New(admin.Options{
		Sources: told, Base: "http://admin.example", Runs: h.runs, Requests: h.requests, Clock: clock,
		Documents:   func() (n, bytes int) { return 7, 4096 },
		File:        func() (size, free int64, err error) { return 3 << 20, 1 << 20, nil },
		Undelivered: func() map[string]int { return map[string]int{"webhook": 2, "command": 0} },
	})
	h.Server = httptest.NewServer(h.handler)
	t.Cleanup(h.Close)
	return h
}

// collect makes a real collection of a site.
func (h *house) collect(t *testing.T, room *store.Newsroom, site string) (collector.Report, error) {
	t.Helper()
	list, err := sources.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	listing, err := url.Parse(site + "/press-releases")
	if err != nil {
		t.Fatal(err)
	}
	transport := scraper.NewTransport(listing)
	defer transport.CloseIdleConnections()
	return h.runs.Watch(room.Name(), func() (collector.Report, error) {
		return collector.Collect(t.Context(), scraper.New(list[0], scraper.Options{
			Listing: listing, Timeout: 5 * time.Second, UserAgent: "Communique/test", Transport: h.runs.Count(room.Name(), transport),
			Memory: room, Impatient: true, Now: func() time.Time { return today }, Log: slog.New(slog.DiscardHandler),
		}), room, slog.New(slog.DiscardHandler), collector.Options{NoFilters: true, Journal: h.journals[room.Name()]})
	})
}

// get asks for an address and returns the answer and its body.
func get(t *testing.T, address string, header ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

func TestProbes(t *testing.T) {
	closed := newHouse(t)
	unread := emptyHouse(t)
	if err := errors.Join(closed.db.Close(), unread.db.Close()); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, path string
		house      *house
		status     int
		says       string
	}{
		{"alive", "/healthz", newHouse(t), 200, "ok\n"},
		{"ready", "/readyz", newHouse(t), 200, "ok\n"},
		{"alive before the first collection", "/healthz", emptyHouse(t), 200, "ok\n"},
		{"not ready before the first collection", "/readyz", emptyHouse(t), 503, "No collection was complete yet.\n"},
		{"alive without a store", "/healthz", closed, 200, "ok\n"},
		{"not ready without a store", "/readyz", closed, 503, "The store can't be read.\n"},
		{"no feed without a store", "/status.atom", unread, 503, "The store can't be read; /status says why.\n"},
		{"nothing else", "/osce", closed, 404, "404 page not found\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			res, body := get(t, test.house.URL+test.path)
			if res.StatusCode != test.status || body != test.says {
				t.Errorf("%s: %d %q, want %d %q", test.path, res.StatusCode, body, test.status, test.says)
			}
			if got := res.Header.Get("Referrer-Policy"); got != "no-referrer" {
				t.Errorf("%s: the policy for referrers is %q", test.path, got)
			}
		})
	}
}

func TestStatus(t *testing.T) {
	h := newHouse(t)
	status := h.status(t)
	good, broken, none := status.Sources[0], status.Sources[1], status.Sources[2]
	if good.State != collector.OK || good.LastSuccess.IsZero() || good.Releases != 60 || good.Why != "" || good.Fill["types"] <= 0.5 {
		t.Errorf("the good source: %+v", good)
	}
	if broken.State != collector.Broken || !broken.LastSuccess.IsZero() || len(broken.Events) != 1 || broken.Events[0].Kind != journal.Broken || len(broken.Troubles) != 1 || broken.Why == "" || !broken.Since.Equal(today) {
		t.Errorf("the broken source: %+v", broken)
	}
	want := admin.SourceStatus{
		Name: "none", Title: "NONE", State: "unknown", Events: []journal.Event{}, Troubles: map[journal.Condition]journal.Trouble{},
		Next: today.Add(30 * time.Minute), Fill: map[string]float64{},
	}
	if diff := cmp.Diff(want, none); diff != "" {
		t.Errorf("the source that was never collected (-want +got):\n%s", diff)
	}
	res, page := get(t, h.URL+"/status.html")
	for _, part := range []string{"GOOD: ok", "BROKEN: broken", "NONE: unknown", "2026-03-20 09:30:00 UTC", "BROKEN: the listing is broken", "3.0 MiB, of which 1.0 MiB are free", "wait for the webhook"} {
		if !strings.Contains(page, part) {
			t.Errorf("the page doesn't say %q", part)
		}
	}
	if got := res.Header.Get("Content-Security-Policy"); !strings.Contains(got, "default-src 'none'") {
		t.Errorf("the page has the policy %q", got)
	}
	_, style, _ := strings.Cut(page, "<style>")
	style, _, _ = strings.Cut(style, "</style>")
	sum := sha256.Sum256([]byte(style))
	if want := "style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(res.Header.Get("Content-Security-Policy"), want) {
		t.Errorf("a browser would not heed the page's style: want %s", want)
	}
}

// status reads /status, strictly.
func (h *house) status(t *testing.T) (status admin.Status) {
	t.Helper()
	res, body := get(t, h.URL+"/status")
	in := json.NewDecoder(strings.NewReader(body))
	in.DisallowUnknownFields()
	if err := in.Decode(&status); err != nil || res.StatusCode != 200 || res.Header.Get("Content-Type") != "application/json" {
		t.Fatalf("%v, %d, %s:\n%s", err, res.StatusCode, res.Header, body)
	}
	return status
}

// TestStatusWhileCollecting asks in the middle of a collection, which must not
// be waited for, and after one that panicked.
func TestStatusWhileCollecting(t *testing.T) {
	h := newHouse(t)
	_, err := h.runs.Watch("none", func() (collector.Report, error) {
		if none := h.status(t).Sources[2]; !none.Collecting || !none.CollectingSince.Equal(today) {
			t.Errorf("in the middle: %+v", none)
		}
		for _, path := range []string{"/healthz", "/readyz", "/status.html", "/status.atom", "/metrics"} {
			if res, _ := get(t, h.URL+path); res.StatusCode != http.StatusOK {
				t.Errorf("in the middle, %s: %d", path, res.StatusCode)
			}
		}
		return collector.Report{}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		_, _ = h.runs.Watch("none", func() (collector.Report, error) { panic("a mistake") })
	}()
	if none := h.status(t).Sources[2]; none.Collecting {
		t.Errorf("after the end: %+v", none)
	}
}

// TestStatusOfDamage tells of a store that can't be read, and goes on.
func TestStatusOfDamage(t *testing.T) {
	h := newHouse(t)
	if err := h.good.PutNote("state", []byte("{")); err != nil {
		t.Fatal(err)
	}
	status := h.status(t)
	if good := status.Sources[0]; !strings.Contains(good.Error, "reading the state of good") {
		t.Errorf("the error is %q", good.Error)
	}
	if broken := status.Sources[1]; broken.Error != "" || broken.State != collector.Broken {
		t.Errorf("the other source: %+v", broken)
	}
}

func TestMethods(t *testing.T) {
	h := newHouse(t)
	for _, path := range []string{"/healthz", "/readyz", "/status", "/status.html", "/status.atom", "/metrics"} {
		res, err := http.Post(h.URL+path, "text/plain", strings.NewReader("x"))
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != 405 || res.Header.Get("Allow") != "GET, HEAD" || res.Header.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("POST %s: %d %v", path, res.StatusCode, res.Header)
		}
		head, err := http.Head(h.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		_ = head.Body.Close()
		if head.StatusCode != 200 || head.Header.Get("X-Content-Type-Options") != "nosniff" || head.Header.Get("Referrer-Policy") != "no-referrer" ||
			!strings.HasPrefix(head.Header.Get("Content-Security-Policy"), "default-src 'none'; frame-ancestors 'none'") {
			t.Errorf("HEAD %s: %d %v", path, head.StatusCode, head.Header)
		}
	}
}

// TestBeside answers readers beside operators.
func TestBeside(t *testing.T) {
	h := newHouse(t)
	site := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	for _, test := range []struct {
		all  bool
		want map[string]int
	}{
		{true, map[string]int{"/healthz": 200, "/readyz": 200, "/status": 200, "/status.html": 200, "/status.atom": 200, "/metrics": 200, "/": 418, "/status/": 418}},
		{false, map[string]int{"/healthz": 200, "/readyz": 200, "/status": 418, "/status.html": 418, "/status.atom": 418, "/metrics": 418, "/": 418, "/status/": 418}},
	} {
		server := httptest.NewServer(h.handler.Beside(site, test.all))
		for path, want := range test.want {
			if res, _ := get(t, server.URL+path); res.StatusCode != want {
				t.Errorf("all %t: %s gives %d, want %d", test.all, path, res.StatusCode, want)
			}
		}
		server.Close()
	}
}
