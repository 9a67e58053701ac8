package store

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Rename notes that the newsroom calls a tag otherwise from now on: what it
// files under either name is filed together. It is true if readers see a change.
//
// If nothing is called to, the filing of from keeps its slug and takes the name.
// If both are there, all releases go over to the filing of to, and that of from
// stays as a pointer to it, see MovedError. If both names lead to one filing
// already, it takes the name to. If nothing is called from, but something to,
// rows that come to say from are filed under to. No Updated moves, but each
// filing that shares a release with the tag gets a new Version.
func (n *Newsroom) Rename(kind Kind, from, to string, at time.Time) (renamed bool, err error) {
	err = n.update(func(t *tables) (changed bool, err error) {
		if err := renamable(kind, from, to); err != nil || from == to {
			return false, err
		}
		slug, err := t.called(name{kind, from})
		if err != nil {
			return false, err
		}
		if slug == "" {
			return t.alias(name{kind, from}, name{kind, to})
		}
		if renamed, err = t.rename(Query{kind, slug}, to); err != nil {
			return false, err
		}
		return t.writeFilings(at)
	})
	if err != nil {
		return false, fmt.Errorf("renaming a tag of %s: %w", n.name, err)
	}
	return renamed, nil
}

// Called returns the filing that a name leads to today, whether it is the name
// of its tag or a former one, and whether there is any.
func (n *Newsroom) Called(kind Kind, called string) (q Query, known bool, err error) {
	err = n.view(func(t *tables) error {
		q.Kind = kind
		q.Slug, err = t.called(name{kind, called})
		return err
	})
	if err != nil || q.Slug == "" {
		return Query{}, false, err
	}
	return q, true, nil
}

func renamable(kind Kind, from, to string) error {
	if !slices.Contains(Kinds(), kind) {
		return fmt.Errorf("there is no kind %q of tags", kind)
	}
	if (name{kind, from}).blank() || (name{kind, to}).blank() {
		return errors.New("a name is blank")
	}
	return checkNames(from, to)
}

// alias lets a name that is not known lead where another does, if that leads
// anywhere.
func (t *tables) alias(unknown, known name) (changed bool, err error) {
	slug, err := t.called(known)
	if err != nil || slug == "" {
		return false, err
	}
	return true, t.slugs.put(unknown.key(), []byte(slug))
}

// rename gives a filing another name, or its releases to the filing that has
// the name.
func (t *tables) rename(q Query, called string) (renamed bool, err error) {
	slug, err := t.called(name{q.Kind, called})
	if err != nil {
		return false, err
	}
	if slug != "" && slug != q.Slug {
		return true, t.unite(q, Query{q.Kind, slug}, called)
	}
	if slug == "" {
		if err := t.slugs.put(name{q.Kind, called}.key(), []byte(q.Slug)); err != nil {
			return false, err
		}
	}
	return t.spell(q, called)
}

// spell writes a filing's name as given, and says whether that is new.
func (t *tables) spell(q Query, called string) (changed bool, err error) {
	f, err := t.tagged(q)
	if err != nil || f.Name == called {
		return false, err
	}
	f.Name = called
	return true, t.relabel(q)
}

// unite moves all releases of a tag to another one, which is called so now, and
// leaves a pointer.
func (t *tables) unite(from, to Query, called string) error {
	keys, err := t.having(from)
	if err != nil {
		return err
	}
	for _, key := range keys {
		old, err := t.record(key)
		if err != nil {
			return err
		}
		new := *old
		new.replaceTag(from, to)
		if err := t.write(old, &new, Refiled); err != nil {
			return err
		}
	}
	f, err := t.tagged(from)
	if err != nil {
		return err
	}
	f.Moved, f.touched = to.Slug, true
	clear(t.names)
	_, err = t.spell(to, called)
	return err
}

// replaceTag puts one tag in another's place, or takes that away if the record
// has both.
func (r *record) replaceTag(from, to Query) {
	slugs := slices.Clone(r.tags(from.Kind))
	at := slices.Index(slugs, from.Slug)
	if slices.Contains(slugs, to.Slug) {
		slugs = slices.Delete(slugs, at, at+1)
	} else {
		slugs[at] = to.Slug
	}
	if r.attached(from.Kind) {
		slices.Sort(slugs)
	}
	r.setTags(from.Kind, slugs)
}
