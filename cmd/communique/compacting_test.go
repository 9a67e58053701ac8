package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"communique/store"
)

// TestCompacts gives serve a store that is nearly all free: it is small soon, and
// has what it had.
func TestCompacts(t *testing.T) {
	data := t.TempDir()
	path := filepath.Join(data, "communique.db")
	db, err := store.Open(path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	room, err := db.Newsroom("osce")
	if err != nil {
		t.Fatal(err)
	}
	for _, note := range []string{strings.Repeat("x", 2*worthCompacting), "small"} {
		if err := room.PutNote("test", []byte(note)); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Size() < 2*worthCompacting {
		t.Fatalf("the file is small already: %v, %v", info, err)
	}
	p := start(t, "serve", "--no-collect", "--data", data, "--listen", "127.0.0.1:0")
	eventually(t, "the file is small", p, func() bool {
		info, err := os.Stat(path)
		return err == nil && info.Size() < worthCompacting
	})
	if res, _ := get(t, p.base+"/osce/all.atom"); res.StatusCode != http.StatusOK {
		t.Errorf("the feed: %s", res.Status)
	}
	p.stop(t, syscall.SIGTERM)
	if db, err = store.Open(path, store.Options{ReadOnly: true}); err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if room, err = db.Newsroom("osce"); err != nil {
		t.Fatal(err)
	}
	if note, err := room.Note("test"); string(note) != "small" || err != nil {
		t.Errorf("the note is %q, %v", note, err)
	}
}
