package store

import (
	"encoding/binary"
	"fmt"
	"slices"
	"time"
)

// mintInstants gives each added or revised release an Updated that no other
// has, and none that is still to come. Within a page the order by Updated is the
// page's: what was seen now counts back from now, from the top; what is dated to
// a noon counts on from there, from the bottom.
func (t *tables) mintInstants(rows []row, page Page) error {
	for _, r := range rows {
		if err := t.mintSeen(r, page.Seen); err != nil {
			return err
		}
	}
	for _, r := range slices.Backward(rows) {
		if r.change != Added || !r.new.Updated.IsZero() {
			continue
		}
		var err error
		if r.new.Updated, err = t.instant(r.new.Published); err != nil {
			return err
		}
	}
	return nil
}

// mintSeen mints what a release says of now: that it was revised, or that it
// appeared on the very day of its date. Such a release was seen, published and
// updated at one instant, not far from now.
func (t *tables) mintSeen(r row, now time.Time) (err error) {
	switch {
	case r.change == Revised:
		r.new.Updated, err = t.lately(now, r.old.Updated)
	case r.change == Added && r.new.Published.Equal(r.new.FirstSeen):
		zone := r.new.Published.Location()
		y, m, d := r.new.Published.Date()
		midnight := time.Date(y, m, d, 0, 0, 0, 0, zone)
		r.new.Updated, err = t.lately(now, later(now.Add(-lookBack), midnight.Add(-time.Second)))
		r.new.FirstSeen, r.new.Published = r.new.Updated, r.new.Updated.In(zone)
	}
	return err
}

// lookBack is how far what is seen now may be dated back.
const lookBack = 2 * time.Minute

// later returns the later of two instants.
func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// instant takes the first free second from at on.
func (t *tables) instant(at time.Time) (time.Time, error) {
	return t.take(at, forward, func(int64) bool { return true })
}

// lately takes the last free second until now that is later than floor, or the
// first one from then on if there is none.
func (t *tables) lately(now, floor time.Time) (time.Time, error) {
	found, err := t.take(now, backward, func(second int64) bool { return second > floor.Unix() })
	if err != nil || !found.IsZero() {
		return found, err
	}
	return t.instant(later(now, floor))
}

// The directions in which a free second is looked for: signs of a step, and
// names of what is stored of a taken second.
const (
	forward  = 1
	backward = -1
)

// take takes the nearest free second in a direction, if it is allowed; the zero
// time if it is not. Each taken second knows how far it lately was to a free one
// on either side, so that the search is short however many are taken.
func (t *tables) take(at time.Time, direction int64, allowed func(second int64) bool) (time.Time, error) {
	second := at.Unix()
	var passed []int64
	for {
		steps, err := t.steps(second)
		if err != nil {
			return time.Time{}, err
		}
		if steps == nil {
			break
		}
		passed = append(passed, second)
		second += direction * steps[direction]
	}
	if !allowed(second) {
		return time.Time{}, nil
	}
	if err := t.putSteps(second, map[int64]int64{forward: 1, backward: 1}); err != nil {
		return time.Time{}, err
	}
	for _, p := range passed {
		steps, err := t.steps(p)
		if err != nil {
			return time.Time{}, err
		}
		steps[direction] = direction * (second + direction - p)
		if err := t.putSteps(p, steps); err != nil {
			return time.Time{}, err
		}
	}
	return time.Unix(second, 0).UTC(), nil
}

// steps returns how many seconds it is from a taken one to the next candidate
// in each direction, nil if the second is free.
func (t *tables) steps(second int64) (map[int64]int64, error) {
	value, err := t.instants.get(instantKey(second))
	if err != nil || value == nil {
		return nil, err
	}
	if len(value) != 16 {
		return nil, fmt.Errorf("instant %d is %w", second, ErrDamaged)
	}
	return map[int64]int64{
		forward:  int64(binary.BigEndian.Uint64(value)),
		backward: int64(binary.BigEndian.Uint64(value[8:])),
	}, nil
}

func (t *tables) putSteps(second int64, steps map[int64]int64) error {
	value := binary.BigEndian.AppendUint64(nil, uint64(steps[forward]))
	return t.instants.put(instantKey(second), binary.BigEndian.AppendUint64(value, uint64(steps[backward])))
}

func instantKey(second int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(second)) }
