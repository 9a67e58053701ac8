package store

import (
	"errors"
	"fmt"
	"time"
)

// ErrNoFiling says that nothing was ever filed under a query.
var ErrNoFiling = errors.New("nothing is filed there")

// Query names a filing: the releases of one office, topic or type. The zero
// Query names all releases that were not withdrawn.
type Query struct {
	Kind Kind
	Slug string
}

var (
	// Withdrawn names the releases that were withdrawn, which are filed nowhere
	// else.
	Withdrawn = Query{Kind: "withdrawn"}
	// Untold names the releases of which no row ever stated a type, an office
	// or a topic and that were not Sought yet. It is the collector's memory:
	// its filing has no Version, and who only leaves it moves none.
	Untold = Query{Kind: "untold"}
)

// tagless reports whether q is one of the filings that no tag names. They are
// always there.
func (q Query) tagless() bool { return q == Query{} || q == Withdrawn || q == Untold }

// Filing is one tag and what is filed under it.
type Filing struct {
	Query Query
	// Tag is the zero Tag for the filing of all releases.
	Tag Tag
	// Releases is their number, Newest when the newest was published.
	Releases int
	Newest   time.Time
	// Version is the Newsroom.Version at which one of its releases, their
	// number, or the label of its tag or of another tag of its releases last
	// changed. Changed is when that was: the Page.Seen of the page that did it,
	// or the time that came with another change. Both are zero before the first
	// release.
	Version uint64
	Changed time.Time
}

// Filing returns one filing; ErrNoFiling if its tag was never seen, with a
// MovedError if its tag has another filing now. Those of all releases, of the
// withdrawn and of the untold are always there.
func (n *Newsroom) Filing(q Query) (Filing, error) {
	result := Filing{Query: q}
	found := q.tagless()
	err := n.view(func(t *tables) error {
		to, f, err := t.live(q)
		if err != nil || f == nil {
			return err
		}
		found = true
		if to != q {
			return fmt.Errorf("%s/%s: %w", q.Kind, q.Slug, MovedError{to})
		}
		result, err = t.describe(q, f)
		return err
	})
	if err == nil && !found {
		err = fmt.Errorf("%s/%s: %w", q.Kind, q.Slug, ErrNoFiling)
	}
	return result, err
}

// Filings returns every filing of a kind, by slug. A filing whose last release
// went elsewhere is still there, with none; one that moved is not.
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
			if f.Moved != "" {
				continue
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

// describe adds to a filing what its index knows.
func (t *tables) describe(q Query, f *filing) (Filing, error) {
	result := Filing{Query: q, Tag: Tag{f.Name, q.Slug, f.Closed}, Releases: f.Releases, Version: f.Version, Changed: f.Changed}
	if f.Releases == 0 {
		return result, nil
	}
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
