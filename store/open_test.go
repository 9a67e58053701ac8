package store

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

func TestOpenRefuses(t *testing.T) {
	folder := t.TempDir()
	at := func(name string, content []byte) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	whole := filled(t, 20)
	newer, foreign := at("newer", whole), filepath.Join(folder, "foreign")
	bare(t, newer, func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte(metaBucket)).Put([]byte(schemaKey), []byte("2"))
	})
	bare(t, foreign, func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucket([]byte("something"))
		return err
	})
	link := filepath.Join(folder, "link")
	if err := os.Symlink(filepath.Join(folder, "nowhere"), link); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, path string
		want       error
		says       string
	}{
		{"zero bytes", at("zero", nil), ErrDamaged, "backup"},
		{"one byte", at("one", []byte{1}), ErrDamaged, "backup"},
		{"text", at("text", bytes.Repeat([]byte("text"), 10_000)), ErrDamaged, "backup"},
		{"zeros", at("zeros", make([]byte, 1<<17)), ErrDamaged, "backup"},
		{"cut short", at("cut short", whole[:5*4096]), ErrDamaged, "backup"},
		{"newer schema", newer, nil, `schema "2", this program knows "1": run the newer program`},
		{"another program's", foreign, nil, "not a store of communique"},
		{"a folder", folder, ErrNoStore, "no file"},
		{"below a file", filepath.Join(newer, "s.db"), nil, "not a directory"},
		{"a link to nowhere", link, nil, ""},
	}
	for _, test := range tests {
		for _, readOnly := range []bool{true, false} {
			t.Run(test.name, func(t *testing.T) {
				before := tree(t, folder)
				db, err := Open(test.path, Options{ReadOnly: readOnly, Holder: "me"})
				if err == nil {
					_ = db.Close()
					t.Fatal("opened")
				}
				if test.want != nil && !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.says) || !strings.Contains(err.Error(), test.path) {
					t.Errorf("%v, want %v and %q", err, test.want, test.says)
				}
				if after := tree(t, folder); after != before {
					t.Errorf("%s, was %s", after, before)
				}
			})
		}
	}
}

// filled returns the bytes of a store with n releases.
func filled(t testing.TB, n int) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "filled.db")
	db, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	archive(t, take(t, db), n)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return contents(t, path)
}

// tree lists the files of a folder.
func tree(t testing.TB, folder string) string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		names = append(names, strings.TrimPrefix(path, folder))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(names, " ")
}

func TestOpenMissing(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "deep", "er", "communique.db")
	if _, err := Open(path, Options{ReadOnly: true}); !errors.Is(err, ErrNoStore) || !strings.Contains(err.Error(), path) {
		t.Errorf("%v, want ErrNoStore and the path", err)
	}
	if got := tree(t, folder); got != "" {
		t.Errorf("opening for reading left %s", got)
	}
	db, err := Open(path, Options{Holder: "communique serve, process 4711"})
	if err != nil {
		t.Fatal(err)
	}
	if got := tree(t, folder); got != " /deep /deep/er /deep/er/communique.db /deep/er/communique.db.holder /deep/er/communique.db.made" {
		t.Errorf("opening for writing left %s", got)
	}
	for range 2 {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
	if got := tree(t, folder); got != " /deep /deep/er /deep/er/communique.db /deep/er/communique.db.made" {
		t.Errorf("closing left %s", got)
	}
}

// TestOpenThroughLink opens a store that lies elsewhere.
func TestOpenThroughLink(t *testing.T) {
	folder := t.TempDir()
	link := filepath.Join(folder, "link.db")
	openRoomAt(t, filepath.Join(folder, "real.db")).db.Close()
	if err := os.Symlink("real.db", link); err != nil {
		t.Fatal(err)
	}
	put(t, openRoomAt(t, link), listing("1"))
}

func TestOpenByTwoReaders(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	if err := os.WriteFile(path, filled(t, 20), 0o444); err != nil {
		t.Fatal(err)
	}
	before := tree(t, filepath.Dir(path))
	var readers []*DB
	for range 2 {
		db, err := Open(path, Options{ReadOnly: true, Holder: "a reader"})
		if err != nil {
			t.Fatal(err)
		}
		readers = append(readers, db)
		if n := len(keys(t, take(t, db), Query{}, 7)); n != 20 {
			t.Errorf("%d releases", n)
		}
		if _, err := take(t, db).Put(listing("x")); err == nil {
			t.Error("a reader wrote")
		}
	}
	if after := tree(t, filepath.Dir(path)); after != before {
		t.Errorf("readers left %s", after)
	}
	_, err := Open(path, Options{Wait: 60 * time.Millisecond})
	if !errors.Is(err, ErrHeld) {
		t.Errorf("opening for writing beside readers: %v", err)
	}
	for _, db := range readers {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestClosed(t *testing.T) {
	room := openRoom(t)
	put(t, room, listing("1"))
	if err := room.db.Close(); err != nil {
		t.Fatal(err)
	}
	_, _, err1 := room.Releases(Query{}, "", 1)
	_, err2 := room.Filing(Query{})
	_, err3 := room.Put(listing("2"))
	_, err4 := room.db.Newsroom("x")
	if err1 == nil || err2 == nil || err3 == nil || err4 == nil {
		t.Errorf("%v, %v, %v, %v", err1, err2, err3, err4)
	}
}

// TestCloseAgain closes a store that another has taken over meanwhile.
func TestCloseAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	first, err := Open(path, Options{Holder: "first"})
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second, err := Open(path, Options{Holder: "second"})
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	if err := first.Close(); err != nil {
		t.Error(err)
	}
	if _, err := Open(path, Options{Wait: time.Millisecond}); err == nil || !strings.HasSuffix(err.Error(), ": second") {
		t.Errorf("%v, want the second's name", err)
	}
}

// TestHolderIsACourtesy opens a store where the holder's name can't be left.
func TestHolderIsACourtesy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	if err := os.MkdirAll(filepath.Join(holderPath(path), "x"), 0o755); err != nil {
		t.Fatal(err)
	}
	db, err := Open(path, Options{Holder: "me"})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := Open(path, Options{Wait: time.Millisecond}); !errors.Is(err, ErrHeld) || !strings.Contains(err.Error(), "did not leave its name") {
		t.Error(err)
	}
}

// TestCreateAtOnce opens a store that is not there from many sides.
func TestCreateAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			db, err := Open(path, Options{Wait: 20 * time.Second})
			if err != nil {
				t.Error(err)
				return
			}
			defer db.Close()
			room, err := db.Newsroom("osce")
			if err != nil {
				t.Error(err)
				return
			}
			if _, err := room.Put(listing(numbered("%d", 8)[i])); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := len(keys(t, openRoomAt(t, path), Query{}, 50)); n != 8 {
		t.Errorf("%d releases of 8", n)
	}
	if got := tree(t, filepath.Dir(path)); got != " /s.db /s.db.made" {
		t.Errorf("left %s", got)
	}
}
