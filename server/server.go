// Package server gives a press's documents to readers over HTTP.
//
// [New] makes the handler and [Serve] runs it until a context ends. The
// handler answers from renderings kept in memory; it asks the press only
// whether they still hold, so that reading a feed never collects anything and
// a crowd of readers costs one rendering.
//
// The rules of HTTP that readers rely on each have their file: conditions
// (If-None-Match and its kin), codings (gzip), addresses (which paths are
// served at all) and the fields that every response carries. The ETag comes
// from the bytes of a document, so it is the same after a restart.
package server

import (
	"errors"
	"log/slog"
	"net/http"
	"time"

	"communique/feed"
)

// Press is what the server needs of the press that renders the documents.
// All methods are called by many requests at once.
type Press interface {
	// Version grows when any document may have changed. It is asked for on
	// every request.
	Version() uint64
	// VersionOf returns the version of one document without rendering it, and
	// feed.ErrNoDocument when there is none at path.
	VersionOf(path string) (uint64, error)
	// Render returns one document, or feed.ErrNoDocument. Its body belongs to
	// the server from then on.
	Render(path string) (feed.Document, error)
}

// Options say what a handler serves, and how.
type Options struct {
	// Press renders the documents. It is the one option without a default.
	Press Press
	// MaxAge is how long caches may answer for the server without asking it,
	// in whole seconds; about the interval of collection. With 0 they ask
	// every time.
	MaxAge time.Duration
	// Paths bounds how many documents are kept rendered. 0 means 1024.
	Paths int
	// Clock tells the time. nil means the system's.
	Clock func() time.Time
	// Log takes what goes wrong and, at debug level, every request. nil
	// discards it.
	Log *slog.Logger
}

// handler answers requests from its renderings.
type handler struct {
	renderings *renderings
	clock      func() time.Time
	log        *slog.Logger
}

// New returns a handler that serves the documents of a press.
//
// GET and HEAD are answered for every path that the press knows, whatever the
// request's query, Accept or User-Agent say. A path that the press does not
// know, or that is not written in its normal form, is answered 404: one
// address, one representation, and no redirect that could lead elsewhere.
// Ranges are not offered.
func New(o Options) http.Handler {
	if o.Paths <= 0 {
		o.Paths = 1024
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &handler{newRenderings(o), o.Clock, o.Log}
}

// ServeHTTP implements http.Handler.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a := h.guarded(r)
	a.send(w, r.Method)
	h.note(r, a)
}

// guarded is answer, except that a panic costs this request alone.
func (h *handler) guarded(r *http.Request) (a answer) {
	defer func() {
		if value := recover(); value != nil {
			a = mistaken()
			h.log.Error("answering a request", "path", r.URL.Path, "error", newMishap(value))
		}
	}()
	return h.answer(r)
}

// answer decides what r is told; nothing has been written yet when it ends.
func (h *handler) answer(r *http.Request) answer {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return refuse(http.StatusMethodNotAllowed, "Documents are read with GET or HEAD.", allow)
	}
	path, ok := documentPath(r.URL)
	if !ok {
		return notFound()
	}
	shown, err := h.renderings.of(path)
	switch {
	case err == nil:
		return shown.answer(r.Header, h.clock)
	case errors.Is(err, feed.ErrNoDocument):
		return notFound()
	case isMishap(err):
		return mistaken()
	}
	return refuse(http.StatusServiceUnavailable, "This document can't be given right now; please ask again later.", retryAfter)
}

// note writes the access log. What strangers sent is quoted by slog, so that
// nothing in it can pass for a line of its own.
func (h *handler) note(r *http.Request, a answer) {
	if !h.log.Enabled(r.Context(), slog.LevelDebug) {
		return
	}
	h.log.Debug("request", "method", r.Method, "path", r.URL.Path, "status", a.status,
		"bytes", len(a.body), "client", r.RemoteAddr, "agent", r.UserAgent())
}
