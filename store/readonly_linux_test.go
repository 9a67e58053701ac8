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
	done := make(chan bool)
	go func() {
		defer close(done)
		if os.Geteuid() == 0 {
			runtime.LockOSThread() // never unlocked, so that the thread ends with its user
			if err := syscall.Setfsuid(65534); err != nil {
				t.Error(err)
			}
		}
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
	}()
	<-done
	if got := tree(t, folder); got != " /s.db" {
		t.Errorf("left %s", got)
	}
}
