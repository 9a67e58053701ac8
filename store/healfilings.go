package store

import (
	"bytes"
	"encoding/json"
	"time"
)

// nameFilings makes the filings that something leads to and that are not there.
func (h *healing) nameFilings() error {
	for q := range h.under {
		h.used[q] = true
	}
	for p, err := range h.filings.all() {
		var f filing
		if err != nil {
			return err
		}
		if err := json.Unmarshal(p.value, &f); err != nil {
			return err
		}
		if q := queryOf(p.key); f.Moved != "" {
			h.used[Query{q.Kind, f.Moved}] = true
		}
	}
	for p, err := range h.slugs.all() {
		if err != nil {
			return err
		}
		q := Query{queryOf(p.key).Kind, string(p.value)}
		_, name, _ := bytes.Cut(p.key, []byte{0})
		h.used[q] = true
		if h.named[q] == "" || Slug(string(name)) == q.Slug {
			h.named[q] = string(name)
		}
	}
	for q := range h.used {
		if err := h.nameFiling(q); err != nil {
			return err
		}
	}
	return nil
}

func (h *healing) nameFiling(q Query) error {
	f, err := h.filing(q)
	if err != nil || f != nil {
		return err
	}
	tag := Tag{Name: h.named[q]}
	if tag.Name == "" && !q.tagless() {
		tag.Name = q.Slug
	}
	remedy := madeAnew
	if !q.tagless() {
		remedy = nameUnsure
	}
	h.note("filings", filingKey(q), notThere, remedy)
	f = h.add(q, tag)
	f.Unsure, f.Changed = !q.tagless(), h.newest.Truncate(time.Second)
	return nil
}

// countFilings lets each filing count what it has.
func (h *healing) countFilings() error {
	var wrong []Query
	for p, err := range h.filings.all() {
		if err != nil {
			return err
		}
		q := queryOf(p.key)
		f, err := h.filing(q)
		if err != nil {
			return err
		}
		if f.Releases != h.under[q] {
			wrong = append(wrong, q)
		}
	}
	for q, f := range h.known {
		if f.Releases != h.under[q] {
			f.Releases, f.touched = h.under[q], true
		}
	}
	for _, q := range wrong {
		h.note("filings", filingKey(q), "it counts too many or too few", "it was counted again")
	}
	if h.root.Sequence() == 0 || !h.stale() {
		return nil
	}
	all, err := h.tagged(Query{})
	if err == nil {
		all.touched = true
	}
	return err
}

// stale reports whether no filing has the newsroom's version.
func (h *healing) stale() bool {
	for _, f := range h.known {
		if f.Version == h.root.Sequence() {
			return false
		}
	}
	return true
}

// leadNames lets the name of each filing lead to it.
func (h *healing) leadNames() error {
	for q, f := range h.known {
		if q.tagless() {
			continue
		}
		key := name{q.Kind, f.Name}.key()
		found, err := h.slugs.get(key)
		if err != nil {
			return err
		}
		if found != nil {
			continue
		}
		h.note("slugs", key, notThere, madeAnew)
		if err := h.slugs.put(key, []byte(q.Slug)); err != nil {
			return err
		}
	}
	return nil
}
