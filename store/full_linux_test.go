package store

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestFull lets a process run out of room: it says so, has all that it
// acknowledged, goes on to read, and to write when there is room again.
func TestFull(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "s.db")
	output, err := child(t, "fill", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	acknowledged := len(strings.Fields(string(output)))
	room := openRoomAt(t, path)
	if n, err := counted(room); err != nil || n != acknowledged || n < 10 {
		t.Errorf("%d pages of %d (%v)", n, acknowledged, err)
	}
	wantPages(t, room, acknowledged)
	if err := room.db.Close(); err != nil {
		t.Fatal(err)
	}
	if got := tree(t, filepath.Dir(path)); got != " /backup /s.db /s.db.made" {
		t.Errorf("left %s", got)
	}
}

// fillDisk stores pages while files can grow, and says each one's number.
func fillDisk(path string) error {
	signal.Ignore(syscall.SIGXFSZ) // so that it is an error
	db, err := Open(path, Options{})
	if err != nil {
		return err
	}
	room, err := db.Newsroom("osce")
	if err != nil {
		return err
	}
	n := 0
	write := func(err error) error {
		for ; err == nil && n < 4000; n++ {
			if _, err = room.Put(pageNumber(n + 1)); err != nil {
				return err
			}
			fmt.Println(n + 1)
		}
		return err
	}
	if err := limitFiles(1<<20 + 1<<16); err != nil {
		return err
	}
	if err := write(nil); !errors.Is(err, ErrFull) {
		return fmt.Errorf("put: %w, want ErrFull", err)
	}
	if err := readsOn(room, n); err != nil {
		return err
	}
	ctx, backup := context.Background(), filepath.Join(filepath.Dir(path), "backup")
	if err := limitFiles(50 << 10); err != nil {
		return err
	}
	if _, err := db.Backup(ctx, backup); !errors.Is(err, ErrFull) {
		return fmt.Errorf("backup: %w, want ErrFull", err)
	}
	if err := db.Compact(ctx); !errors.Is(err, ErrFull) {
		return fmt.Errorf("compact: %w, want ErrFull", err)
	}
	if err := readsOn(room, n); err != nil {
		return err
	}
	if err := limitFiles(math.MaxUint64); err != nil {
		return err
	}
	if err := goesOn(room, n+1); err != nil {
		return err
	}
	n++
	_, err = db.Backup(ctx, backup)
	if err := errors.Join(err, db.Close(), limitFiles(50<<10)); err != nil {
		return err
	}
	if _, _, err := Restore(ctx, path, backup, noon, Options{}); !errors.Is(err, ErrFull) {
		return fmt.Errorf("restore: %w, want ErrFull", err)
	}
	if err := limitFiles(math.MaxUint64); err != nil {
		return err
	}
	if db, err = Open(path, Options{}); err != nil {
		return err
	}
	if room, err = db.Newsroom("osce"); err != nil {
		return err
	}
	if _, err = room.Put(pageNumber(n + 1)); err == nil {
		_, err = fmt.Println(n + 1)
	}
	return errors.Join(err, db.Close())
}

// readsOn wants all pages to be there.
func readsOn(room *Newsroom, pages int) error {
	list, _, err := room.Releases(Query{}, "", 1<<20)
	if err == nil && len(list) != 1+3*pages {
		err = fmt.Errorf("%d releases of %d pages", len(list), pages)
	}
	return err
}

// goesOn stores the page that found no room once more: nothing may be known of the
// first time.
func goesOn(room *Newsroom, n int) error {
	if _, err := room.Put(pageNumber(n)); err != nil {
		return err
	}
	fmt.Println(n)
	report, err := room.db.Check()
	return errors.Join(err, report.Err())
}

// limitFiles lets no file of the process grow beyond some bytes.
func limitFiles(bytes uint64) error {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return os.NewSyscallError("getrlimit", err)
	}
	limit.Cur = min(bytes, limit.Max)
	return os.NewSyscallError("setrlimit", syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit))
}
