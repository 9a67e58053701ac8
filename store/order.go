package store

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"time"
)

const (
	orderDay   = 4  // bytes of the day
	orderFixed = 12 // bytes of the day and the position
)

// published returns the day that the record is ordered by. It is that of the
// frozen instant, so a release stays in its day even if the listing corrects
// the date.
func (r *record) published() Day { return DayOf(r.Published) }

// order returns the record's place among all releases; see the package's
// drawing of the format.
func (r *record) order() []byte {
	b := appendDay(make([]byte, 0, orderFixed+len(r.Key)), r.published())
	b = binary.BigEndian.AppendUint64(b, uint64(r.Position)^1<<63)
	return append(b, r.Key...)
}

func appendDay(b []byte, d Day) []byte {
	return binary.BigEndian.AppendUint32(b, ^uint32(d.Year*10000+int(d.Month)*100+d.Day))
}

// dayAt reads the day that an order begins with.
func dayAt(order []byte) Day {
	n := int(^binary.BigEndian.Uint32(order))
	return Day{n / 10000, time.Month(n / 100 % 100), n % 100}
}

// filingKey returns the key of a filing.
func filingKey(q Query) []byte {
	b := make([]byte, 0, len(q.Kind)+len(q.Slug)+1)
	b = append(b, q.Kind...)
	b = append(b, 0)
	return append(b, q.Slug...)
}

// Cursor says where a reading of Releases goes on. The empty Cursor is the
// newest release; any other comes from an earlier reading and stays good
// whatever is stored meanwhile.
type Cursor string

func cursorAt(r *record) Cursor { return Cursor(hex.EncodeToString(r.order())) }

// order returns the place after which a reading goes on.
func (c Cursor) order() ([]byte, error) {
	order, err := hex.DecodeString(string(c))
	if err != nil || len(order) > 0 && len(order) <= orderFixed {
		return nil, fmt.Errorf("%w %.50q: want one that an earlier reading returned", ErrCursor, string(c))
	}
	return order, nil
}

// resume returns where the release now is that a cursor was made at: its
// position may have changed since.
func (t *tables) resume(order []byte) ([]byte, error) {
	if len(order) == 0 {
		return nil, nil
	}
	r, err := t.record(string(order[orderFixed:]))
	if err != nil || r == nil {
		return order, err
	}
	return r.order(), nil
}
