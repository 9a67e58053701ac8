package feed

import (
	"fmt"
	"time"

	"communique/store"
)

// edition is what a document of a feed says at one version of the store, the
// same in every format.
type edition struct {
	Feed
	base     string // of all addresses, without a slash at the end
	archive  volume // what it is of an archive, or where the archive begins
	updated  time.Time
	entries  []entry
	releases []store.Release // of a live edition, those of the entries
	deleted  []tombstone
	left     *store.Release // the newest release that had no room, nil if all had
	limit    int            // of bytes, in each format
	weight   weight         // what is expected of the documents, at most a little too much
	settled  bool           // see Document.Complete
}

// newEdition returns an edition without entries.
func (p *Press) newEdition(f Feed) edition {
	return edition{Feed: f, base: p.base, limit: p.limits.Bytes, updated: time.Unix(0, 0).UTC()}
}

// address returns where the edition's document of a format is.
func (e edition) address(format int) string { return e.volume(format, e.archive.name) }

// volume returns where the feed's document of a format is that tells of a
// period, "" for that which is subscribed to.
func (e edition) volume(format int, name string) string {
	return e.base + e.Path() + below(name) + formats()[format].suffix
}

// below returns what the path of an archive document has and its feed's has not.
func below(name string) string {
	if name == "" {
		return ""
	}
	return "/" + name
}

// live reads what a feed's document holds that is subscribed to: its newest
// releases, those of the running period among them.
func (p *Press) live(r room, f Feed) (edition, error) {
	e := p.newEdition(f)
	err := p.fill(&e, r)
	if err == nil {
		err = e.bury(r)
	}
	if err != nil {
		return edition{}, fmt.Errorf("filling %s: %w", f.Path(), err)
	}
	return e, nil
}

// fill takes the newest releases. Where the archive begins depends on the first
// that has no room: its period is the newest of the archive, unless it is the
// running one, which no archive document tells of.
func (p *Press) fill(e *edition, r room) error {
	frame, err := p.frame(e.Feed)
	if err != nil {
		return err
	}
	e.weight = frame
	releases := newReading(r.Store, e.Feed)
	w := window{limits: p.limits, scale: r.scale}
	e.entries, e.releases = make([]entry, 0, chunk), make([]store.Release, 0, chunk)
	for {
		e.left, err = w.take(e, releases)
		if err != nil || e.left == nil || !e.archived() {
			return err
		}
		began, err := p.periodOf(r, e.Feed, *e.left)
		if err != nil {
			return err
		}
		if began.span == part || !began.holds(w.newest) {
			e.archive.older = began.name()
			return nil
		}
		w.floor = began.oldest
	}
}

// window decides which releases of a feed its document holds.
type window struct {
	limits Limits
	scale  scale
	newest store.Day // on which something was published
	floor  store.Day // no release of this day or later is left out for its age, zero for no such day
	rest   store.Release
	left   bool // rest was read and has no room yet
}

// take takes releases as long as the limits allow, and returns the first that it
// left, nil at the end; it goes on with that one. The newest release always has
// its place. Days are counted back from it, not from today.
func (w *window) take(e *edition, releases *reading) (*store.Release, error) {
	for {
		if !w.left {
			var err error
			if w.rest, w.left, err = releases.next(); err != nil || !w.left {
				return nil, err
			}
		}
		entry := newEntry(e.Newsroom, w.rest)
		weight := e.weight.plus(w.scale.weigh(entry))
		if len(e.entries) == 0 {
			w.newest = store.DayOf(w.rest.Published)
		} else if w.old(len(e.entries)) || weight.heaviest() > w.limits.Bytes-reserve {
			return &w.rest, nil
		}
		e.add(entry)
		e.releases = append(e.releases, w.rest)
		e.weight, w.left = weight, false
	}
}

// old reports whether the next release is too old for a document that has so
// many.
func (w *window) old(held int) bool {
	day := store.DayOf(w.rest.Published)
	if held < w.limits.Releases || !w.floor.IsZero() && !w.floor.After(day) {
		return false
	}
	return store.DayOf(w.newest.Noon().AddDate(0, 0, -w.limits.Days)).After(day)
}

func (e *edition) add(entry entry) {
	e.entries = append(e.entries, entry)
	e.touch(entry.updated)
}

// touch notes that something of the edition changed at an instant.
func (e *edition) touch(at time.Time) {
	if at.After(e.updated) {
		e.updated = at
	}
}
