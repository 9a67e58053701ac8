package scraper

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/gocolly/colly/v2"
)

// answer is what the site sent for a page.
type answer struct {
	at          *url.URL // where redirects led
	body        []byte
	validators  Validators
	notModified bool
}

// fetch visits an address with a collector of its own, since colly holds even
// a failed address for visited.
func (s *Scraper) fetch(ctx context.Context, at *url.URL, known Validators) (answer, error) {
	limited, cancel := s.limited(ctx)
	defer cancel()
	var got answer
	var status int
	var header http.Header
	way := &way{guard: s.guard, at: at, may: func(hop *url.URL) error {
		_, err := s.permission(ctx, hop)
		return err
	}}
	c := s.collector(limited, way)
	c.OnResponse(func(r *colly.Response) {
		got.at, got.body = r.Request.URL, r.Body
		status, header = r.StatusCode, *r.Headers
	})
	c.OnError(func(r *colly.Response, _ error) {
		if status = r.StatusCode; r.Headers != nil {
			header = *r.Headers
		}
	})
	err := c.Request(http.MethodGet, at.String(), nil, nil, known.conditions())
	switch {
	case ctx.Err() != nil:
		return answer{}, ended(ctx)
	case status == http.StatusNotModified && known.conditional():
		return answer{notModified: true}, s.acquit(at, way.at)
	case status == 0:
		return answer{}, s.charge(way.at, unreachable(limited, at.Redacted(), err))
	case status != http.StatusOK:
		return answer{}, s.charge(way.at, refused(at.Redacted(), status, header))
	case !isHTML(header.Get("Content-Type")):
		return answer{}, fmt.Errorf("reading %s: %w: it is %.80q, not text/html", at.Redacted(), ErrNoListing, header.Get("Content-Type"))
	}
	got.validators = validatorsOf(header, got.body)
	return got, s.acquit(at, way.at)
}

// limited bounds one request in time.
func (s *Scraper) limited(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, s.options.Timeout, fmt.Errorf("no whole answer within %s", s.options.Timeout))
}

// collector returns a colly collector that leaves every limit to the way and
// the intake. It is made by Init, since NewCollector lets COLLY_ variables of
// the environment decide.
func (s *Scraper) collector(ctx context.Context, way *way) *colly.Collector {
	c := new(colly.Collector)
	c.Init()
	c.Context = ctx
	c.UserAgent = s.options.UserAgent
	c.AllowURLRevisit = true
	c.MaxBodySize = 0
	c.DisableCookies()
	c.SetRequestTimeout(0) // ctx has the limit
	c.SetRedirectHandler(func(*http.Request, []*http.Request) error { return nil })
	c.WithTransport(intake{way})
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
