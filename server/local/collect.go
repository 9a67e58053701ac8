package local

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"communique/collector"
)

// orderBytes bounds an order.
const orderBytes = 64 << 10

// errInterrupted says that who asked for a collection ended it, or is gone.
var errInterrupted = fmt.Errorf("interrupted: %w", context.Canceled)

// message is a line of the answer to an order; the last one has a report.
type message struct {
	News
	Report *collector.Report `json:"report,omitempty"`
	// Fresh are those of the report's problems that it keeps to itself.
	Fresh   []string `json:"fresh,omitempty"`
	Failure *failure `json:"failure,omitempty"`
}

// collect makes the collection that is ordered, and tells of it, until the body
// of the request ends: then it is interrupted, and its report is still told.
func (h *Handler) collect(w http.ResponseWriter, r *http.Request) {
	order, err := readOrder(w, r)
	if err != nil {
		answer(w, http.StatusBadRequest, newFailure(err))
		return
	}
	ctx, end := whileOpen(w, r)
	defer end()
	leave, err := h.enter(ctx, h.orders, "collecting")
	if err != nil {
		fail(w, err)
		return
	}
	defer leave()
	w.Header().Set("Content-Type", "application/x-ndjson")
	_ = http.NewResponseController(w).Flush() // from now on it is told how this ends
	lines := newLines(w)
	defer lines.close()
	report, err := h.Collect(ctx, order, lines.tell)
	last := message{Report: &report, Fresh: report.Fresh}
	if err != nil {
		last.Failure = newFailure(err)
	}
	lines.close()
	lines.write(last)
}

// readOrder reads the first line of the body, and leaves it open.
func readOrder(w http.ResponseWriter, r *http.Request) (order Order, err error) {
	connection := http.NewResponseController(w)
	if err := connection.EnableFullDuplex(); err != nil {
		return order, fmt.Errorf("reading an order: %w", err)
	}
	// Whatever was read too far is white space.
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, orderBytes)).Decode(&order); err != nil {
		return order, fmt.Errorf("reading an order: %w", err)
	}
	return order, nil
}

// whileOpen returns a context that ends with the body of a request, and what
// stops waiting for that. The connection is of no more use then.
func whileOpen(w http.ResponseWriter, r *http.Request) (ctx context.Context, end func()) {
	connection := http.NewResponseController(w)
	_ = connection.SetReadDeadline(time.Time{})
	_ = connection.SetWriteDeadline(time.Time{})
	w.Header().Set("Connection", "close")
	ctx, cancel := context.WithCancelCause(r.Context())
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		defer cancel(errInterrupted)
		_, _ = io.CopyN(io.Discard, r.Body, orderBytes)
	}()
	return ctx, func() {
		cancel(nil)
		_ = connection.SetReadDeadline(time.Unix(1, 0)) // wakes who reads
		<-closed
	}
}

// lines writes messages beside the collection, which a slow reader must not
// delay: of news that wait, only the latest is written.
type lines struct {
	w       http.ResponseWriter
	news    chan News
	written chan struct{}
	closed  bool
}

func newLines(w http.ResponseWriter) *lines {
	l := &lines{w: w, news: make(chan News, 1), written: make(chan struct{})}
	go func() {
		defer close(l.written)
		for news := range l.news {
			l.write(message{News: news})
		}
	}()
	return l
}

// tell has news written, in place of those that still wait.
func (l *lines) tell(news News) {
	select {
	case <-l.news:
	default:
	}
	l.news <- news
}

// close waits until all news are written. Closing again does nothing.
func (l *lines) close() {
	if !l.closed {
		l.closed = true
		close(l.news)
		<-l.written
	}
}

// write writes a line. An error means that nobody listens any more, which the
// request's context tells.
func (l *lines) write(m message) {
	connection := http.NewResponseController(l.w)
	_ = connection.SetWriteDeadline(time.Now().Add(answerTime))
	if json.NewEncoder(l.w).Encode(m) == nil {
		_ = connection.Flush()
	}
}
