package main

import (
	"errors"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"communique/scraper/sample"
	"communique/store"
)

// TestCollectKilled kills collections at random instants: what the store had once
// it has in the same words ever after, and a run that may end makes it whole.
func TestCollectKilled(t *testing.T) {
	const all, kills = 400, 25
	site := sample.NewSite(sample.Releases(all, time.Date(2026, time.September, 30, 12, 0, 0, 0, time.UTC)))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(5 * time.Millisecond) // or a run were over before it can be killed
		site.ServeHTTP(w, r)
	}))
	defer server.Close()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	data, program := t.TempDir(), communiqueIn(t, exe)
	collect := func() *exec.Cmd {
		c := exec.Command(program, "collect", "--listing", server.URL+"/press-releases", "--delay", "0s", "--now", "--no-filters", "--data", data)
		c.Args[0] = "communique"
		return c
	}
	had, early := map[string]store.Release{}, 0
	random := rand.New(rand.NewPCG(4, 2))
	for range kills {
		run := collect()
		if err := run.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(random.IntN(150)) * time.Millisecond)
		_ = run.Process.Kill()
		if run.Wait() != nil {
			early++
		}
		compareWithHad(t, data, had)
	}
	if out, err := collect().CombinedOutput(); err != nil {
		t.Fatalf("%v:\n%s", err, out)
	}
	compareWithHad(t, data, had)
	if len(had) != all || early < kills/4 {
		t.Errorf("%d of %d releases are stored; %d of %d runs were killed", len(had), all, early, kills)
	}
}

// compareWithHad holds the store against what it had, and adds what is new.
func compareWithHad(t *testing.T, data string, had map[string]store.Release) {
	t.Helper()
	db, err := store.Open(filepath.Join(data, "communique.db"), store.Options{ReadOnly: true})
	if errors.Is(err, store.ErrNoStore) && len(had) == 0 {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if trouble := db.Trouble(); len(trouble) > 0 {
		t.Errorf("the store is damaged: %v", trouble)
	}
	room, err := db.Newsroom("osce")
	if err != nil {
		t.Fatal(err)
	}
	list, _, err := room.Releases(store.Query{}, "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	now := map[string]store.Release{}
	for _, r := range list {
		r.Position = 0 // of its day; others come between
		now[r.Key] = r
	}
	for key, before := range had {
		if diff := cmp.Diff(before, now[key]); diff != "" {
			t.Fatalf("%s (-had +has):\n%s", key, diff)
		}
	}
	for key, r := range now {
		had[key] = r
	}
}
