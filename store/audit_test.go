package store

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

// openRoom opens a store of its own for a test, and audits it at the test's
// end.
func openRoom(t testing.TB) *Newsroom {
	t.Helper()
	return openRoomAt(t, filepath.Join(t.TempDir(), "communique.db"))
}

func openRoomAt(t testing.TB, path string) *Newsroom {
	t.Helper()
	db, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := audit(db); err != nil && !errors.Is(err, errClosed) {
			t.Errorf("audit: %v", err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return take(t, db)
}

func take(t testing.TB, db *DB) *Newsroom {
	t.Helper()
	room, err := db.Newsroom("osce")
	if err != nil {
		t.Fatal(err)
	}
	return room
}

// errClosed says that a test closed its store by itself.
var errClosed = errors.New("closed")

// audit holds a store against itself: bbolt's pages, and what Check reads.
func audit(db *DB) error {
	tx, err := db.bolt().Begin(false)
	if err != nil {
		return errors.Join(errClosed, err)
	}
	defer tx.Rollback()
	var errs []error
	for err := range tx.Check() {
		errs = append(errs, err)
	}
	report, err := db.Check()
	errs = append(errs, err)
	for _, damage := range report.Damaged {
		errs = append(errs, fmt.Errorf("%w: %s", ErrDamaged, damage))
	}
	return errors.Join(errs...)
}

// bare runs a transaction past the store, as a test of damage needs it.
func bare(t testing.TB, path string, run func(*bbolt.Tx) error) {
	t.Helper()
	bolt, err := bbolt.Open(path, 0o644, &bbolt.Options{Timeout: time.Second, NoFreelistSync: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(bolt.Update(run), bolt.Close()); err != nil {
		t.Fatal(err)
	}
}
