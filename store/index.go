package store

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"iter"
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
	b := make([]byte, 0, orderMonth+len(q.Kind)+len(q.Slug)+2+orderFixed+16)
	b = binary.BigEndian.AppendUint32(b, uint32(m))
	b = append(append(b, q.Kind...), 0)
	return append(append(b, q.Slug...), 0)
}

// filedKey returns the place of an order in the index of q.
func filedKey(q Query, order []byte) []byte { return append(monthOf(order).start(q), order...) }

// place is where an index has a release.
type place struct {
	order []byte
	key   string // with which the order ends
}

// placeAt returns the place that an index entry tells behind a prefix.
func placeAt(entry, prefix []byte) (place, error) {
	order := entry[len(prefix):]
	if len(order) <= orderFixed {
		return place{}, fmt.Errorf("place %q is %w: it is too short", entry, ErrDamaged)
	}
	return place{order, string(order[orderFixed:])}, nil
}

func (p place) position() int64 {
	return int64(binary.BigEndian.Uint64(p.order[orderDay:]) ^ 1<<63)
}

// from yields the places of what is filed under q, beginning with an order or
// what comes after it. Nothing may be filed meanwhile.
func (t *tables) from(q Query, order []byte) iter.Seq2[place, error] {
	return func(yield func(place, error) bool) {
		cursor := t.filed.bucket.Cursor()
		var least []byte
		if len(order) > 0 {
			least = filedKey(q, order)
		}
		for k, sealed := cursor.Seek(least); k != nil; {
			if len(k) < orderMonth {
				yield(place{}, fmt.Errorf("place %q is %w: it is too short", k, ErrDamaged))
				return
			}
			at := month(binary.BigEndian.Uint32(k))
			start := at.start(q)
			switch {
			case bytes.Compare(k, start) < 0:
				k, sealed = cursor.Seek(start)
				continue
			case !bytes.HasPrefix(k, start):
				k, sealed = cursor.Seek((at + 1).start(q))
				continue
			}
			_, err := t.filed.open(k, sealed)
			var p place
			if err == nil {
				p, err = placeAt(k, start)
			}
			if !yield(p, err) || err != nil {
				return
			}
			k, sealed = cursor.Next()
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
				p, err = placeAt(e.key, prefix)
			}
			if !yield(p, err) || err != nil {
				return
			}
		}
	}
}
