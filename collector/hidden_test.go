package collector_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

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
	least := 0 // pages that the filters have
	for _, kind := range []store.Kind{store.Office, store.Topic} {
		filings, err := l.room.Filings(kind)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range filings {
			least += (f.Releases + 49) / 50
		}
	}
	if report.FilterPages > least {
		t.Errorf("asked for %d pages of filters that have %d", report.FilterPages, least)
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
	l.take(func(query url.Values) { query.Del("filters") })
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

// TestFilterThatIsGone answers 404 for one filter: all others are asked, and it is told
// once a sweep.
func TestFilterThatIsGone(t *testing.T) {
	l := newLiving(t, 100)
	l.mustRun(t, collector.Options{NoFilters: true, All: true})
	l.answer = func(w http.ResponseWriter, r *http.Request) bool {
		if strings.Contains(r.URL.Query().Get("filters"), "im_taxonomy_vid_1:(11)") {
			http.NotFound(w, r)
			return true
		}
		return false
	}
	total, problems := 0, 0
	for range 15 {
		l.now = l.now.Add(30 * time.Minute)
		report := l.mustRun(t, collector.Options{})
		total += report.FilterPages
		problems += len(report.Problems)
	}
	untold, _ := l.room.Filing(store.Untold)
	if untold.Releases > 0 || problems > 6 {
		t.Errorf("%d pages, %d problems, %d untold", total, problems, untold.Releases)
	}
}

// TestFilterWithoutEnd shows the same rows on each page of a filter, and a next page.
func TestFilterWithoutEnd(t *testing.T) {
	l := newLiving(t, 100)
	l.mustRun(t, collector.Options{NoFilters: true, All: true})
	end := regexp.MustCompile(`(?s)<ul class="pager">.*</ul>|</body>`)
	l.rewrite(func(r *http.Request, body string) string {
		if !filtered(r) {
			return body
		}
		q := r.URL.Query()
		n := 0
		fmt.Sscan(q.Get("page"), &n)
		q.Del("page")
		rec := httptest.NewRecorder()
		l.site.ServeHTTP(rec, httptest.NewRequest("GET", "/press-releases?"+q.Encode(), nil))
		q.Set("page", fmt.Sprint(n+1))
		return end.ReplaceAllString(rec.Body.String(), `<p><a href="/press-releases?`+q.Encode()+`">Next</a></p>`)
	})
	total := 0
	for range 15 {
		l.now = l.now.Add(30 * time.Minute)
		total += l.mustRun(t, collector.Options{}).FilterPages
	}
	if untold, _ := l.room.Filing(store.Untold); untold.Releases > 0 {
		t.Errorf("%d pages, %d untold", total, untold.Releases)
	}
}

// TestSweepByABackwardClock looks for releases that were first seen in times to come.
func TestSweepByABackwardClock(t *testing.T) {
	l := newLiving(t, 100)
	l.now = l.now.AddDate(1, 0, 0)
	l.mustRun(t, collector.Options{NoFilters: true, All: true})
	l.now = l.now.AddDate(-1, 0, 0)
	total := 0
	for range 15 {
		l.now = l.now.Add(30 * time.Minute)
		total += l.mustRun(t, collector.Options{}).FilterPages
	}
	if untold, _ := l.room.Filing(store.Untold); untold.Releases > 0 {
		t.Errorf("%d pages, %d untold", total, untold.Releases)
	}
}

// TestFiltersComeBack does not filter for weeks: nothing counts as looked for.
func TestFiltersComeBack(t *testing.T) {
	l := newLiving(t, 100)
	l.mustRun(t, collector.Options{NoFilters: true, All: true})
	l.take(func(query url.Values) { query.Del("filters") })
	for range 40 {
		l.now = l.now.Add(24 * time.Hour)
		l.mustRun(t, collector.Options{})
	}
	l.answer = nil
	for range 40 {
		l.now = l.now.Add(24 * time.Hour)
		l.mustRun(t, collector.Options{})
	}
	o, p := l.compare(t, store.Office, offices), l.compare(t, store.Topic, topics)
	if o.f1() != 1 || p.f1() != 1 {
		t.Errorf("offices %+v, topics %+v", o, p)
	}
}

// TestNothingStated neither filters nor shows a tag in any row: nothing may be
// believed.
func TestNothingStated(t *testing.T) {
	l := newLiving(t, 100)
	l.site.Break(sample.NoTags)
	l.take(func(query url.Values) { query.Del("filters") })
	report := l.mustRun(t, collector.Options{})
	if report.Attached > 0 {
		t.Errorf("%+v", report)
	}
}

// TestPinnedHidden has a bare release on top of every page, filtered or not: it is
// of none of the filters.
func TestPinnedHidden(t *testing.T) {
	l := newLiving(t, 100)
	pinned := `<div class="panel-pane pane-apachesolr-result"><div class="pane-content"><h3 class="search-title"><a href="/albania/77">Pinned</a></h3><p>Publishing date: 1 February 2026</p></div></div>`
	l.rewrite(func(r *http.Request, body string) string {
		return strings.Replace(body, `<div class="panel-pane pane-apachesolr-result">`, pinned+`<div class="panel-pane pane-apachesolr-result">`, 1)
	})
	report := l.mustRun(t, collector.Options{All: true})
	r, ok, _ := l.room.Release("77")
	if !ok || len(r.Offices)+len(r.Topics) > 2 {
		t.Errorf("%v %d offices, %d topics; %+v", ok, len(r.Offices), len(r.Topics), report.Problems)
	}
}
