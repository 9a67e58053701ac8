package store

import (
	"bytes"
	"encoding/json"
)

// readFilings reads what filings there are.
func (i *inspection) readFilings() {
	for p := range i.each(i.filings) {
		f := new(filing)
		if err := json.Unmarshal(p.value, f); err != nil {
			i.wrong("filings", p.key, "it is no filing: %v", err)
			f = nil
		}
		i.filing[queryOf(p.key)] = f
	}
	i.count.Filings = len(i.filing)
	cursor := i.filings.bucket.Cursor() // what has a wrong checksum is there too
	for k, _ := cursor.First(); k != nil; k, _ = cursor.Next() {
		if i.broken("filings", k) {
			i.filing[queryOf(k)] = nil
		}
	}
}

// queryOf reads the key of a filing.
func queryOf(key []byte) Query {
	kind, slug, _ := bytes.Cut(key, []byte{0})
	return Query{Kind(kind), string(slug)}
}

// checkFilings wants each filing to have its releases, and no release without a
// filing. A filing may be empty, and one that moved must be.
func (i *inspection) checkFilings() {
	var newest uint64
	whole := true // no release or filing is damaged, so that they can be counted
	for _, d := range i.damaged {
		whole = whole && d.Table != "releases" && d.Table != "filings"
	}
	for p := range i.each(i.filings) {
		q := queryOf(p.key)
		f := i.filing[q]
		if f == nil {
			continue
		}
		newest = max(newest, f.Version)
		if f.Moved != "" {
			i.checkMoved(q, f)
		}
		if whole && f.Releases != i.under[q] {
			i.wrong("filings", p.key, "it counts %d releases of %d", f.Releases, i.under[q])
		}
		if (f.Version == 0) != (q == Untold) || f.Version > i.count.Version || (f.Name == "") != q.tagless() {
			i.wrong("filings", p.key, "it is called %q and of version %d; the newest is %d", f.Name, f.Version, i.count.Version)
		}
	}
	for q, n := range i.under {
		if _, ok := i.filing[q]; !ok {
			i.wrong("filings", filingKey(q), "it is not there, but has %d releases", n)
		}
	}
	if whole && newest != i.count.Version {
		i.wrong("", nil, "its version is %d, that of its filings %d", i.count.Version, newest)
	}
}

// checkMoved wants a pointer to be empty and to lead to a filing.
func (i *inspection) checkMoved(from Query, f *filing) {
	key := filingKey(from)
	if f.Releases > 0 {
		i.wrong("filings", key, "it moved to %s, but has %d releases", f.Moved, f.Releases)
	}
	for q, steps := from, 0; f != nil && f.Moved != ""; steps++ {
		q.Slug = f.Moved
		next, ok := i.filing[q]
		if !ok || steps > len(i.filing) {
			i.wrong("filings", key, "it leads to %s/%s, which is not there or leads back", q.Kind, q.Slug)
			return
		}
		f = next
	}
}

// checkSlugs wants each name to lead to a filing, and each filing that has a tag
// to be found by its name, or by a former one if it moved.
func (i *inspection) checkSlugs() {
	named := map[Query]bool{}
	for p := range i.each(i.slugs) {
		q := Query{queryOf(p.key).Kind, string(p.value)}
		if _, ok := i.filing[q]; !ok {
			i.wrong("slugs", p.key, "it leads to %s/%s, which is not there", q.Kind, q.Slug)
		}
		named[q] = true
	}
	for q, f := range i.filing {
		if f == nil || q.tagless() {
			continue
		}
		key := name{q.Kind, f.Name}.key()
		slug := i.look(i.slugs, key)
		if slug == nil {
			continue
		}
		to := i.end(Query{q.Kind, string(slug)})
		if !named[q] || f.Moved == "" && to != q {
			i.wrong("slugs", key, "it leads to %s, not to %s", to.Slug, q.Slug)
		}
	}
}

// end follows a query as far as it leads.
func (i *inspection) end(q Query) Query {
	for range len(i.filing) {
		f := i.filing[q]
		if f == nil || f.Moved == "" {
			break
		}
		q.Slug = f.Moved
	}
	return q
}
