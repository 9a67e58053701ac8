package store

import (
	"encoding/binary"
	"fmt"
	"slices"
	"time"
)

// mintInstants gives each added or revised release an Updated that no other
// has. It works from the bottom of the page, so that the order by Updated is
// the page's.
func (t *tables) mintInstants(rows []row, page Page) (err error) {
	for _, r := range slices.Backward(rows) {
		switch r.change {
		case Added:
			r.new.Updated, err = t.instant(r.new.Published)
		case Revised:
			r.new.Updated, err = t.instant(later(page.Seen, r.old.Updated))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// later returns when a revision was seen, even by a clock that was set back
// since the revision before it.
func later(seen, before time.Time) time.Time {
	if seen.Before(before) {
		return before
	}
	return seen
}

// instant returns the first second from at on that was never given out, and
// takes it. Each taken second knows how far it lately was to a free one, so
// that the search is short however many are taken.
func (t *tables) instant(at time.Time) (time.Time, error) {
	second := uint64(at.Unix())
	var passed []uint64
	for {
		passed = append(passed, second)
		step, err := t.instants.get(binary.BigEndian.AppendUint64(nil, second))
		if err != nil {
			return time.Time{}, err
		}
		if step == nil {
			break
		}
		if len(step) != 8 {
			return time.Time{}, fmt.Errorf("instant %d is %w", second, ErrDamaged)
		}
		second += binary.BigEndian.Uint64(step)
	}
	for _, p := range passed {
		step := binary.BigEndian.AppendUint64(nil, second+1-p)
		if err := t.instants.put(binary.BigEndian.AppendUint64(nil, p), step); err != nil {
			return time.Time{}, err
		}
	}
	return time.Unix(int64(second), 0).UTC(), nil
}
