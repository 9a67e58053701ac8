package collector_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"communique/collector"
	"communique/scraper/sample"
	"communique/store"
)

// TestAllTellsWhatRowsHide compares every office and topic with what the site
// knows, and asks for no page of a filter twice.
func TestAllTellsWhatRowsHide(t *testing.T) {
	l := newLiving(t, 2000)
	l.mustRun(t, collector.Options{All: true, NoFilters: true})
	before := l.compare(t, store.Topic, topics)
	report := l.mustRun(t, collector.Options{All: true})
	o, p := l.compare(t, store.Office, offices), l.compare(t, store.Topic, topics)
	t.Logf("offices %+v, topics %+v (%d missing before), %d pages of filters", o, p, before.missing, report.FilterPages)
	if o.f1() != 1 || p.f1() != 1 || before.missing == 0 {
		t.Errorf("F1 of offices %.4f, of topics %.4f", o.f1(), p.f1())
	}
	for address, n := range l.requests("filters=") {
		if n > 1 {
			t.Errorf("%s: asked for %d times", address, n)
		}
	}
	if untold, err := l.room.Filing(store.Untold); err != nil || untold.Releases != 0 {
		t.Errorf("still untold: %d, %v", untold.Releases, err)
	}
	if again := l.mustRun(t, collector.Options{All: true}); again.FilterPages != 0 || again.Updated != 0 {
		t.Errorf("nothing was left to ask, but: %+v", again)
	}
}

// TestHiddenTagsWithinABudget finds the tags of a new release in several runs,
// none of which asks for more than 30 pages, and moves no date.
func TestHiddenTagsWithinABudget(t *testing.T) {
	l := newLiving(t, 400)
	l.mustRun(t, collector.Options{All: true})
	fresh := l.truth[l.number(t, 0, func(r sample.Release) bool { return len(r.Topics) > 0 && len(r.Offices) > 0 && !r.Bare })]
	fresh.Number += 500_000
	fresh.Bare = true
	l.truth[fresh.Number] = fresh
	l.site.Add(fresh)
	first := l.mustRun(t, collector.Options{})
	stored, _, err := l.room.Release(fmt.Sprint(fresh.Number))
	if err != nil || first.New != 1 || first.FilterPages != 30 {
		t.Fatalf("%+v, %v", first, err)
	}
	runs := 1
	for ; runs < 10; runs++ {
		if report := l.mustRun(t, collector.Options{}); report.FilterPages > 30 {
			t.Fatalf("%+v", report)
		} else if report.FilterPages == 0 {
			break
		}
	}
	after, _, err := l.room.Release(fmt.Sprint(fresh.Number))
	if err != nil || len(after.Offices) != len(fresh.Offices) || len(after.Topics) != len(fresh.Topics) || runs == 10 {
		t.Errorf("after %d runs: %+v, %v; want %v, %v", runs, after, err, fresh.Offices, fresh.Topics)
	}
	if !after.Updated.Equal(stored.Updated) || !after.Published.Equal(stored.Published) {
		t.Error("dates moved")
	}
	for address, n := range l.site.Requests() {
		if n > 2 && strings.Contains(address, "filters=") { // once for the archive, once for the release
			t.Errorf("%s: asked for %d times", address, n)
		}
	}
}

// TestSweepGoesOnAfterAFault asks for nothing that it had asked for.
func TestSweepGoesOnAfterAFault(t *testing.T) {
	l := newLiving(t, 400)
	l.mustRun(t, collector.Options{All: true, NoFilters: true})
	l.mustRun(t, collector.Options{})
	l.site.Break(sample.Captcha)
	if _, err := l.run(t, collector.Options{}); err == nil {
		t.Error("a captcha is no listing")
	}
	l.site.Break("")
	for range 20 {
		l.mustRun(t, collector.Options{})
	}
	o, p := l.compare(t, store.Office, offices), l.compare(t, store.Topic, topics)
	if o.f1() != 1 || p.f1() != 1 {
		t.Errorf("offices %+v, topics %+v", o, p)
	}
	for address, n := range l.site.Requests() {
		if n > 1 && strings.Contains(address, "filters=") {
			t.Errorf("%s: asked for %d times", address, n)
		}
	}
}

// TestSiteThatDoesNotFilter shows the whole listing whatever it is asked for:
// nothing may be believed.
func TestSiteThatDoesNotFilter(t *testing.T) {
	l := newLiving(t, 300)
	l.answer = func(w http.ResponseWriter, r *http.Request) bool {
		asked := r.Clone(r.Context())
		query := asked.URL.Query()
		query.Del("filters")
		asked.URL.RawQuery = query.Encode()
		l.site.ServeHTTP(w, asked)
		return true
	}
	report := l.mustRun(t, collector.Options{})
	if report.Attached != 0 || report.FilterPages != 3 || len(report.Problems) == 0 || !strings.Contains(report.Problems[0], "did not filter") {
		t.Errorf("%+v", report)
	}
	if report := l.mustRun(t, collector.Options{}); report.FilterPages != 0 {
		t.Errorf("asked again on the same day: %+v", report)
	}
}

// TestNoFilters asks for none.
func TestNoFilters(t *testing.T) {
	l := newLiving(t, 100)
	report := l.mustRun(t, collector.Options{NoFilters: true})
	if diff := cmp.Diff(map[string]int{}, l.requests("filters=")); diff != "" || report.FilterPages != 0 {
		t.Error(diff)
	}
}
