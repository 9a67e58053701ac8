package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestChanged tells settings apart that are written alike.
func TestChanged(t *testing.T) {
	file := filepath.Join(t.TempDir(), "c.yaml")
	read := func(text string) *config {
		writeConfig(t, file, text)
		a, err := newApp([]string{"serve", "--config", file}, nil, streams{}, time.Now).reread()
		if err != nil {
			t.Fatal(err)
		}
		return a.config
	}
	feed := "feeds: [{name: x, title: X, match: {words: %s}}]\n"
	for _, test := range []struct{ before, after, want string }{
		{"contact: me\n", "contact: me\n", ""},
		{"notify: {command: [sh, -c, 'a,b']}\n", "notify: {command: [sh, -c, a, b]}\n", "notify.command"},
		{fmt.Sprintf(feed, "[new year]"), fmt.Sprintf(feed, "[new, year]"), "feeds"},
		{fmt.Sprintf(feed, "[new]"), fmt.Sprintf(feed, "[new]"), ""},
	} {
		before := read(test.before)
		if got := strings.Join(changed(before, read(test.after)), " "); got != test.want {
			t.Errorf("from %q to %q: %q, want %q", test.before, test.after, got, test.want)
		}
	}
	if me, you := read("contact: me\n").notifierSign(), read("contact: you\n").notifierSign(); me == you {
		t.Errorf("the notifier goes on as %q", me)
	}
}

// service returns what serve runs on by the settings of a file, with nobody there
// to read.
func (r *reloaded) service(t *testing.T) *service {
	t.Helper()
	a, err := newApp([]string{"serve", "--config", r.file, "--data", t.TempDir()}, nil, streams{out: io.Discard, err: io.Discard}, time.Now).reread()
	if err != nil {
		t.Fatal(err)
	}
	ln, err := listenAt(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	desk, err := a.openDesk(t.Context(), a.serving, ln)
	if err != nil {
		t.Fatal(err)
	}
	db, err := a.writeStore("serve")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = ln.Close(), db.Close() })
	d := &service{started: a, readers: ln, desk: desk, db: db, turns: newTurns()}
	g, err := d.build(a)
	if err != nil {
		t.Fatal(err)
	}
	d.current.Store(g)
	return d
}

// TestReloadEndsAWait ends a schedule that waits for a collection which another
// process ordered: it collects no more.
func TestReloadEndsAWait(t *testing.T) {
	r := &reloaded{file: filepath.Join(t.TempDir(), "c.yaml")}
	writeConfig(t, r.file, "listing: http://127.0.0.1:1/\n")
	d := r.service(t)
	b := d.current.Load().beats[0]
	d.turns.ofSource(b.name) <- struct{}{}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	schedule, end := context.WithCancel(ctx)
	ended := make(chan bool)
	go func() { ended <- d.collect(ctx, schedule, b) }()
	end()
	select {
	case <-ended:
	case <-time.After(5 * time.Second):
		t.Error("it waits on")
		stop()
		<-d.turns.ofSource(b.name)
		<-ended
	}
}

// TestRefusedFeeds come to be served only with settings that are taken: else
// readers would be told that they ended.
func TestRefusedFeeds(t *testing.T) {
	r := &reloaded{file: filepath.Join(t.TempDir(), "c.yaml")}
	writeConfig(t, r.file, "contact: me\n")
	d := r.service(t)
	writeConfig(t, r.file, ballots)
	tokens := filepath.Join(d.started.data, "tokens.json")
	writeConfig(t, tokens, "no JSON")
	if g, _, err := d.renew(); err == nil {
		t.Fatalf("taken: %v", g)
	}
	if names, err := servedFeeds(d.current.Load().beats[0].room); err != nil || len(names) > 0 {
		t.Errorf("served were %q, %v", names, err)
	}
	if err := os.Remove(tokens); err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.renew(); err != nil {
		t.Fatal(err)
	}
	if names, err := servedFeeds(d.current.Load().beats[0].room); err != nil || len(names) != 1 {
		t.Errorf("served were %q, %v", names, err)
	}
}

// TestHubOfPrivateFeeds is told nothing: it can't have them.
func TestHubOfPrivateFeeds(t *testing.T) {
	r := &reloaded{file: filepath.Join(t.TempDir(), "c.yaml")}
	writeConfig(t, r.file, "private: true\nhub: http://127.0.0.1:1/\n")
	g := r.service(t).current.Load()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); g.site.tellHub(ctx, g.app) }()
	select {
	case <-ended:
	case <-time.After(5 * time.Second):
		t.Error("it waits for changes to tell")
	}
	stop()
	<-ended
}

// TestRereadKeepsNothing reads settings of 120 kB again and again.
func TestRereadKeepsNothing(t *testing.T) {
	file := filepath.Join(t.TempDir(), "c.yaml")
	writeConfig(t, file, "contact: me\n"+strings.Repeat("# a comment\n", 10_000))
	first := newApp([]string{"serve", "--config", file}, nil, streams{}, time.Now)
	heap := func(times int) int64 {
		for range times {
			if _, err := first.reread(); err != nil {
				t.Fatal(err)
			}
		}
		var stats runtime.MemStats
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(&stats)
		return int64(stats.HeapAlloc)
	}
	before := heap(2)
	if grown := heap(20) - before; grown > 1<<20 {
		t.Errorf("20 times keep %d bytes", grown)
	}
}
