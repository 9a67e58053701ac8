package store

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
)

// sift takes every record with a wrong checksum, or that can't be read, out of its
// table. Those that nothing else tells again are set aside.
func (h *healing) sift() error {
	for _, s := range []struct {
		table table
		aside bool
		reads func(pair) bool
	}{
		{h.releases, true, func(p pair) bool {
			r := new(record)
			return json.Unmarshal(p.value, r) == nil && r.Key == string(p.key)
		}},
		{h.versions, true, func(p pair) bool { return json.Unmarshal(p.value, new(version)) == nil }},
		{h.notes, true, func(pair) bool { return true }},
		{h.aside, false, func(pair) bool { return true }},
		{h.filings, false, func(p pair) bool { return json.Unmarshal(p.value, new(filing)) == nil }},
		{h.slugs, false, func(p pair) bool { return len(p.value) > 0 }},
		{h.instants, false, func(p pair) bool { return len(p.key) == 8 && len(p.value) == 8 }},
		{h.filed, false, func(p pair) bool { _, _, ok := splitPlace(p.key); return ok && len(p.value) == lineSize }},
		{h.changes, false, func(p pair) bool {
			return len(p.key) == lineSize && len(p.value) > 1 && p.value[0] >= byte(Refiled) && p.value[0] <= byte(Removed)
		}},
	} {
		if err := h.siftTable(s.table, s.aside, s.reads); err != nil {
			return err
		}
	}
	return nil
}

func (h *healing) siftTable(t table, aside bool, reads func(pair) bool) error {
	if t.bucket == nil {
		return nil
	}
	var bad []pair
	cursor := t.bucket.Cursor()
	for k, sealed := cursor.First(); k != nil; k, sealed = cursor.Next() {
		if value, err := t.open(k, sealed); err != nil || !reads(pair{k, value}) {
			bad = append(bad, pair{slices.Clone(k), slices.Clone(sealed)})
		}
	}
	for _, p := range bad {
		remedy, remove := takenAway, func() error { return t.delete(p.key) }
		if aside {
			remedy, remove = putAside, func() error { return h.setAside(t, p.key, p.value) }
		}
		if t.name == "releases" {
			h.gone[string(p.key)] = true
		}
		h.note(t.name, p.key, wrongSum, remedy)
		if err := remove(); err != nil {
			return err
		}
	}
	return nil
}

// settleVersion gives the newsroom the newest version that anything has. Its own
// number has no checksum; it counts for more only where other records are lost.
func (h *healing) settleVersion() error {
	own, newest := h.root.Sequence(), uint64(0)
	for p, err := range h.filings.all() {
		var f filing
		if err != nil {
			return err
		}
		if err := json.Unmarshal(p.value, &f); err != nil {
			return err
		}
		newest = max(newest, f.Version)
	}
	if k, _ := h.changes.bucket.Cursor().Last(); k != nil {
		newest = max(newest, lineOf(k).version)
	}
	if len(h.trouble) > 0 {
		newest = max(newest, own)
	}
	if own == newest {
		return nil
	}
	h.trouble = append(h.trouble, Damage{
		Newsroom: h.newsroom, Problem: fmt.Sprintf("its version is %d, that of its records %d", own, newest), Remedy: "it has that of its records",
	})
	return h.root.SetSequence(newest)
}

// fileReleases gives each release what it asks for, where that is missing.
func (h *healing) fileReleases() error {
	for p, err := range h.releases.all() {
		if err != nil {
			return err
		}
		r := new(record)
		if err := json.Unmarshal(p.value, r); err != nil {
			return err
		}
		h.kept++
		h.newest = later(h.newest, r.Updated)
		for _, kind := range Kinds() {
			for _, slug := range r.tags(kind) {
				h.used[Query{kind, slug}] = true
			}
		}
		if err := h.fileRelease(r); err != nil {
			return err
		}
	}
	return nil
}

func (h *healing) fileRelease(r *record) error {
	filings, order := r.filings(), r.order()
	for _, q := range filings {
		h.under[q]++
		h.places++
	}
	if err := h.keepInstant(r); err != nil {
		return err
	}
	if err := h.keepVersions(r); err != nil {
		return err
	}
	told, err := h.toldAt(filings, order, r)
	if err != nil {
		return err
	}
	if told == nil {
		h.lines[r.Key] = nil
		return nil
	}
	return h.putPlaces(r, told)
}

// toldAt returns the line that a place of a release tells, if the change log has
// the release there; nil if no place does.
func (h *healing) toldAt(filings []Query, order []byte, r *record) ([]byte, error) {
	for _, q := range filings {
		told, err := h.filed.get(filedKey(q, order))
		if err != nil {
			return nil, err
		}
		if told == nil {
			continue
		}
		change, err := h.changes.get(told)
		if err != nil {
			return nil, err
		}
		if change != nil && string(change[1:]) == r.Key && r.Withdrawn.IsZero() == (Change(change[0]) != Removed) {
			return slices.Clone(told), nil
		}
	}
	return nil, nil
}

// putPlaces puts a release where it belongs, with the line that tells its change.
func (h *healing) putPlaces(r *record, told []byte) error {
	order := r.order()
	for _, q := range r.filings() {
		key := filedKey(q, order)
		found, err := h.filed.get(key)
		if err != nil {
			return err
		}
		if bytes.Equal(found, told) {
			continue
		}
		h.note("filed", key, notThere, madeAnew)
		if err := h.index(q, order, told); err != nil {
			return err
		}
	}
	return nil
}

func (h *healing) keepInstant(r *record) error {
	key := instantKey(r.Updated.UnixMilli())
	if found, err := h.instants.get(key); err != nil || found != nil {
		return err
	}
	h.note("instants", key, notThere, madeAnew)
	return h.instants.put(key, binary.BigEndian.AppendUint64(nil, 1))
}

// keepVersions notes of the versions that are missing that they are lost.
func (h *healing) keepVersions(r *record) error {
	for n := range min(r.Revision, maxVersions) {
		h.past++
		key := versionKey(r.Key, r.Revision-n)
		found, err := h.versions.get(key)
		if err != nil {
			return err
		}
		if found != nil {
			continue
		}
		lost, err := marshal(version{Lost: true})
		if err != nil {
			return err
		}
		if h.aside.bucket == nil || h.aside.bucket.Get(asideKey("versions", key)) == nil {
			h.note("versions", key, notThere, "it is noted as lost")
		}
		if err := h.versions.put(key, lost); err != nil {
			return err
		}
	}
	return nil
}
