package collector_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"communique/collector"
)

// TestPublished carries the listing's day in Vienna: the instant of the first
// sight if that is the same day there, else noon UTC, never later than now, and
// frozen.
func TestPublished(t *testing.T) {
	tests := []struct{ day, seen, want string }{
		{"20 March 2026", "2026-03-19T23:30:15Z", "2026-03-20T00:30:15+01:00"}, // half past midnight in Vienna
		{"19 March 2026", "2026-03-19T23:30:15Z", "2026-03-19T13:00:00+01:00"},
		{"21 March 2026", "2026-03-19T23:30:15Z", "2026-03-20T00:30:15+01:00"}, // tomorrow can't be
		{"20 March 2026", "2026-03-20T22:59:59Z", "2026-03-20T23:59:59+01:00"},
		{"20 March 2026", "2026-03-20T23:00:00Z", "2026-03-20T13:00:00+01:00"},
		{"28 March 2026", "2026-03-28T23:30:00Z", "2026-03-28T13:00:00+01:00"}, // the clocks change in this night
		{"29 March 2026", "2026-03-29T21:30:00Z", "2026-03-29T23:30:00+02:00"},
		{"30 March 2025", "2026-03-19T23:30:15Z", "2025-03-30T14:00:00+02:00"},
		{"1 July 1999", "2026-03-19T23:30:15Z", "1999-07-01T14:00:00+02:00"},
	}
	for _, test := range tests {
		site, desk := newSite(t, 0, 0), newDesk(t)
		page := strings.ReplaceAll(rows(1, 0, ""), "5 March 2026", test.day)
		var err error
		if desk.now, err = time.Parse(time.RFC3339, test.seen); err != nil {
			t.Fatal(err)
		}
		seen := desk.now
		for range 2 {
			site.answer = serve(map[string]string{"": page})
			desk.mustCollect(t, site, collector.Options{})
			got := desk.stored(t)[0]
			if got.Published.Format(time.RFC3339) != test.want || !got.FirstSeen.Equal(seen) {
				t.Errorf("%s, seen %s: published %s, first seen %s", test.day, test.seen, got.Published.Format(time.RFC3339), got.FirstSeen)
			}
			page += "<p>changed</p>"
			desk.now = desk.now.Add(40 * time.Hour)
		}
	}
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
