package main

import (
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"communique/scraper/sample"
	"communique/store"
)

// TestWatch has a watching publication meet what it may: no store yet, a store
// that another process holds, a folder that can't be written.
func TestWatch(t *testing.T) {
	site := sample.NewSite(sample.Releases(60, time.Date(2026, 9, 30, 0, 0, 0, 0, time.UTC)))
	served := httptest.NewServer(site)
	defer served.Close()
	data, web := t.TempDir(), filepath.Join(t.TempDir(), "web")
	collect := []string{"collect", "--data", data, "--listing", served.URL + "/press-releases", "--delay", "0s"}
	w := startWatch(t, "--data", data, "--out", web, "--interval", "100ms")

	w.says("waiting to publish", "no store there")
	done(t, collect...)
	w.shows(filepath.Join(web, "osce/all.atom"), "<entry>")

	db, err := store.Open(filepath.Join(data, "communique.db"), store.Options{Holder: "a test"})
	if err != nil {
		t.Fatal(err)
	}
	room, err := db.Newsroom("osce")
	if err != nil {
		t.Fatal(err)
	}
	if err := room.PutNote("note", []byte(time.Now().String())); err != nil {
		t.Fatal(err)
	}
	w.says("waiting to publish", "held by another process: a test")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	w.says("publishing again")

	index := filepath.Join(web, "index.html")
	if err := os.Remove(index); err != nil {
		t.Fatal(err)
	}
	plant(t, filepath.Join(index, "mine.txt"))
	site.Add(sample.Release{
		Number: 1 << 20, Title: "A release of the day after", Summary: "It was not there before.", Day: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC),
		Type: "News", Offices: []string{"OSCE Secretariat"}, Topics: []string{"Policing"},
	})
	done(t, collect...)
	w.says("publishing failed; the last good files stay", "index.html: a folder is in its place")
	w.shows(filepath.Join(web, "osce/all.atom"), "A release of the day after")
	if err := os.RemoveAll(index); err != nil {
		t.Fatal(err)
	}
	w.shows(index, "<html")
	if status := w.end(); status != statusDone {
		t.Errorf("ended with status %d: %s", status, w.err.String())
	}
}

// watching is a publication that runs in this process.
type watching struct {
	*testing.T
	out, err output
	end      func() (status int)
}

func startWatch(t *testing.T, flags ...string) *watching {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	w := &watching{T: t}
	ended := make(chan int, 1)
	args := append([]string{"publish", "--watch", "--base-url", "https://feeds.example.org"}, flags...)
	go func() { ended <- run(ctx, args, nil, streams{strings.NewReader(""), &w.out, &w.err}, time.Now) }()
	w.end = func() int {
		cancel()
		return <-ended
	}
	return w
}

// says waits until one line of the log has all parts.
func (w *watching) says(parts ...string) {
	w.Helper()
	w.until("a line with "+strings.Join(parts, ", "), func() bool {
		for line := range strings.Lines(w.err.String()) {
			missing := false
			for _, part := range parts {
				missing = missing || !strings.Contains(line, part)
			}
			if !missing {
				return true
			}
		}
		return false
	})
}

// shows waits until a file has a text.
func (w *watching) shows(name, text string) {
	w.Helper()
	w.until(name+" with "+text, func() bool {
		found, _ := os.ReadFile(name)
		return strings.Contains(string(found), text)
	})
}

func (w *watching) until(what string, done func() bool) {
	w.Helper()
	for end := time.Now().Add(20 * time.Second); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			w.Fatalf("not within 20 seconds: %s\n%s%s", what, w.out.String(), w.err.String())
		}
	}
}
