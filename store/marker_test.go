package store

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestGone wants no new store to be made where there was one, unless that is
// asked for, and no harm to be done by asking where there is one.
func TestGone(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	tests := []struct {
		name string
		lose func(path string) error
	}{
		{"removed", os.Remove},
		{"emptied", func(path string) error { return os.Truncate(path, 0) }},
		{"emptied, no marker", func(path string) error { return errors.Join(os.Truncate(path, 0), os.Remove(markerPath(path))) }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "s.db")
			db, err := Open(path, Options{At: at, Init: true})
			if err != nil {
				t.Fatal(err)
			}
			put(t, take(t, db), listing("1"))
			if err := errors.Join(db.Close(), test.lose(path)); err != nil {
				t.Fatal(err)
			}
			before := tree(t, filepath.Dir(path))
			for _, options := range []Options{{}, {ReadOnly: true}, {ReadOnly: true, Init: true}} {
				if _, err := Open(path, options); !errors.Is(err, ErrGone) && !(options.ReadOnly && errors.Is(err, ErrDamaged)) ||
					!strings.Contains(err.Error(), "--init") || !strings.Contains(err.Error(), "restore") {
					t.Errorf("%+v: %v", options, err)
				}
			}
			if after := tree(t, filepath.Dir(path)); after != before {
				t.Errorf("refusing left %s", after)
			}
			later := at.AddDate(0, 1, 0)
			if db, err = Open(path, Options{Init: true, At: later}); err != nil {
				t.Fatal(err)
			}
			room := take(t, db)
			put(t, room, listing("2"))
			if n := len(keys(t, room, Query{}, 9)); n != 1 || room.Version() <= uint64(at.UnixMilli()) {
				t.Errorf("%d releases, version %d", n, room.Version())
			}
			if err := errors.Join(audit(db), db.Close()); err != nil {
				t.Error(err)
			}
			if marker := contents(t, markerPath(path)); !bytes.Contains(marker, []byte("2026-02-02T03:04:05Z")) {
				t.Errorf("%s", marker)
			}
		})
	}
}

// TestGoneRestored puts a backup in the place of a store that is gone.
func TestGoneRestored(t *testing.T) {
	path, backup := soundAt(t), soundAt(t)
	if err := openRoomAt(t, path).db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Restore(t.Context(), path, backup, noon, Options{}); err != nil {
		t.Fatal(err)
	}
	if n := len(keys(t, openRoomAt(t, path), Query{}, 99)); n != stored {
		t.Errorf("%d releases", n)
	}
}

// TestGoneLeavesDamaged wants --init to touch nothing that has bytes.
func TestGoneLeavesDamaged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	if err := os.WriteFile(path, []byte("text"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path, Options{Init: true}); !errors.Is(err, ErrDamaged) || string(contents(t, path)) != "text" {
		t.Error(err)
	}
}
