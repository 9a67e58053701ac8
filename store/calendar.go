package store

import (
	"bytes"
	"errors"
	"fmt"
	"hash"
	"hash/fnv"
	"iter"
)

// CalendarDay is one day on which something was published that is filed
// somewhere.
type CalendarDay struct {
	Day      Day
	Releases int
	// Sum is the same as long as the same releases stand there, none of them
	// changed, in the same order. A release counts as changed when what is told
	// of it did: when Changes tells it anew.
	Sum uint64
}

// Calendar returns the days of Published on which something is filed under q,
// newest first. A query that moved reads what it points to. It reads an index,
// no release.
func (n *Newsroom) Calendar(q Query) (days []CalendarDay, err error) {
	err = n.view(func(t *tables) (err error) {
		days, err = t.calendar(q, func(q Query) iter.Seq2[place, error] { return t.from(q, nil) })
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reading the calendar of %s: %w", n.name, err)
	}
	return days, nil
}

// CalendarBetween is Calendar for these days and those between them.
func (n *Newsroom) CalendarBetween(q Query, newest, oldest Day) (days []CalendarDay, err error) {
	err = n.view(func(t *tables) (err error) {
		days, err = t.calendar(q, func(q Query) iter.Seq2[place, error] { return t.period(q, newest, oldest) })
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reading the calendar of %s: %w", n.name, err)
	}
	return days, nil
}

func (t *tables) calendar(q Query, places func(Query) iter.Seq2[place, error]) (days []CalendarDay, err error) {
	q, f, err := t.live(q)
	if err != nil || f == nil || f.Releases == 0 {
		return nil, err
	}
	var day []byte
	sum := fnv.New64a()
	for p, err := range places(q) {
		if err != nil {
			return nil, err
		}
		if !bytes.Equal(day, p.order[:orderDay]) {
			day = p.order[:orderDay]
			days = append(days, CalendarDay{Day: dayAt(day)})
			sum.Reset()
		}
		p.addTo(sum)
		last := &days[len(days)-1]
		last.Releases++
		last.Sum = sum.Sum64()
	}
	return days, nil
}

// addTo adds the release and its latest change to a sum. No key has a NUL, and
// the line begins with one, so the sum knows where either ends.
func (p place) addTo(sum hash.Hash) {
	sum.Write(p.order[orderFixed:])
	sum.Write(p.value)
}

// Period returns the releases filed under q that were published on these days
// and between them, newest first, at most limit. It need not be days that the
// calendar has: 31 February is one after the 28th. A query that moved reads what
// it points to.
func (n *Newsroom) Period(q Query, newest, oldest Day, limit int) (list []Release, err error) {
	if limit < 1 {
		err = errors.New("the limit must be at least 1")
	}
	if err == nil {
		err = n.view(func(t *tables) error {
			q, f, err := t.live(q)
			if err != nil || f == nil || f.Releases == 0 {
				return err
			}
			list, _, err = t.list(t.period(q, newest, oldest), nil, limit)
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("reading releases of %s: %w", n.name, err)
	}
	return list, nil
}

// period yields the places that a filing has of some days.
func (t *tables) period(q Query, newest, oldest Day) iter.Seq2[place, error] {
	return func(yield func(place, error) bool) {
		end := appendDay(nil, oldest)
		for p, err := range t.from(q, appendDay(nil, newest)) {
			if err == nil && bytes.Compare(p.order[:orderDay], end) > 0 || !yield(p, err) {
				return
			}
		}
	}
}
