package collector

import (
	"fmt"
	"slices"
	"time"

	"communique/store"
)

const (
	// silentTimes is how many times longer than usual a newsroom must be silent to
	// be stale.
	silentTimes = 3
	// rhythmYears is how far back a rhythm is looked for in a newsroom that
	// publishes seldom, and manyDays how many days make it look no further than a
	// year.
	rhythmYears = 5
	manyDays    = 20
	// fewGaps is how many gaps there must be to speak of a rhythm.
	fewGaps = 5
)

// Rhythm is how often a newsroom publishes, by the days on which it did.
type Rhythm struct {
	// Newest is the day of the newest release, zero if there is none, and Found the
	// day on which that was first seen.
	Newest, Found store.Day
	// Usual is how many days nearly always, 19 times of 20, pass until the next
	// day with a release; 0 if too few are known to tell. For one that rests at
	// weekends that is 3.
	Usual int
}

// RhythmOf reads the rhythm of the year up to a newsroom's newest release, or of
// the five years if the year has few days with releases.
func RhythmOf(room *store.Newsroom) (Rhythm, error) {
	top, _, err := room.Releases(store.Query{}, "", 1)
	if err != nil || len(top) == 0 {
		return Rhythm{}, err
	}
	newest := store.DayOf(top[0].Published)
	var days []store.CalendarDay
	for _, years := range []int{1, rhythmYears} {
		oldest := store.DayOf(newest.Noon().AddDate(-years, 0, 0))
		if days, err = room.CalendarBetween(store.Query{}, newest, oldest); err != nil {
			return Rhythm{}, fmt.Errorf("reading the rhythm of %s: %w", room.Name(), err)
		}
		if len(days) >= manyDays {
			break
		}
	}
	return Rhythm{newest, store.DayOf(top[0].FirstSeen), usual(days)}, nil
}

// usual returns the gap between days, newest first, that only one in twenty
// exceeds: no median, which would take each weekend for a silence, and not the
// longest, which one summer would decide.
func usual(days []store.CalendarDay) int {
	var gaps []int
	for i := 1; i < len(days); i++ {
		gaps = append(gaps, between(days[i].Day, days[i-1].Day))
	}
	if len(gaps) < fewGaps {
		return 0
	}
	slices.Sort(gaps)
	return gaps[(19*len(gaps)+19)/20-1]
}

// Silent returns how many days passed since the newest release, 0 if it is of
// today or of days to come.
func (r Rhythm) Silent(today store.Day) int {
	if r.Newest.IsZero() {
		return 0
	}
	return max(0, between(r.Newest, today))
}

// Stale says that a newsroom is silent for more than three times longer than
// usual. That is never said of one whose rhythm is not known, nor of a silence
// that we came upon: it was there when the newest release was found.
func (r Rhythm) Stale(today store.Day) bool {
	most := silentTimes * r.Usual
	return most > 0 && r.Silent(today) > most && r.Silent(r.Found) <= most
}

// between returns the days from one to a later one.
func between(from, to store.Day) int {
	return int(to.Noon().Sub(from.Noon()) / (24 * time.Hour))
}
