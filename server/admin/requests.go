package admin

import (
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
)

// Requests counts what readers asked for since the process began. Its methods
// may be called by many goroutines.
type Requests struct {
	answered, bytes *prometheus.CounterVec // by format and status
}

// NewRequests returns a count of nothing.
func NewRequests() *Requests {
	return &Requests{
		answered: newCounter("feed_requests_total", "Requests for documents that were answered.", "format", "status"),
		bytes:    newCounter("feed_response_bytes_total", "Bytes of bodies that were sent, as they were coded.", "format", "status"),
	}
}

func newCounter(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: namespace, Name: name, Help: help}, labels)
}

// counters returns all that is counted.
func (c *Requests) counters() []prometheus.Collector {
	return []prometheus.Collector{c.answered, c.bytes}
}

// count returns a handler that counts what next answers.
func (c *Requests) count(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		watched := &watchedWriter{ResponseWriter: w, status: http.StatusOK}
		// A handler that panics has answered too, as far as it came.
		defer func() { c.add(formatOf(r.URL.Path), watched.status, watched.bytes) }()
		next.ServeHTTP(watched, r)
	})
}

func (c *Requests) add(format string, status int, bytes int64) {
	code := strconv.Itoa(status)
	c.answered.WithLabelValues(format, code).Inc()
	c.bytes.WithLabelValues(format, code).Add(float64(bytes))
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
