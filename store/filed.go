package store

import (
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"
)

// filing is a Filing as it lies in the file.
type filing struct {
	Name     string `json:"name,omitempty"`
	Closed   bool   `json:"closed,omitempty"`
	Releases int    `json:"releases"`
	Version  uint64 `json:"version"`
	// Changed never goes back, even if the clock did.
	Changed time.Time `json:"changed"`
	// Moved is the slug of the filing that took the releases over; then there
	// are none here and there never will be.
	Moved string `json:"moved,omitempty"`

	wasClosed bool // as it lies there
	touched   bool // what it shows of its releases changed, or their number
	told      bool // a row of this page has told whether it is closed
}

// filing reads a filing, nil where there is none.
func (t *tables) filing(q Query) (*filing, error) {
	if f, ok := t.known[q]; ok {
		return f, nil
	}
	value, err := t.filings.get(filingKey(q))
	if err != nil || value == nil {
		return nil, err
	}
	f := new(filing)
	if err := json.Unmarshal(value, f); err != nil {
		return nil, fmt.Errorf("filing %s/%s is %w: %w", q.Kind, q.Slug, ErrDamaged, err)
	}
	f.wasClosed = f.Closed
	t.known[q] = f
	return f, nil
}

// tagged reads the filing of a tag that is in use, or one that no tag names.
func (t *tables) tagged(q Query) (*filing, error) {
	f, err := t.filing(q)
	switch {
	case err != nil || f != nil:
		return f, err
	case q.tagless():
		return t.add(q, Tag{}), nil
	}
	return nil, fmt.Errorf("filing %s/%s is %w: it is in use, but not there", q.Kind, q.Slug, ErrDamaged)
}

// add begins a filing.
func (t *tables) add(q Query, tag Tag) *filing {
	f := &filing{Name: tag.Name, Closed: tag.Closed, wasClosed: tag.Closed, touched: true, told: true}
	t.known[q] = f
	return f
}

// write stores a record, files it where it belongs and nowhere else; old is
// what was stored of it, nil for a new one.
func (t *tables) write(old, new *record) error {
	var before []Query
	if old != nil {
		new.Position = old.Position // others may have moved it since it was read
		before = old.filings()
	}
	after := new.filings()
	order := new.order() // as it was: the day that it is ordered by is frozen
	for _, q := range before {
		if !slices.Contains(after, q) {
			if err := t.unfile(q, order); err != nil {
				return err
			}
		}
	}
	for _, q := range after {
		if err := t.file(q, order, !slices.Contains(before, q)); err != nil {
			return err
		}
	}
	return t.putRecord(new)
}

// file notes that a filing is touched, and adds a place to its index if it was
// not there.
func (t *tables) file(q Query, order []byte, added bool) error {
	f, err := t.tagged(q)
	if err != nil {
		return err
	}
	f.touched = true
	if !added {
		return nil
	}
	f.Releases++
	return t.filed.put(filedKey(q, order), nil)
}

func (t *tables) unfile(q Query, order []byte) error {
	f, err := t.tagged(q)
	if err != nil {
		return err
	}
	f.touched = true
	f.Releases--
	return t.filed.delete(filedKey(q, order))
}

// under yields the records that have a tag, the withdrawn ones last. Nothing may
// be stored meanwhile, and none is remembered.
func (t *tables) under(tag Query) iter.Seq2[*record, error] {
	return func(yield func(*record, error) bool) {
		for _, index := range []Query{tag, Withdrawn} {
			for p, err := range t.from(index, nil) {
				var r *record
				if err == nil {
					r, err = t.passing(p)
				}
				if err != nil {
					yield(nil, err)
					return
				}
				if slices.Contains(r.tags(tag.Kind), tag.Slug) && !yield(r, nil) {
					return
				}
			}
		}
	}
}

// touchSharing notes that a tag has another label, which all filings show that
// share a release with it.
func (t *tables) touchSharing(tag Query) error {
	f, err := t.tagged(tag)
	if err != nil {
		return err
	}
	f.touched = true
	for r, err := range t.under(tag) {
		if err != nil {
			return err
		}
		for _, q := range r.filings() {
			shared, err := t.tagged(q)
			if err != nil {
				return err
			}
			shared.touched = true
		}
	}
	return nil
}

// writeFilings stores the filings that changed at an instant, and says whether
// any did.
func (t *tables) writeFilings(at time.Time) (changed bool, err error) {
	for q, f := range maps.Clone(t.known) {
		if f.Closed == f.wasClosed {
			continue
		}
		if err := t.touchSharing(q); err != nil {
			return false, err
		}
	}
	version := t.root.Sequence() + 1
	moved := false
	for q, f := range t.known {
		if !f.touched {
			continue
		}
		changed = true
		if q != Untold {
			moved = true
			f.Version = version
			f.Changed = later(at.UTC().Truncate(time.Second), f.Changed)
		}
		if err := t.filings.put(filingKey(q), f.appendJSON(nil)); err != nil {
			return false, err
		}
	}
	if !moved {
		return changed, nil
	}
	return true, t.root.SetSequence(version)
}
