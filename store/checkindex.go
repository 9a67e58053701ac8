package store

import (
	"bytes"
	"slices"
)

// checkPlaces wants a release in the index of what it is filed under, with one
// line everywhere, and there the change log to have it.
func (i *inspection) checkPlaces(r *record) {
	var told []byte
	order := r.order()
	for _, q := range r.filings() {
		i.under[q]++
		i.places++
		key := filedKey(q, order)
		value := i.look(i.filed, key)
		switch {
		case value == nil:
		case len(value) != lineSize:
			i.wrong("filed", key, "its line is %x", value)
		case told == nil:
			told = value
		case !bytes.Equal(told, value):
			i.wrong("filed", key, "its line is %x, and %x elsewhere", value, told)
		}
	}
	if told == nil {
		return
	}
	if l := lineOf(told); l.version == 0 || l.version > i.count.Version {
		i.wrong("changes", told, "it is of version %d, the newest is %d", l.version, i.count.Version)
	}
	change := i.look(i.changes, told)
	if change == nil {
		return
	}
	if len(change) < 2 || string(change[1:]) != r.Key || change[0] < byte(Refiled) || change[0] > byte(Removed) ||
		r.Withdrawn.IsZero() == (Change(change[0]) == Removed) {
		i.wrong("changes", told, "it says %q of release %q", change, r.Key)
	}
}

// checkIndex counts the places, and if there are others than the releases ask
// for, names them.
func (i *inspection) checkIndex() {
	places := 0
	for range i.each(i.filed) {
		places++
	}
	if places == i.places && len(i.damaged) == 0 {
		return
	}
	for p := range i.each(i.filed) {
		q, order, ok := splitPlace(p.key)
		if !ok {
			i.wrong("filed", p.key, "it is too short")
			continue
		}
		r := i.owner(order[orderFixed:])
		if r != nil && (!bytes.Equal(r.order(), order) || !slices.Contains(r.filings(), q) || !bytes.Equal(p.key, filedKey(q, order))) {
			i.wrong("filed", p.key, "the release is not filed there")
		}
	}
}

// splitPlace reads a key of the index.
func splitPlace(key []byte) (q Query, order []byte, ok bool) {
	if len(key) < orderMonth {
		return Query{}, nil, false
	}
	kind, rest, _ := bytes.Cut(key[orderMonth:], []byte{0})
	slug, order, _ := bytes.Cut(rest, []byte{0})
	return Query{Kind(kind), string(slug)}, order, len(order) > orderFixed
}

// checkChanges counts the lines of the change log, and if there are others than
// one a release, names them.
func (i *inspection) checkChanges() {
	for range i.each(i.changes) {
		i.count.Changes++
	}
	if i.count.Changes == i.count.Releases && len(i.damaged) == 0 {
		return
	}
	for p := range i.each(i.changes) {
		if len(p.key) != lineSize || len(p.value) < 2 {
			i.wrong("changes", p.key, "it says %q", p.value)
			continue
		}
		r := i.owner(p.value[1:])
		if r == nil {
			continue
		}
		place := filedKey(r.filings()[0], r.order())
		if told := i.look(i.filed, place); told != nil && !bytes.Equal(told, p.key) {
			i.wrong("changes", p.key, "release %q has a later one", r.Key)
		}
	}
}
