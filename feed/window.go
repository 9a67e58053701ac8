package feed

import (
	"fmt"
	"iter"
	"time"

	"communique/store"
)

// chunk is how many releases are read from the store at a time.
const chunk = 64

// edition is what a feed says at one version of the store, the same in every
// format.
type edition struct {
	Feed
	base    string // of all addresses, without a slash at the end
	updated time.Time
	entries []entry
	weight  weight // what fill expects of the documents, at most a little too much
}

// address returns where the edition's document of a format is.
func (e edition) address(format int) string {
	return e.base + e.Path() + formats()[format].suffix
}

// ownTags returns the tag that the feed is about, if it is about one.
func (e edition) ownTags() []tag {
	if e.Query == (store.Query{}) {
		return nil
	}
	return []tag{{e.Query.Kind, e.Query.Slug, e.Tag.Name}}
}

// edition reads the newest releases of a feed.
func (p *Press) edition(r room, f Feed) (edition, error) {
	e := edition{Feed: f, base: p.base, updated: time.Unix(0, 0).UTC()}
	if err := e.fill(newest(r.Store, f.Query), p.limits, r.scale); err != nil {
		return edition{}, fmt.Errorf("filling %s: %w", f.Path(), err)
	}
	return e, nil
}

// fill takes releases as long as the limits allow; the first always has its
// place. Days are counted back from the newest release, not from today.
func (e *edition) fill(releases iter.Seq2[store.Release, error], limits Limits, scale scale) error {
	var err error
	if e.weight, err = measure(*e); err != nil {
		return err
	}
	var oldest store.Day
	for release, err := range releases {
		if err != nil {
			return err
		}
		day := store.DayOf(release.Published)
		if len(e.entries) == 0 {
			oldest = store.DayOf(day.Noon().AddDate(0, 0, -limits.Days))
		}
		if len(e.entries) >= limits.Releases && oldest.After(day) {
			return nil
		}
		entry := newEntry(e.Newsroom, release)
		weight := e.weight.plus(scale.weigh(entry))
		if len(e.entries) > 0 && weight.heaviest() > limits.Bytes {
			return nil
		}
		e.add(entry)
		e.weight = weight
	}
	return nil
}

func (e *edition) add(entry entry) {
	e.entries = append(e.entries, entry)
	if entry.updated.After(e.updated) {
		e.updated = entry.updated
	}
}

// newest yields the releases of a query from the newest on, reading no more of
// them than are asked for and one chunk.
func newest(from *store.Newsroom, q store.Query) iter.Seq2[store.Release, error] {
	return func(yield func(store.Release, error) bool) {
		var cursor store.Cursor
		for {
			list, next, err := from.Releases(q, cursor, chunk)
			if err != nil {
				yield(store.Release{}, err)
				return
			}
			for _, release := range list {
				if !yield(release, nil) {
					return
				}
			}
			if next == "" {
				return
			}
			cursor = next
		}
	}
}
