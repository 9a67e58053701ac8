package local

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"communique/collector"
	"communique/scraper"
	"communique/store"
)

// Options say what a handler has to answer with.
type Options struct {
	// Store is what others ask for. Copies of it lie in Folder, which is on the
	// same disk, for as long as they are sent.
	Store  *store.DB
	Folder string
	// Newsrooms returns those whose versions are told.
	Newsrooms func() []*store.Newsroom
	// Collect makes the collection that is ordered. It calls tell from one
	// goroutine; that never waits.
	Collect func(ctx context.Context, order Order, tell func(News)) (collector.Report, error)
	// Changes answers for the change log of each newsroom, under the same path as
	// to readers; nil answers none.
	Changes http.Handler
	// Log takes, at debug level, every request. nil discards it.
	Log *slog.Logger
}

const (
	// copiesAtOnce is how many copies of the store are made and sent at once.
	copiesAtOnce = 2
	// ordersAtOnce is how many collections are made or waited for.
	ordersAtOnce = 4
	// queueTime is how long a request waits for a place among these.
	queueTime = 30 * time.Second
)

// Handler answers other processes of the same user.
type Handler struct {
	Options
	mux            *http.ServeMux
	copies, orders chan struct{} // a place for each
	queue          time.Duration // how long a request waits for one
}

// New returns a handler for every address of the package.
func New(o Options) *Handler {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Changes == nil {
		o.Changes = http.NotFoundHandler()
	}
	h := &Handler{Options: o, mux: http.NewServeMux(), copies: make(chan struct{}, copiesAtOnce), orders: make(chan struct{}, ordersAtOnce), queue: queueTime}
	h.mux.HandleFunc("GET /version", h.version)
	h.mux.HandleFunc("GET /store", h.store)
	h.mux.HandleFunc("POST /collect", h.collect)
	h.mux.HandleFunc("POST /compact", h.compact)
	h.mux.Handle("GET /{newsroom}/changes.ndjson", o.Changes)
	return h
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.Log.Debug("asked by another process", "method", r.Method, "path", r.URL.Path)
	h.mux.ServeHTTP(w, r)
}

// Versions tells states of a store from each other: the version of each newsroom.
type Versions map[string]uint64

// VersionsOf returns those of newsrooms.
func VersionsOf(newsrooms []*store.Newsroom) Versions {
	versions := Versions{}
	for _, n := range newsrooms {
		versions[n.Name()] = n.Version()
	}
	return versions
}

func (h *Handler) version(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, VersionsOf(h.Newsrooms()))
}

// compact takes as long as it takes.
func (h *Handler) compact(w http.ResponseWriter, r *http.Request) {
	connection := http.NewResponseController(w)
	_ = connection.SetWriteDeadline(time.Time{})
	_, before := h.Store.Free()
	if err := h.Store.Compact(r.Context()); err != nil {
		fail(w, err)
		return
	}
	_, after := h.Store.Free()
	_ = connection.SetWriteDeadline(time.Now().Add(answerTime))
	answer(w, http.StatusOK, Sizes{Before: before, After: after})
}

// enter waits for a place, and returns what gives it back.
func (h *Handler) enter(ctx context.Context, places chan struct{}, what string) (leave func(), err error) {
	late := time.NewTimer(h.queue)
	defer late.Stop()
	select {
	case places <- struct{}{}:
		return func() { <-places }, nil
	case <-late.C:
		return nil, fmt.Errorf("%s: %d others are at it; %w", what, cap(places), scraper.ErrTryLater)
	case <-ctx.Done():
		return nil, fmt.Errorf("%s: %w", what, context.Cause(ctx))
	}
}

// fail answers with an error.
func fail(w http.ResponseWriter, err error) {
	answer(w, http.StatusServiceUnavailable, newFailure(err))
}

// answer writes a JSON object. An error means that nobody listens any more.
func answer(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value)
}
