package store

import (
	"errors"
	"fmt"
	"time"
)

// Withdraw takes a release out of everything that it is filed under, since the
// newsroom took it back at that time, and files it under Withdrawn. It is false
// if the release is unknown or was withdrawn before. A later Put of the release
// brings it back.
func (n *Newsroom) Withdraw(key string, at time.Time) (withdrawn bool, err error) {
	at = at.UTC().Truncate(time.Second)
	if at.IsZero() {
		return false, fmt.Errorf("withdrawing a release of %s: %w", n.name, errors.New("no time is given"))
	}
	err = n.update(func(t *tables) (bool, error) {
		old, err := t.record(key)
		if err != nil || old == nil || !old.Withdrawn.IsZero() {
			return false, err
		}
		new := *old
		new.Withdrawn = at
		if err := t.write(old, &new, Removed); err != nil {
			return false, err
		}
		withdrawn, err = t.writeFilings(at)
		return withdrawn, err
	})
	if err != nil {
		return false, fmt.Errorf("withdrawing a release of %s: %w", n.name, err)
	}
	return withdrawn, nil
}
