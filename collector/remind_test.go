package collector_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"communique/collector"
	"communique/scraper/sample"
)

// TestProblemsAreToldOnceAWeek counts on mail from cron.
func TestProblemsAreToldOnceAWeek(t *testing.T) {
	l := newLiving(t, 120)
	l.answer = func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/press-releases" {
			return false
		}
		day := l.now.Day() // another page each day, with one row that can't be read
		fmt.Fprintf(w, "<html><body>")
		for i := range 12 {
			fmt.Fprintf(w, `<div><h3><a href="/albania/%d">Release of day %d, number %d</a></h3><p>Publishing date: %s</p><p>What was said on that day, at some length.</p></div>`,
				1000*day+i, day, i, map[bool]string{true: fmt.Sprintf("%d Brumaire 2026", day), false: "3 March 2026"}[i == 3])
		}
		fmt.Fprint(w, "</body></html>")
		return true
	}
	told := 0
	for day := range 9 {
		l.now = today.Add(time.Duration(day) * 24 * time.Hour)
		report := l.mustRun(t, collector.Options{NoFilters: true})
		if !strings.Contains(fmt.Sprint(report.Problems), "Brumaire") {
			t.Errorf("day %d: %+v", day, report)
		}
		told += len(report.Fresh)
	}
	if told != 2 {
		t.Errorf("told %d problems in nine days", told)
	}
}

// TestAccept takes a listing that changed for good as it is.
func TestAccept(t *testing.T) {
	l := newLiving(t, 300)
	l.mustRun(t, withoutFilters)
	l.site.Break(sample.NoTags)
	if _, err := l.run(t, withoutFilters); err == nil {
		t.Fatal("a listing without tags is odd")
	}
	if _, err := l.run(t, collector.Options{NoFilters: true, Accept: true}); err != nil {
		t.Fatal(err)
	}
	l.site.Add(l.another(t))
	if report := l.mustRun(t, withoutFilters); report.New != 1 {
		t.Errorf("%+v", report)
	}
}
