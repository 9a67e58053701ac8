package store

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"
)

// TestBackupWhileWriting takes backups of a store that is written: each is sound
// and has whole pages only.
func TestBackupWhileWriting(t *testing.T) {
	t.Parallel()
	room := openRoom(t)
	stop, begun := make(chan bool), make(chan bool)
	var writing sync.WaitGroup
	writing.Go(func() {
		for n := 1; ; n++ {
			put(t, room, pageNumber(n))
			if n == 1 {
				close(begun)
			}
			select {
			case <-stop:
				return
			default:
			}
		}
	})
	<-begun
	folder, last := t.TempDir(), 0
	for _, name := range []string{"1", "2", "3", "4", "5"} {
		path := filepath.Join(folder, name)
		report, err := room.db.Backup(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		n, err := counted(openRoomAt(t, path))
		if err != nil || n < last || report.Newsrooms[0].Releases != 1+3*n {
			t.Errorf("%d pages after %d, %+v, %v", n, last, report, err)
		}
		last = n
	}
	close(stop)
	writing.Wait()
}

func TestBackupRefuses(t *testing.T) {
	room := openRoom(t)
	put(t, room, listing("1", "2"))
	folder := t.TempDir()
	taken := filepath.Join(folder, "taken")
	if err := os.WriteFile(taken, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := room.db.Backup(t.Context(), taken); !errors.Is(err, errTaken) || string(contents(t, taken)) != "mine" {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := room.db.Backup(ctx, filepath.Join(folder, "b")); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, err := room.db.Backup(t.Context(), filepath.Join(folder, "no", "b")); err == nil {
		t.Error("backed up to no folder")
	}
	if got := tree(t, folder); got != " /taken" {
		t.Errorf("left %s", got)
	}
}

// TestBackupOfDamaged backs up a store that was healed, for reading and for
// writing: the backup has what was set aside, and is sound without it.
func TestBackupOfDamaged(t *testing.T) {
	for _, readOnly := range []bool{true, false} {
		db, err := Open(harmed(t), Options{ReadOnly: readOnly})
		if err != nil {
			t.Fatal(err)
		}
		report, err := db.Backup(t.Context(), filepath.Join(t.TempDir(), "b"))
		if err != nil || report.Newsrooms[0].Releases != stored || len(report.Aside) != 1 || report.Aside[0].Key != `"00003"` {
			t.Errorf("%+v, %v", report, err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestBackupSeesRot wants damage since the store was opened to leave no backup: it
// is found when the copy is read again.
func TestBackupSeesRot(t *testing.T) {
	room := openRoomAt(t, soundAt(t))
	err := room.db.bolt().Update(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte(newsroomsBucket)).Bucket([]byte("osce")).Bucket([]byte("releases")).Put([]byte("00003"), []byte("rot"))
	})
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if report, err := room.db.Backup(t.Context(), filepath.Join(folder, "b")); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), `"00003"`) {
		t.Errorf("%+v, %v", report, err)
	}
	if got := tree(t, folder); got != "" {
		t.Errorf("left %s", got)
	}
	if err := room.db.Close(); err != nil {
		t.Error(err)
	}
}

// TestBackupHoldsNobodyUp lets a copy take as long as it likes: commits do not
// wait for it, and it has what was there when it began.
func TestBackupHoldsNobodyUp(t *testing.T) {
	room := openRoom(t)
	archive(t, room, 300) // more than is copied at a time
	put(t, room, pageNumber(1))
	read, write := io.Pipe()
	copied := make(chan error)
	go func() { copied <- room.db.writeTo(t.Context(), write) }()
	begun := make([]byte, 1)
	if _, err := io.ReadFull(read, begun); err != nil {
		t.Fatal(err)
	}
	for n := 2; n < 60; n++ {
		put(t, room, pageNumber(n)) // for ever, if it waited
	}
	path := filepath.Join(t.TempDir(), "s.db")
	rest := make(chan []byte)
	go func() {
		all, _ := io.ReadAll(read)
		rest <- all
	}()
	err := errors.Join(<-copied, write.Close())
	if err := errors.Join(err, os.WriteFile(path, append(begun, <-rest...), 0o644)); err != nil {
		t.Fatal(err)
	}
	begin := openRoomAt(t, path)
	if n, err := counted(begin); err != nil || n != 1 || len(begin.db.Trouble()) > 0 {
		t.Errorf("it has %d pages (%v, %v)", n, err, begin.db.Trouble())
	}
}

// harmed returns a store one release of which is damaged.
func harmed(t testing.TB) string {
	t.Helper()
	path := soundAt(t)
	bare(t, path, func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte(newsroomsBucket)).Bucket([]byte("osce")).Bucket([]byte("releases")).Put([]byte("00003"), []byte("damage"))
	})
	return path
}

func TestRestoreBackup(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	tests := []struct {
		name    string
		present func(t *testing.T, path string)
		kept    bool
	}{
		{"nothing there", func(*testing.T, string) {}, false},
		{"another there", func(t *testing.T, path string) {
			if err := os.WriteFile(path, filled(t, 3), 0o644); err != nil {
				t.Fatal(err)
			}
		}, true},
		{"garbage there", func(t *testing.T, path string) {
			if err := os.WriteFile(path, []byte("garbage"), 0o600); err != nil {
				t.Fatal(err)
			}
		}, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			backup := soundAt(t)
			want := reportOn(t, backup)
			path := filepath.Join(t.TempDir(), "data", "s.db")
			if err := os.Mkdir(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			test.present(t, path)
			var before []byte
			if test.kept {
				before = contents(t, path)
			}
			report, kept, err := Restore(t.Context(), path, backup, at, Options{})
			if err != nil || (kept != "") != test.kept {
				t.Fatalf("kept %q, %v", kept, err)
			}
			want.Newsrooms[0].Version = uint64(at.UnixMilli()) + 1
			if diff := cmp.Diff(want.Newsrooms, report.Newsrooms) + cmp.Diff(report, reportOn(t, path)); diff != "" {
				t.Error(diff)
			}
			left := " /s.db /s.db.made"
			if test.kept {
				left = " /s.db /s.db.20260102T030405Z /s.db.made"
				if diff := cmp.Diff(before, contents(t, kept)); diff != "" {
					t.Error("what was kept is not what was there")
				}
			}
			if got := tree(t, filepath.Dir(path)); got != left {
				t.Errorf("left %s, want %s", got, left)
			}
		})
	}
}

func TestRestoreRefuses(t *testing.T) {
	room := openRoom(t)
	put(t, room, listing("1"))
	path := room.db.path
	free, harmed := soundAt(t), harmed(t)
	short := Options{Wait: 50 * time.Millisecond}
	if _, _, err := Restore(t.Context(), path, soundAt(t), noon, short); !errors.Is(err, ErrHeld) {
		t.Error(err)
	}
	if _, _, err := Restore(t.Context(), free, harmed, noon, short); !errors.Is(err, ErrDamaged) {
		t.Error(err)
	}
	if _, _, err := Restore(t.Context(), free, path, noon, short); !errors.Is(err, ErrHeld) {
		t.Error(err)
	}
	if _, _, err := Restore(t.Context(), free, free, noon, short); err == nil {
		t.Error("restored from itself")
	}
	if _, _, err := Restore(t.Context(), free, free+"x", noon, short); !errors.Is(err, ErrNoStore) {
		t.Error(err)
	}
	if got := tree(t, filepath.Dir(path)); got != " /communique.db /communique.db.made" {
		t.Errorf("left %s", got)
	}
	if got := tree(t, filepath.Dir(free)); got != " /s.db" {
		t.Errorf("left %s", got)
	}
}
