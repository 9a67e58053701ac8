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
//	newsrooms / NAME                      one bucket a newsroom; its sequence number is Version
//	    releases    KEY                   → record (JSON)
//	    filed       MONTH FILING 00 ORDER → LINE: where the change log has the release
//	    filings     FILING                → filing (JSON): name, closed, releases, version, changed,
//	                                        or moved: the slug whose filing has the releases now
//	    slugs       KIND 00 FOLDED-NAME   → slug; former names of a tag lead to its filing too
//	    instants    UNIX-MILLISECONDS (8) → milliseconds to the next free one, or nearly (8)
//	    notes       NAME                  → bytes of the collector's
//	    versions    KEY 00 REVISION       → version (JSON): what that revision of a release replaced
//	    changes     LINE                  → CHANGE KEY: the latest change of each release
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
// own. Open looks at every page and at the indexes, so a store that opens holds
// together; what a damaged release or version says is an error when it is read.
package store

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"
)

var (
	// ErrNoStore says that there is no file where the store should be.
	ErrNoStore = errors.New("no store")
	// ErrHeld says that another process has the store open.
	ErrHeld = errors.New("held by another process")
	// ErrDamaged says that bytes of the store are not what was written.
	ErrDamaged = errors.New("damaged")
)

// Options say how to open a store. The zero Options open it for writing and
// create it where there is none.
type Options struct {
	// ReadOnly leaves the file as it is; several readers may share it.
	ReadOnly bool
	// Wait is how long to wait for another process to let go; 2 seconds if 0.
	Wait time.Duration
	// Holder is what a process that finds the store held is told about this
	// one, such as "communique serve, process 4711".
	Holder string
}

// DB is an open store. Its methods may be called from any goroutine.
type DB struct {
	bolt  *bbolt.DB
	close func() error
	views atomic.Uint64

	mu        sync.Mutex
	newsrooms map[string]*Newsroom // those that were taken
}

// Open opens the store at path. The error wraps ErrNoStore, ErrHeld or
// ErrDamaged where one of them is the reason. A new store appears whole or not
// at all.
func Open(path string, options Options) (*DB, error) {
	bolt, err := openOrCreate(path, options)
	if errors.Is(err, ErrHeld) {
		return nil, fmt.Errorf("opening store %s: %w: %s", path, err, whoHolds(path))
	}
	if err != nil {
		return nil, fmt.Errorf("opening store %s: %w", path, err)
	}
	db := &DB{bolt: bolt, newsrooms: map[string]*Newsroom{}}
	if err := db.view(checkSchema); err != nil {
		return nil, errors.Join(fmt.Errorf("opening store %s: %w", path, err), bolt.Close())
	}
	if !options.ReadOnly {
		leaveName(path, options.Holder)
	}
	db.close = sync.OnceValue(func() error {
		if !options.ReadOnly {
			leaveName(path, "")
		}
		return bolt.Close()
	})
	return db, nil
}

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
const restAfter = 64

// view runs read in a transaction that sees one commit, whatever is written
// meanwhile.
func (db *DB) view(read func(*bbolt.Tx) error) error {
	return guarded(func() error {
		return db.bolt.View(func(tx *bbolt.Tx) error {
			if db.views.Add(1)%restAfter == 1 {
				defer rest(tx)
			}
			return read(tx)
		})
	})
}

// leaveName tells other processes who holds the store, or no longer tells them
// if name is empty. It is a courtesy, which a full disk must not turn into a
// store that cannot be opened.
func leaveName(path, name string) {
	if name == "" {
		_ = os.Remove(holderPath(path))
		return
	}
	_ = os.WriteFile(holderPath(path), []byte(name+"\n"), 0o644)
}

// whoHolds says what the holder of a store wrote about itself.
func whoHolds(path string) string {
	text, err := os.ReadFile(holderPath(path))
	if err != nil || len(text) < 2 || len(text) > 200 {
		return "a process that did not leave its name"
	}
	return string(text[:len(text)-1])
}

func holderPath(path string) string { return path + ".holder" }
