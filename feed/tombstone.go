package feed

import (
	"cmp"
	"time"

	"communique/store"
)

// tombstone says that a release was withdrawn (RFC 6721).
type tombstone struct {
	id   string
	when time.Time
}

const (
	// maxTombstones is how many withdrawn releases one document tells of.
	maxTombstones = 50
	// maxWithdrawn is how many withdrawn releases are looked at for a document.
	maxWithdrawn = 1000
	// tombstoneBytes is what one weighs beside its id, reserve what a document
	// keeps free for the first of them.
	tombstoneBytes = 96
	reserve        = 2048
)

// bury adds the withdrawn releases to a live edition that would stand in it: no
// older than the first one that it left.
func (e *edition) bury(r room) error {
	var cursor store.Cursor
	for looked := 0; looked < maxWithdrawn; looked += chunk {
		list, next, err := r.Store.Releases(store.Withdrawn, cursor, chunk)
		if err != nil {
			return err
		}
		for _, release := range list {
			if e.left != nil && after(release, *e.left) {
				return nil
			}
			e.buryOne(release)
		}
		if next == "" {
			return nil
		}
		cursor = next
	}
	return nil
}

// buryOne adds one tombstone if the release would be in the feed and there is
// room.
func (e *edition) buryOne(r store.Release) {
	id := legal(r.ID)
	weight := e.weight
	weight[atomFormat] += text(id)[atomFormat] + tombstoneBytes
	if !e.holds(r) || len(e.deleted) == maxTombstones || weight[atomFormat] > e.limit {
		return
	}
	e.deleted = append(e.deleted, tombstone{id, r.Withdrawn.UTC()})
	e.weight = weight
	e.touch(r.Withdrawn.UTC())
}

// after reports whether a release comes after another in a feed.
func after(r, other store.Release) bool {
	day, otherDay := store.DayOf(r.Published), store.DayOf(other.Published)
	if day != otherDay {
		return otherDay.After(day)
	}
	return cmp.Or(cmp.Compare(r.Position, other.Position), cmp.Compare(r.Key, other.Key)) > 0
}
