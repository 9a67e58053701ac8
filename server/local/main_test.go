package local

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"communique/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// house is a store and what answers for it at a socket.
type house struct {
	*testing.T
	folder  string
	db      *store.DB
	room    *store.Newsroom
	handler *Handler
	end     func() // answers no more
}

func newHouse(t *testing.T, o Options) *house {
	t.Helper()
	h := &house{T: t, folder: t.TempDir()}
	var err error
	if h.db, err = store.Open(filepath.Join(h.folder, "communique.db"), store.Options{}); err != nil {
		t.Fatal(err)
	}
	if h.room, err = h.db.Newsroom("osce"); err != nil {
		t.Fatal(err)
	}
	o.Store, o.Folder, o.Newsrooms = h.db, h.folder, func() []*store.Newsroom { return []*store.Newsroom{h.room} }
	h.handler = New(o)
	listener, err := Listen(h.socket())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- Serve(ctx, listener, h.handler, slog.New(slog.DiscardHandler)) }()
	h.end = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() {
		h.end()
		if err := h.db.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

func (h *house) socket() string { return filepath.Join(h.folder, "communique.sock") }

// client dials, and lets go when the test ends.
func (h *house) client() *Client {
	h.Helper()
	c, err := Dial(h.Context(), h.socket())
	if err != nil {
		h.Fatal(err)
	}
	h.Cleanup(c.Close)
	return c
}

// put stores a page of n releases from number first on.
func (h *house) put(first, n int) {
	h.Helper()
	page := store.Page{Seen: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), Run: 1}
	for i := range n {
		key := fmt.Sprint(first + n - i)
		page.Releases = append(page.Releases, store.Release{
			ID: "tag:osce.org,1999:release/" + key, Key: key, URL: "https://www.osce.org/" + key, Title: "Release " + key,
			Day: store.Day{Year: 2026, Month: 10, Day: 1}, Published: time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC),
		})
	}
	if _, err := h.room.Put(page); err != nil {
		h.Fatal(err)
	}
}
