package collector_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"communique/collector"
	"communique/scraper"
)

// rows writes a page with the releases from a number down to another, and a
// link to the next page if there is one.
func rows(from, to int, next string) string {
	var page strings.Builder
	page.WriteString("<html><body><h1>Newsroom</h1>")
	for n := from; n > to; n-- {
		fmt.Fprintf(&page, `<div><h3><a href="/albania/%d">Release number %d</a></h3><p>Publishing date: 5 March 2026</p><p>Content type: News</p></div>`, n, n)
	}
	if next != "" {
		fmt.Fprintf(&page, `<p><a href="%s">Next</a></p>`, next)
	}
	return page.String()
}

// serve answers with the page of that number, 404 for one that is not there.
// The page "*" stands for all others.
func serve(pages map[string]string) func(int, http.ResponseWriter, *http.Request) bool {
	return func(_ int, w http.ResponseWriter, r *http.Request) bool {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		page, found := pages[r.URL.Query().Get("page")]
		if !found {
			page, found = pages["*"]
		}
		if !found {
			w.WriteHeader(http.StatusNotFound)
		}
		_, _ = w.Write([]byte(page))
		return true
	}
}

// TestPagers ends a run where the pager does, however it ends, and holds it for
// complete only if nothing can lie between.
func TestPagers(t *testing.T) {
	full, rest := rows(100, 80, ""), rows(80, 75, "")
	tests := []struct {
		name     string
		pages    map[string]string
		asked    string
		seen     int
		problem  string
		complete bool
	}{
		{"one short page", map[string]string{"": rows(100, 95, "")}, "0", 5, "", true},
		{"a full page without a pager: the parameter is guessed", map[string]string{"": full, "1": rest, "2": full}, "0 1", 25, "", true},
		{"a guess that the site doesn't know", map[string]string{"*": full}, "0 1", 20, "", true},
		{"a guess behind the end: no rows", map[string]string{"": full, "*": rows(0, 0, "")}, "0 1", 20, "", true},
		{"a guess behind the end: 404", map[string]string{"": full}, "0 1", 20, "", true},
		{"a next page at the same address", map[string]string{"*": rows(100, 80, "?page=1&rows=10")}, "0 1 2", 20, "leads back", true},
		{"a next page with the same rows for ever", map[string]string{"": rows(100, 80, "?page=1"), "1": rows(100, 80, "?page=2"), "2": rows(100, 80, "?page=3"), "*": "unreachable"}, "0 1 2", 20, "leads back", true},
		{"two pages in a circle", map[string]string{"": rows(100, 80, "?page=1"), "1": rows(80, 60, "?page=0"), "0": rows(100, 80, "?page=1")}, "0 1 0", 40, "leads back", true},
		{"the last page once more", map[string]string{"": rows(100, 80, "?page=1"), "1": rows(80, 60, "?page=2"), "2": rows(80, 60, "?page=3"), "3": rows(80, 60, "?page=4")}, "0 1 2 3", 40, "leads back", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			site, desk := newSite(t, 0, 0), newDesk(t)
			site.answer = serve(test.pages)
			report := desk.mustCollect(t, site, collector.Options{})
			if site.pages() != test.asked || report.Seen != test.seen || report.New != test.seen {
				t.Errorf("pages %s, want %s; %+v", site.pages(), test.asked, report)
			}
			if got := strings.Join(report.Problems, "; "); (got != "") != (test.problem != "") || !strings.Contains(got, test.problem) {
				t.Errorf("problems: %q", got)
			}
			report = desk.mustCollect(t, site, collector.Options{})
			if complete := report.Pages == 1 && report.Unchanged > 0; complete != test.complete {
				t.Errorf("the run before was complete: %v; %+v", complete, report)
			}
			if report = desk.mustCollect(t, site, collector.Options{All: true}); report.Seen != test.seen || report.Unchanged != test.seen {
				t.Errorf("all: %+v", report)
			}
		})
	}
}

// TestStuckPagerLeavesTheGapOpen has the pager fail between what is new and
// what was known, and lets it work again.
func TestStuckPagerLeavesTheGapOpen(t *testing.T) {
	site, desk := newSite(t, 0, 0), newDesk(t)
	site.answer = serve(map[string]string{"": rows(50, 40, "?page=1"), "1": rows(40, 30, "?page=2"), "2": rows(30, 20, "")})
	desk.mustCollect(t, site, collector.Options{})

	site.answer = serve(map[string]string{"": rows(100, 90, "?page=1"), "1": rows(90, 80, "?page=2"), "*": rows(90, 80, "?page=9")})
	if report := desk.mustCollect(t, site, collector.Options{}); len(report.Problems) != 1 || report.New != 20 {
		t.Errorf("stuck: %+v", report)
	}
	pages := map[string]string{"": rows(100, 90, "?page=1")}
	for n := 1; n < 8; n++ {
		pages[fmt.Sprint(n)] = rows(100-10*n, 90-10*n, fmt.Sprintf("?page=%d", n+1))
	}
	site.answer = serve(pages)
	if report := desk.mustCollect(t, site, collector.Options{}); report.New != 30 || report.Pages != 7 {
		t.Errorf("working again: %+v", report)
	}
	if got := len(desk.keys(t)); got != 80 {
		t.Errorf("%d releases, want 80", got)
	}
}

func TestNoListing(t *testing.T) {
	tests := []struct {
		name    string
		pages   map[string]string
		stored  int
		problem string
	}{
		{"a first page without rows", map[string]string{"*": "<html><body>Please log in."}, 0, "no release on this page"},
		{"a first page that is not there", map[string]string{}, 0, "404"},
		{"a later page without rows", map[string]string{"": rows(50, 40, "?page=1"), "1": "<html><body>Please log in."}, 10, "no release on this page"},
		{"a later page that is not there", map[string]string{"": rows(50, 40, "?page=1")}, 10, "404"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			site, desk := newSite(t, 0, 0), newDesk(t)
			site.answer = serve(test.pages)
			report, err := desk.collect(t.Context(), t, site, collector.Options{})
			if !errors.Is(err, scraper.ErrNoListing) {
				t.Errorf("error: %v", err)
			}
			if got := len(desk.stored(t)); got != test.stored || report.New != test.stored {
				t.Errorf("%d stored, want %d; %+v", got, test.stored, report)
			}
			if !strings.Contains(strings.Join(report.Problems, "; "), test.problem) {
				t.Errorf("problems: %q", report.Problems)
			}
			// The next run is unconditional and fails the same way.
			if _, err := desk.collect(t.Context(), t, site, collector.Options{}); !errors.Is(err, scraper.ErrNoListing) {
				t.Errorf("the next run: %v", err)
			}
		})
	}
}

// TestNoListingAfterAGoodRun leaves everything as it was, byte for byte.
func TestNoListingAfterAGoodRun(t *testing.T) {
	site, desk := newSite(t, 40, 30), newDesk(t)
	desk.mustCollect(t, site, collector.Options{})
	before, version := desk.stored(t), desk.room.Version()
	note, err := desk.room.Note("collector")
	if err != nil {
		t.Fatal(err)
	}
	site.answer = serve(map[string]string{"*": "<html><body><p>Publishing date</p>Are you a robot?"})
	if _, err := desk.collect(t.Context(), t, site, collector.Options{}); !errors.Is(err, scraper.ErrNoListing) {
		t.Errorf("error: %v", err)
	}
	after, err := desk.room.Note("collector")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, desk.stored(t)) + cmp.Diff(string(note), string(after)); diff != "" || desk.room.Version() != version {
		t.Error(diff)
	}
}

// TestMostlyUnread shows more rows that can't be read than rows that can: it is
// broken, and none of them is stored.
func TestMostlyUnread(t *testing.T) {
	const bad = `<div><h3><a href="/albania/7">Odd</a></h3><p>Publishing date: 31 February 2026</p></div>`
	for n, broken := range map[int]bool{9: false, 11: true} {
		site, desk := newSite(t, 0, 0), newDesk(t)
		site.answer = serve(map[string]string{"": strings.Replace(rows(20, 10, ""), "<h1>", strings.Repeat(bad, n)+"<h1>", 1)})
		report, err := desk.collect(t.Context(), t, site, collector.Options{})
		if errors.Is(err, scraper.ErrNoListing) != broken || (report.New == 0) != broken || broken && !strings.Contains(err.Error(), "more rows can't be read than can") {
			t.Errorf("%d rows that can't be read: %v; %+v", n, err, report)
		}
	}
}

// TestUnasked304 is no answer to a request without conditions.
func TestUnasked304(t *testing.T) {
	site, desk := newSite(t, 40, 30), newDesk(t)
	site.answer = func(n int, w http.ResponseWriter, _ *http.Request) bool {
		if n == 2 {
			w.WriteHeader(http.StatusNotModified)
		}
		return n == 2
	}
	if report, err := desk.collect(t.Context(), t, site, collector.Options{}); err == nil || report.NotModified > 0 {
		t.Errorf("%v; %+v", err, report)
	}
	site.answer = nil
	if report := desk.mustCollect(t, site, collector.Options{}); report.Pages != 3 || report.New != 20 {
		t.Errorf("the next run: %+v", report)
	}
}

func TestProblemsAreBounded(t *testing.T) {
	site, desk := newSite(t, 0, 0), newDesk(t)
	pages := map[string]string{}
	for n := range 10 {
		bad := strings.Repeat(`<div><h3><a href="/albania/7">Odd</a></h3><p>Publishing date: 31 February 2026</p></div>`, 50)
		page := strings.Replace(rows(1000-60*n, 1000-60*(n+1), fmt.Sprintf("?page=%d", n+1)), "<h1>", bad+"<h1>", 1)
		pages[strings.TrimSuffix(fmt.Sprint(n), "0")] = page
	}
	site.answer = serve(pages)
	report, err := desk.collect(t.Context(), t, site, collector.Options{})
	if err == nil || len(report.Problems) != 201 || report.New != 600 {
		t.Errorf("%v; %d problems; %d new", err, len(report.Problems), report.New)
	}
}

// TestPagerLeadsBehindTheEnd has a pager that leads from a last page with few
// rows to one with none: that is the end, not a broken listing.
func TestPagerLeadsBehindTheEnd(t *testing.T) {
	site, desk := newSite(t, 0, 0), newDesk(t)
	site.answer = serve(map[string]string{
		"":  rows(100, 90, "?page=1"),
		"1": rows(90, 87, "?page=2"),
		"2": "<html><body>Your search yielded no results.",
	})
	if got := desk.mustCollect(t, site, collector.Options{}); got.Pages != 3 || got.New != 13 || len(got.Problems) > 0 {
		t.Errorf("%+v", got)
	}
	if got := desk.mustCollect(t, site, collector.Options{}); got.Pages != 1 {
		t.Errorf("the run did not count as complete: %+v", got)
	}
}
