package store

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"go.etcd.io/bbolt"
	bbolterrors "go.etcd.io/bbolt/errors"
)

// Newsroom is the part of a store that belongs to one newsroom.
type Newsroom struct {
	db      *DB
	name    string
	version atomic.Uint64
	writing sync.Mutex // held from reading the version to publishing the next
	last    memory     // of the last commit; for who is writing

	committed bell // rings when the version moved
}

// memory is what a transaction knows of filings. The next one that writes
// begins with it, for nobody else can have changed anything.
type memory struct {
	known map[Query]*filing
	names map[name]string // the slug of the filing that a name leads to
}

// remembered is how many filings, and names of them, are kept in memory.
const remembered = 4096

// next returns the memory for the transaction after a commit.
func (m memory) next() memory {
	if len(m.known) > remembered || len(m.names) > remembered {
		return memory{}
	}
	for _, f := range m.known {
		f.wasClosed, f.touched, f.told, f.spelt = f.Closed, false, false, false
	}
	return m
}

// Newsroom returns the newsroom of that name, which holds nothing until the
// first Put. All who take it get the same one, so that whoever reads hears of
// what another writes.
func (db *DB) Newsroom(name string) (*Newsroom, error) {
	if name == "" {
		return nil, errors.New("a newsroom needs a name")
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	if n, ok := db.newsrooms[name]; ok {
		return n, nil
	}
	n := &Newsroom{db: db, name: name}
	err := n.view(func(t *tables) error {
		n.version.Store(t.root.Sequence())
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("taking newsroom %s: %w", name, err)
	}
	db.newsrooms[name] = n
	return n, nil
}

// Newsrooms returns the names of those that the store has something of, in order.
func (db *DB) Newsrooms() (names []string, err error) {
	err = db.view(func(tx *bbolt.Tx) error {
		names = nil
		return tx.Bucket([]byte(newsroomsBucket)).ForEachBucket(func(name []byte) error {
			names = append(names, string(name))
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("listing the newsrooms: %w", err)
	}
	return names, nil
}

// Name returns the name that the newsroom was taken by.
func (n *Newsroom) Name() string { return n.name }

// Version returns a number that grows with every commit that changed a release
// or a tag of this newsroom, and with no other.
func (n *Newsroom) Version() uint64 { return n.version.Load() }

// view runs read on the newsroom's tables, not at all where there are none.
func (n *Newsroom) view(read func(*tables) error) error {
	return n.db.view(func(tx *bbolt.Tx) error {
		t, err := n.tables(tx)
		if err != nil || t == nil {
			return err
		}
		return read(t)
	})
}

// update runs write in one transaction and commits it if write says that it
// changed something; otherwise the file stays as it was, byte for byte.
func (n *Newsroom) update(write func(*tables) (changed bool, err error)) error {
	n.writing.Lock()
	defer n.writing.Unlock()
	n.db.writing.RLock()
	defer n.db.writing.RUnlock()
	return guarded(func() error {
		tx, err := n.db.begin()
		if err != nil {
			return fmt.Errorf("beginning a transaction: %w", err)
		}
		defer func() { _ = tx.Rollback() }() // after a commit it says ErrTxClosed
		t, err := n.tables(tx)
		if err == nil && t == nil {
			t, err = createTables(tx, n.name)
		}
		if err != nil {
			return err
		}
		if n.last.known != nil {
			t.memory = n.last
		}
		n.last = memory{} // unless this is committed
		if changed, err := write(t); err != nil || !changed {
			return err
		}
		version := t.root.Sequence()
		if err := tx.Commit(); err != nil {
			return fmt.Errorf("committing: %w", classed(err))
		}
		if n.version.Swap(version) != version {
			n.committed.ring()
		}
		n.last = t.memory.next()
		return nil
	})
}

// begin begins a transaction that writes, unless what it writes would be lost.
func (db *DB) begin() (*bbolt.Tx, error) {
	h := db.handle.Load()
	tx, err := h.Begin(true)
	switch {
	case errors.Is(err, bbolterrors.ErrDatabaseReadOnly):
		return nil, fmt.Errorf("%w: %w", ErrReadOnly, err)
	case err == nil && !h.named(db.path):
		return nil, errors.Join(errReplaced, tx.Rollback())
	}
	return tx, err
}

// tables are what the store has of one newsroom, within one transaction.
type tables struct {
	root                                                                *bbolt.Bucket
	releases, filed, filings, slugs, instants, notes, versions, changes table
	aside                                                               table // has no bucket before the first damage

	// What this transaction read or wrote; a change of one is seen by all.
	records map[string]*record // nil for a key that there is not
	line    uint32             // the number of the last line that this commit got
	place   []byte             // where an index entry was put last; to be written over
	memory
}

// tables opens the tables of the newsroom, nil before the first Put.
func (n *Newsroom) tables(tx *bbolt.Tx) (*tables, error) {
	root := tx.Bucket([]byte(newsroomsBucket)).Bucket([]byte(n.name))
	if root == nil {
		return nil, nil
	}
	return newTables(root, func(name []byte) (*bbolt.Bucket, error) {
		if b := root.Bucket(name); b != nil {
			return b, nil
		}
		return nil, fmt.Errorf("%w: it is not there", ErrDamaged)
	})
}

// createTables makes the tables of a newsroom. If it comes after another of that
// name which is gone, it begins at a version that this one never had.
func createTables(tx *bbolt.Tx, name string) (*tables, error) {
	rooms := tx.Bucket([]byte(newsroomsBucket))
	root, err := rooms.CreateBucket([]byte(name))
	if err != nil {
		return nil, fmt.Errorf("creating newsroom %s: %w", name, err)
	}
	t, err := newTables(root, root.CreateBucket)
	if floor := rooms.Sequence(); err == nil && floor > 0 {
		err = t.beginAfter(floor)
	}
	return t, err
}

// beginAfter gives a newsroom without a release a version.
func (t *tables) beginAfter(floor uint64) error {
	f := &filing{Version: floor}
	return errors.Join(t.root.SetSequence(floor), t.filings.put(filingKey(Query{}), f.appendJSON(nil)))
}

// fullness is how full bbolt leaves a page that it splits. An archive is read from
// the newest release back, so keys come nearly in order, and half-full pages
// would stay so: the file is a quarter smaller than with bbolt's own half.
const fullness = 0.9

func newTables(root *bbolt.Bucket, open func(name []byte) (*bbolt.Bucket, error)) (*tables, error) {
	t := &tables{
		root: root, records: map[string]*record{}, line: firstLine,
		memory: memory{map[Query]*filing{}, map[name]string{}},
	}
	for name, opened := range map[string]*table{
		"releases": &t.releases, "filed": &t.filed, "filings": &t.filings,
		"slugs": &t.slugs, "instants": &t.instants, "notes": &t.notes, "versions": &t.versions,
		"changes": &t.changes,
	} {
		bucket, err := open([]byte(name))
		if err != nil {
			return nil, fmt.Errorf("opening table %s: %w", name, err)
		}
		if bucket != nil {
			bucket.FillPercent = fullness
		}
		*opened = table{name, bucket}
	}
	t.aside = table{asideName, root.Bucket([]byte(asideName))}
	return t, nil
}
