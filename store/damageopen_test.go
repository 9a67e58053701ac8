package store

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"go.etcd.io/bbolt"
)

// TestTruncatedWhileOpen takes the file's bytes away from an open store.
func TestTruncatedWhileOpen(t *testing.T) {
	content, _ := sound(t)
	path := filepath.Join(t.TempDir(), "s.db")
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
	db, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	room := take(t, db)
	if err := os.Truncate(path, 3*4096); err != nil {
		t.Fatal(err)
	}
	if list, _, err := room.Releases(Query{}, "", 100); !errors.Is(err, ErrDamaged) {
		t.Errorf("%d releases from nowhere (%v)", len(list), err)
	}
	if _, err := room.Put(listing("new")); !errors.Is(err, ErrDamaged) {
		t.Error(err)
	}
}

// TestLostRelease takes a release away from under the indexes and stores it
// again: no reading may fail for it, and none show it twice.
func TestLostRelease(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	if err := os.WriteFile(path, filled(t, 5), 0o644); err != nil {
		t.Fatal(err)
	}
	bare(t, path, func(tx *bbolt.Tx) error {
		room := tx.Bucket([]byte(newsroomsBucket)).Bucket([]byte("osce"))
		return room.Bucket([]byte("releases")).Delete([]byte("00003"))
	})
	room := openRoomAt(t, path)
	if len(room.db.Trouble()) == 0 {
		t.Error("without a word")
	}
	for _, want := range []int{4, 5} {
		if list, _, err := room.Releases(Query{}, "", 10); err != nil || len(list) != want {
			t.Errorf("%d releases of %d, %v", len(list), want, err)
		}
		put(t, room, Page{Releases: []Release{dated(2), dated(3)}, Seen: noon})
	}
}

// TestLostNumbers takes away, or sets back, what has a right checksum or none: an
// old page in the place of a newer one looks so. It is noticed, and made good.
func TestLostNumbers(t *testing.T) {
	for name, lose := range map[string]func(room *bbolt.Bucket) error{
		"a place":       func(room *bbolt.Bucket) error { return deleteFirst(room.Bucket([]byte("filed"))) },
		"a change":      func(room *bbolt.Bucket) error { return deleteFirst(room.Bucket([]byte("changes"))) },
		"the version":   func(room *bbolt.Bucket) error { return room.SetSequence(0) },
		"later than it": func(room *bbolt.Bucket) error { return room.SetSequence(1 << 40) },
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "s.db")
			if err := os.WriteFile(path, filled(t, 5), 0o644); err != nil {
				t.Fatal(err)
			}
			before := reportOn(t, path).Newsrooms[0].Version
			bare(t, path, func(tx *bbolt.Tx) error {
				return lose(tx.Bucket([]byte(newsroomsBucket)).Bucket([]byte("osce")))
			})
			room := openRoomAt(t, path)
			if len(room.db.Trouble()) == 0 {
				t.Error("without a word")
			}
			wantSound(t, room.db)
			if v := room.Version(); v < before || v > before+1 || len(keys(t, room, Query{}, 10)) != 5 {
				t.Errorf("version %d after %d, %d releases", v, before, len(keys(t, room, Query{}, 10)))
			}
		})
	}
}

func deleteFirst(b *bbolt.Bucket) error {
	k, _ := b.Cursor().First()
	return b.Delete(k)
}

// TestDamageOfPageKeys spoils keys that pages begin with, in the page or in the one
// above it: bbolt would lose what it writes there.
func TestDamageOfPageKeys(t *testing.T) {
	t.Parallel()
	content, whole := sound(t)
	size := os.Getpagesize()
	path := filepath.Join(t.TempDir(), "s.db")
	opened, tries := 0, 0
	for page := 2; page < len(content)/size; page++ {
		bytes := content[page*size : (page+1)*size]
		entries, _, err := parse(bytes, uint64(page))
		if err != nil {
			continue // it is part of another
		}
		for _, e := range entries[:min(len(entries), 4)] {
			if len(e.key) < 20 {
				continue
			}
			for _, change := range []byte{0x01, 0x40} {
				tries++
				at := len(e.key) - 3
				e.key[at] ^= change
				if err := os.WriteFile(path, content, 0o644); err != nil {
					t.Fatal(err)
				}
				e.key[at] ^= change
				if probe(t, path, whole) {
					opened++
				}
				if t.Failed() {
					t.Fatalf("%#x in %q on page %d", change, e.key, page)
				}
			}
		}
	}
	t.Logf("%d of %d opened", opened, tries)
	if opened < tries*9/10 || tries < 10 {
		t.Errorf("%d of %d opened", opened, tries)
	}
}

// TestDamageOfKind makes a newsroom, or one of its tables, a record: that nothing
// can heal, and it must not look as if it had never been.
func TestDamageOfKind(t *testing.T) {
	content, whole := sound(t)
	size, path := os.Getpagesize(), filepath.Join(t.TempDir(), "s.db")
	refused := 0
	for page := 2; page < len(content)/size; page++ {
		entries, _, err := parse(content[page*size:(page+1)*size], uint64(page))
		if err != nil {
			continue // it is part of another
		}
		for i, e := range entries {
			if !e.bucket || string(e.key) == metaBucket || string(e.key) == newsroomsBucket {
				continue
			}
			at := page*size + pageHeader + i*element
			content[at] ^= bucketValue
			err := os.WriteFile(path, content, 0o644)
			content[at] ^= bucketValue
			if err != nil {
				t.Fatal(err)
			}
			db, err := Open(path, Options{ReadOnly: true})
			switch {
			case errors.Is(err, ErrDamaged):
				refused++
			case err != nil:
				t.Error(err)
			default: // the page is one that was given up
				if told := ask(t, take(t, db)); !reflect.DeepEqual(whole, told) || len(db.Trouble()) > 0 {
					t.Errorf("%s is a record, but the store opens", e.key)
				}
				_ = db.Close()
			}
		}
	}
	if refused < 5 {
		t.Errorf("only %d were refused", refused)
	}
}
