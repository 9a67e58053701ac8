package scraper

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/gocolly/colly/v2"
)

// answer is what the site sent.
type answer struct {
	at     *url.URL // where redirects led; nil of a robots.txt
	status int
	header http.Header
	body   []byte // of status 200
}

func (a answer) notModified() bool { return a.status == http.StatusNotModified }

func (a answer) isGone() bool { return a.status == http.StatusNotFound || a.status == http.StatusGone }

// fetch asks for a page, conditionally if known validators are given: what it
// returns is a page or says that it is not modified.
func (s *Scraper) fetch(ctx context.Context, at *url.URL, known Validators, crawlDelay time.Duration) (answer, error) {
	way := s.way(ctx, at)
	got, err := s.ask(ctx, way, crawlDelay, known.conditions())
	switch {
	case err != nil:
		return answer{}, s.charge(way.at, err)
	case got.notModified() && known.conditional():
		return got, s.acquit(at, way.at)
	case got.status != http.StatusOK:
		return answer{}, s.charge(way.at, refused(at.Redacted(), got.status, got.header))
	case !isHTML(got.header.Get("Content-Type")):
		return answer{}, fmt.Errorf("reading %s: %w: it is %.80q, not text/html", at.Redacted(), ErrNoListing, got.header.Get("Content-Type"))
	}
	return got, s.acquit(at, way.at)
}

// way returns the transport of a request, on which each redirect is asked for
// as the request itself was.
func (s *Scraper) way(ctx context.Context, at *url.URL) *way {
	return &way{guard: s.guard, from: at, at: at, may: func(hop *url.URL) error {
		_, err := s.permission(ctx, hop)
		return err
	}}
}

// ask has an answer sent, whatever its status.
func (s *Scraper) ask(ctx context.Context, way *way, crawlDelay time.Duration, header http.Header) (got answer, err error) {
	err = s.persist(ctx, way.from, crawlDelay, func() error {
		got, err = s.send(ctx, way, header.Clone())
		return err
	})
	return got, err
}

// send sends a request once, with a collector of its own, since colly holds even
// a failed address for visited.
func (s *Scraper) send(ctx context.Context, way *way, header http.Header) (got answer, err error) {
	limited, cancel := s.limited(ctx)
	defer cancel()
	taken := &intake{next: way}
	c := s.collector(limited, taken)
	note := func(r *colly.Response) {
		got = answer{at: r.Request.URL, status: r.StatusCode, body: taken.body}
		if r.Headers != nil {
			got.header = *r.Headers
		}
	}
	c.OnResponse(note)
	c.OnError(func(r *colly.Response, _ error) { note(r) })
	err = c.Request(http.MethodGet, way.from.String(), nil, nil, header)
	switch {
	case ctx.Err() != nil:
		return answer{}, ended(ctx)
	case got.status == 0:
		return answer{}, unreachable(limited, way.from.Redacted(), err)
	}
	return got, nil
}

// limited bounds one request in time.
func (s *Scraper) limited(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, s.options.Timeout, fmt.Errorf("no whole answer within %s", s.options.Timeout))
}

// collector returns a colly collector that leaves every limit to its transport. It is made by Init, since NewCollector lets COLLY_ variables of
// the environment decide.
func (s *Scraper) collector(ctx context.Context, transport http.RoundTripper) *colly.Collector {
	c := new(colly.Collector)
	c.Init()
	c.Context = ctx
	c.UserAgent = s.options.UserAgent
	c.AllowURLRevisit = true
	c.MaxBodySize = 0
	c.DisableCookies()
	c.SetRequestTimeout(0) // ctx has the limit
	c.SetRedirectHandler(func(*http.Request, []*http.Request) error { return nil })
	c.WithTransport(transport)
	return c
}

func tryLater(address string, err error) error {
	return fmt.Errorf("reading %s: %w; %w", address, err, ErrTryLater)
}

// unreachable tells a site that is down or slow from one whose answer a guard
// refused, or that leads where we may not go.
func unreachable(limited context.Context, address string, err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	switch {
	case errors.Is(err, errRefused), errors.As(err, new(denied)):
		return fmt.Errorf("reading %s: %w", address, err)
	case limited.Err() != nil:
		err = context.Cause(limited)
	}
	return tryLater(address, fault{error: err})
}

// refused says what a status other than 200 means for the run.
func refused(address string, status int, header http.Header) error {
	said := fmt.Errorf("the site answers %d %s", status, http.StatusText(status))
	if wait := header.Get("Retry-After"); wait != "" {
		said = fmt.Errorf("%w and asks to wait (Retry-After: %.40q)", said, wait)
	}
	switch {
	case status == http.StatusNotFound, status == http.StatusGone:
		return fmt.Errorf("reading %s: %w: %w", address, ErrNoListing, said)
	case status == http.StatusTooManyRequests, status == http.StatusServiceUnavailable:
		return tryLater(address, fault{said, header.Get("Retry-After")})
	case status >= 500, status == http.StatusForbidden:
		return tryLater(address, fault{error: said})
	case status == http.StatusUnauthorized, status == http.StatusRequestTimeout:
		return tryLater(address, said)
	}
	return fmt.Errorf("reading %s: %w", address, said)
}
