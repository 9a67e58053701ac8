// Package store keeps every release that Communique has ever seen, in one
// bbolt file that one process writes at a time.
//
// Open a DB, take the Newsroom of a source from it, Put what was read from a
// page of its listing, and read Releases back: all of them, those filed under
// one office, topic or type, or a Selection of these, newest first, each from an
// index. Changes tells what became of them since a reader last asked, in the
// order of commits. Release, Tag and Day are the domain's types; every other
// room speaks in them.
//
// # Format
//
//	meta                                  "schema" → "1"
//	newsrooms / NAME                      one bucket a newsroom; its sequence number is Version,
//	                                        that of newsrooms is after which version new ones begin
//	    releases    KEY                   → record (JSON)
//	    filed       MONTH FILING 00 ORDER → LINE: where the change log has the release
//	    filings     FILING                → filing (JSON): name, closed, releases, version, changed,
//	                                        or moved: the slug whose filing has the releases now;
//	                                        unsure: the name was damaged, a row must tell it
//	    slugs       KIND 00 FOLDED-NAME   → slug; former names of a tag lead to its filing too
//	    instants    UNIX-MILLISECONDS (8) → milliseconds to the next free one, or nearly (8)
//	    notes       NAME                  → bytes of the collector's
//	    versions    KEY 00 REVISION       → version (JSON): what that revision of a release replaced,
//	                                        or lost: that was damaged
//	    changes     LINE                  → CHANGE KEY: the latest change of each release
//	    damaged     TABLE 00 KEY          → a value of that table as it was found, with a wrong
//	                                        checksum; there only if there ever was one
//
//	FILING   KIND 00 SLUG. Three filings have no tag: everything, whose kind and slug are
//	         empty, and "withdrawn" and "untold", whose slugs are. A withdrawn release is
//	         filed under "withdrawn" alone; its record has its tags
//	MONTH    0xFFFFFFFF minus that of ORDER as YYYYMM (4)
//	ORDER    0xFFFFFFFF minus the day as YYYYMMDD (4), position with its sign bit
//	         flipped (8), KEY: ascending bytes are newest first
//	LINE     VERSION (8), that of the newsroom which the latest change of the release made,
//	         and a number (4) that grows from the bottom of a page to its top. The release
//	         changed when its record did, but for "sought" and its position, or a label of
//	         its tags
//	CHANGE   1 refiled, 2 revised, 3 restored, 4 added, 5 withdrawn (1)
//	REVISION 0xFFFFFFFFFFFFFFFF minus its number (8), the first of a release being 1:
//	         newest first; the record has the latest number
//
// A record lists the kinds that have tags which no row stated ("attached"), and
// says whether such tags were looked for everywhere ("sought").
//
// Numbers are big-endian. Each value of a newsroom begins with four more bytes,
// the CRC-32C of its key and of the rest, because bbolt has no checksum of its
// own. Open looks at every page, every checksum and whether the tables agree in
// their numbers, so a store that opens holds together. What it finds damaged it
// heals: a release, a version or a note is set aside, all else is made anew from
// the releases, see DB.Trouble. Beside the file lies a marker that says when it
// was made: what was there and is gone is not made anew by mistake.
package store

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"
	bbolterrors "go.etcd.io/bbolt/errors"
)

var (
	// ErrNoStore says that there is no file where the store should be.
	ErrNoStore = errors.New("no store")
	// ErrHeld says that another process has the store open.
	ErrHeld = errors.New("held by another process")
	// ErrDamaged says that bytes of the store are not what was written.
	ErrDamaged = errors.New("damaged")
	// ErrGone says that there was a store, but there is none now, or an empty
	// file: only Options.Init makes a new one.
	ErrGone = errors.New("gone")
)

// Options say how to open a store. The zero Options open it for writing and
// create it where there is none.
type Options struct {
	// ReadOnly leaves the file as it is; several readers may share it.
	ReadOnly bool
	// Wait is how long to wait for another process to let go; 2 seconds if 0.
	Wait time.Duration
	// Init makes a new store where there was one that is gone.
	Init bool
	// At is when the store is opened, for the marker of a new one and for what
	// healing changes. The zero time is not written.
	At time.Time
	// Holder is what a process that finds the store held is told about this
	// one, such as "communique serve, process 4711".
	Holder string
}

// DB is an open store. Its methods may be called from any goroutine.
type DB struct {
	path    string // with no links in it
	handle  atomic.Pointer[handle]
	views   atomic.Uint64
	close   func() error
	trouble []Damage
	writing sync.RWMutex // held for reading by who writes, else by who puts another file in place
	copying sync.RWMutex // held for reading by who copies the file, else likewise

	mu        sync.Mutex
	newsrooms map[string]*Newsroom // those that were taken
}

// Open opens the store at path. The error wraps ErrNoStore, ErrGone, ErrHeld,
// ErrDamaged, ErrFull or ErrReadOnly where one of them is the reason. A new store
// appears whole or not at all.
//
// A store with damaged records is healed, for reading only in a copy that nobody
// else sees; Trouble tells what was done.
func Open(path string, options Options) (*DB, error) {
	db, err := open(path, options)
	if err != nil {
		return nil, fmt.Errorf("opening store %s: %w", path, classed(naming(err, path)))
	}
	return db, nil
}

func open(path string, options Options) (*DB, error) {
	h, err := openOrCreate(path, options)
	if err != nil {
		return nil, err
	}
	db := &DB{path: path, newsrooms: map[string]*Newsroom{}}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		db.path = real
	}
	db.handle.Store(h)
	if h.crooked || h.straightened {
		db.trouble = append(db.trouble, Damage{Problem: crookedPages, Remedy: "the file was written anew"})
	}
	err = db.view(checkSchema)
	if err == nil && h.ailing {
		err = db.heal(options)
	}
	if err != nil {
		return nil, errors.Join(err, db.bolt().Close())
	}
	if !options.ReadOnly {
		clearWorkshops(filepath.Dir(db.path))
		leaveMarker(path, options.At)
		leaveName(path, options.Holder)
	}
	db.close = sync.OnceValue(func() error {
		if !options.ReadOnly {
			leaveName(path, "")
		}
		db.copying.Lock() // no other file comes in place any more
		defer db.copying.Unlock()
		return db.bolt().Close()
	})
	return db, nil
}

// bolt returns the open file.
func (db *DB) bolt() *bbolt.DB { return db.handle.Load().DB }

// Trouble returns what Open found damaged, and what was done about each. It is
// for a log: what was set aside stays so, see Newsroom.SetAside.
func (db *DB) Trouble() []Damage { return db.trouble }

// Close waits for running transactions and lets go of the file. Closing again
// does nothing.
func (db *DB) Close() error {
	if err := db.close(); err != nil {
		return fmt.Errorf("closing store: %w", err)
	}
	return nil
}

// restAfter is after how many readings the process gives back what it has of the
// file in its memory; it does so after the first, since opening reads all of it.
const restAfter = 8

// view runs read in a transaction that sees one commit, whatever is written
// meanwhile.
func (db *DB) view(read func(*bbolt.Tx) error) error {
	return guarded(func() error {
		return db.bolted(func(tx *bbolt.Tx) error {
			if db.views.Add(1)%restAfter == 1 {
				defer rest(tx)
			}
			return read(tx)
		})
	})
}

// bolted runs read in a transaction, of the new file if another is just put in
// the place of the one that was open.
func (db *DB) bolted(read func(*bbolt.Tx) error) error {
	for {
		h := db.handle.Load()
		err := h.View(read)
		if !errors.Is(err, bbolterrors.ErrDatabaseNotOpen) || db.handle.Load() == h {
			return err
		}
	}
}
