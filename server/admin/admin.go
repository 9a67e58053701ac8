// Package admin tells an operator how the collector is.
//
// [New] makes a handler for the addresses that machines and people look at:
//
//	/healthz      200 while the process answers
//	/readyz       200 when the store answers and a collection was complete
//	/status       what is known of each source, as JSON
//	/status.html  the same for people
//	/status.atom  what happened, as a feed
//	/metrics      numbers, in the text format of Prometheus
//
// Nothing here visits a newsroom or waits for a collection: all is read from
// the store and from what [Runs] and [Requests] counted. Only the first two
// are fit for strangers; they give no reason that says more than it must.
package admin

import (
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"communique/collector"
	"communique/collector/journal"
	"communique/store"
)

// Source is a newsroom that the operator is told of.
type Source struct {
	// Name is the source's, as in addresses; Title is for people.
	Name, Title string
	// Store is its part of the store.
	Store *store.Newsroom
	// Journal has what happened to it: that which the collector writes. nil stands
	// for what the store has of it.
	Journal *journal.Journal
	// SetAside returns how many damaged records of it were set aside. nil says
	// that this is not known.
	SetAside func() (int, error)
	// Next returns the first collection that is planned after an instant. nil
	// says that none is planned.
	Next func(after time.Time) time.Time
	// Off says why it is not collected, "" if it is: what describes it can't be
	// read.
	Off string
}

// Options say what a handler tells of.
type Options struct {
	Sources []Source
	// Base is the address under which the handler is found, without a slash at
	// the end; links are made from it.
	Base string
	// Runs and Requests hold what was counted. nil counts as nothing.
	Runs     *Runs
	Requests *Requests
	// Documents returns how many documents are kept ready for readers, and the
	// bytes of memory that they take. nil leaves them out.
	Documents func() (n, bytes int)
	// File returns the bytes of the store's file, and those of them that are free.
	// nil leaves them out.
	File func() (size, free int64, err error)
	// Undelivered returns how many events wait for each way of telling. nil leaves
	// them out.
	Undelivered func() map[string]int
	// Clock tells the time. nil means the system's.
	Clock func() time.Time
	// Log takes what goes wrong. nil discards it.
	Log *slog.Logger
}

// Handler answers an operator.
type Handler struct {
	o        Options
	feed     feedCache
	registry *prometheus.Registry
	mux      *http.ServeMux
}

// New returns a handler for every address of the package.
func New(o Options) *Handler {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Runs == nil {
		o.Runs = NewRuns(o.Clock)
	}
	if o.Requests == nil {
		o.Requests = NewRequests()
	}
	o.Base = strings.TrimRight(o.Base, "/")
	o.Sources = slices.Clone(o.Sources)
	for i, s := range o.Sources {
		if s.Journal == nil {
			o.Sources[i].Journal = journal.New(journal.Options{Source: s.Name, Title: s.Title, Memory: s.Store, Log: o.Log})
		}
	}
	h := &Handler{o: o, mux: http.NewServeMux()}
	h.registry = h.newRegistry()
	h.mux.HandleFunc("/healthz", h.healthz)
	h.mux.HandleFunc("/readyz", h.readyz)
	h.mux.HandleFunc("/status", h.statusJSON)
	h.mux.HandleFunc("/status.html", h.statusPage)
	h.mux.HandleFunc("/status.atom", h.statusFeed)
	h.mux.HandleFunc("/metrics", h.metrics)
	return h
}

// policy is the Content-Security-Policy of every answer; the page of the status
// adds its own style.
const policy = "default-src 'none'; frame-ancestors 'none'"

// ServeHTTP implements http.Handler. Any method but GET and HEAD is refused.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Content-Security-Policy", policy)
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cache-Control", "no-store")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		header.Set("Allow", "GET, HEAD")
		say(w, http.StatusMethodNotAllowed, "The state is read with GET or HEAD.")
		return
	}
	h.mux.ServeHTTP(w, r)
}

// Beside returns a handler that answers at the addresses of the two probes, or
// at all of h's if all is true, and leaves every other request to site, counted.
func (h *Handler) Beside(site http.Handler, all bool) http.Handler {
	own := []string{"/healthz", "/readyz"}
	if all {
		own = append(own, "/status", "/status.html", "/status.atom", "/metrics")
	}
	counted := h.o.Requests.count(site)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if slices.Contains(own, r.URL.Path) {
			h.ServeHTTP(w, r)
			return
		}
		counted.ServeHTTP(w, r)
	})
}

// healthz says that the process answers.
func (h *Handler) healthz(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "ok") }

// readyz says whether there is anything to serve.
func (h *Handler) readyz(w http.ResponseWriter, _ *http.Request) {
	collected := false
	for _, s := range h.o.Sources {
		last, err := collector.LastSuccess(s.Store)
		if err != nil {
			h.o.Log.Error("looking whether the store answers", "source", s.Name, "error", err)
			say(w, http.StatusServiceUnavailable, "The store can't be read.")
			return
		}
		collected = collected || !last.IsZero()
	}
	if !collected {
		say(w, http.StatusServiceUnavailable, "No collection was complete yet.")
		return
	}
	say(w, http.StatusOK, "ok")
}

// say answers with a line of text.
func say(w http.ResponseWriter, status int, line string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(line + "\n")) // an error means that nobody listens any more
}
