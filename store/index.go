package store

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"iter"

	"go.etcd.io/bbolt"
)

// The index is in order of months first: what a page adds to dozens of filings
// then stands close together and is written with a few of bbolt's pages. Who
// reads one filing takes a step over the others in each month.

// month is the part of an index that the releases of one month are in.
type month uint32

const orderMonth = 4 // bytes of the month

// monthOf returns the month of an order, of which there is at least the day.
func monthOf(order []byte) month {
	return ^month(^binary.BigEndian.Uint32(order) / 100)
}

// start returns where the index entries of a filing begin in the month.
func (m month) start(q Query) []byte {
	return m.appendStart(make([]byte, 0, orderMonth+len(q.Kind)+len(q.Slug)+2+orderFixed+16), q)
}

func (m month) appendStart(b []byte, q Query) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(m))
	b = append(append(b, q.Kind...), 0)
	return append(append(b, q.Slug...), 0)
}

// filedKey returns the place of an order in the index of q.
func filedKey(q Query, order []byte) []byte { return append(monthOf(order).start(q), order...) }

// index puts a place into the index of q.
func (t *tables) index(q Query, order, told []byte) error {
	t.place = append(monthOf(order).appendStart(t.place[:0], q), order...)
	return t.filed.put(t.place, told)
}

// place is where an index has a release. The zero place is none.
type place struct {
	order []byte // ends with the key of the release
	value []byte // the line that tells its latest change
}

// placeAt returns the place that an index entry tells behind a prefix.
func placeAt(p pair, prefix []byte) (place, error) {
	order := p.key[len(prefix):]
	if len(order) <= orderFixed || len(p.value) != lineSize {
		return place{}, fmt.Errorf("place %q is %w: it is too short", p.key, ErrDamaged)
	}
	return place{order, p.value}, nil
}

// key returns the key of the release.
func (p place) key() string { return string(p.order[orderFixed:]) }

func (p place) position() int64 {
	return int64(binary.BigEndian.Uint64(p.order[orderDay:]) ^ 1<<63)
}

// reader goes through the index entries of one filing. Nothing may be filed
// meanwhile.
type reader struct {
	filed  table
	cursor *bbolt.Cursor
	query  Query
	prefix []byte // with which its entries of a month begin
}

func (t *tables) reader(q Query) *reader {
	return &reader{filed: t.filed, cursor: t.filed.bucket.Cursor(), query: q}
}

// seek returns the first place at an order or after it, the zero place if there
// is none.
func (r *reader) seek(order []byte) (place, error) {
	var least []byte
	if len(order) > 0 {
		r.prefix = monthOf(order).appendStart(r.prefix[:0], r.query)
		least = append(r.prefix, order...)
	}
	return r.settle(r.cursor.Seek(least))
}

// next returns the place after the one that was returned last.
func (r *reader) next() (place, error) { return r.settle(r.cursor.Next()) }

// settle goes on from an entry to the first that is of the filing.
func (r *reader) settle(k, sealed []byte) (place, error) {
	for k != nil {
		if len(r.prefix) > 0 && bytes.HasPrefix(k, r.prefix) {
			value, err := r.filed.open(k, sealed)
			if err != nil {
				return place{}, err
			}
			return placeAt(pair{k, value}, r.prefix)
		}
		if len(k) < orderMonth {
			return place{}, fmt.Errorf("place %q is %w: it is too short", k, ErrDamaged)
		}
		at := month(binary.BigEndian.Uint32(k))
		r.prefix = at.appendStart(r.prefix[:0], r.query)
		switch {
		case bytes.Compare(k, r.prefix) < 0:
			k, sealed = r.cursor.Seek(r.prefix)
		case !bytes.HasPrefix(k, r.prefix):
			r.prefix = (at + 1).appendStart(r.prefix[:0], r.query)
			k, sealed = r.cursor.Seek(r.prefix)
		}
	}
	return place{}, nil
}

// from yields the places of what is filed under q, beginning with an order or
// what comes after it. Nothing may be filed meanwhile.
func (t *tables) from(q Query, order []byte) iter.Seq2[place, error] {
	return func(yield func(place, error) bool) {
		r := t.reader(q)
		for p, err := r.seek(order); err != nil || p.order != nil; p, err = r.next() {
			if !yield(p, err) || err != nil {
				return
			}
		}
	}
}

// dayOf yields the places that one filing has of a day, from an order on.
func (t *tables) dayOf(q Query, day Day, order []byte) iter.Seq2[place, error] {
	start := filedKey(q, order)
	prefix := monthOf(order).start(q)
	return func(yield func(place, error) bool) {
		for e, err := range t.filed.from(appendDay(prefix, day), start) {
			var p place
			if err == nil {
				p, err = placeAt(e, prefix)
			}
			if !yield(p, err) || err != nil {
				return
			}
		}
	}
}
