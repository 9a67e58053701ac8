package admin

import (
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
)

// Requests counts what readers asked for since the process began. Its methods
// may be called by many goroutines.
type Requests struct {
	mu sync.Mutex
	by map[asked]sum
}

// asked is a kind of request.
type asked struct {
	format string
	status int
}

// sum is what requests of one kind came to.
type sum struct {
	requests int
	bytes    int64 // of bodies, as they were sent
}

// NewRequests returns a count of nothing.
func NewRequests() *Requests { return &Requests{by: map[asked]sum{}} }

// count returns a handler that counts what next answers.
func (c *Requests) count(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		watched := &watchedWriter{ResponseWriter: w, status: http.StatusOK}
		// A handler that panics has answered too, as far as it came.
		defer func() { c.add(asked{formatOf(r.URL.Path), watched.status}, watched.bytes) }()
		next.ServeHTTP(watched, r)
	})
}

func (c *Requests) add(kind asked, bytes int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.by[kind]
	c.by[kind] = sum{s.requests + 1, s.bytes + bytes}
}

// counted returns the sums so far.
func (c *Requests) counted() map[asked]sum {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.by)
}

// formatOf returns the format that a path asks for by its suffix. Strangers may
// ask for anything, so there are few of them.
func formatOf(address string) string {
	if strings.HasSuffix(address, "/") {
		return "html"
	}
	format := strings.TrimPrefix(path.Ext(address), ".")
	if slices.Contains([]string{"atom", "rss", "json", "html", "opml", "ndjson"}, format) {
		return format
	}
	return "other"
}

// watchedWriter remembers what was answered.
type watchedWriter struct {
	http.ResponseWriter
	status  int
	written bool
	bytes   int64
}

// WriteHeader remembers the first status that is no interim one.
func (w *watchedWriter) WriteHeader(status int) {
	if !w.written && status >= http.StatusOK {
		w.status, w.written = status, true
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write counts what is written.
func (w *watchedWriter) Write(b []byte) (int, error) {
	w.written = true
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController find the connection's writer.
func (w *watchedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
