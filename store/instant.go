package store

import (
	"encoding/binary"
	"fmt"
	"slices"
	"time"
)

// mintInstants gives each added or revised release an Updated that no other
// has. It works from the bottom of the page, so that within a page the order by
// Updated is the page's. Releases that are dated to one noon differ by seconds;
// what happens now differs by milliseconds, since none may be still to come.
func (t *tables) mintInstants(rows []row, page Page) (err error) {
	now := page.Seen.Truncate(time.Second)
	for _, r := range slices.Backward(rows) {
		switch {
		case r.change == Revised:
			r.new.Updated, err = t.instant(later(now, r.old.Updated), time.Millisecond)
		case r.change == Added && r.new.Published.Equal(r.new.FirstSeen):
			r.new.Updated, err = t.instant(r.new.Published, time.Millisecond)
		case r.change == Added:
			r.new.Updated, err = t.instant(r.new.Published, time.Second)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// later returns the later of two instants: a clock may have been set back.
func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// instant takes the first free millisecond from at on, a step from the one
// before. Each that is taken knows how far it lately was to a free one, so that
// the search is short however many are taken.
func (t *tables) instant(at time.Time, step time.Duration) (time.Time, error) {
	free := at.UnixMilli()
	var passed []int64
	for {
		taken, err := t.instants.get(instantKey(free))
		if err != nil {
			return time.Time{}, err
		}
		if taken == nil {
			break
		}
		if len(taken) != 8 {
			return time.Time{}, fmt.Errorf("instant %d is %w", free, ErrDamaged)
		}
		passed = append(passed, free)
		free += int64(binary.BigEndian.Uint64(taken))
	}
	next := free + step.Milliseconds()
	for _, p := range append(passed, free) {
		if err := t.instants.put(instantKey(p), binary.BigEndian.AppendUint64(nil, uint64(next-p))); err != nil {
			return time.Time{}, err
		}
	}
	return time.UnixMilli(free).UTC(), nil
}

func instantKey(millisecond int64) []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(millisecond))
}
