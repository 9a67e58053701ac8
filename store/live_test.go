package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"
)

// TestCompactInUse compacts a store again and again while it is written, read,
// waited for and backed up: nobody notices.
func TestCompactInUse(t *testing.T) {
	t.Parallel()
	room := openRoom(t)
	put(t, room, pageNumber(1))
	const pages = 150
	var all sync.WaitGroup
	all.Go(func() {
		for n := 2; n <= pages; n++ {
			put(t, room, pageNumber(n))
		}
	})
	all.Go(func() {
		for version := room.Version(); version < pages; version = room.Version() {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			if err := room.Wait(ctx, version); err != nil {
				t.Error(err)
			}
			cancel()
		}
	})
	done := make(chan bool)
	var reading sync.WaitGroup
	reading.Go(func() {
		for last := 0; ; {
			n, err := counted(room)
			if got := len(keys(t, room, Query{}, 40)); err != nil || n < last || got < 1+3*n {
				t.Errorf("%d pages after %d, %d releases (%v)", n, last, got, err)
			}
			if last = n; closed(done) {
				return
			}
		}
	})
	reading.Go(func() {
		for folder := t.TempDir(); !closed(done); folder = t.TempDir() {
			if _, err := room.db.Backup(t.Context(), folder+"/b"); err != nil {
				t.Error(err)
			}
		}
	})
	for range 12 {
		if err := room.db.Compact(t.Context()); err != nil {
			t.Error(err)
		}
	}
	all.Wait()
	close(done)
	reading.Wait()
	if err := room.db.Close(); err != nil {
		t.Fatal(err)
	}
	if n, err := counted(openRoomAt(t, room.db.path)); err != nil || n != pages {
		t.Errorf("%d pages of %d are there (%v)", n, pages, err)
	}
}

func closed(c chan bool) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// TestCompactBesideReading compacts while something reads: it sees to its end what
// it began with, and who comes meanwhile does not wait for it.
func TestCompactBesideReading(t *testing.T) {
	room := openRoom(t)
	put(t, room, listing("1"))
	begun, end, compacted := make(chan bool), make(chan bool), make(chan error)
	var slow sync.WaitGroup
	slow.Go(func() {
		err := room.view(func(tb *tables) error {
			close(begun)
			<-end
			r, err := tb.record("1")
			if err == nil && r == nil {
				err = fmt.Errorf("it is gone")
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
	<-begun
	old := room.db.handle.Load()
	go func() { compacted <- room.db.Compact(t.Context()) }()
	for deadline := time.Now().Add(20 * time.Second); room.db.handle.Load() == old; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it waits for who reads")
		}
	}
	put(t, room, listing("2"))
	if n := len(keys(t, room, Query{}, 9)); n != 2 {
		t.Errorf("%d releases", n)
	}
	close(end)
	slow.Wait()
	if err := <-compacted; err != nil {
		t.Error(err)
	}
}

// TestReadAgain closes the file of a store that a reading waits for, with another in
// its place, as Compact does: the reading begins anew, in that one.
func TestReadAgain(t *testing.T) {
	room := openRoom(t)
	put(t, room, listing("1"))
	path := filepath.Join(t.TempDir(), "s.db")
	if err := room.db.Snapshot(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	fresh, err := openFile(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	begun, end, closed, read := make(chan bool), make(chan bool), make(chan error), make(chan error)
	go func() {
		read <- room.view(func(*tables) error {
			close(begun)
			<-end
			return nil
		})
	}()
	<-begun
	old := room.db.handle.Load()
	go func() { closed <- old.Close() }() // which waits for that reading
	eventuallyAt(t, "bbolt.(*DB).Close")
	go func() {
		_, found, err := room.Release("1")
		if err == nil && !found {
			err = errors.New("it is not there")
		}
		read <- err
	}()
	eventuallyAt(t, "bbolt.(*DB).beginTx")
	room.db.handle.Store(fresh)
	close(end)
	if err := errors.Join(<-closed, <-read, <-read); err != nil {
		t.Error(err)
	}
}

// eventuallyAt waits until a goroutine waits for a lock in a function.
func eventuallyAt(t *testing.T, function string) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(time.Millisecond) {
		stacks := make([]byte, 1<<20)
		stacks = stacks[:runtime.Stack(stacks, true)]
		for stack := range strings.SplitSeq(string(stacks), "\n\n") {
			if strings.Contains(stack, function) && strings.Contains(stack, "Lock(") {
				return
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("nothing waits in %s:\n%s", function, stacks)
		}
	}
}

func TestFree(t *testing.T) {
	room := openRoom(t)
	put(t, room, listing("1"))
	for _, note := range [][]byte{bytes.Repeat([]byte("much"), 1<<19), nil, []byte("x")} {
		if err := room.PutNote("much", note); err != nil {
			t.Fatal(err)
		}
	}
	free, total := room.db.Free()
	if report, err := room.db.Check(); err != nil || free < 2<<20 || total != report.Bytes || free > total {
		t.Errorf("%d free of %d; %+v, %v", free, total, report, err)
	}
	whole := ask(t, room)
	if err := room.db.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after, smaller := room.db.Free(); after > 1<<16 || smaller > total-2<<20 {
		t.Errorf("%d free of %d", after, smaller)
	}
	if diff := cmp.Diff(whole, ask(t, room)); diff != "" {
		t.Error(diff)
	}
}

// TestCompactSeesRot wants damage since the store was opened to stop a compaction:
// the file that was there may be the better one.
func TestCompactSeesRot(t *testing.T) {
	path := soundAt(t)
	room := openRoomAt(t, path)
	before := room.db.handle.Load()
	err := room.db.bolt().Update(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte(newsroomsBucket)).Bucket([]byte("osce")).Bucket([]byte("releases")).Put([]byte("00003"), []byte("rot"))
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := room.db.Compact(t.Context()); err == nil || room.db.handle.Load() != before {
		t.Error("compacted")
	}
	if err := room.db.Close(); err != nil {
		t.Error(err)
	}
}

// TestReplaceRefuses gives a store a file with anything else to go on with: it does
// not take it.
func TestReplaceRefuses(t *testing.T) {
	room, other := openRoom(t), soundAt(t)
	put(t, room, listing("1"))
	fresh, err := openFile(other, Options{})
	if err != nil {
		t.Fatal(err)
	}
	old := room.db.handle.Load()
	if err := room.db.replace(t.Context(), old, fresh, other); !errors.Is(err, ErrDamaged) || room.db.handle.Load() != old || !old.named(room.db.path) {
		t.Errorf("it took another's file (%v)", err)
	}
	if err := fresh.Close(); err != nil {
		t.Error(err)
	}
}

// TestEqual wants a copy to be none that has anything else.
func TestEqual(t *testing.T) {
	rooms := []*Newsroom{openRoom(t), openRoom(t), openRoom(t), openRoom(t), openRoom(t)}
	for i, room := range rooms {
		put(t, room, listing("1"))
		if i >= 3 { // they differ in a value alone
			if err := room.PutNote("note", []byte{byte(i)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	put(t, rooms[1], listing("2"))
	if err := rooms[2].db.bolt().Update(func(tx *bbolt.Tx) error { return tx.Bucket([]byte(newsroomsBucket)).SetSequence(1) }); err != nil {
		t.Fatal(err)
	}
	for a, room := range rooms {
		for b, other := range rooms {
			if err := equal(room.db.handle.Load(), other.db.handle.Load()); (err == nil) != (a == b) {
				t.Errorf("%d and %d: %v", a, b, err)
			}
		}
	}
}
