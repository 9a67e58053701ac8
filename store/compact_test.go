package store

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestCompact compacts a store with much that is free, through a link to it.
func TestCompact(t *testing.T) {
	path := soundAt(t)
	db, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	room := take(t, db)
	note := func(bytes []byte) {
		if err := room.PutNote("much", bytes); err != nil {
			t.Fatal(err)
		}
	}
	note(bytes.Repeat([]byte("much"), 1<<19))
	note(nil)
	whole := ask(t, room)
	if err := errors.Join(db.Close(), os.Chmod(path, 0o640)); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "link.db")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	before, after, err := Compact(t.Context(), link, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if before.Free < 2<<20 || after.Bytes > before.Bytes-2<<20 || after.Bytes != int64(len(contents(t, path))) {
		t.Errorf("%d bytes, %d of them free, became %d", before.Bytes, before.Free, after.Bytes)
	}
	if diff := cmp.Diff(before.Newsrooms, after.Newsrooms); diff != "" {
		t.Error(diff)
	}
	again := openRoomAt(t, path)
	if told := ask(t, again); !reflect.DeepEqual(whole, told) {
		t.Error(cmp.Diff(whole, told))
	}
	put(t, again, listing("new"))
	if info, err := os.Lstat(link); err != nil || info.Mode().IsRegular() {
		t.Errorf("the link is %v, %v", info, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("the store is %v, %v", info, err)
	}
}

func TestCompactRefuses(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "s.db")
	if _, _, err := Compact(t.Context(), missing, Options{}); !errors.Is(err, ErrNoStore) || tree(t, filepath.Dir(missing)) != "" {
		t.Error(err)
	}
	room := openRoom(t)
	if _, _, err := Compact(t.Context(), room.db.path, Options{Wait: 50 * time.Millisecond}); !errors.Is(err, ErrHeld) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	before := contents(t, room.db.path)
	if err := room.db.Compact(ctx); !errors.Is(err, context.Canceled) || !bytes.Equal(before, contents(t, room.db.path)) {
		t.Error(err)
	}
	if got := tree(t, filepath.Dir(room.db.path)); got != " /communique.db /communique.db.made" {
		t.Errorf("left %s", got)
	}
	reader, err := Open(soundAt(t), Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := reader.Compact(t.Context()); !errors.Is(err, ErrReadOnly) {
		t.Error(err)
	}
	if err := reader.Close(); err != nil {
		t.Error(err)
	}
}

// TestCompactReplaced wants no file to be put in the place of one that is not the
// store's, and nothing to be written that nobody would find.
func TestCompactReplaced(t *testing.T) {
	room := openRoom(t)
	put(t, room, listing("1"))
	if err := os.Rename(soundAt(t), room.db.path); err != nil {
		t.Fatal(err)
	}
	if err := room.db.Compact(t.Context()); !errors.Is(err, errReplaced) {
		t.Error(err)
	}
	if _, err := room.Put(listing("2")); !errors.Is(err, errReplaced) {
		t.Error(err)
	}
	if list := keys(t, room, Query{}, 10); len(list) != 1 {
		t.Errorf("reading does not go on: %q", list)
	}
}

// TestOpenAfterReplacement waits for a store in whose place another is put: what
// is written then must be in that one.
func TestOpenAfterReplacement(t *testing.T) {
	path, other := soundAt(t), soundAt(t)
	holder, err := Open(path, Options{ReadOnly: true}) // the other can look at the file, but not write it
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() {
		db, err := Open(path, Options{Wait: 10 * time.Second})
		if err != nil {
			done <- err
			return
		}
		_, err = take(t, db).Put(listing("late"))
		done <- errors.Join(err, db.Close())
	}()
	time.Sleep(200 * time.Millisecond) // the other waits now; if not, it has it easier
	if err := errors.Join(os.Rename(other, path), holder.Close(), <-done); err != nil {
		t.Fatal(err)
	}
	if _, found, err := openRoomAt(t, path).Release("late"); err != nil || !found {
		t.Errorf("what was written is lost (%v)", err)
	}
}
