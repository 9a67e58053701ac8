package collector_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"communique/collector"
)

// dated writes a page with one release a day; the first has the highest number.
func dated(days ...string) string {
	var page strings.Builder
	for i, day := range days {
		n := 100 - i
		fmt.Fprintf(&page, `<div><h3><a href="/albania/%d">Release number %d</a></h3><p>Publishing date: %s</p></div>`, n, n, day)
	}
	return page.String()
}

// TestPublished carries the listing's day in Vienna: the instant of the first
// sight if that is the same day there, else noon UTC, never later than now, and
// frozen.
func TestPublished(t *testing.T) {
	site, desk := newSite(t, 0, 0), newDesk(t)
	site.answer = serve(map[string]string{"": dated("21 March 2026", "20 March 2026", "19 March 2026", "30 March 2025", "1 July 1999")})
	desk.now = time.Date(2026, time.March, 19, 23, 30, 15, 999, time.UTC) // half past midnight in Vienna
	want := []string{
		"100 2026-03-20T00:30:15+01:00 first seen 2026-03-19T23:30:15Z", // tomorrow can't be
		"99 2026-03-20T00:30:15+01:00 first seen 2026-03-19T23:30:15Z",
		"98 2026-03-19T13:00:00+01:00 first seen 2026-03-19T23:30:15Z",
		"97 2025-03-30T14:00:00+02:00 first seen 2026-03-19T23:30:15Z",
		"96 1999-07-01T14:00:00+02:00 first seen 2026-03-19T23:30:15Z",
	}
	desk.mustCollect(t, site, collector.Options{})
	if diff := cmp.Diff(want, instants(t, desk)); diff != "" {
		t.Error(diff)
	}
	desk.now = desk.now.Add(40 * time.Hour)
	site.answer = serve(map[string]string{"": dated("21 March 2026", "20 March 2026", "19 March 2026", "30 March 2025", "1 July 1999", "1 July 1999")})
	want = append(want, "95 1999-07-01T14:00:00+02:00 first seen 2026-03-21T15:30:15Z")
	desk.mustCollect(t, site, collector.Options{})
	if diff := cmp.Diff(want, instants(t, desk)); diff != "" {
		t.Errorf("frozen: %s", diff)
	}
}

func instants(t *testing.T, desk *desk) []string {
	t.Helper()
	var list []string
	for _, r := range desk.stored(t) {
		list = append(list, fmt.Sprintf("%s %s first seen %s", r.Key, r.Published.Format(time.RFC3339), r.FirstSeen.Format(time.RFC3339)))
	}
	return list
}

// TestUpdated moves only when a row changed materially, and says so in the
// report.
func TestUpdated(t *testing.T) {
	site, desk := newSite(t, 0, 0), newDesk(t)
	page := rows(20, 0, "")
	site.answer = serve(map[string]string{"": page, "*": rows(0, 0, "")})
	desk.mustCollect(t, site, collector.Options{})
	page = strings.Replace(page, "Release number 12<", "CORRECTION: Release number 12<", 1)
	page = strings.Replace(page, "/albania/13", "/presence-in-albania/13", 1)
	page = strings.Replace(page, "Release number 14<", "Release  number\u00a014<", 1)
	site.answer = serve(map[string]string{"": page, "*": rows(0, 0, "")})
	desk.now = desk.now.Add(time.Hour)
	before := desk.stored(t)
	report := desk.mustCollect(t, site, collector.Options{})
	if report.Seen != 20 || report.New != 0 || report.Updated != 2 || report.Unchanged != 18 {
		t.Errorf("%+v", report)
	}
	for i, after := range desk.stored(t) {
		if moved := after.Updated != before[i].Updated; moved != (after.Key == "12") {
			t.Errorf("release %s: updated from %s to %s", after.Key, before[i].Updated, after.Updated)
		}
	}
}

// TestPinnedRow stands on top of every page; the order within each day stays
// the listing's.
func TestPinnedRow(t *testing.T) {
	site, desk := newSite(t, 0, 0), newDesk(t)
	pinned := `<div><h3><a href="/albania/7">Pinned</a></h3><p>Publishing date: 1 February 2026</p></div><h1>`
	pin := func(page string) string { return strings.Replace(page, "<h1>", pinned, 1) }
	site.answer = serve(map[string]string{"": pin(rows(100, 90, "?page=1")), "1": pin(rows(90, 80, "?page=2")), "2": pin(rows(80, 75, ""))})
	report := desk.mustCollect(t, site, collector.Options{})
	if report.Seen != 26 || report.New != 26 {
		t.Errorf("%+v", report)
	}
	var want []string
	for n := 100; n > 75; n-- {
		want = append(want, fmt.Sprint(n))
	}
	if diff := cmp.Diff(append(want, "7"), desk.keys(t)); diff != "" {
		t.Error(diff)
	}
}
