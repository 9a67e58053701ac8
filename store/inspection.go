package store

import (
	"cmp"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.etcd.io/bbolt"
)

// inspection holds what a store has of one newsroom against itself. Of what
// grows with the archive it remembers one instant a release, nothing else.
type inspection struct {
	*tables // nil if one is missing
	count   Count
	damaged []Damage
	kept    []Damage        // what was set aside
	named   map[string]bool // by table and key; what is damaged already

	filing  map[Query]*filing // as they were read, nil for one that is damaged
	under   map[Query]int     // how many releases say that they are filed there
	updated map[int64]string  // the release that has an instant
	places  int               // that the releases want in the index
	past    int               // versions that they want
}

func newInspection(newsroom string, root *bbolt.Bucket) *inspection {
	i := &inspection{
		count: Count{Newsroom: newsroom, Version: root.Sequence()}, named: map[string]bool{},
		filing: map[Query]*filing{}, under: map[Query]int{}, updated: map[int64]string{},
	}
	t, err := newTables(root, func(name []byte) (*bbolt.Bucket, error) {
		b := root.Bucket(name)
		if b == nil {
			i.wrong(string(name), nil, "it is not there")
		}
		return b, nil
	})
	if err == nil && len(i.damaged) == 0 {
		i.tables = t
	}
	return i
}

// all goes through the tables, each after those that it is held against.
func (i *inspection) all() {
	i.readFilings()
	i.checkReleases()
	i.checkIndex()
	i.checkChanges()
	i.checkVersions()
	i.checkFilings()
	i.checkSlugs()
	i.checkInstants()
	for range i.each(i.notes) { // any bytes with the right checksum are a note
	}
	for p := range i.each(i.aside) {
		table, key := splitAside(p.key)
		i.kept = append(i.kept, Damage{i.count.Newsroom, table, readable(table, key), wrongSum, putAside})
	}
	slices.SortStableFunc(i.damaged, compareDamage)
}

// compareDamage orders what is damaged in one newsroom.
func compareDamage(a, b Damage) int {
	return cmp.Or(cmp.Compare(a.Table, b.Table), cmp.Compare(a.Key, b.Key))
}

// wrong names a damaged thing, once.
func (i *inspection) wrong(table string, key []byte, format string, args ...any) {
	if i.broken(table, key) {
		return
	}
	i.named[table+"\x00"+string(key)] = true
	damage := Damage{Newsroom: i.count.Newsroom, Table: table, Problem: fmt.Sprintf(format, args...)}
	if key != nil {
		damage.Key = readable(table, key)
	}
	i.damaged = append(i.damaged, damage)
}

// broken reports whether a thing was named as damaged.
func (i *inspection) broken(table string, key []byte) bool {
	return i.named[table+"\x00"+string(key)]
}

// each yields what a table has and names what has a wrong checksum.
func (i *inspection) each(t table) iter.Seq[pair] {
	return func(yield func(pair) bool) {
		if t.bucket == nil {
			return
		}
		cursor := t.bucket.Cursor()
		for k, sealed := cursor.First(); k != nil; k, sealed = cursor.Next() {
			value, err := t.open(k, sealed)
			if err != nil {
				i.wrong(t.name, k, "its checksum is wrong")
				continue
			}
			if !yield(pair{k, value}) {
				return
			}
		}
	}
}

// look returns what a table has under a key, nil if there is nothing sound.
func (i *inspection) look(t table, key []byte) []byte {
	value, err := t.get(key)
	switch {
	case err != nil:
		i.wrong(t.name, key, "its checksum is wrong")
	case value == nil:
		i.wrong(t.name, key, "it is not there")
	}
	return value
}

// readable writes a key for people, as one word if it has no spaces itself.
func readable(table string, key []byte) string {
	switch kind, rest, _ := strings.Cut(string(key), "\x00"); {
	case table == "filings" || table == "slugs":
		if kind == "" && rest == "" {
			return "everything"
		}
		return strconv.QuoteToGraphic(strings.TrimSuffix(kind+"/"+rest, "/"))
	case table == "filed":
		if q, order, ok := splitPlace(key); ok {
			return fmt.Sprintf("%s %s %q", readable("filings", filingKey(q)), dayAt(order), order[orderFixed:])
		}
	case table == "versions" && len(rest) == 8:
		return fmt.Sprintf("%q revision %d", kind, ^binary.BigEndian.Uint64([]byte(rest)))
	case table == "instants" && len(key) == 8:
		return time.UnixMilli(int64(binary.BigEndian.Uint64(key))).UTC().Format(time.RFC3339Nano)
	case table == "changes":
		return hex.EncodeToString(key)
	}
	return strconv.Quote(string(key))
}
