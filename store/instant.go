package store

import (
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"time"
)

// mintInstants gives each added or revised release an Updated that no other
// has. It works from the bottom of the page, so that within a page the order by
// Updated is the page's. Releases that are dated to one noon differ by seconds;
// what happens now differs by milliseconds, since none may be still to come.
func (t *tables) mintInstants(rows []row, page Page) (err error) {
	minted := instants{t.instants, map[int64]int64{}}
	now := page.Seen.Truncate(time.Second)
	for _, r := range slices.Backward(rows) {
		switch {
		case r.change == Added && !r.new.Updated.IsZero(): // it was set aside
			err = minted.keep(r.new.Updated)
		case r.revised:
			r.new.Updated, err = minted.take(later(now, r.old.Updated), time.Millisecond)
		case r.change == Added && r.new.Published.Equal(r.new.FirstSeen):
			r.new.Updated, err = minted.take(r.new.Published, time.Millisecond)
		case r.change == Added:
			r.new.Updated, err = minted.take(r.new.Published, time.Second)
		}
		if err != nil {
			return err
		}
	}
	return minted.write()
}

// later returns the later of two instants: a clock may have been set back.
func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// instants are those that are taken. Each knows how far it lately was to a free
// one, so that the search is short however many are taken.
type instants struct {
	table table
	steps map[int64]int64 // that are to be written, in milliseconds
}

// take takes the first free millisecond from at on, a step from the one before.
func (i instants) take(at time.Time, step time.Duration) (time.Time, error) {
	free := at.UnixMilli()
	var passed []int64
	for {
		onward, err := i.step(free)
		if err != nil {
			return time.Time{}, err
		}
		if onward == 0 {
			break
		}
		passed = append(passed, free)
		free += onward
	}
	next := free + step.Milliseconds()
	for _, p := range append(passed, free) {
		i.steps[p] = next - p
	}
	return time.UnixMilli(free).UTC(), nil
}

// keep takes an instant that the store gave out before.
func (i instants) keep(at time.Time) error {
	onward, err := i.step(at.UnixMilli())
	if err == nil && onward == 0 {
		i.steps[at.UnixMilli()] = 1
	}
	return err
}

// step returns how far it is from an instant to one that may be free, 0 if it is
// free itself.
func (i instants) step(at int64) (int64, error) {
	if step, ok := i.steps[at]; ok {
		return step, nil
	}
	taken, err := i.table.get(instantKey(at))
	if err != nil || taken == nil {
		return 0, err
	}
	if len(taken) != 8 {
		return 0, fmt.Errorf("instant %d is %w", at, ErrDamaged)
	}
	return int64(binary.BigEndian.Uint64(taken)), nil
}

func (i instants) write() error {
	for _, at := range slices.Sorted(maps.Keys(i.steps)) {
		if err := i.table.put(instantKey(at), binary.BigEndian.AppendUint64(nil, uint64(i.steps[at]))); err != nil {
			return err
		}
	}
	return nil
}

func instantKey(millisecond int64) []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(millisecond))
}
