package store

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// Sizes in bytes of what bbolt's file is made of. A page is a header (id 8,
// flags 2, count 2, overflow 4), a table of elements and their bytes; its
// numbers are in the order of the machine.
const (
	pageHeader   = 16
	element      = 16 // of a branch: position 4, key 4, child 8; of a leaf: flags 4, position 4, key 4, value 4
	bucketHeader = 16 // root page 8, sequence 8
	metaSize     = 64
	metaSum      = 56 // FNV-1a of what stands before it

	branchPage  = 1
	leafPage    = 2
	bucketValue = 1 // flag of a leaf's element
)

var machine = binary.NativeEndian

// entry is one element of a page.
type entry struct {
	key, value []byte
	child      uint64
	bucket     bool
}

// parse reads the elements of a page, whose keys must ascend. Their keys and
// values stand behind the table without a gap, the way bbolt writes them, and end
// at end.
func parse(page []byte, id uint64) (entries []entry, end int, err error) {
	entries = make([]entry, machine.Uint16(page[10:]))
	end = pageHeader + len(entries)*element
	if end > len(page) {
		return nil, 0, fmt.Errorf("%w: page %d is too small for %d entries", ErrDamaged, id, len(entries))
	}
	for i := range entries {
		at := pageHeader + i*element
		e, size, ok := parseEntry(page[at:], end-at, machine.Uint16(page[8:]) == branchPage)
		switch {
		case !ok:
			return nil, 0, fmt.Errorf("%w: page %d has an entry that can't be", ErrDamaged, id)
		case i > 0 && bytes.Compare(e.key, entries[i-1].key) <= 0:
			return nil, 0, fmt.Errorf("%w: page %d is out of order", ErrDamaged, id)
		}
		entries[i], end = e, end+size
	}
	return entries, end, nil
}

// parseEntry reads the element that b begins with, whose key must begin at
// start.
func parseEntry(b []byte, start int, branch bool) (e entry, size int, ok bool) {
	number := func(at int) uint64 { return uint64(machine.Uint32(b[at:])) }
	position, key, value := number(0), number(4), uint64(0)
	if branch {
		e.child = machine.Uint64(b[8:])
	} else {
		e.bucket = number(0) == bucketValue
		ok = number(0) <= bucketValue
		position, key, value = number(4), number(8), number(12)
	}
	if position != uint64(start) || position+key+value > uint64(len(b)) || !branch && !ok {
		return entry{}, 0, false
	}
	e.key = b[start : start+int(key)]
	e.value = b[start+int(key) : start+int(key+value)]
	return e, int(key + value), true
}
