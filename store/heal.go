package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"go.etcd.io/bbolt"
)

// heal makes an ailing store hold together: what is open for reading becomes a copy
// without a name. The records are healed in one transaction.
func (db *DB) heal(options Options) error {
	if options.ReadOnly {
		if err := db.takeCopy(); err != nil {
			return fmt.Errorf("%w: a copy to heal can't be made: %w; opening it for writing heals it", ErrDamaged, err)
		}
	}
	if err := db.healAll(options.At); err != nil || !options.ReadOnly {
		return err
	}
	return db.reopen()
}

// healAll heals every newsroom.
func (db *DB) healAll(at time.Time) error {
	err := guarded(func() error {
		return db.bolt().Update(func(tx *bbolt.Tx) error {
			rooms := tx.Bucket([]byte(newsroomsBucket))
			var names []string
			_ = rooms.ForEachBucket(func(name []byte) error { // it has no error but those that are returned
				names = append(names, string(name))
				return nil
			})
			for _, name := range names {
				trouble, err := healNewsroom(name, rooms.Bucket([]byte(name)), at)
				if err != nil {
					return fmt.Errorf("healing newsroom %s: %w", Printable(name), err)
				}
				db.trouble = append(db.trouble, trouble...)
			}
			return nil
		})
	})
	return err
}

// takeCopy opens a copy of what is open, for writing. Its folder stays until
// reopen.
func (db *DB) takeCopy() error {
	old := db.handle.Load()
	folder, err := os.MkdirTemp("", workshops)
	if err != nil { // not every machine has a folder for such
		folder, err = os.MkdirTemp(filepath.Dir(db.path), workshops)
	}
	if err != nil {
		return err
	}
	path := filepath.Join(folder, "copy.db")
	err = rewrite(context.Background(), old, path)
	var h *handle
	if err == nil {
		options := writing(time.Second, 0)
		options.NoSync = true
		h, err = tryBolt(path, options)
	}
	if err != nil {
		return errors.Join(err, os.RemoveAll(folder))
	}
	db.path = path
	db.handle.Store(h)
	return old.Close()
}

// reopen opens the healed copy for reading and takes its name away.
func (db *DB) reopen() error {
	if err := db.bolt().Close(); err != nil {
		return err
	}
	h, err := openFile(db.path, Options{ReadOnly: true})
	if err != nil {
		return errors.Join(err, os.RemoveAll(filepath.Dir(db.path)))
	}
	db.handle.Store(h)
	return os.RemoveAll(filepath.Dir(db.path))
}

// healing makes the tables of one newsroom agree with its releases. What agrees
// already is not written, so that its size is that of the damage.
type healing struct {
	*tables
	newsroom string
	trouble  []Damage
	listed   map[string]int // troubles by table

	gone   map[string]bool   // keys of releases that are set aside now
	under  map[Query]int     // releases that are to be filed there
	used   map[Query]bool    // tags that something says it has
	lines  map[string][]byte // of releases that no place tells the line of; nil: not found yet
	places int
	kept   int       // releases
	past   int       // versions
	newest time.Time // Updated
	named  map[Query]string
}

// healNewsroom heals one newsroom and tells what it did.
func healNewsroom(name string, root *bbolt.Bucket, at time.Time) ([]Damage, error) {
	t, err := remakeTables(root)
	if err != nil {
		return nil, err
	}
	h := &healing{
		tables: t, newsroom: name, listed: map[string]int{}, gone: map[string]bool{}, under: map[Query]int{},
		used: map[Query]bool{}, lines: map[string][]byte{}, named: map[Query]string{},
	}
	for _, step := range []func() error{
		h.sift, h.settleVersion, h.fileReleases, h.dropPlaces, h.dropChanges, h.dropVersions,
		h.nameFilings, h.tellAgain, h.countFilings, h.leadNames,
	} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	if _, err := t.writeFilings(at); err != nil {
		return nil, err
	}
	return h.told(), nil
}

// remakeTables opens the tables of a newsroom. Of those that are not there it makes
// what the others can fill.
func remakeTables(root *bbolt.Bucket) (*tables, error) {
	return newTables(root, func(table []byte) (*bbolt.Bucket, error) {
		if b := root.Bucket(table); b != nil {
			return b, nil
		}
		if string(table) == "releases" || string(table) == "filings" {
			return nil, fmt.Errorf("%w: it is not there; %s", ErrDamaged, wayOut)
		}
		return root.CreateBucket(table)
	})
}

// told returns the troubles in order.
func (h *healing) told() []Damage {
	for table, n := range h.listed {
		if n > enoughListed {
			h.trouble = append(h.trouble, Damage{Newsroom: h.newsroom, Table: table, Problem: fmt.Sprintf("%d more are damaged or missing", n-enoughListed)})
		}
	}
	slices.SortStableFunc(h.trouble, compareDamage)
	return h.trouble
}

// enoughListed is how many troubles of one table are told one by one.
const enoughListed = 50

// note notes a trouble and what was done.
func (h *healing) note(table string, key []byte, problem, remedy string) {
	if h.listed[table]++; h.listed[table] <= enoughListed {
		h.trouble = append(h.trouble, Damage{h.newsroom, table, readable(table, key), problem, remedy})
	}
}

const (
	wrongSum   = "its checksum is wrong"
	notThere   = "it is not there"
	notItsOwn  = "nothing that is stored asks for it"
	madeAnew   = "it was made anew"
	putAside   = "it was set aside"
	takenAway  = "it was taken away"
	nameUnsure = "it was made anew, with a name that the listing must confirm"
)
