package store

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"go.etcd.io/bbolt"
)

// beyond returns a version that no newsroom came to by counting until then, for a
// commit takes longer than a millisecond.
func beyond(at time.Time) uint64 { return uint64(max(0, at.UnixMilli())) }

// renew gives the newsrooms of a copy, which is to take the place of the store at
// path, versions above those of either, tells each release anew, and checks it.
func renew(made, path string, at time.Time, options Options) (Report, error) {
	versions := seen(path, options)
	db, err := Open(made, Options{})
	if err != nil {
		return Report{}, err
	}
	db.bolt().NoSync = true
	err = guarded(func() error { return db.renewAll(versions, at) })
	if err == nil {
		err = db.bolt().Sync()
	}
	before, err1 := db.Check()
	if err := errors.Join(err, err1, db.Close()); err != nil {
		return Report{}, err
	}
	return verified(made, before.Newsrooms)
}

// seen returns the versions of the newsrooms of a store, as far as they can be
// read.
func seen(path string, options Options) map[string]uint64 {
	versions := map[string]uint64{}
	h, err := openFile(path, Options{ReadOnly: true, Wait: options.Wait})
	if err != nil {
		return versions
	}
	_ = guarded(func() error {
		return h.View(func(tx *bbolt.Tx) error {
			if err := checkSchema(tx); err != nil {
				return err
			}
			rooms := tx.Bucket([]byte(newsroomsBucket))
			return rooms.ForEachBucket(func(name []byte) error {
				versions[string(name)] = rooms.Bucket(name).Sequence()
				return nil
			})
		})
	})
	_ = h.Close()
	return versions
}

func (db *DB) renewAll(seen map[string]uint64, at time.Time) error {
	floor := beyond(at)
	err := db.bolt().Update(func(tx *bbolt.Tx) error {
		rooms := tx.Bucket([]byte(newsroomsBucket))
		floor = max(floor, rooms.Sequence())
		for _, version := range seen {
			floor = max(floor, version)
		}
		return rooms.ForEachBucket(func(name []byte) error {
			floor = max(floor, rooms.Bucket(name).Sequence())
			seen[string(name)] = 0
			return nil
		})
	})
	if err != nil {
		return err
	}
	for name := range seen {
		if err := db.renewNewsroom(name, floor+1, at); err != nil {
			return fmt.Errorf("renewing newsroom %s: %w", Printable(name), err)
		}
	}
	return db.bolt().Update(func(tx *bbolt.Tx) error { return tx.Bucket([]byte(newsroomsBucket)).SetSequence(floor + 1) })
}

// renewed is how many lines are written in one transaction, which holds what it
// writes in memory.
const renewed = 5000

// renewNewsroom makes a version that of everything in a newsroom.
func (db *DB) renewNewsroom(name string, version uint64, at time.Time) error {
	n := &Newsroom{db: db, name: name}
	for number := uint32(1); ; {
		more := false
		err := db.bolt().Update(func(tx *bbolt.Tx) error {
			t, err := n.tables(tx)
			if err == nil && t == nil {
				t, err = createTables(tx, name)
			}
			if err != nil {
				return err
			}
			if number == 1 {
				if err := t.renewFilings(version, at); err != nil {
					return err
				}
			}
			number, more, err = t.renewLines(version, number)
			return err
		})
		if err != nil || !more {
			return err
		}
	}
}

func (t *tables) renewFilings(version uint64, at time.Time) error {
	var queries []Query
	for p, err := range t.filings.all() {
		if err != nil {
			return err
		}
		queries = append(queries, queryOf(p.key))
	}
	if len(queries) == 0 {
		return t.beginAfter(version)
	}
	if err := t.root.SetSequence(version - 1); err != nil {
		return err
	}
	for _, q := range queries {
		f, err := t.filing(q)
		if err != nil {
			return err
		}
		f.touched = true
	}
	_, err := t.writeFilings(at)
	return err
}

// renewLines tells some of the releases whose lines are of an older version anew,
// beginning with a number, and says with which to go on and whether to.
func (t *tables) renewLines(version uint64, number uint32) (next uint32, more bool, err error) {
	var old []pair
	for p, err := range t.changes.all() {
		if err != nil {
			return 0, false, err
		}
		if lineOf(p.key).version >= version || len(old) == renewed {
			break
		}
		old = append(old, pair{slices.Clone(p.key), slices.Clone(p.value)})
	}
	for _, p := range old {
		r, err := t.decode(string(p.value[1:]))
		if err != nil || r == nil {
			return 0, false, errors.Join(err, fmt.Errorf("change %x is %w", p.key, ErrDamaged))
		}
		told := line{version, number}.bytes()
		number++
		if err := errors.Join(t.changes.delete(p.key), t.changes.put(told, p.value)); err != nil {
			return 0, false, err
		}
		order := r.order()
		for _, q := range r.filings() {
			if err := t.index(q, order, told); err != nil {
				return 0, false, err
			}
		}
	}
	return number, len(old) > 0, nil
}
