package scraper_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"communique/scraper"
)

// cut promises a page and breaks off, within the body or before the header.
func cut(inBody bool) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if inBody {
			w.Header().Set("Content-Length", "9999")
			_, _ = w.Write([]byte(page))
			_ = http.NewResponseController(w).Flush()
		}
		panic(http.ErrAbortHandler)
	}
}

// inTurn answers with each of some handlers once, then with the last again.
func inTurn(answers ...http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		next := answers[0]
		answers = answers[min(1, len(answers)-1):]
		next(w, r)
	}
}

// noRobots also ends the connection: one that was used before, net/http itself
// would replace at once.
func noRobots(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Connection", "close")
	w.WriteHeader(http.StatusNotFound)
}

// TestRetry asks again for what was cut and for nothing else, after the delay
// and a growing while.
func TestRetry(t *testing.T) {
	const ms = time.Millisecond
	ok := listingPage()
	tests := []struct {
		name   string
		delay  time.Duration
		random extreme
		pages  http.HandlerFunc
		gaps   []time.Duration // between requests
		says   string          // by the error; "" for a page
	}{
		{"cut once", 0, math.MaxUint64, inTurn(cut(true), ok), []time.Duration{1100 * ms}, ""},
		{"cut twice", 0, math.MaxUint64, inTurn(cut(true), cut(true), ok), []time.Duration{1100 * ms, 2200 * ms}, ""},
		{"no answer twice", 0, 0, inTurn(cut(false), cut(false), ok), []time.Duration{900 * ms, 1800 * ms}, ""},
		{"the source's delay", -1, 0, inTurn(cut(true), ok), []time.Duration{10*time.Second + 900*ms}, ""},
		{"cut for ever", 0, 0, cut(true), []time.Duration{900 * ms, 1800 * ms}, "unexpected EOF; try again later (the answer was cut 3 times)"},
		{"no answer at all", 0, 0, cut(false), []time.Duration{900 * ms, 1800 * ms}, "EOF; try again later (the answer was cut 3 times)"},
		{"cut, then busy", 0, 0, inTurn(cut(true), busy(503)), []time.Duration{900 * ms}, "the site answers 503"},
		{"500", 0, 0, inTurn(busy(500), ok), nil, "the site answers 500"},
		{"too slow", 0, 0, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, nil, "no whole answer within 1m0s"},
		{"too much", 0, 0, answer(200, "text/html", padded(10<<20+1)), nil, "more than 10 MiB"},
		{"not packed", 0, 0, packed("gzip", "text/html", []byte(page)), nil, "gzip: invalid header"},
		{"elsewhere", 0, 0, redirectTo("http://feeds.example.org/"), nil, "not at a host of osce"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			withinSite(t, noRobots, test.pages, func(t *testing.T, options scraper.Options, arrived *arrivals) {
				options.Delay, options.Retry, options.Rand = test.delay, 0, rand.New(test.random)
				_, err := scraper.New(osce(t), options).Visit(t.Context(), options.Listing, scraper.Validators{})
				if (err != nil) != (test.says != "") || err != nil && !strings.Contains(err.Error(), test.says) {
					t.Errorf("error: %v", err)
				}
				if diff := cmp.Diff(test.gaps, arrived.gaps(10*ms)); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}

// gaps are the times between arrivals, rounded.
func (a *arrivals) gaps(to time.Duration) (gaps []time.Duration) {
	times := a.times()
	for i := range len(times) - 1 {
		gaps = append(gaps, times[i+1].Sub(times[i]).Round(to))
	}
	return gaps
}

// TestReset asks again for an answer whose connection was reset, before its
// header or within its body.
func TestReset(t *testing.T) {
	for _, begin := range []string{"", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9999\r\n\r\n" + page} {
		site := newSite(t, noRobots, inTurn(reset(begin), reset(begin), listingPage()))
		if got, err := site.visit(t); err != nil || len(got.Releases) != 1 {
			t.Errorf("behind %.20q: %v", begin, err)
		}
		if _, visited := site.counts(); visited != 3 {
			t.Errorf("behind %.20q: %d requests", begin, visited)
		}
	}
}

// reset says the beginning of an answer and resets the connection.
func reset(begin string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		_, _ = conn.Write([]byte(begin))
		_ = conn.(*net.TCPConn).SetLinger(0)
		_ = conn.Close()
	}
}

// TestRetryRobots asks again for a robots.txt that was cut, before any page.
func TestRetryRobots(t *testing.T) {
	forbids := answer(http.StatusOK, "text/plain", "User-agent: *\nDisallow: /\n")
	withinSite(t, inTurn(cut(true), cut(false), forbids), listingPage(), func(t *testing.T, options scraper.Options, arrived *arrivals) {
		options.Delay, options.Retry, options.Rand = 0, 0, rand.New(extreme(0))
		began := time.Now()
		_, err := scraper.New(osce(t), options).Visit(t.Context(), options.Listing, scraper.Validators{})
		if took := time.Since(began).Round(time.Millisecond); took != 2700*time.Millisecond || !errors.Is(err, scraper.ErrForbidden) || len(arrived.times()) > 0 {
			t.Errorf("after %s, %d pages: %v", took, len(arrived.times()), err)
		}
	})
}

// TestRetryInterrupted ends while it waits to ask again.
func TestRetryInterrupted(t *testing.T) {
	withinSite(t, noRobots, cut(true), func(t *testing.T, options scraper.Options, arrived *arrivals) {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		began := time.Now()
		options.Delay, options.Retry = 0, 0
		_, err := scraper.New(osce(t), options).Visit(ctx, options.Listing, scraper.Validators{})
		if took := time.Since(began); took != 2*time.Second || !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, scraper.ErrTryLater) {
			t.Errorf("after %s: %v", took, err)
		}
	})
}

// TestCutCountsOnce against the host, however often it was tried.
func TestCutCountsOnce(t *testing.T) {
	p := newPatient(t, false)
	p.say(cut(true))
	if sent, err := p.run(t); sent != 4 || !errors.Is(err, scraper.ErrTryLater) {
		t.Errorf("%d requests; %v", sent, err)
	}
	checkRuns(t, p, 1)
	p.say(inTurn(cut(true), cut(false), listingPage()))
	if _, err := p.run(t); err != nil || len(p.memory.notes["host "+p.URL]) > 0 {
		t.Errorf("%v; %q", err, p.memory.notes)
	}
}
