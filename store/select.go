package store

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"slices"
)

// Selection says which releases are wanted: those that each of its groups has,
// which are those filed under any query of the group. So a group without a query
// has none, and the empty Selection wants everything that was not withdrawn.
type Selection [][]Query

// The largest Selection.
const (
	maxGroups  = 16
	maxQueries = 64 // of a group
)

func (s Selection) check() error {
	if len(s) > maxGroups {
		return fmt.Errorf("the selection has %d groups: at most %d are allowed", len(s), maxGroups)
	}
	for _, group := range s {
		if len(group) > maxQueries {
			return fmt.Errorf("the selection has a group of %d queries: at most %d are allowed", len(group), maxQueries)
		}
	}
	return nil
}

// Select returns at most limit releases that a selection wants, each once, in
// the order and with the cursors of Releases. Queries that moved read what they
// point to. It reads indexes, by steps as wide as the rarest group allows, and
// the releases that it returns. A selection of more than 16 groups, or of more
// than 64 queries in one, is an error.
func (n *Newsroom) Select(s Selection, after Cursor, limit int) (list []Release, next Cursor, err error) {
	order, err := after.order()
	if err == nil && limit < 1 {
		err = errors.New("the limit must be at least 1")
	}
	if err == nil {
		err = s.check()
	}
	if err == nil {
		err = n.view(func(t *tables) (err error) {
			list, next, err = t.selected(s, order, limit)
			return err
		})
	}
	if err != nil {
		return nil, "", fmt.Errorf("selecting releases of %s: %w", n.name, err)
	}
	return list, next, nil
}

func (t *tables) selected(s Selection, after []byte, limit int) (list []Release, next Cursor, err error) {
	if len(s) == 0 {
		s = Selection{{{}}}
	}
	var all intersection
	for _, queries := range s {
		u, err := t.union(queries)
		if err != nil {
			return nil, "", err
		}
		all = append(all, u)
	}
	if after, err = t.resume(after); err != nil {
		return nil, "", err
	}
	return t.list(all.from(after), after, limit)
}

// member is a filing of a union and where it was read to.
type member struct {
	*reader
	at    place
	begun bool
}

// seek moves on to the first place at an order or after it. Many steps are of
// one place, which costs less than looking for it.
func (m *member) seek(order []byte) (err error) {
	if m.begun && (m.at.order == nil || bytes.Compare(m.at.order, order) >= 0) {
		return nil
	}
	if m.begun {
		m.at, err = m.next()
		if err != nil || m.at.order == nil || bytes.Compare(m.at.order, order) >= 0 {
			return err
		}
	}
	m.begun = true
	m.at, err = m.reader.seek(order)
	return err
}

// union is what is filed under any of some queries.
type union []*member

func (t *tables) union(queries []Query) (u union, err error) {
	var known []Query
	for _, q := range queries {
		q, f, err := t.live(q)
		if err != nil {
			return nil, err
		}
		if f == nil || f.Releases == 0 || slices.Contains(known, q) {
			continue
		}
		known = append(known, q)
		u = append(u, &member{reader: t.reader(q)})
	}
	return u, nil
}

// seek returns the first place at an order or after it.
func (u union) seek(order []byte) (first place, err error) {
	for _, m := range u {
		if err := m.seek(order); err != nil {
			return place{}, err
		}
		if m.at.order != nil && (first.order == nil || bytes.Compare(m.at.order, first.order) < 0) {
			first = m.at
		}
	}
	return first, nil
}

// intersection is what all of some unions have, of which there is at least one.
type intersection []union

// from yields the places that all have, from an order on.
func (all intersection) from(order []byte) iter.Seq2[place, error] {
	return func(yield func(place, error) bool) {
		for {
			p, err := all.seek(order)
			if err == nil && p.order == nil || !yield(p, err) || err != nil {
				return
			}
			order = append(bytes.Clone(p.order), 0) // the least that is greater
		}
	}
}

// seek returns the first place at an order or after it that all have: each in
// turn leaps to where the one before it is, until they agree.
func (all intersection) seek(order []byte) (p place, err error) {
	agreed := 0
	for i := 0; agreed < len(all); i = (i + 1) % len(all) {
		if p, err = all[i].seek(order); err != nil || p.order == nil {
			return place{}, err
		}
		if !bytes.Equal(p.order, order) {
			order, agreed = p.order, 0
		}
		agreed++
	}
	return p, nil
}
