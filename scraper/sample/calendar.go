package sample

import (
	"math/rand/v2"
	"time"
)

// The newsroom's archive begins in June 1999.
var archiveStart = time.Date(1999, time.June, 1, 0, 0, 0, 0, time.UTC)

const (
	day  = 24 * time.Hour
	year = 365 * day
)

// publishingDays returns the days of n releases, newest first: a dense present
// day by day, then at most 60 old ones spread thinly back to 1999.
func publishingDays(rng *rand.Rand, n int, newest time.Time) []time.Time {
	old := min(60, n*15/100)
	days := recentDays(rng, n-old, newest)
	if old == 0 {
		return days
	}
	return append(days, oldDays(rng, old, days[len(days)-1])...)
}

// recentDays fills the working days before newest with up to six releases
// each, and few of the weekends.
func recentDays(rng *rand.Rand, n int, newest time.Time) []time.Time {
	working := newDeck(rng, pile[int]{1, 0}, pile[int]{2, 1}, pile[int]{3, 2},
		pile[int]{5, 3}, pile[int]{5, 4}, pile[int]{3, 5}, pile[int]{2, 6})
	weekend := newDeck(rng, pile[int]{7, 0}, pile[int]{2, 1}, pile[int]{1, 2})
	days := make([]time.Time, 0, n)
	for date := newest; len(days) < n; date = date.Add(-day) {
		count := working.draw()
		if isWeekend(date) {
			count = weekend.draw()
		}
		if date.Equal(newest) {
			count = max(count, 1)
		}
		for range min(count, n-len(days)) {
			days = append(days, date)
		}
	}
	return days
}

// oldDays spreads n days evenly, but not regularly, between the day before
// oldest and the start of the archive; one that falls on a weekend moves to the
// Friday before it.
func oldDays(rng *rand.Rand, n int, oldest time.Time) []time.Time {
	first := archiveStart
	if latest := oldest.Add(-year); latest.Before(first) {
		first = latest
	}
	step := int(oldest.Sub(first)/day) / n
	days := make([]time.Time, n)
	last := oldest.Add(-day)
	for i := range days {
		date := first.Add(time.Duration((n-1-i)*step+rng.IntN(step)) * day)
		for isWeekend(date) {
			date = date.Add(-day)
		}
		if date.After(last) {
			date = last
		}
		days[i], last = date, date
	}
	return days
}

func isWeekend(date time.Time) bool {
	return date.Weekday() == time.Saturday || date.Weekday() == time.Sunday
}
