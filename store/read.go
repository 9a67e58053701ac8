package store

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
)

// Releases returns at most limit releases that are filed under q, newest
// first, beginning after a cursor, and the cursor to go on with: "" at the end.
// A query that moved reads what it points to. It reads an index and the releases
// that it returns, nothing else. The error wraps ErrCursor if that is no cursor.
func (n *Newsroom) Releases(q Query, after Cursor, limit int) (list []Release, next Cursor, err error) {
	order, err := after.order()
	if limit < 1 {
		err = errors.New("the limit must be at least 1")
	}
	if err == nil {
		err = n.view(func(t *tables) (err error) {
			list, next, err = t.filedUnder(q, order, limit)
			return err
		})
	}
	if err != nil {
		return nil, "", fmt.Errorf("reading releases of %s: %w", n.name, err)
	}
	return list, next, nil
}

func (t *tables) filedUnder(q Query, after []byte, limit int) (list []Release, next Cursor, err error) {
	q, f, err := t.live(q)
	if err != nil || f == nil || f.Releases == 0 {
		return nil, "", err
	}
	if after, err = t.resume(after); err != nil {
		return nil, "", err
	}
	return t.list(t.from(q, after), after, limit)
}

// list reads the releases at some places, but not the one that is at after, and
// returns the cursor to go on with.
func (t *tables) list(places iter.Seq2[place, error], after []byte, limit int) (list []Release, next Cursor, err error) {
	var last *record
	for p, err := range places {
		if err != nil {
			return nil, "", err
		}
		if bytes.Equal(p.order, after) {
			continue
		}
		if len(list) == limit {
			return list, cursorAt(last), nil
		}
		if last, err = t.indexed(p); err != nil {
			return nil, "", err
		}
		release, err := t.release(last)
		if err != nil {
			return nil, "", err
		}
		list = append(list, release)
	}
	return list, "", nil
}

// Release returns the release of a key, be it withdrawn or not, and whether
// there is one.
func (n *Newsroom) Release(key string) (release Release, found bool, err error) {
	err = n.view(func(t *tables) error {
		r, err := t.record(key)
		if err != nil || r == nil {
			return err
		}
		release, err = t.release(r)
		found = err == nil
		return err
	})
	if err != nil {
		return Release{}, false, fmt.Errorf("reading a release of %s: %w", n.name, err)
	}
	return release, found, nil
}
