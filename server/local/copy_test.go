package local

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"communique/scraper"
	"communique/store"
)

// A copy has all that was acknowledged before it was asked for, whatever is
// written meanwhile, and nothing of it is left beside the store.
func TestCopy(t *testing.T) {
	h := newHouse(t, Options{})
	h.put(0, 50)
	c := h.client()
	for round := range 5 {
		written := make(chan struct{})
		go func() {
			defer close(written)
			h.put(1000+round*100, 50)
		}()
		path := filepath.Join(t.TempDir(), "copy.db")
		if err := c.Copy(t.Context(), path); err != nil {
			t.Fatal(err)
		}
		<-written
		report, err := store.Check(path, store.Options{})
		if err := errors.Join(err, report.Err()); err != nil {
			t.Fatal(err)
		}
		if n := report.Newsrooms[0].Releases; n%50 != 0 || n < 50*(round+1) {
			t.Errorf("round %d: the copy has %d releases", round, n)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("its mode is %v, %v", info.Mode(), err)
		}
	}
	h.tidy()
	if err := c.Copy(t.Context(), filepath.Join(t.TempDir(), "no folder", "copy.db")); err == nil {
		t.Error("a copy was written to where no folder is")
	}
	taken := filepath.Join(t.TempDir(), "taken")
	write(t, taken)
	if err := c.Copy(t.Context(), taken); !errors.Is(err, os.ErrExist) {
		t.Errorf("over a file: %v", err)
	}
}

// tidy wants nothing of a copy beside the store.
func (h *house) tidy() {
	h.Helper()
	left, err := filepath.Glob(filepath.Join(h.folder, ".communique-new-*"))
	if err != nil || len(left) > 0 {
		h.Errorf("left beside the store: %v, %v", left, err)
	}
}

// Who takes a copy and doesn't read it holds up no commit, keeps no file and no
// transaction, and only so many may be at it.
func TestCopyUnread(t *testing.T) {
	h := newHouse(t, Options{})
	h.handler.queue = 50 * time.Millisecond
	for i := range 40 {
		h.put(i*50, 50)
	}
	var unread []*http.Response
	for range copiesAtOnce {
		res, err := h.client().ask(t.Context(), http.MethodGet, "/store", nil)
		if err != nil {
			t.Fatal(err)
		}
		unread = append(unread, res)
	}
	h.tidy()
	begin := time.Now()
	h.put(100_000, 50)
	if took := time.Since(begin); took > 2*time.Second {
		t.Errorf("a commit took %v", took)
	}
	err := h.client().Copy(t.Context(), filepath.Join(t.TempDir(), "copy.db"))
	if !errors.Is(err, scraper.ErrTryLater) || !strings.Contains(err.Error(), "2 others") {
		t.Errorf("one more: %v", err)
	}
	for _, res := range unread {
		if err := res.Body.Close(); err != nil {
			t.Error(err)
		}
	}
	h.handler.queue = queueTime
	if err := h.client().Copy(t.Context(), filepath.Join(t.TempDir(), "copy.db")); err != nil {
		t.Error(err)
	}
}

// A process that ends while it is asked is nobody.
func TestCopyCut(t *testing.T) {
	h := newHouse(t, Options{})
	c := h.client()
	h.end()
	if err := c.Copy(t.Context(), filepath.Join(t.TempDir(), "copy.db")); !errors.Is(err, ErrNobody) {
		t.Errorf("the error is %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.Copy(ctx, filepath.Join(t.TempDir(), "copy.db")); errors.Is(err, ErrNobody) || !errors.Is(err, context.Canceled) {
		t.Errorf("given up: the error is %v", err)
	}
}

// The versions of two copies are the same as long as nothing changed.
func TestVersions(t *testing.T) {
	h := newHouse(t, Options{})
	c := h.client()
	var seen []uint64
	for i := range 3 {
		h.put(i*100, 5)
		if err := h.room.PutNote("note", []byte{byte(i)}); err != nil {
			t.Fatal(err)
		}
		versions, err := c.Versions(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if versions["osce"] != h.room.Version() {
			t.Errorf("%v, want %d", versions, h.room.Version())
		}
		seen = append(seen, versions["osce"])
	}
	if seen[0] >= seen[1] || seen[1] >= seen[2] {
		t.Errorf("the versions are %v", seen)
	}
}

// What is not known is refused.
func TestUnknown(t *testing.T) {
	h := newHouse(t, Options{})
	for _, test := range []struct{ method, path string }{
		{http.MethodGet, "/"},
		{http.MethodGet, "/osce/all.atom"},
		{http.MethodPost, "/store"},
		{http.MethodGet, "/collect"},
		{http.MethodGet, "/osce/changes.ndjson"},
	} {
		if _, err := h.client().ask(t.Context(), test.method, test.path, nil); err == nil || !strings.Contains(err.Error(), "another version") {
			t.Errorf("%s %s: %v", test.method, test.path, err)
		}
	}
}

// Compacting makes the file smaller and leaves all that is in it, and who writes
// and reads meanwhile notices nothing.
func TestCompact(t *testing.T) {
	h := newHouse(t, Options{})
	for i := range 40 {
		h.put(i*50, 50)
	}
	version := h.room.Version()
	sizes, err := h.client().Compact(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if sizes.After >= sizes.Before || sizes.After == 0 {
		t.Errorf("%+v", sizes)
	}
	if h.room.Version() != version {
		t.Errorf("the version is %d, was %d", h.room.Version(), version)
	}
	h.put(100_000, 50)
	path := filepath.Join(t.TempDir(), "copy.db")
	if err := h.client().Copy(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	report, err := store.Check(path, store.Options{})
	if err := errors.Join(err, report.Err()); err != nil {
		t.Fatal(err)
	}
	if n := report.Newsrooms[0].Releases; n != 2050 {
		t.Errorf("there are %d releases", n)
	}
}
