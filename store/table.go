package store

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"iter"

	"go.etcd.io/bbolt"
)

// table is a bucket whose values begin with a checksum of key and value.
type table struct {
	name   string
	bucket *bbolt.Bucket
}

const sumSize = 4

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func sum(key, value []byte) uint32 {
	return crc32.Update(crc32.Checksum(key, castagnoli), castagnoli, value)
}

// get returns the value of a key, nil where there is none. It is good until the
// transaction ends.
func (t table) get(key []byte) ([]byte, error) {
	sealed := t.bucket.Get(key)
	if sealed == nil {
		return nil, nil
	}
	return t.open(key, sealed)
}

func (t table) open(key, sealed []byte) ([]byte, error) {
	if len(sealed) < sumSize || binary.BigEndian.Uint32(sealed) != sum(key, sealed[sumSize:]) {
		return nil, fmt.Errorf("%s %q is %w: its checksum is wrong", t.name, key, ErrDamaged)
	}
	return sealed[sumSize:], nil
}

func (t table) put(key, value []byte) error {
	return t.seal(key, append(make([]byte, sumSize, sumSize+len(value)), value...))
}

// seal puts a value that has room for the checksum in front.
func (t table) seal(key, sealed []byte) error {
	binary.BigEndian.PutUint32(sealed, sum(key, sealed[sumSize:]))
	if err := t.bucket.Put(key, sealed); err != nil {
		return fmt.Errorf("storing %s %q: %w", t.name, key, err)
	}
	return nil
}

func (t table) delete(key []byte) error {
	if err := t.bucket.Delete(key); err != nil {
		return fmt.Errorf("deleting %s %q: %w", t.name, key, err)
	}
	return nil
}

// pair is one key of a table with its value.
type pair struct{ key, value []byte }

// from yields the pairs from the key start on, as long as their keys begin with
// prefix. The table must not be written meanwhile.
func (t table) from(prefix, start []byte) iter.Seq2[pair, error] {
	return func(yield func(pair, error) bool) {
		cursor := t.bucket.Cursor()
		for k, sealed := cursor.Seek(start); bytes.HasPrefix(k, prefix) && k != nil; k, sealed = cursor.Next() {
			value, err := t.open(k, sealed)
			if !yield(pair{k, value}, err) || err != nil {
				return
			}
		}
	}
}

// all yields all pairs, none of a table that is not there.
func (t table) all() iter.Seq2[pair, error] {
	if t.bucket == nil {
		return func(func(pair, error) bool) {}
	}
	return t.from(nil, nil)
}

// count counts the pairs, also those of the transaction that runs.
func (t table) count() (n int, err error) {
	for _, err := range t.all() {
		if err != nil {
			return 0, err
		}
		n++
	}
	return n, nil
}
