package collector_test

import (
	"fmt"
	"testing"
	"time"

	"communique/collector"
	"communique/store"
)

// TestRhythm finds the rhythm of newsrooms of every sort, and from which day on
// their silence is unusual.
func TestRhythm(t *testing.T) {
	end := time.Date(2026, time.March, 13, 12, 0, 0, 0, time.UTC) // a Friday
	every := func(n, days int) (list []time.Time) {
		for i := range n {
			list = append(list, end.AddDate(0, 0, -i*days))
		}
		return list
	}
	var workdays, holidays []time.Time
	for day := end; len(workdays) < 250; day = day.AddDate(0, 0, -1) {
		if day.Weekday() != time.Saturday && day.Weekday() != time.Sunday {
			workdays = append(workdays, day)
			if day.Month() != time.August {
				holidays = append(holidays, day)
			}
		}
	}
	for _, test := range []struct {
		name         string
		days         []time.Time
		usual, stale int // 0 for never
	}{
		{"nothing", nil, 0, 0},
		{"one", every(1, 1), 0, 0},
		{"too few to tell", every(5, 1), 0, 0},
		{"just enough", every(6, 30), 30, 91},
		{"every day", every(300, 1), 1, 4},
		{"workdays", workdays, 3, 10},
		{"workdays but for a month", holidays, 3, 10},
		{"every week", every(60, 7), 7, 22},
		{"four times a year", every(12, 91), 91, 274},
		{"once, years after the others", append(every(1, 1), time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC)), 0, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			desk := newDesk(t)
			desk.publish(t, test.days)
			rhythm, err := collector.RhythmOf(desk.room)
			if err != nil || rhythm.Usual != test.usual {
				t.Fatalf("%+v, %v, want %d", rhythm, err, test.usual)
			}
			stale := 0
			for n := range 1000 {
				if rhythm.Stale(store.DayOf(end.AddDate(0, 0, n))) {
					stale = n
					break
				}
			}
			if stale != test.stale || rhythm.Stale(store.DayOf(end.AddDate(-1, 0, 0))) {
				t.Errorf("stale after %d days, want %d", stale, test.stale)
			}
		})
	}
}

// TestSilenceThatWasThere is not told of an archive that is collected years later.
func TestSilenceThatWasThere(t *testing.T) {
	l := newLiving(t, 300)
	l.now = newest.AddDate(3, 0, 0)
	l.mustRun(t, withoutFilters)
	l.now = l.now.AddDate(1, 0, 0)
	l.mustRun(t, withoutFilters)
	if got := l.told(t); len(got) > 0 {
		t.Errorf("told %q", got)
	}
}

// publish puts a release for each day.
func (d *desk) publish(t testing.TB, days []time.Time) {
	t.Helper()
	if len(days) == 0 {
		return
	}
	var list []store.Release
	for i, day := range days {
		key := fmt.Sprint(1000 + i)
		list = append(list, store.Release{
			Key: key, ID: "tag:example.org,1999:release/" + key, URL: "https://example.org/" + key,
			Title: "Release " + key, Day: store.DayOf(day), Published: store.DayOf(day).Noon(),
		})
	}
	if _, err := d.room.Put(store.Page{Releases: list, Seen: days[0], Run: 1}); err != nil {
		t.Fatal(err)
	}
}
