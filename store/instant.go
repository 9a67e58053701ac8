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
// updated at one instant.
func (t *tables) mintSeen(r row, seen time.Time) (err error) {
	switch {
	case r.change == Revised:
		r.new.Updated, err = t.lately(seen, r.old.Updated)
	case r.change == Added && r.new.Published.Equal(r.new.FirstSeen):
		zone := r.new.Published.Location()
		y, m, d := r.new.Published.Date()
		r.new.Updated, err = t.lately(seen, time.Date(y, m, d, 0, 0, -1, 0, zone))
		r.new.FirstSeen, r.new.Published = r.new.Updated, r.new.Updated.In(zone)
	}
	return err
}

// lookBack bounds, in seconds, how far an instant of now may lie back.
const lookBack = 120

// lately takes the last free second until now that is later than floor. If
// there is none within lookBack, it takes the first one from now on.
func (t *tables) lately(now, floor time.Time) (time.Time, error) {
	for at := now; at.After(floor) && now.Sub(at) < lookBack*time.Second; at = at.Add(-time.Second) {
		taken, err := t.instants.get(binary.BigEndian.AppendUint64(nil, uint64(at.Unix())))
		if err != nil {
			return time.Time{}, err
		}
		if taken == nil && at.Truncate(time.Second).After(floor) {
			return t.instant(at)
		}
	}
	return t.instant(later(now, floor))
}

// later returns the later of two instants: a clock may have been set back.
func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
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
