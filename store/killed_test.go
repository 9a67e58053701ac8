package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestKilledWhile kills a process that moves whole stores about, at any instant,
// again and again: each release that was acknowledged is there, what has the name
// of a backup is one, and what the killed left is cleared away.
func TestKilledWhile(t *testing.T) {
	t.Parallel()
	for _, role := range []string{"compact", "compact in use", "back up", "restore"} {
		t.Run(role, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "s.db")
			begin := openRoomAt(t, path)
			for n := range 30 {
				put(t, begin, pageNumber(n+1))
			}
			if _, err := begin.db.Backup(t.Context(), backupPath(path)); err != nil {
				t.Fatal(err)
			}
			if err := begin.db.Close(); err != nil {
				t.Fatal(err)
			}
			pages, left := 30, 0
			for range 10 {
				acknowledged := killAt(t, role, path, rand.N(60*time.Millisecond))
				left += strings.Count(tree(t, filepath.Dir(path)), " /.communique-new-") // with what is in them
				db, err := Open(path, Options{})
				if err != nil {
					t.Fatal(err)
				}
				room := take(t, db)
				n, err := counted(room)
				if err != nil || n < max(pages, acknowledged) || n > max(pages, acknowledged)+1 {
					t.Errorf("%d pages, %d are acknowledged after %d (%v)", n, acknowledged, pages, err)
				}
				pages = n
				wantPages(t, room, pages)
				if err := errors.Join(audit(db), db.Close()); err != nil {
					t.Error(err)
				}
				wantClear(t, path)
			}
			t.Logf("%d pages; the killed left %d files", pages, left)
		})
	}
}

// wantPages wants each release of the pages.
func wantPages(t testing.TB, room *Newsroom, pages int) {
	t.Helper()
	for n := range pages {
		for i := range 3 {
			key := fmt.Sprintf("%d-%d", n+1, i)
			if r, found, err := room.Release(key); err != nil || !found || r.Title != "Title of "+key {
				t.Fatalf("%s: %+v, %t, %v", key, r, found, err)
			}
		}
	}
}

// wantClear wants no leftovers beside a store, and all else to be sound.
func wantClear(t testing.TB, path string) {
	t.Helper()
	for name := range strings.FieldsSeq(tree(t, filepath.Dir(path))) {
		switch {
		case strings.Contains(name, "communique-new"):
			t.Errorf("%s is left", name)
		case !strings.HasSuffix(name, ".made"):
			if report, err := Check(filepath.Join(filepath.Dir(path), name), Options{}); err != nil || report.Err() != nil {
				t.Errorf("%s: %v, %v", name, err, report.Err())
			}
		}
	}
}

// killAt starts a process and kills it some time after its first line. It returns
// the last number that it said.
func killAt(t testing.TB, role, path string, after time.Duration) (said int) {
	t.Helper()
	command := child(t, role, path)
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		if said == 0 {
			time.AfterFunc(after, func() { _ = command.Process.Kill() })
		}
		if said, err = strconv.Atoi(lines.Text()); err != nil {
			t.Error(err)
		}
	}
	if err := command.Wait(); err == nil || command.ProcessState.Exited() {
		t.Errorf("%s was not killed: %v", role, err)
	}
	return said
}

func backupPath(path string) string { return path + ".backup" }

// write stores the next page and says its number.
func writeNext(room *Newsroom) error {
	n, err := counted(room)
	if err == nil {
		_, err = room.Put(pageNumber(n + 1))
	}
	if err == nil {
		_, err = fmt.Println(n + 1)
	}
	return err
}

// compactOften compacts a store that nobody has open, after each page.
func compactOften(path string) error {
	for {
		db, err := Open(path, Options{})
		if err != nil {
			return err
		}
		room, err := db.Newsroom("osce")
		if err == nil {
			err = writeNext(room)
		}
		if err := errors.Join(err, db.Close()); err != nil {
			return err
		}
		if _, _, err := Compact(context.Background(), path, Options{}); err != nil {
			return err
		}
	}
}

// beside stores pages while something else is done again and again.
func beside(path string, again func(db *DB) error) error {
	db, err := Open(path, Options{})
	if err != nil {
		return err
	}
	room, err := db.Newsroom("osce")
	if err != nil {
		return err
	}
	failed := make(chan error)
	go func() {
		for {
			if err := again(db); err != nil {
				failed <- err
			}
		}
	}()
	go func() {
		for {
			if err := writeNext(room); err != nil {
				failed <- err
			}
		}
	}()
	return <-failed
}

func compactInUse(path string) error {
	return beside(path, func(db *DB) error { return db.Compact(context.Background()) })
}

func backUpOften(path string) error {
	return beside(path, func(db *DB) error {
		if err := os.Remove(backupPath(path)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		_, err := db.Backup(context.Background(), backupPath(path))
		return err
	})
}

// restoreOften puts the backup in the store's place, again and again. The store is
// gone at no instant.
func restoreOften(path string) error {
	for {
		at := time.Unix(rand.Int64N(1<<33), 0) // that of no other
		_, kept, err := Restore(context.Background(), path, backupPath(path), at, Options{})
		if err != nil {
			return err
		}
		if err := os.Remove(kept); err != nil {
			return err
		}
		fmt.Println(30)
	}
}

// TestLeftovers wants what a killed process left to be cleared away, and what a
// running one works at to be left alone.
func TestLeftovers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	for _, left := range []string{".communique-new-1/s.db", "other/s.db"} {
		left = filepath.Join(filepath.Dir(path), left)
		if err := errors.Join(os.MkdirAll(filepath.Dir(left), 0o755), os.WriteFile(left, []byte("half"), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	err := inWorkshop(path, func(made string) error {
		if err := os.WriteFile(made, []byte("in work"), 0o644); err != nil {
			return err
		}
		if err := openRoomAt(t, path).db.Close(); err != nil {
			return err
		}
		_, err := os.Stat(made)
		return err
	})
	if got := tree(t, filepath.Dir(path)); err != nil || got != " /other /other/s.db /s.db /s.db.made" {
		t.Errorf("left %s (%v)", got, err)
	}
}
