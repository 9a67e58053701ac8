package store

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestHeldByAnotherProcess(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "s.db")
	holder := child(t, "hold", path)
	input, err := holder.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	waitFor(t, holder, "held")
	var both sync.WaitGroup
	for _, readOnly := range []bool{true, false} {
		both.Go(func() {
			start := time.Now()
			_, err := Open(path, Options{ReadOnly: readOnly, Holder: "me"})
			if !errors.Is(err, ErrHeld) || !strings.HasSuffix(err.Error(), ": communique serve, process 4711") {
				t.Errorf("%v, want ErrHeld and the holder", err)
			}
			if took := time.Since(start); took < 1500*time.Millisecond || took > 4*time.Second {
				t.Errorf("answered after %s, want about 2s", took)
			}
		})
	}
	both.Wait()
	start := time.Now()
	if _, err := Open(path, Options{Wait: 200 * time.Millisecond}); !errors.Is(err, ErrHeld) || time.Since(start) > time.Second {
		t.Errorf("%v after %s", err, time.Since(start))
	}
	time.AfterFunc(200*time.Millisecond, func() { _ = input.Close() })
	db, err := Open(path, Options{Wait: 10 * time.Second})
	if err != nil {
		t.Fatalf("the holder let go, but: %v", err)
	}
	if err := errors.Join(holder.Wait(), db.Close()); err != nil {
		t.Error(err)
	}
}

// waitFor starts a process and waits until it says a line.
func waitFor(t testing.TB, command *exec.Cmd, line string) {
	t.Helper()
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	if got, err := bufio.NewReader(output).ReadString('\n'); err != nil || got != line+"\n" {
		t.Fatalf("it says %q (%v), want %q", got, err, line)
	}
}

func TestCreateByProcesses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "s.db")
	var all []*exec.Cmd
	for range 4 {
		all = append(all, child(t, "create", path))
		if err := all[len(all)-1].Start(); err != nil {
			t.Fatal(err)
		}
	}
	for _, command := range all {
		if err := command.Wait(); err != nil {
			t.Error(err)
		}
	}
	room := openRoomAt(t, path)
	for _, command := range all {
		if _, found, err := room.Release(strconv.Itoa(command.Process.Pid)); err != nil || !found {
			t.Errorf("the release of process %d: found %t, %v", command.Process.Pid, found, err)
		}
	}
}

// TestKilled kills a writer at any instant, again and again: each page that it
// acknowledged is there, and none by half.
func TestKilled(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "s.db")
	pages := 0
	for i := range 15 {
		acknowledged := max(pages, killWriter(t, path, rand.N(40*time.Millisecond)))
		db, err := Open(path, Options{})
		if err != nil {
			t.Fatalf("kill %d: %v", i, err)
		}
		room := take(t, db)
		if pages, err = counted(room); err != nil || pages < acknowledged || pages > acknowledged+1 {
			t.Errorf("kill %d: %d pages are there, %d are acknowledged (%v)", i, pages, acknowledged, err)
		}
		if got := len(keys(t, room, Query{}, 1000)); pages > 0 && got != 1+3*pages {
			t.Errorf("kill %d: %d releases of %d pages", i, got, pages)
		}
		if err := errors.Join(audit(db), db.Close()); err != nil {
			t.Fatalf("kill %d: %v", i, err)
		}
	}
	t.Logf("%d pages survived 15 kills", pages)
	if pages == 0 {
		t.Error("no page was ever written; the test shows nothing")
	}
}

// killWriter lets a process write for a while and returns the last page that it
// acknowledged.
func killWriter(t testing.TB, path string, after time.Duration) (acknowledged int) {
	t.Helper()
	writer := child(t, "write", path)
	output, err := writer.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := writer.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(output)
	for line := ""; err == nil; line, err = lines.ReadString('\n') {
		if line == "" {
			continue
		}
		if acknowledged == 0 {
			time.AfterFunc(after, func() { _ = writer.Process.Kill() })
		}
		if _, err := fmt.Sscan(line, &acknowledged); err != nil {
			t.Fatal(err)
		}
	}
	if !errors.Is(err, io.EOF) {
		t.Error(err)
	}
	_ = writer.Wait() // it was killed
	return acknowledged
}

// TestKilledAtBirth kills a process while it makes a store: what it leaves can
// be opened.
func TestKilledAtBirth(t *testing.T) {
	folder := t.TempDir()
	for i := range 15 {
		path := filepath.Join(folder, strconv.Itoa(i), "s.db")
		creator := child(t, "create", path)
		if err := creator.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(rand.N(25 * time.Millisecond))
		_ = creator.Process.Kill()
		_ = creator.Wait()
		if db, err := Open(path, Options{ReadOnly: true}); err == nil {
			if err := errors.Join(audit(db), db.Close()); err != nil {
				t.Error(err)
			}
		} else if !errors.Is(err, ErrNoStore) {
			t.Errorf("killed at its birth, the store is: %v", err)
		}
		put(t, openRoomAt(t, path), listing("1"))
	}
}
