// Package scraper fetches the pages of a newsroom's listing, politely and
// within limits, and has them read.
//
// A Scraper serves one run over one source. Visit asks robots.txt, waits for
// its turn, fetches a page and returns what package listing reads on it. A host
// that asked to wait, or fails in run after run, it leaves alone for a while.
// What a source is lies in package sources; a newsroom to practise on is in
// package sample.
//
// Inside, a request goes out through the guard, which lets it reach no other
// site, and its answer comes in through the intake, which takes only whole,
// bounded bodies and turns them into UTF-8. The library that visits is left no
// limit to set and no charset to guess.
package scraper

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"

	"communique/scraper/listing"
	"communique/scraper/sources"
)

var (
	// ErrTryLater says that the site is down or asks to wait.
	ErrTryLater = errors.New("try again later")
	// ErrNoListing says that what the site shows is no listing.
	ErrNoListing = errors.New("that is no listing")
	// ErrForbidden says that the site's robots.txt forbids to read an address.
	ErrForbidden = errors.New("robots.txt forbids it")
)

// Options say how to visit a source's site.
type Options struct {
	// Listing is where the listing is read, nil for the source's own address.
	// Any other is a mirror that the operator chose: it may be at a private
	// address, and what is read there is stored under the source's addresses.
	Listing *url.URL
	// Delay is the least time between two requests; negative stands for what
	// the source and robots.txt ask for.
	Delay time.Duration
	// Timeout bounds one request, from dialling to the last byte, redirects
	// included.
	Timeout time.Duration
	// UserAgent says who asks.
	UserAgent string
	// Transport carries the requests; the guards stand before it.
	Transport http.RoundTripper
	// Memory keeps what robots.txt said, and which hosts are paused since they
	// asked for it or since run after run failed; nil to forget it.
	Memory Memory
	// Impatient asks a host that is paused all the same.
	Impatient bool
	// Rand spreads the pauses that no host asked for; nil for New to seed one.
	Rand *rand.Rand
	// Now is the clock.
	Now func() time.Time
	Log *slog.Logger
}

// Scraper visits one source. One goroutine at a time may use it.
type Scraper struct {
	source  *sources.Source
	options Options
	guard   *guard
	reader  *listing.Reader
	robots  map[string]rules
	charged map[string]bool // origins that this run had trouble with
	last    time.Time       // of the last request for a page
}

// New prepares a run over the source.
func New(source *sources.Source, options Options) *Scraper {
	if options.Rand == nil {
		options.Rand = rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))
	}
	return &Scraper{
		source:  source,
		options: options,
		guard:   &guard{next: options.Transport, source: source, chosen: options.Listing},
		reader:  listing.New(source),
		robots:  map[string]rules{},
		charged: map[string]bool{},
	}
}

// First returns the address of the listing's first page.
func (s *Scraper) First() *url.URL {
	first := s.source.First()
	if s.options.Listing != nil {
		first = s.options.Listing
	}
	return s.Complete(first)
}

// Complete returns an address of the listing with the parameters that every page
// is asked with: a pager may forget them, and count other pages than were read.
func (s *Scraper) Complete(address *url.URL) *url.URL {
	at := *address
	query := at.Query()
	for name, value := range s.source.Listing.Query {
		if !query.Has(name) {
			query.Set(name, value)
		}
	}
	at.RawQuery = query.Encode()
	return &at
}

// Now tells the time of the scraper's clock, in whole seconds of UTC.
func (s *Scraper) Now() time.Time { return s.options.Now().UTC().Truncate(time.Second) }

// Page is a visited page of the listing.
type Page struct {
	listing.Page
	// Seen is when it was received, Body what it says, in UTF-8.
	Seen time.Time
	Body []byte
	// Validators tell whether the page is the same the next time.
	Validators Validators
	// NotModified says that the site answered 304, Same that it sent the very
	// bytes that the known validators are of; in both cases nothing was read.
	NotModified, Same bool
	// Guessed says that no link leads to Next: the page is full and shows no
	// pager, so that the source's own parameter may lead further.
	Guessed bool
}

// Visit reads the page at an address, conditionally if known validators are
// given. The error wraps ErrTryLater, ErrNoListing or ErrForbidden where one of
// them is the reason, and ctx's error and cause if it ended.
//
// A host that asks to wait by Retry-After, or that could not be reached or
// refused us in eight runs one after the other, is paused, at most for a day.
// Until then Visit sends it nothing and says until when and why; a page that it
// gives ends all that. Redirects are followed where robots.txt allows them.
func (s *Scraper) Visit(ctx context.Context, at *url.URL, known Validators) (Page, error) {
	page, err := s.visit(ctx, at, known)
	if err != nil {
		return Page{}, brief{err}
	}
	return page, nil
}

func (s *Scraper) visit(ctx context.Context, at *url.URL, known Validators) (Page, error) {
	crawlDelay, err := s.permission(ctx, at)
	if err != nil {
		return Page{}, err
	}
	if err := s.wait(ctx, crawlDelay); err != nil {
		return Page{}, err
	}
	answer, err := s.fetch(ctx, at, known)
	if err != nil {
		return Page{}, err
	}
	page := Page{Seen: s.options.Now(), Body: answer.body, NotModified: answer.notModified, Validators: answer.validators}
	if answer.notModified {
		page.Validators = known
		return page, nil
	}
	if page.Same = known.Hash != "" && known.Hash == answer.validators.Hash; page.Same {
		return page, nil
	}
	page.Page, err = s.reader.Read(answer.body, answer.at, page.Seen)
	if err != nil {
		return Page{}, fmt.Errorf("reading %s: %w: %w", at.Redacted(), ErrNoListing, err)
	}
	if page.Next == "" && !page.Paged && len(page.Releases) >= s.source.Listing.Full {
		page.Guessed = true
		page.Next = listing.PageAfter(answer.at, s.source.Listing.Page)
	}
	return page, nil
}

// wait waits until the next request may be sent.
func (s *Scraper) wait(ctx context.Context, crawlDelay time.Duration) error {
	delay := s.options.Delay
	if delay < 0 {
		delay = max(s.source.Delay, crawlDelay)
	}
	if !s.last.IsZero() {
		passed := max(0, s.options.Now().Sub(s.last)) // a clock that was set back must not make us wait longer
		timer := time.NewTimer(delay - passed)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
	}
	if ctx.Err() != nil {
		return ended(ctx)
	}
	s.last = s.options.Now()
	return nil
}

// ended says why ctx ended: by its error, and by its cause if that tells more.
func ended(ctx context.Context) error {
	cause := context.Cause(ctx)
	if errors.Is(cause, ctx.Err()) {
		return cause
	}
	return fmt.Errorf("%w: %w", ctx.Err(), cause)
}

// brief is an error whose text is bounded: much of it may come from the site.
type brief struct{ error }

// Error returns the text, without its middle if it is long.
func (b brief) Error() string {
	const head, tail = 300, 200
	text := b.error.Error()
	if len(text) <= head+tail {
		return text
	}
	return strings.ToValidUTF8(text[:head]+" … "+text[len(text)-tail:], "")
}

// Unwrap returns the whole error.
func (b brief) Unwrap() error { return b.error }

// ReadFile reads a saved page as if it were the source's own listing, seen at
// an instant.
func ReadFile(source *sources.Source, body []byte, now time.Time) (listing.Page, error) {
	body, err := toUTF8(body, "text/html")
	if err != nil {
		return listing.Page{}, fmt.Errorf("decoding the page: %w", err)
	}
	page, err := listing.New(source).Read(body, source.First(), now)
	if err != nil {
		return page, fmt.Errorf("%w: %w", ErrNoListing, err)
	}
	return page, nil
}
