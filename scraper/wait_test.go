package scraper_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"communique/scraper"
)

// pipes is a listener whose connections are in memory, as a clock that is not
// the real one needs them.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
}

func (p pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.conns:
		return conn, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p pipes) Close() error { close(p.done); return nil }

func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }

func (p pipes) dial(context.Context, string, string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	p.conns <- theirs
	return ours, nil
}

// arrivals are the times at which requests for pages came in.
type arrivals struct {
	mu   sync.Mutex
	list []time.Time
}

func (a *arrivals) note() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.list = append(a.list, time.Now())
}

func (a *arrivals) times() []time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.list
}

// within runs a test in a clock of its own, with a site whose robots.txt says
// something and whose pages come after a while.
func within(t *testing.T, robots string, takes time.Duration, test func(t *testing.T, options scraper.Options, arrived *arrivals)) {
	withinSite(t, answer(http.StatusOK, "text/plain", robots), func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(takes)
		listingPage()(w, r)
	}, test)
}

// withinSite is within with a site that answers in any way.
func withinSite(t *testing.T, robots, pages http.HandlerFunc, test func(t *testing.T, options scraper.Options, arrived *arrivals)) {
	synctest.Test(t, func(t *testing.T) {
		var arrived arrivals
		server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/robots.txt" {
				robots(w, r)
				return
			}
			arrived.note()
			pages(w, r)
		})}
		listener := pipes{make(chan net.Conn), make(chan struct{})}
		go func() { _ = server.Serve(listener) }()
		transport := &http.Transport{DialContext: listener.dial}
		options := optionsFor(t, osce(t).First())
		options.Listing.Scheme = "http"
		options.Transport, options.Now = transport, time.Now
		options.Timeout, options.Delay = time.Minute, -1
		test(t, options, &arrived)
		transport.CloseIdleConnections()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestDelay(t *testing.T) {
	const group = "User-agent: *\n"
	tests := []struct {
		name, robots string
		delay, takes time.Duration
		want         time.Duration // between the beginnings of two requests
	}{
		{"the source's", "", -1, 0, 10 * time.Second},
		{"the source's is longer", group + "Crawl-delay: 2.5\n", -1, 0, 10 * time.Second},
		{"the crawl delay", group + "Crawl-delay: 12.5\n", -1, 0, 12500 * time.Millisecond},
		{"our group's crawl delay", group + "Crawl-delay: 99\nUser-agent: communique\nCrawl-delay: 20\n", -1, 0, 20 * time.Second},
		{"a crawl delay of a day", group + "Crawl-delay: 86400\n", -1, 0, time.Hour},
		{"a crawl delay of ages", group + "Crawl-delay: 1e300\n", -1, 0, time.Hour},
		{"a crawl delay without end", group + "Crawl-delay: 1e999\n", -1, 0, time.Hour},
		{"a negative crawl delay", group + "Crawl-delay: -99\n", -1, 0, 10 * time.Second},
		{"a crawl delay that is no number", group + "Crawl-delay: NaN\n", -1, 0, 10 * time.Second},
		{"the operator's is shorter", group + "Crawl-delay: 30\n", 3 * time.Second, 0, 3 * time.Second},
		{"the operator's is none", group + "Crawl-delay: 30\n", 0, 0, 0},
		{"a slow answer counts", "", -1, 4 * time.Second, 10 * time.Second},
		{"a slower answer counts", "", -1, 14 * time.Second, 14 * time.Second},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			within(t, test.robots, test.takes, func(t *testing.T, options scraper.Options, arrived *arrivals) {
				options.Delay = test.delay
				s := scraper.New(osce(t), options)
				began := time.Now()
				for range 3 {
					if _, err := s.Visit(t.Context(), options.Listing, scraper.Validators{}); err != nil {
						t.Fatal(err)
					}
				}
				if first := arrived.times()[0].Sub(began); first != 0 {
					t.Errorf("waited %s before the first page", first)
				}
				times := arrived.times()
				for i := range 2 {
					if got := times[i+1].Sub(times[i]); got != test.want {
						t.Errorf("%s between pages, want %s", got, test.want)
					}
				}
			})
		})
	}
}

// TestClockSetBack does not make us wait for ever.
func TestClockSetBack(t *testing.T) {
	within(t, "", 0, func(t *testing.T, options scraper.Options, arrived *arrivals) {
		back := time.Duration(0)
		options.Now = func() time.Time { return time.Now().Round(0).Add(-back) }
		s := scraper.New(osce(t), options)
		for range 2 {
			if _, err := s.Visit(t.Context(), options.Listing, scraper.Validators{}); err != nil {
				t.Fatal(err)
			}
			back = 100 * time.Hour
		}
		times := arrived.times()
		if got := times[1].Sub(times[0]); got != 10*time.Second {
			t.Errorf("waited %s", got)
		}
	})
}

// TestInterrupted ends a wait and a request at once, with ctx's error and its
// cause, and leaves no request behind.
func TestInterrupted(t *testing.T) {
	stop := errors.New("the operator had enough")
	tests := []struct {
		name         string
		after, takes time.Duration
		visited      int
	}{
		{"before the first page", 0, 0, 0},
		{"while waiting", 2 * time.Second, 0, 1},
		{"during a request", 3 * time.Second, 20 * time.Second, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			within(t, "", test.takes, func(t *testing.T, options scraper.Options, arrived *arrivals) {
				ctx, cancel := context.WithCancelCause(t.Context())
				s := scraper.New(osce(t), options)
				began := time.Now()
				if test.after == 0 {
					cancel(stop)
				}
				time.AfterFunc(test.after, func() { cancel(stop) })
				var err error
				for range 2 {
					if _, err = s.Visit(ctx, options.Listing, scraper.Validators{}); err != nil {
						break
					}
				}
				if !errors.Is(err, context.Canceled) || !errors.Is(err, stop) || errors.Is(err, scraper.ErrTryLater) {
					t.Errorf("error: %v", err)
				}
				if took := time.Since(began); took != test.after {
					t.Errorf("returned after %s, want %s", took, test.after)
				}
				if got := len(arrived.times()); got != test.visited {
					t.Errorf("%d requests, want %d", got, test.visited)
				}
				time.Sleep(time.Minute) // the server's side ends
			})
		})
	}
}

// TestTimeout ends a request that takes too long, and says to try later.
func TestTimeout(t *testing.T) {
	within(t, "", time.Hour, func(t *testing.T, options scraper.Options, _ *arrivals) {
		options.Timeout = 20 * time.Second
		began := time.Now()
		_, err := scraper.New(osce(t), options).Visit(t.Context(), options.Listing, scraper.Validators{})
		const want = "reading http://www.osce.org/press-releases: no whole answer within 20s; try again later"
		if !errors.Is(err, scraper.ErrTryLater) || err.Error() != want {
			t.Errorf("error: %v", err)
		}
		if took := time.Since(began); took != options.Timeout {
			t.Errorf("took %s", took)
		}
		time.Sleep(time.Hour)
	})
}
