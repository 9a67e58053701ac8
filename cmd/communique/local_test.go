package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"communique/scraper/sample"
	"communique/server/local"
	"communique/store"
)

// TestServeKilled leaves the socket of a serve that was killed behind: nobody
// hangs on it, and the next one takes its place.
func TestServeKilled(t *testing.T) {
	site := httptest.NewServer(sample.NewSite(sample.Releases(60, time.Date(2026, 9, 30, 0, 0, 0, 0, time.UTC))))
	defer site.Close()
	data := t.TempDir()
	flags := []string{
		"serve", "--data", data, "--listing", site.URL + "/press-releases", "--delay", "0s", "--no-filters",
		"--listen", "127.0.0.1:0", "--no-collect",
	}
	for range 2 {
		p := start(t, flags...)
		done(t, "collect", "--data", data)
		if err := p.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = p.Wait()
		if _, err := os.Lstat(filepath.Join(data, "communique.sock")); err != nil {
			t.Fatal("a killed process removed its socket?", err)
		}
		begin := time.Now()
		if status, out, stderr := capture(t, "export", "--data", data); status != statusDone || strings.Count(out, "\n") != 60 {
			t.Errorf("export ended with %d and %d lines: %s", status, strings.Count(out, "\n"), stderr)
		}
		if took := time.Since(begin); took > time.Second {
			t.Errorf("beside a dead socket it took %v", took)
		}
	}
}

// TestServeStopped has a serve that holds the store and says nothing: it is named
// within seconds.
func TestServeStopped(t *testing.T) {
	data := t.TempDir()
	p := start(t, "serve", "--data", data, "--listen", "127.0.0.1:0", "--no-collect")
	done(t, "export", "--data", data)
	if err := p.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"export"}, {"collect"}, {"store", "compact"}} {
		begin := time.Now()
		status, _, stderr := capture(t, append(args, "--data", data)...)
		if status != statusTryLater || !strings.Contains(stderr, "held by another process: communique serve, process") {
			t.Errorf("%v ended with %d: %s", args, status, stderr)
		}
		if took := time.Since(begin); took > 3200*time.Millisecond {
			t.Errorf("%v took %v", args, took)
		}
	}
	if err := p.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	done(t, "export", "--data", data)
	p.stop(t, os.Interrupt)
}

// TestAskLate has a process that takes the store and begins to listen only a
// moment later, as serve does.
func TestAskLate(t *testing.T) {
	data := t.TempDir()
	db, err := store.Open(filepath.Join(data, "communique.db"), store.Options{Holder: "a test"})
	if err != nil {
		t.Fatal(err)
	}
	room, err := db.Newsroom("osce")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	time.AfterFunc(500*time.Millisecond, func() {
		listener, err := local.Listen(filepath.Join(data, "communique.sock"))
		if err == nil {
			err = local.Serve(ctx, listener, local.New(local.Options{Store: db, Folder: data, Newsrooms: func() []*store.Newsroom { return []*store.Newsroom{room} }}), slog.New(slog.DiscardHandler))
		}
		ended <- err
	})
	done(t, "export", "--data", data)
	cancel()
	if err := errors.Join(<-ended, db.Close()); err != nil {
		t.Error(err)
	}
}
