// Package server gives a press's documents to readers over HTTP.
//
// [New] makes the handler and [Serve] runs it until a context ends. The
// handler answers from renderings kept in memory; it asks the press only
// whether they still hold, so that reading a feed never collects anything and
// a crowd of readers costs one rendering.
//
// The rules of HTTP that readers rely on each have their file: conditions
// (If-None-Match and its kin), codings (gzip, zstd and br, made when a document
// is rendered), addresses (which paths are served at all), absences (what moved,
// ended or never was) and the fields that every response carries. The ETag
// comes from the bytes of a document, so it is the same after a restart.
//
// Machines that want every change and not the newest releases read the change
// log, which lies beside the documents of each newsroom (see [ChangeLog]).
// Package websub tells a hub of documents that changed.
package server

import (
	"log/slog"
	"net/http"
	"strings"
	"time"

	"communique/feed"
)

// Press is what the server needs of the press that renders the documents.
// All methods are called by many requests at once.
type Press interface {
	// Version grows when any document may have changed. It is asked for on
	// every request.
	Version() uint64
	// VersionOf returns the version of one document without rendering it. Where
	// there is none at path, the error is a *feed.MovedError, or it wraps
	// feed.ErrGone or feed.ErrNoDocument.
	VersionOf(path string) (uint64, error)
	// Render returns one document, or such an error. Its body belongs to the
	// server from then on.
	Render(path string) (feed.Document, error)
	// Topics returns the paths of the documents that a hub is told of: those
	// whose Hub is set.
	Topics() ([]string, error)
}

// Options say what a handler serves, and how.
type Options struct {
	// Press renders the documents. It is the one option without a default.
	Press Press
	// Base is the address under which readers find the documents, as the press
	// knows it, without a slash at the end. Redirects and links are made from
	// it; without it they hold paths only.
	Base string
	// Logs are the change logs by the name of their newsroom. That of "osce"
	// is served as /osce/changes.ndjson.
	Logs map[string]ChangeLog
	// MaxAge is how long caches may answer for the server without asking it,
	// in whole seconds; about the interval of collection. With 0 they ask
	// every time. Complete archives may be kept for a day at least.
	MaxAge time.Duration
	// Paths bounds how many documents are kept rendered, Bytes how much memory
	// they take in all codings. 0 means 1024 and 64 MiB.
	Paths, Bytes int
	// Waiting bounds how many requests may wait for changes. 0 means 1000.
	Waiting int
	// Clock tells the time. nil means the system's.
	Clock func() time.Time
	// Log takes what goes wrong and, at debug level, every request. nil
	// discards it.
	Log *slog.Logger
}

// withDefaults returns o with every default in its place.
func (o Options) withDefaults() Options {
	if o.Paths <= 0 {
		o.Paths = 1024
	}
	if o.Bytes <= 0 {
		o.Bytes = 64 << 20
	}
	if o.Waiting <= 0 {
		o.Waiting = 1000
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.Base = strings.TrimRight(o.Base, "/")
	return o
}

// Handler answers requests from its renderings.
type Handler struct {
	press      Press
	base       string
	renderings *renderings
	changes    *changes
	now        clock
	log        *slog.Logger
}

// New returns a handler that serves the documents of a press.
//
// GET and HEAD are answered for every path that the press knows, whatever the
// request's query, Accept or User-Agent say. A path that the press does not
// know, or that is not written in its normal form, is answered 404, with the
// addresses that may have been meant if the press knows any; one that moved is
// answered 301, and what was taken back 410. Ranges are not offered.
func New(o Options) *Handler {
	o = o.withDefaults()
	return &Handler{o.Press, o.Base, newRenderings(o), newChanges(o), o.Clock, o.Log}
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a := h.guarded(w, r)
	if a.sent != nil {
		defer a.sent()
	}
	a.send(w, r.Method)
	h.note(r, a)
}

// guarded is answer, except that a panic costs this request alone.
func (h *Handler) guarded(w http.ResponseWriter, r *http.Request) (a answer) {
	defer func() {
		if value := recover(); value != nil {
			a = mistaken()
			h.log.Error("answering a request", "path", r.URL.Path, "error", newMishap(value))
		}
	}()
	return h.answer(w, r)
}

// answer decides what r is told; nothing has been written yet when it ends.
func (h *Handler) answer(w http.ResponseWriter, r *http.Request) answer {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return refuse(http.StatusMethodNotAllowed, "Documents are read with GET or HEAD.", allow)
	}
	path, ok := documentPath(r.URL)
	if !ok {
		return h.notFound()
	}
	if log := h.changes.logs[path]; log != nil {
		return h.changes.answer(w, r, log)
	}
	shown, err := h.renderings.of(path)
	switch {
	case err == nil:
		return shown.answer(r.Header, h.now)
	case absent(err):
		return h.absence(err)
	case isMishap(err):
		return mistaken()
	}
	return unavailable("This document can't be given right now; please ask again later.")
}

// note writes the access log. What strangers sent is quoted by slog, so that
// nothing in it can pass for a line of its own.
func (h *Handler) note(r *http.Request, a answer) {
	if !h.log.Enabled(r.Context(), slog.LevelDebug) {
		return
	}
	h.log.Debug("request", "method", r.Method, "path", r.URL.Path, "status", a.status,
		"bytes", len(a.body), "client", r.RemoteAddr, "agent", r.UserAgent())
}
