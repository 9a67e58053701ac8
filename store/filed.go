package store

import (
	"cmp"
	"encoding/json"
	"fmt"
	"iter"
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
	// Unsure says that the name was damaged: the next row that shows the tag
	// tells it.
	Unsure bool `json:"unsure,omitempty"`

	wasClosed bool // as it lies there
	touched   bool // what it shows of its releases changed, or their number
	told      bool // a row of this page has told whether it is closed
	spelt     bool // a row of this page has told the name anew
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

// write stores a record, files it where it belongs and nowhere else, and tells
// the change; old is what was stored of it, nil for a new one.
func (t *tables) write(old, new *record, change Change) error {
	var before []Query
	var former line
	if old != nil {
		new.Position = old.Position // others may have moved it since it was read
		before = old.filings()
	}
	after := new.filings()
	order := new.order() // as it was: the day that it is ordered by is frozen
	if old != nil {
		var err error
		if former, err = t.lineAt(before[0], order); err != nil {
			return err
		}
	}
	told, err := t.tell(new, change, former)
	if err != nil {
		return err
	}
	for _, q := range before {
		if !slices.Contains(after, q) {
			if err := t.unfile(q, order); err != nil {
				return err
			}
		}
	}
	for _, q := range after {
		if err := t.file(q, order, told, !slices.Contains(before, q)); err != nil {
			return err
		}
	}
	return t.putRecord(new)
}

// file notes that a filing is touched, and puts a place into its index, which
// may be there already, with the line that tells the release's change.
func (t *tables) file(q Query, order, told []byte, added bool) error {
	f, err := t.tagged(q)
	if err != nil {
		return err
	}
	f.touched = true
	if added {
		f.Releases++
	}
	return t.index(q, order, told)
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

// relabel tells of every release that has a tag that it changed, since the tag
// has another label. All filings that share a release with it show that.
func (t *tables) relabel(tag Query) error {
	f, err := t.tagged(tag)
	if err != nil {
		return err
	}
	f.touched = true
	keys, err := t.having(tag)
	if err != nil {
		return err
	}
	for _, key := range keys {
		r, err := t.glance(key)
		if err != nil {
			return err
		}
		if err := t.retell(r); err != nil {
			return err
		}
	}
	return nil
}

// having returns the keys of the releases that have a tag, in the order of under.
func (t *tables) having(tag Query) (keys []string, err error) {
	for r, err := range t.under(tag) {
		if err != nil {
			return nil, err
		}
		keys = append(keys, r.Key)
	}
	return keys, nil
}

// retell tells that a release is called or filed otherwise, unless this commit
// told a change of it already.
func (t *tables) retell(r *record) error {
	filings, order := r.filings(), r.order()
	former, err := t.lineAt(filings[0], order)
	if err != nil || former.version == t.nextVersion() {
		return err
	}
	told, err := t.tell(r, Refiled, former)
	if err != nil {
		return err
	}
	for _, q := range filings {
		if err := t.file(q, order, told, false); err != nil {
			return err
		}
	}
	return nil
}

// writeFilings stores the filings that changed at an instant, and says whether
// any did.
func (t *tables) writeFilings(at time.Time) (changed bool, err error) {
	for _, q := range t.marked() {
		if err := t.relabel(q); err != nil {
			return false, err
		}
	}
	version := t.nextVersion()
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

// marked returns the tags that were closed, opened again or spelt, in order.
func (t *tables) marked() (list []Query) {
	for q, f := range t.known {
		if f.Closed != f.wasClosed || f.spelt {
			list = append(list, q)
		}
	}
	slices.SortFunc(list, func(a, b Query) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Slug, b.Slug))
	})
	return list
}
