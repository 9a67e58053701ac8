package store

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
)

// TestReadOnlyFolder opens a store in a folder that can't be written, as a user
// for whom that counts.
func TestReadOnlyFolder(t *testing.T) {
	folder := t.TempDir()
	if err := os.Chmod(filepath.Dir(folder), 0o755); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "s.db")
	if err := os.WriteFile(path, filled(t, 5), 0o444); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(folder, 0o555); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(folder, 0o755) }) // or it could not be removed
	asNobody(t, func() {
		db, err := Open(path, Options{ReadOnly: true})
		if err != nil {
			t.Error(err)
			return
		}
		if n := len(keys(t, take(t, db), Query{}, 10)); n != 5 {
			t.Errorf("%d releases", n)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
		if _, err := Open(path, Options{}); !errors.Is(err, fs.ErrPermission) {
			t.Errorf("opened for writing: %v", err)
		}
		if _, err := Open(filepath.Join(folder, "new.db"), Options{}); !errors.Is(err, fs.ErrPermission) {
			t.Errorf("created: %v", err)
		}
	})
	if got := tree(t, folder); got != " /s.db" {
		t.Errorf("left %s", got)
	}
}

// asNobody runs something as a user for whom permissions count.
func asNobody(t testing.TB, run func()) {
	t.Helper()
	done := make(chan bool)
	go func() {
		defer close(done)
		if os.Geteuid() == 0 {
			runtime.LockOSThread() // never unlocked, so that the thread ends with its user
			if err := syscall.Setfsuid(65534); err != nil {
				t.Error(err)
			}
		}
		run()
	}()
	<-done
}

// TestReadOnlyBeside writes a store in a folder where no other file can be made:
// what needs one says why it fails, all else goes on.
func TestReadOnlyBeside(t *testing.T) {
	folder, backup := t.TempDir(), soundAt(t)
	path := filepath.Join(folder, "s.db")
	for _, step := range []error{
		os.WriteFile(path, filled(t, 5), 0o644), os.Chmod(filepath.Dir(folder), 0o755), os.Chmod(folder, 0o555),
		os.Chmod(filepath.Dir(filepath.Dir(backup)), 0o755), os.Chmod(filepath.Dir(backup), 0o755),
	} {
		if step != nil {
			t.Fatal(step)
		}
	}
	if os.Geteuid() == 0 {
		if err := os.Chown(path, 65534, 65534); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { _ = os.Chmod(folder, 0o755) })
	asNobody(t, func() {
		db, err := Open(path, Options{})
		if err != nil {
			t.Error(err)
			return
		}
		_, err1 := db.Backup(t.Context(), filepath.Join(folder, "b"))
		err2 := db.Compact(t.Context())
		_, err = take(t, db).Put(listing("new"))
		if !errors.Is(err1, ErrReadOnly) || !errors.Is(err2, ErrReadOnly) || err != nil {
			t.Errorf("%v, %v, %v", err1, err2, err)
		}
		if err := errors.Join(audit(db), db.Close()); err != nil {
			t.Error(err)
		}
		if _, _, err := Restore(t.Context(), path, backup, noon, Options{}); !errors.Is(err, ErrReadOnly) {
			t.Error(err)
		}
	})
	if room := openRoomAt(t, path); len(keys(t, room, Query{}, 9)) != 6 {
		t.Error("not what was stored")
	}
}
