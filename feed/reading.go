package feed

import (
	"communique/store"
)

// chunk is how many releases are read from the store at a time.
const chunk = 64

// reading goes through the releases of a feed, newest first, reading no more of
// them than are asked for and one chunk.
type reading struct {
	read   func(after store.Cursor) ([]store.Release, store.Cursor, error)
	passes func(store.Release) bool // nil for everything
	left   int                      // how many may still be looked at, if not all pass

	list   []store.Release
	cursor store.Cursor
	ended  bool
}

// newReading begins with the newest release of a feed.
func newReading(from *store.Newsroom, f Feed) *reading {
	r := &reading{passes: f.passes, left: maxScan}
	r.read = func(after store.Cursor) ([]store.Release, store.Cursor, error) {
		return from.Select(f.filed, after, chunk)
	}
	return r
}

// next returns the next release and true, or false at the end.
func (r *reading) next() (store.Release, bool, error) {
	for {
		if len(r.list) == 0 {
			if err := r.fill(); err != nil || len(r.list) == 0 {
				return store.Release{}, false, err
			}
		}
		release := r.list[0]
		r.list = r.list[1:]
		if r.passes == nil || r.passes(release) {
			return release, true, nil
		}
		if r.left--; r.left == 0 {
			r.list, r.ended = nil, true
		}
	}
}

// fill reads a chunk; none is left when that brings nothing.
func (r *reading) fill() (err error) {
	if r.ended {
		return nil
	}
	r.list, r.cursor, err = r.read(r.cursor)
	r.ended = r.cursor == ""
	return err
}
