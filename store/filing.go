package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// ErrNoFiling says that nothing was ever filed under a query.
var ErrNoFiling = errors.New("nothing is filed there")

// Query names a filing: the releases of one office, topic or type. The zero
// Query names all releases.
type Query struct {
	Kind Kind
	Slug string
}

// Filing is one tag and what is filed under it.
type Filing struct {
	Query Query
	// Tag is the zero Tag for the filing of all releases.
	Tag Tag
	// Releases is their number, Newest when the newest was published.
	Releases int
	Newest   time.Time
	// Version is the Newsroom.Version at which one of its releases, their
	// number or the tag last changed, Changed is when that was: the Page.Seen
	// of the page that did it. Both are zero before the first release.
	Version uint64
	Changed time.Time
}

// Filing returns one filing; ErrNoFiling if its tag was never seen. The filing
// of all releases is always there.
func (n *Newsroom) Filing(q Query) (Filing, error) {
	result := Filing{Query: q}
	found := q == Query{}
	err := n.view(func(t *tables) error {
		f, err := t.filing(q)
		if err != nil || f == nil {
			return err
		}
		found = true
		result, err = t.describe(q, f)
		return err
	})
	if err == nil && !found {
		err = fmt.Errorf("%s/%s: %w", q.Kind, q.Slug, ErrNoFiling)
	}
	return result, err
}

// Filings returns every filing of a kind, by slug. A filing whose last release
// went elsewhere is still there, with none.
func (n *Newsroom) Filings(kind Kind) ([]Filing, error) {
	var list []Filing
	err := n.view(func(t *tables) error {
		prefix := filingKey(Query{Kind: kind})
		for p, err := range t.filings.from(prefix, prefix) {
			if err != nil {
				return err
			}
			q := Query{kind, string(p.key[len(prefix):])}
			f, err := t.filing(q)
			if err != nil {
				return err
			}
			described, err := t.describe(q, f)
			if err != nil {
				return err
			}
			list = append(list, described)
		}
		return nil
	})
	return list, err
}

// filing is a Filing as it lies in the file.
type filing struct {
	Name     string `json:"name,omitempty"`
	Closed   bool   `json:"closed,omitempty"`
	Releases int    `json:"releases"`
	Version  uint64 `json:"version"`
	// Changed never goes back, even if the clock did.
	Changed time.Time `json:"changed"`

	wasClosed bool // as it lies there
	touched   bool // one of its releases or their number changed
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

// tagged reads the filing of a tag that is in use, or that of everything.
func (t *tables) tagged(q Query) (*filing, error) {
	f, err := t.filing(q)
	switch {
	case err != nil || f != nil:
		return f, err
	case q == Query{}:
		return t.add(q, Tag{}), nil
	}
	return nil, fmt.Errorf("filing %s/%s is %w: it is in use, but not there", q.Kind, q.Slug, ErrDamaged)
}

// add begins a filing.
func (t *tables) add(q Query, tag Tag) *filing {
	f := &filing{Name: tag.Name, Closed: tag.Closed, touched: true, told: true}
	t.known[q] = f
	return f
}

// describe adds to a filing what its index knows.
func (t *tables) describe(q Query, f *filing) (Filing, error) {
	result := Filing{Query: q, Tag: Tag{f.Name, q.Slug, f.Closed}, Releases: f.Releases, Version: f.Version, Changed: f.Changed}
	for p, err := range t.from(q, nil) {
		if err != nil {
			return result, err
		}
		newest, err := t.indexed(p)
		if err == nil {
			result.Newest = newest.Published
		}
		return result, err
	}
	return result, nil
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
	for _, q := range before {
		if !slices.Contains(after, q) {
			if err := t.unfile(q, old); err != nil {
				return err
			}
		}
	}
	for _, q := range after {
		if err := t.file(q, new, !slices.Contains(before, q)); err != nil {
			return err
		}
	}
	return t.putRecord(new)
}

// file notes that a filing is touched, and adds the record to its index if it
// was not there.
func (t *tables) file(q Query, r *record, added bool) error {
	f, err := t.tagged(q)
	if err != nil {
		return err
	}
	f.touched = true
	if !added {
		return nil
	}
	f.Releases++
	return t.filed.put(filedKey(q, r), []byte(r.Key))
}

func (t *tables) unfile(q Query, r *record) error {
	f, err := t.tagged(q)
	if err != nil {
		return err
	}
	f.touched = true
	f.Releases--
	return t.filed.delete(filedKey(q, r))
}

// writeFilings stores the filings that changed by a page seen at an instant, and
// says whether any did.
func (t *tables) writeFilings(seen time.Time) (changed bool, err error) {
	version := t.root.Sequence() + 1
	for q, f := range t.known {
		if !f.touched && f.Closed == f.wasClosed {
			continue
		}
		f.Version, changed = version, true
		f.Changed = later(seen.UTC().Truncate(time.Second), f.Changed)
		value, err := marshal(f)
		if err != nil {
			return false, fmt.Errorf("encoding filing %s/%s: %w", q.Kind, q.Slug, err)
		}
		if err := t.filings.put(filingKey(q), value); err != nil {
			return false, err
		}
	}
	if !changed {
		return false, nil
	}
	return true, t.root.SetSequence(version)
}
