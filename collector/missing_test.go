package collector_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"communique/collector"
	"communique/scraper/sample"
	"communique/store"
)

// withoutFilters keeps these runs to the listing and what is missing from it.
var withoutFilters = collector.Options{NoFilters: true}

// TestWithdrawals looks up what is missing, and withdraws only what is gone.
func TestWithdrawals(t *testing.T) {
	tests := []struct {
		name     string
		take     func(s *sample.Site, number int)
		missing  bool // the listing doesn't show it
		withdraw bool
	}{
		{"404", func(s *sample.Site, n int) { s.Withdraw(n) }, true, true},
		{"410", func(s *sample.Site, n int) { s.Gone(n) }, true, true},
		{"moved to another address", func(s *sample.Site, n int) { s.Move(n, "elsewhere") }, false, false},
		{"dated back for years", func(s *sample.Site, n int) {
			s.Correct(n, func(r *sample.Release) { r.Day = r.Day.AddDate(-1, 0, 0) })
		}, true, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := newLiving(t, 300)
			l.mustRun(t, withoutFilters)
			number := l.number(t, 5, isAny)
			key := fmt.Sprint(number)
			test.take(l.site, number)
			l.site.Add(l.another(t)) // the listing has something new
			report := l.mustRun(t, withoutFilters)
			release, found, err := l.room.Release(key)
			if err != nil || !found || !release.Withdrawn.IsZero() != test.withdraw || report.Withdrawn == 1 != test.withdraw {
				t.Errorf("%+v, %v: %+v", release, err, report)
			}
			if asked := l.requests(key); len(asked) > 0 != test.missing {
				t.Errorf("looked up: %v", asked)
			}
			live := strings.Contains(fmt.Sprint(l.keys(t)), key)
			if live == test.withdraw {
				t.Errorf("in the feeds: %t", live)
			}
			report = l.mustRun(t, collector.Options{NoFilters: true, All: true})
			if asked := l.requests("/" + key); len(asked) > 0 && test.name != "moved to another address" {
				t.Errorf("looked up again within a day: %v, %+v", asked, report)
			}
		})
	}
}

// another invents a release on top.
func (l *living) another(t testing.TB) sample.Release {
	fresh := l.truth[l.number(t, 0, isAny)]
	for l.truth[fresh.Number].Number != 0 {
		fresh.Number++
	}
	fresh.Title = fmt.Sprintf("Another release, number %d", fresh.Number)
	fresh.Bare = false
	l.truth[fresh.Number] = fresh
	return fresh
}

// TestWithdrawnReturns brings a release back when the listing shows it again.
func TestWithdrawnReturns(t *testing.T) {
	l := newLiving(t, 120)
	l.mustRun(t, withoutFilters)
	number := l.number(t, 3, isAny)
	before, _, _ := l.room.Release(fmt.Sprint(number))
	l.site.Withdraw(number)
	l.mustRun(t, withoutFilters)
	list, _, err := l.room.Releases(store.Withdrawn, "", 10)
	if err != nil || len(list) != 1 || list[0].Key != before.Key || list[0].Withdrawn.IsZero() {
		t.Fatalf("withdrawn: %+v, %v", list, err)
	}
	l.site.Add(l.truth[number])
	l.mustRun(t, withoutFilters)
	after, _, err := l.room.Release(before.Key)
	if err != nil || !after.Withdrawn.IsZero() || after.ID != before.ID || !after.Published.Equal(before.Published) || !after.Updated.Equal(before.Updated) {
		t.Errorf("%+v, %v", after, err)
	}
}

// TestSiteWithoutPages answers 404 for every release: that withdraws none.
func TestSiteWithoutPages(t *testing.T) {
	l := newLiving(t, 120)
	l.mustRun(t, withoutFilters)
	number := l.number(t, 3, isAny)
	l.site.Withdraw(number)
	l.answer = func(w http.ResponseWriter, r *http.Request) bool {
		missing := r.URL.Path != "/press-releases" && r.URL.Path != "/robots.txt"
		if missing {
			http.NotFound(w, r)
		}
		return missing
	}
	report := l.mustRun(t, withoutFilters)
	release, _, err := l.room.Release(fmt.Sprint(number))
	if err != nil || !release.Withdrawn.IsZero() || report.Withdrawn != 0 || !strings.Contains(fmt.Sprint(report.Problems), "nothing was withdrawn") {
		t.Errorf("%+v, %v: %+v", release, err, report)
	}
}

// TestMissingIsLookedUpLessAndLess rests longer after each time that a release
// turns out to be there.
func TestMissingIsLookedUpLessAndLess(t *testing.T) {
	l := newLiving(t, 120)
	l.mustRun(t, withoutFilters)
	number := l.number(t, 3, isAny)
	l.site.Correct(number, func(r *sample.Release) { r.Day = r.Day.AddDate(-1, 0, 0) })
	asked := 0
	for range 8 * 24 {
		l.now = l.now.Add(time.Hour)
		l.mustRun(t, withoutFilters)
		for _, n := range l.requests("/" + fmt.Sprint(number)) {
			asked += n
		}
	}
	if asked != 4 { // at once, after a day, two more, four more
		t.Errorf("looked up %d times in eight days", asked)
	}
}

// TestManyWithdrawn takes more at once than a run looks up, and nothing else
// changes from then on.
func TestManyWithdrawn(t *testing.T) {
	l := newLiving(t, 300)
	l.mustRun(t, withoutFilters)
	for i := range 15 {
		l.site.Withdraw(l.number(t, 3+2*i, isAny))
	}
	gone := 0
	for range 6 {
		gone += l.mustRun(t, withoutFilters).Withdrawn
	}
	if gone != 15 {
		t.Errorf("%d withdrawn", gone)
	}
}

// TestPartialMirror reads a mirror of the first page and its releases alone.
func TestPartialMirror(t *testing.T) {
	l := newLiving(t, 300)
	l.mustRun(t, withoutFilters)
	top := map[string]bool{}
	for _, k := range l.keys(t)[:50] {
		top[k] = true
	}
	pager := regexp.MustCompile(`(?s)<ul class="pager">.*?</ul>`)
	l.rewrite(func(r *http.Request, body string) string { return pager.ReplaceAllString(body, "") })
	inner := l.answer
	l.answer = func(w http.ResponseWriter, r *http.Request) bool {
		key := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
		if r.URL.Path != "/robots.txt" && r.URL.Path != "/press-releases" && !top[key] || r.URL.Query().Get("page") != "" {
			http.NotFound(w, r)
			return true
		}
		return inner(w, r)
	}
	gone := 0
	for range 6 {
		gone += l.mustRun(t, withoutFilters).Withdrawn
	}
	if gone != 0 {
		t.Errorf("%d withdrawn", gone)
	}
}

// TestStaleMirror reads a mirror of some days ago, releases and all.
func TestStaleMirror(t *testing.T) {
	l := newLiving(t, 300)
	l.mustRun(t, withoutFilters)
	all := l.stored(t)
	cut := all[6].Day
	for _, r := range all {
		if r.Day.After(cut) {
			var n int
			fmt.Sscan(r.Key, &n)
			l.site.Withdraw(n)
		}
	}
	report := l.mustRun(t, withoutFilters)
	if report.Withdrawn != 0 {
		t.Errorf("%d withdrawn; %v", report.Withdrawn, all[0].Day)
	}
}

// TestAddressThatNeverAnswers keeps no other release from being looked up, and
// is no problem to tell in each run.
func TestAddressThatNeverAnswers(t *testing.T) {
	l := newLiving(t, 300)
	l.mustRun(t, withoutFilters)
	dead, gone := l.number(t, 20, isAny), l.number(t, 4, isAny)
	l.site.Withdraw(dead)
	l.site.Withdraw(gone)
	l.answer = func(w http.ResponseWriter, r *http.Request) bool {
		if strings.HasSuffix(r.URL.Path, fmt.Sprint(dead)) {
			w.WriteHeader(http.StatusServiceUnavailable)
			return true
		}
		return false
	}
	n, problems := 0, 0
	for range 5 {
		report := l.mustRun(t, withoutFilters)
		n += report.Withdrawn
		problems += len(report.Problems)
	}
	if n != 1 || problems > 1 {
		t.Errorf("%d withdrawn, %d problems", n, problems)
	}
}

// TestNothingMissingWhereARunWentOn has a row pinned on top of every page while
// a run leaves out what an earlier one read.
func TestNothingMissingWhereARunWentOn(t *testing.T) {
	site, desk := newSite(t, 0, 0), newDesk(t)
	pinned := `<div><h3><a href="/albania/7">Pinned</a></h3><p>Publishing date: 19 March 2026</p></div><h1>`
	listing := func(top int) map[string]string {
		pages := map[string]string{}
		for n := 0; top-10*n > 20; n++ {
			next := fmt.Sprintf("?page=%d", n+1)
			if top-10*n <= 30 {
				next = ""
			}
			key := fmt.Sprint(n)
			if n == 0 {
				key = ""
			}
			page := strings.Replace(rows(top-10*n, top-10*n-10, next), "<h1>", pinned, 1)
			for k := top - 10*n; k > top-10*n-10; k-- {
				day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, (k-200)/5)
				page = strings.Replace(page, "5 March 2026", day.Format("2 January 2006"), 1)
			}
			pages[key] = page
		}
		return pages
	}
	site.answer = serve(listing(100))
	desk.mustCollect(t, site, collector.Options{})
	pages := listing(200)
	pages["7"] = "unreachable"
	site.answer = serve(pages)
	_, _ = desk.collect(t.Context(), t, site, collector.Options{})
	site.answer = serve(listing(200))
	report := desk.mustCollect(t, site, collector.Options{})
	for _, r := range site.requests {
		if r.URL.Path != "/press-releases" {
			t.Errorf("%s %+v", r.URL, report)
		}
	}
}

// TestAnHourOf404 brings releases back that were there all the while, though
// their site denied it.
func TestAnHourOf404(t *testing.T) {
	l := newLiving(t, 600)
	l.mustRun(t, withoutFilters)
	var taken []int
	for i := range 20 {
		taken = append(taken, l.number(t, 300+5*i, isAny))
	}
	for _, n := range taken {
		l.site.Withdraw(n)
	}
	if report := l.mustRun(t, collector.Options{NoFilters: true, All: true}); report.Withdrawn != len(taken) {
		t.Errorf("%+v", report)
	}
	before := l.keys(t)
	for _, n := range taken {
		l.site.Add(l.truth[n])
	}
	for range 3 {
		l.now = l.now.Add(25 * time.Hour)
		l.mustRun(t, withoutFilters)
	}
	if after := l.keys(t); len(after) != len(before)+len(taken) {
		t.Errorf("%d releases, want %d", len(after), len(before)+len(taken))
	}
}
