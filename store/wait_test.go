package store

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestWait wants waiting to end with the next commit that moves the version,
// not with one that only keeps a note, or with the context.
func TestWait(t *testing.T) {
	room := openRoom(t)
	put(t, room, listing("1", "2"))
	if err := room.Wait(t.Context(), 0); err != nil {
		t.Error(err)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if err := room.Wait(ended, 0); err != nil {
		t.Errorf("what happened before is no matter of waiting: %v", err)
	}
	if err := room.Wait(ended, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want that it was cancelled", err)
	}
	late, end := context.WithTimeout(t.Context(), time.Millisecond)
	defer end()
	if err := room.Wait(late, 1); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v, want that it is over", err)
	}
}

// TestWaitOfNothing wants neither notes nor what was sought nor the same page
// to wake anyone.
func TestWaitOfNothing(t *testing.T) {
	room := openRoom(t)
	page := Page{Releases: []Release{hidden("1")}, Seen: noon}
	put(t, room, page)
	synctest.Test(t, func(t *testing.T) {
		result := make(chan error)
		go func() { result <- room.Wait(t.Context(), 1) }()
		synctest.Wait()
		put(t, room, page)
		if err := errors.Join(room.PutNote("n", []byte("x")), room.Sought([]string{"1"})); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		select {
		case err := <-result:
			t.Errorf("nothing happened, and someone woke (%v)", err)
		default:
		}
		withdraw(t, room, "1", noon)
		if err := <-result; err != nil || room.Version() != 2 {
			t.Errorf("version %d (%v)", room.Version(), err)
		}
	})
}

// TestWaitOfMany wants everyone to see every version that they wait for, at
// least, while others come and go; and no goroutine for any of them.
func TestWaitOfMany(t *testing.T) {
	room := openRoom(t)
	room.db.bolt().NoSync = true
	const many, last = 200, 20
	before := runtime.NumGoroutine()
	var all sync.WaitGroup
	for i := range many {
		all.Go(func() {
			for version := uint64(i % 3); version < last; version = room.Version() {
				if err := room.Wait(t.Context(), version); err != nil || room.Version() <= version {
					t.Errorf("woken at version %d after %d (%v)", room.Version(), version, err)
				}
			}
		})
	}
	if n := runtime.NumGoroutine(); n > before+many+5 {
		t.Errorf("%d goroutines, %d before", n, before)
	}
	for i := range last {
		put(t, room, pageNumber(i+1))
	}
	all.Wait()
}
