package collector_test

import (
	"fmt"
	"net/http"
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
