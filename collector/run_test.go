package collector_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"communique/collector"
	"communique/scraper"
)

func TestEmptyStoreReadsTheWholeListing(t *testing.T) {
	site, desk := newSite(t, 47, 47), newDesk(t)
	got := desk.mustCollect(t, site, collector.Options{})
	want := collector.Report{Source: "osce", Pages: 5, Seen: 47, New: 47, Problems: []string{}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(site.keys(), desk.keys(t)); diff != "" {
		t.Errorf("order: %s", diff)
	}
	if got := site.pages(); got != "0 1 2 3 4" {
		t.Errorf("asked for pages %s", got)
	}
}

func TestUnchangedSite(t *testing.T) {
	tests := []struct {
		name  string
		site  func(*site)
		etag  string // what the second run must send
		again collector.Report
	}{
		{"the site's own ETag", func(*site) {}, "", collector.Report{Source: "osce", Pages: 1, NotModified: 1, Problems: []string{}}},
		{"odd bytes", func(s *site) { s.etag = "W/\"caf\xe9 <&>\u2028\\" + "\x80\"" }, "W/\"caf\xe9 <&>\u2028\\" + "\x80\"", collector.Report{Source: "osce", Pages: 1, NotModified: 1, Problems: []string{}}},
		{"no validators", func(s *site) { s.bare = true }, "-", collector.Report{Source: "osce", Pages: 1, Seen: 10, Unchanged: 10, Problems: []string{}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			site, desk := newSite(t, 35, 35), newDesk(t)
			test.site(site)
			desk.mustCollect(t, site, collector.Options{})
			version, before := desk.room.Version(), desk.stored(t)
			for range 3 {
				desk.now = desk.now.Add(time.Hour)
				got := desk.mustCollect(t, site, collector.Options{})
				if diff := cmp.Diff(test.again, got); diff != "" {
					t.Error(diff)
				}
				if len(site.requests) != 1 {
					t.Fatalf("%d requests, want 1: pages %s", len(site.requests), site.pages())
				}
				sent := site.requests[0].Header.Get("If-None-Match")
				if test.etag == "-" && sent != "" || test.etag != "" && test.etag != "-" && sent != test.etag || test.etag == "" && sent == "" {
					t.Errorf("If-None-Match: %q", sent)
				}
			}
			if desk.room.Version() != version {
				t.Error("the store changed")
			}
			if diff := cmp.Diff(before, desk.stored(t)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestNewReleases reads until a page brings nothing new, and one page more.
func TestNewReleases(t *testing.T) {
	tests := []struct {
		published, pages int
	}{{1, 3}, {10, 3}, {11, 4}, {13, 4}, {29, 5}}
	for _, test := range tests {
		site, desk := newSite(t, 110, 80), newDesk(t)
		desk.mustCollect(t, site, collector.Options{})
		site.publish(test.published)
		got := desk.mustCollect(t, site, collector.Options{})
		want := collector.Report{
			Source: "osce", Pages: test.pages, Seen: 10 * test.pages,
			New: test.published, Unchanged: 10*test.pages - test.published, Problems: []string{},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%d published: %s", test.published, diff)
		}
		if diff := cmp.Diff(site.keys(), desk.keys(t)); diff != "" {
			t.Errorf("%d published: %s", test.published, diff)
		}
	}
}

// TestAll reads on to the end, whatever is known, and unconditionally.
func TestAll(t *testing.T) {
	site, desk := newSite(t, 60, 57), newDesk(t)
	desk.mustCollect(t, site, collector.Options{})
	site.publish(3)
	for _, want := range []collector.Report{
		{Source: "osce", Pages: 7, Seen: 60, New: 3, Unchanged: 57, NotModified: 1, Problems: []string{}},
		{Source: "osce", Pages: 7, Seen: 60, Unchanged: 60, NotModified: 1, Problems: []string{}},
	} {
		if diff := cmp.Diff(want, desk.mustCollect(t, site, collector.Options{All: true})); diff != "" {
			t.Error(diff)
		}
	}
	if got := desk.mustCollect(t, site, collector.Options{}); got.NotModified != 1 {
		t.Errorf("after --all: %+v", got)
	}
}

// TestLimitedRun is no complete run unless it met what was known.
func TestLimitedRun(t *testing.T) {
	site, desk := newSite(t, 100, 60), newDesk(t)
	if got := desk.mustCollect(t, site, collector.Options{Pages: 2}); got.Pages != 2 || got.New != 20 {
		t.Errorf("first: %+v", got)
	}
	if got := desk.mustCollect(t, site, collector.Options{}); got.Pages != 6 || got.New != 40 || got.Unchanged != 20 {
		t.Errorf("after a limited run: %+v", got)
	}
	site.publish(35)
	desk.mustCollect(t, site, collector.Options{Pages: 2})
	if got := desk.mustCollect(t, site, collector.Options{}); got.Pages != 6 || got.New != 15 {
		t.Errorf("after a gap: %+v", got)
	}
	site.publish(5)
	if got := desk.mustCollect(t, site, collector.Options{Pages: 3}); got.Pages != 3 || got.New != 5 {
		t.Errorf("up to the known: %+v", got)
	}
	if got := desk.mustCollect(t, site, collector.Options{Pages: 1}); got.NotModified != 1 {
		t.Errorf("a limited run that met the known is complete: %+v", got)
	}
}

// TestMovingListing gains a release after every page. A run misses none that was
// there when it began, and the whole archive none but what came after its last
// request.
func TestMovingListing(t *testing.T) {
	for _, options := range []collector.Options{{}, {All: true}} {
		site, desk := newSite(t, 100, 55), newDesk(t)
		var before []string // the keys when the first page was last asked for
		site.after = func() {
			if pages := site.pages(); pages[len(pages)-1:] == "0" {
				before = site.keys()
			}
			site.publish(1)
		}
		want := site.keys()
		got := desk.mustCollect(t, site, options)
		if options.All {
			want = before
		}
		if got.Seen != len(want) || got.New != len(want) || len(got.Problems) > 0 {
			t.Errorf("%+v: %+v, want %d", options, got, len(want))
		}
		if diff := cmp.Diff(want, desk.keys(t)); diff != "" {
			t.Errorf("%+v: %s", options, diff)
		}
		site.after = nil
		desk.mustCollect(t, site, options)
		if diff := cmp.Diff(site.keys(), desk.keys(t)); diff != "" {
			t.Errorf("%+v: the next run: %s", options, diff)
		}
	}
}

// TestGoesOnWhereItEnded reads after a break what is new, and the rest from the
// page that was stored last.
func TestGoesOnWhereItEnded(t *testing.T) {
	site, desk := newSite(t, 120, 100), newDesk(t)
	breaks := func(at int) {
		site.answer = func(n int, w http.ResponseWriter, _ *http.Request) bool {
			if n == at {
				w.WriteHeader(http.StatusInternalServerError)
			}
			return n == at
		}
	}
	for _, step := range []struct {
		published, breaks int
		options           collector.Options
		asked             string
	}{
		{0, 5, collector.Options{}, "0 1 2 3 4"},
		{2, 6, collector.Options{All: true}, "0 1 2 3 4 5"},
		{3, 0, collector.Options{Pages: 4}, "0 1 2 4"},      // a limited run gets further, too
		{0, 0, collector.Options{}, "0 1 4 5 6 7 8 9 10"},   // to the end
		{5, 6, collector.Options{All: true}, "0 1 2 3 4 5"}, // all of it, from the top
		{0, 0, collector.Options{}, "0 1 2"},                // an everyday run does not go on with that
		{0, 0, collector.Options{All: true}, "0 1 4 5 6 7 8 9 10 0"},
	} {
		site.publish(step.published)
		breaks(step.breaks)
		_, err := desk.collect(t.Context(), t, site, step.options)
		if (err != nil) != (step.breaks > 0) {
			t.Fatalf("%+v: %v", step, err)
		}
		if got := site.pages(); got != step.asked {
			t.Errorf("%+v: asked for %s", step, got)
		}
	}
	if diff := cmp.Diff(site.keys(), desk.keys(t)); diff != "" {
		t.Error(diff)
	}
}

// TestMovingByWholePages shows the same rows once more without being the end.
func TestMovingByWholePages(t *testing.T) {
	site, desk := newSite(t, 60, 35), newDesk(t)
	site.after = func() {
		if len(site.requests) == 2 {
			site.publish(perPage)
		}
	}
	got := desk.mustCollect(t, site, collector.Options{})
	if got.Seen != 35 || got.New != 35 || got.Pages != 5 {
		t.Errorf("%+v", got)
	}
}

var errStop = errors.New("the operator had enough")

// TestGapsCloseAgain lets runs break at random pages in every way, one after
// the other, while the newsroom publishes, and moves while it is read. One run
// without a fault then has everything, in the listing's order.
func TestGapsCloseAgain(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		site, desk := newSite(t, 300, rapid.IntRange(1, 120).Draw(rt, "shown")), newDesk(t)
		defer site.Close()
		for range rapid.IntRange(1, 6).Draw(rt, "runs") {
			site.publish(rapid.SampledFrom([]int{0, 0, 1, 9, 25, 40}).Draw(rt, "published"))
			disturb(t, site, desk, rt)
		}
		site.answer, site.after = nil, nil
		shown := site.shown
		desk.mustCollect(t, site, collector.Options{})
		if diff := cmp.Diff(site.keys(), desk.keys(t)); diff != "" {
			rt.Fatalf("%d shown: %s", shown, diff)
		}
		if got := desk.mustCollect(t, site, collector.Options{}); got.NotModified != 1 || got.Pages != 1 {
			rt.Fatalf("nothing happened since, but %+v", got)
		}
	})
}

// disturb makes a run with faults.
func disturb(t *testing.T, site *site, desk *desk, rt *rapid.T) {
	fault := rapid.SampledFrom([]string{"none", "500", "cut", "cancel", "429", "moving", "limited", "all", "empty"}).Draw(rt, "fault")
	at := rapid.IntRange(1, 6).Draw(rt, "page")
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	site.after = nil
	site.answer = func(n int, w http.ResponseWriter, _ *http.Request) bool {
		if n < at {
			return false
		}
		switch fault {
		case "500":
			w.WriteHeader(http.StatusInternalServerError)
		case "429":
			w.WriteHeader(http.StatusTooManyRequests)
		case "cut":
			w.Header().Set("Content-Type", "text/html")
			w.Header().Set("Content-Length", "50000")
			_, _ = w.Write([]byte("<html><body><h3>"))
			panic(http.ErrAbortHandler)
		case "cancel":
			cancel(errStop)
			return false
		case "empty":
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte("<html><body>Please log in."))
		default:
			return false
		}
		return true
	}
	var options collector.Options
	switch fault {
	case "moving":
		site.after = func() { site.publish(1) }
	case "limited":
		options.Pages = at
	case "all":
		options.All = true
	}
	_, err := desk.collect(ctx, t, site, options)
	want := map[string]error{"500": scraper.ErrTryLater, "429": scraper.ErrTryLater, "cut": scraper.ErrTryLater, "cancel": errStop, "empty": scraper.ErrNoListing}[fault]
	if err != nil && (want == nil || !errors.Is(err, want)) {
		rt.Fatalf("%s: %v", fault, err)
	}
	// Behind a last page that is full, the next one is a guess.
	guessed := fault == "empty" && site.shown%perPage == 0 && at > site.shown/perPage
	if err == nil && want != nil && len(site.requests) >= at && fault != "cancel" && !guessed {
		rt.Fatalf("%s at page %d: no error", fault, at)
	}
}
