package local

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"communique/collector"
	"communique/scraper"
	"communique/store"
)

// An order arrives as it was given; report and error come back as they were made.
func TestCollect(t *testing.T) {
	delay := time.Second
	want := Order{Source: "osce", Pages: 3, All: true, Accept: true, Now: true, NoFilters: true, Listing: "http://127.0.0.1/x", Delay: &delay, Progress: true}
	report := collector.Report{Source: "osce", Pages: 2, Seen: 70, New: 7, Problems: []string{"one", "two"}, Fresh: []string{"two"}}
	for _, test := range []struct {
		name   string
		err    error
		is, no error
	}{
		{"well", nil, nil, scraper.ErrTryLater},
		{"no listing", fmt.Errorf("page 3: %w", scraper.ErrNoListing), scraper.ErrNoListing, scraper.ErrTryLater},
		{"suspect", fmt.Errorf("page 1: %w, %w", scraper.ErrTryLater, collector.ErrSuspect), collector.ErrSuspect, scraper.ErrNoListing},
		{"later", fmt.Errorf("down: %w", scraper.ErrTryLater), scraper.ErrTryLater, collector.ErrSuspect},
		{"forbidden", scraper.ErrForbidden, scraper.ErrForbidden, scraper.ErrNoListing},
		{"damaged", fmt.Errorf("record: %w", store.ErrDamaged), store.ErrDamaged, store.ErrHeld},
		{"something else", errors.New("disk full"), nil, scraper.ErrTryLater},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := newHouse(t, Options{Collect: func(_ context.Context, order Order, tell func(News)) (collector.Report, error) {
				if diff := cmp.Diff(want, order); diff != "" {
					t.Errorf("the order: %s", diff)
				}
				tell(News{Progress: &collector.Progress{Source: "osce", Pages: 1}})
				return report, test.err
			}})
			var last News
			got, err := h.client().Collect(t.Context(), want, func(n News) { last = n })
			if diff := cmp.Diff(report, got); diff != "" {
				t.Errorf("the report: %s", diff)
			}
			if fmt.Sprint(err) != fmt.Sprint(test.err) || test.is != nil && !errors.Is(err, test.is) || errors.Is(err, test.no) || errors.Is(err, ErrNobody) {
				t.Errorf("the error is %v", err)
			}
			if last.Progress == nil || last.Progress.Pages != 1 {
				t.Errorf("the news: %+v", last)
			}
		})
	}
}

// untilEnd is a collection that runs until its context ends.
func untilEnd(begun chan<- struct{}) func(context.Context, Order, func(News)) (collector.Report, error) {
	return func(ctx context.Context, _ Order, _ func(News)) (collector.Report, error) {
		begun <- struct{}{}
		<-ctx.Done()
		return collector.Report{Source: "osce", Pages: 1}, fmt.Errorf("collecting: %w", ctx.Err())
	}
}

// Whoever interrupts a collection, it still tells what it did; if nobody is there
// any more to be told, it ends all the same.
func TestCollectInterrupted(t *testing.T) {
	for _, test := range []struct {
		name      string
		interrupt func(h *house, cancel context.CancelFunc)
	}{
		{"by who asked", func(_ *house, cancel context.CancelFunc) { cancel() }},
		{"by the end of who collects", func(h *house, _ context.CancelFunc) { h.end() }},
	} {
		t.Run(test.name, func(t *testing.T) {
			begun := make(chan struct{}, 1)
			h := newHouse(t, Options{Collect: untilEnd(begun)})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			go func() {
				<-begun
				test.interrupt(h, cancel)
			}()
			report, err := h.client().Collect(ctx, Order{}, func(News) {})
			if report.Pages != 1 || !errors.Is(err, context.Canceled) {
				t.Errorf("%+v, %v", report, err)
			}
		})
	}
	t.Run("by the death of who asked", func(t *testing.T) {
		begun, ended := make(chan struct{}, 1), make(chan struct{})
		collect := untilEnd(begun)
		h := newHouse(t, Options{Collect: func(ctx context.Context, o Order, tell func(News)) (collector.Report, error) {
			defer close(ended)
			return collect(ctx, o, tell)
		}})
		asker := order(t, h)
		<-begun
		if err := asker.Close(); err != nil {
			t.Error(err)
		}
		select {
		case <-ended:
		case <-time.After(20 * time.Second):
			t.Error("the collection goes on")
		}
	})
}

// order asks for a collection by hand, and leaves the order open.
func order(t *testing.T, h *house) net.Conn {
	t.Helper()
	connection, err := dial(t.Context(), h.socket())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close() })
	_, err = fmt.Fprint(connection, "POST /collect HTTP/1.1\r\nHost: communique\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{}\n\r\n")
	if err != nil {
		t.Fatal(err)
	}
	return connection
}

// Who asked and does not read what is told holds nobody up: the collection goes on
// and ends.
func TestCollectUnread(t *testing.T) {
	ended := make(chan struct{})
	progress := &collector.Progress{Source: strings.Repeat("x", 10_000)}
	h := newHouse(t, Options{Collect: func(_ context.Context, _ Order, tell func(News)) (collector.Report, error) {
		defer close(ended)
		for range 10_000 {
			tell(News{Progress: progress})
		}
		return collector.Report{}, nil
	}})
	asker := order(t, h)
	select {
	case <-ended:
	case <-time.After(20 * time.Second):
		t.Error("the collection is held up")
	}
	if err := asker.Close(); err != nil {
		t.Error(err)
	}
}

// Only so many may wait for a collection, and one that panics ends alone.
func TestCollectBounds(t *testing.T) {
	begun := make(chan struct{}, ordersAtOnce)
	h := newHouse(t, Options{Collect: untilEnd(begun)})
	h.handler.queue = 50 * time.Millisecond
	for range ordersAtOnce {
		order(t, h)
		<-begun
	}
	if _, err := h.client().Collect(t.Context(), Order{}, func(News) {}); !errors.Is(err, scraper.ErrTryLater) || errors.Is(err, ErrNobody) {
		t.Errorf("one more: %v", err)
	}
	big := Order{Listing: strings.Repeat("x", 2*orderBytes)}
	if _, err := h.client().Collect(t.Context(), big, func(News) {}); err == nil {
		t.Error("a big order was taken")
	}
	broken := newHouse(t, Options{Collect: func(context.Context, Order, func(News)) (collector.Report, error) { panic("a fault") }})
	if _, err := broken.client().Collect(t.Context(), Order{}, func(News) {}); !errors.Is(err, errLeft) || errors.Is(err, ErrNobody) {
		t.Errorf("after a panic: %v", err)
	}
	if _, err := broken.client().Versions(t.Context()); err != nil {
		t.Errorf("then: %v", err)
	}
	res, err := h.client().send(t.Context(), http.MethodPost, "/collect", strings.NewReader("no order"))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusBadRequest {
		t.Errorf("no order: %s", res.Status)
	}
}
