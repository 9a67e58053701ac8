package notify_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"communique/collector/journal"
	"communique/server/notify"
)

// script writes a program of an operator's.
func script(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tell")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+text), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestCommand finds the event on its standard input and in its environment, and
// its arguments as they are.
func TestCommand(t *testing.T) {
	out := t.TempDir()
	path := script(t, `cat > "$OUT/in"; printf '%s|' "$@" "$COMMUNIQUE_EVENT_ID" "$COMMUNIQUE_EVENT_KIND" "$COMMUNIQUE_EVENT_SOURCE" "$COMMUNIQUE_EVENT_TIME" "$COMMUNIQUE_EVENT_TITLE" "$COMMUNIQUE_EVENT_TEXT" > "$OUT/seen"; env > "$OUT/env"`)
	j := read(open(t))
	n := notifier(j, notify.NewCommand(notify.CommandOptions{Args: []string{path, "a b", "$(touch x)"}, Env: []string{"OUT=" + out, "PATH=" + os.Getenv("PATH")}}))
	t.Setenv("A_SECRET", "geheim")
	happen(j, 1)
	n.Flush(t.Context())
	events, _ := j.Events()
	e := events[0]
	seen, _ := os.ReadFile(filepath.Join(out, "seen"))
	if want := "a b|$(touch x)|" + e.ID + "|broken|osce|2026-03-20T09:30:00Z|OSCE: the listing is broken|a reason|"; string(seen) != want {
		t.Errorf("saw %q, want %q", seen, want)
	}
	var got struct{ Data journal.Event }
	in, _ := os.ReadFile(filepath.Join(out, "in"))
	if err := json.Unmarshal(in, &got); err != nil || got.Data != e {
		t.Errorf("%v, %s", err, in)
	}
	if env, err := os.ReadFile(filepath.Join(out, "env")); err != nil || strings.Contains(string(env), "A_SECRET") {
		t.Errorf("%v, its environment is %s", err, env)
	}
}

// TestCommandsThatFail keeps the event for later, says so once, and is bounded in
// time and in what it logs.
func TestCommandsThatFail(t *testing.T) {
	for _, test := range []struct {
		name, text string
		waiting    int
		logged     string
	}{
		{"status 1", "echo it broke >&2; exit 1", 2, "it broke"},
		{"loud", "exec head -c 3000000 /dev/zero | tr '\\0' x", 0, "bytes=3000000"},
		{"forged lines", "printf 'a\\nlevel=ERROR msg=forged\\033[2J'", 0, `a\nlevel=ERROR msg=forged\x1b[2J`},
		{"hanging", "sleep 1000", 2, "it was killed after 300ms"},
		{"deaf to signals", "trap '' TERM INT HUP; sleep 1000; sleep 1000", 2, "it was killed after 300ms"},
		{"does not read", "exec <&-; exit 0", 0, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			j := read(open(t))
			var log bytes.Buffer
			logger := slog.New(slog.NewTextHandler(&log, nil))
			command := notify.NewCommand(notify.CommandOptions{Args: []string{script(t, test.text)}, Env: []string{"PATH=" + os.Getenv("PATH")}, Timeout: 300 * time.Millisecond, Log: logger})
			n := begun(notify.New(notify.Options{Journals: []*journal.Journal{j}, Ways: []notify.Way{command}, Clock: func() time.Time { return today }, Log: logger}))
			happen(j, 2)
			began := time.Now()
			n.Flush(t.Context())
			if took := time.Since(began); took > 10*time.Second {
				t.Errorf("it took %s", took)
			}
			if got := n.Undelivered()["command"]; got != test.waiting || !strings.Contains(log.String(), test.logged) || log.Len() > 4*4096 {
				t.Errorf("%d wait, logged %d bytes: %.500s", got, log.Len(), log.String())
			}
		})
	}
}

// TestMissingCommand is an error like any other.
func TestMissingCommand(t *testing.T) {
	j := read(open(t))
	n := notifier(j, notify.NewCommand(notify.CommandOptions{Args: []string{filepath.Join(t.TempDir(), "none")}}))
	happen(j, 1)
	n.Flush(t.Context())
	if waiting, down := n.Undelivered(), n.Down(); waiting["command"] != 1 || !down["command"] {
		t.Errorf("%v wait, down %v", waiting, down)
	}
}

// TestWholeGroupIsKilled leaves nothing of what a command started.
func TestWholeGroupIsKilled(t *testing.T) {
	out := filepath.Join(t.TempDir(), "pids")
	path := script(t, "sleep 1000 & echo $! > "+out+"; sleep 1000 & echo $! >> "+out+"; wait")
	j := read(open(t))
	n := notifier(j, notify.NewCommand(notify.CommandOptions{Args: []string{path}, Env: []string{"PATH=" + os.Getenv("PATH")}, Timeout: 500 * time.Millisecond}))
	happen(j, 1)
	n.Flush(t.Context())
	text, err := os.ReadFile(out)
	pids := strings.Fields(string(text))
	if err != nil || len(pids) != 2 {
		t.Fatal(err, pids)
	}
	for _, text := range pids {
		pid, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		for n := 0; alive(pid); n++ {
			if n > 500 {
				t.Fatalf("process %d is still there", pid)
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
}

// alive says whether a process runs; one that is dead and not yet taken note of by
// its parent does not.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err != nil || !slices.Contains(strings.Fields(string(stat)), "Z")
}

// TestOneWayDoesNotDelayAnother tells by webhook while the command hangs.
func TestOneWayDoesNotDelayAnother(t *testing.T) {
	receiver, j := newReceiver(t), read(open(t))
	command := notify.NewCommand(notify.CommandOptions{Args: []string{script(t, "sleep 1000")}, Env: []string{"PATH=" + os.Getenv("PATH")}, Timeout: 2 * time.Second})
	n := notifier(j, command, webhook(t, receiver.URL))
	happen(j, 1)
	ended := make(chan struct{})
	go func() { n.Flush(t.Context()); close(ended) }()
	for n.Undelivered()["webhook"] > 0 {
		select {
		case <-ended:
			t.Fatal("it had to wait for the command")
		case <-time.After(time.Millisecond):
		}
	}
	<-ended
	if n.Undelivered()["command"] != 1 {
		t.Error("a command that was killed has told")
	}
}
