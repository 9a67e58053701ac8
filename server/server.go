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
// What a client may ask for is bounded (rate, connections); who it is behind a
// proxy is told by client. Feeds that are not for everyone are given under a
// token, which appears in no log (see [Tokens]).
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
	// Rate bounds what one client may ask for, and Proxies says behind whom
	// clients are told apart. Clients in private networks and on this machine
	// are not limited, unless a proxy names them.
	Rate    Rate
	Proxies Proxies
	// Tokens open every document, under /private/TOKEN/. nil means that there
	// are none.
	Tokens Tokens
	// Private says that documents are only given to those with a token.
	Private bool
	// Hubless renders for those with a token if Press names a WebSub hub, which
	// must not learn of their addresses: the same documents without the hub. nil
	// means Press.
	Hubless Press
	// Rendered, if set, is told of each document that was asked for and looked at
	// anew: err says why it could not be made, and so was kept back, and is nil if
	// it could or is no more.
	Rendered func(path string, err error)
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
	if o.Rendered == nil {
		o.Rendered = func(string, error) {}
	}
	if o.Hubless == nil {
		o.Hubless = o.Press
	}
	o.Base = strings.TrimRight(o.Base, "/")
	return o
}

// Handler answers requests from its renderings.
type Handler struct {
	press   Press
	open    site
	tokened *tokened // nil without tokens
	private bool
	limiter *limiter
	changes *changes
	now     clock
	log     *slog.Logger
}

// site is the tree of documents as it is given under one address.
type site struct {
	// home is the address of the tree, without a slash at the end.
	home string
	// prefix stands before a document's path in renderings.
	prefix     string
	renderings *renderings
}

// New returns a handler that serves the documents of a press.
//
// GET and HEAD are answered for every path that the press knows, whatever the
// request's query, Accept or User-Agent say. A path that the press does not
// know, or that is not written in its normal form, is answered 404, with the
// addresses that may have been meant if the press knows any; one that moved is
// answered 301, and what was taken back 410. A client that asks too often is
// answered 429. Ranges are not offered.
func New(o Options) *Handler {
	o = o.withDefaults()
	h := &Handler{
		press: o.Press, open: site{home: o.Base, renderings: newRenderings(o)}, private: o.Private,
		limiter: newLimiter(o), changes: newChanges(o), now: o.Clock, log: o.Log,
	}
	if o.Tokens != nil {
		h.tokened = newTokened(o, h.open.renderings)
	}
	return h
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
			h.log.Error("answering a request", "path", masked(r.URL.Path), "error", newMishap(value))
		}
	}()
	return h.answer(w, r)
}

// answer decides what r is told; nothing has been written yet when it ends.
func (h *Handler) answer(w http.ResponseWriter, r *http.Request) answer {
	if wait := h.limiter.turnAway(r); wait > 0 {
		return tooMany(wait)
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return refuse(http.StatusMethodNotAllowed, "Documents are read with GET or HEAD.", allow)
	}
	asked, ok := targetOf(r.URL)
	switch {
	case ok && asked.token != "":
		if h.tokened != nil && h.tokened.Holds(asked.token) {
			return h.give(w, r, h.tokened.site(asked.token), asked.path).confidential()
		}
	case ok && !h.private:
		return h.give(w, r, h.open, asked.path)
	}
	return h.nothing()
}

// nothing is the answer at every address that is none, and at those that a
// stranger is not to know of.
func (h *Handler) nothing() answer {
	if h.private {
		return refuse(http.StatusNotFound, "There is nothing at this address.")
	}
	return h.open.notFound()
}

// give answers with what a site has at a path.
func (h *Handler) give(w http.ResponseWriter, r *http.Request, s site, path string) answer {
	if log := h.changes.logs[path]; log != nil {
		return h.changes.answer(w, r, s.home, log)
	}
	shown, err := s.renderings.of(s.prefix + path)
	switch {
	case err == nil:
		return shown.answer(r.Header, h.now)
	case absent(err):
		return s.absence(err)
	case isMishap(err):
		return mistaken()
	}
	return unavailable("This document can't be given right now; please ask again later.")
}

// note writes the access log. What strangers sent is quoted by slog, so that
// nothing in it can pass for a line of its own, and no token stands in it.
func (h *Handler) note(r *http.Request, a answer) {
	if !h.log.Enabled(r.Context(), slog.LevelDebug) {
		return
	}
	h.log.Debug("request", "method", r.Method, "path", masked(r.URL.Path), "status", a.status,
		"bytes", len(a.body), "client", h.limiter.clients.of(r).String(), "agent", r.UserAgent())
}
