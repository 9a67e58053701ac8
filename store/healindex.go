package store

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// drop takes away what a table has too many. What belongs to a release that is set
// aside is known at once; whether there is more is known by numbers, so that
// releases are looked at only then.
func (h *healing) drop(t table, want int, owner func(pair) string, superfluous func(pair, *record) (bool, error)) error {
	if len(h.gone) > 0 {
		err := h.dropIf(t, func(p pair) (bool, error) { return h.gone[owner(p)], nil })
		if err != nil {
			return err
		}
	}
	if n, err := t.count(); err != nil || n == want {
		return err
	}
	return h.dropIf(t, func(p pair) (bool, error) {
		r, err := h.decode(owner(p))
		if err != nil || r == nil {
			return true, err
		}
		return superfluous(p, r)
	})
}

func (h *healing) dropIf(t table, superfluous func(pair) (bool, error)) error {
	var keys [][]byte
	for p, err := range t.all() {
		if err != nil {
			return err
		}
		surplus, err := superfluous(p)
		if err != nil {
			return err
		}
		if surplus {
			keys = append(keys, slices.Clone(p.key))
		}
	}
	for _, key := range keys {
		h.note(t.name, key, notItsOwn, takenAway)
		if err := t.delete(key); err != nil {
			return err
		}
	}
	return nil
}

// dropPlaces takes away places that no release has.
func (h *healing) dropPlaces() error {
	owner := func(p pair) string {
		_, order, _ := splitPlace(p.key)
		return string(order[orderFixed:])
	}
	return h.drop(h.filed, h.placed(), owner, func(p pair, r *record) (bool, error) {
		q, order, _ := splitPlace(p.key)
		return !bytes.Equal(r.order(), order) || !slices.Contains(r.filings(), q) || !bytes.Equal(p.key, filedKey(q, order)), nil
	})
}

// placed is how many places there are to be now: a release without a line has
// none yet.
func (h *healing) placed() int {
	n := h.places
	for key := range h.lines {
		if r, err := h.decode(key); err == nil && r != nil {
			n -= len(r.filings())
		}
	}
	return n
}

// dropChanges takes away lines that are not those of a release, and finds those
// of releases that no place tells the line of.
func (h *healing) dropChanges() error {
	owner := func(p pair) string { return string(p.value[1:]) }
	return h.drop(h.changes, h.kept-len(h.lines), owner, func(p pair, r *record) (bool, error) {
		if _, sought := h.lines[r.Key]; !sought {
			told, err := h.filed.get(filedKey(r.filings()[0], r.order()))
			return !bytes.Equal(told, p.key), err
		}
		if r.Withdrawn.IsZero() == (Change(p.value[0]) == Removed) {
			return true, nil
		}
		h.lines[r.Key] = slices.Clone(p.key)
		return false, nil
	})
}

// dropVersions sets aside versions of revisions that no release has. Those of a
// release that is set aside wait for it.
func (h *healing) dropVersions() error {
	if n, err := h.versions.count(); err != nil || n == h.past {
		return err
	}
	var list []pair
	for p, err := range h.versions.all() {
		if err != nil {
			return err
		}
		key, number, _ := bytes.Cut(p.key, []byte{0})
		if h.aside.bucket != nil && h.aside.bucket.Get(asideKey("releases", key)) != nil && len(number) == 8 {
			continue
		}
		r, err := h.decode(string(key))
		if err != nil {
			return err
		}
		if r == nil || len(number) != 8 || !r.has(^binary.BigEndian.Uint64(number)) {
			list = append(list, pair{slices.Clone(p.key), slices.Clone(h.versions.bucket.Get(p.key))})
		}
	}
	for _, p := range list {
		h.note("versions", p.key, notItsOwn, putAside)
		if err := h.setAside(h.versions, p.key, p.value); err != nil {
			return err
		}
	}
	return nil
}

// has reports whether the version that a revision replaced is to be there.
func (r *record) has(revision uint64) bool {
	return revision > 0 && revision <= r.Revision && revision+maxVersions > r.Revision
}

// tellAgain files the releases of which no place told the line, with that which
// the change log has, or a new one: then who follows it hears of them again.
func (h *healing) tellAgain() error {
	for key, told := range h.lines {
		r, err := h.record(key)
		if err != nil {
			return err
		}
		if told != nil {
			if err := h.putPlaces(r, told); err != nil {
				return err
			}
			continue
		}
		if told, err = h.tell(r, Refiled, line{}); err != nil {
			return err
		}
		h.note("changes", told, notThere, madeAnew)
		for _, q := range r.filings() {
			f, err := h.tagged(q)
			if err != nil {
				return err
			}
			f.touched = true
		}
		if err := h.putPlaces(r, told); err != nil {
			return err
		}
	}
	return nil
}
