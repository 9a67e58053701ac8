// Package scraper fetches the pages of a newsroom's listing, politely and
// within limits, and has them read.
//
// A Scraper serves one run over one source. Visit asks robots.txt, waits for
// its turn, fetches a page and returns what package listing reads on it; Lookup
// asks as politely whether a single release still stands. A host that asked to
// wait, or fails in run after run, is left alone for a while.
// What a source is lies in package sources; a newsroom to practise on is in
// package sample.
//
// Inside, a request goes out through the guard, which lets it reach no other
// site, and its answer comes in through the intake, which takes only whole,
// bounded bodies and turns them into UTF-8. The library that visits is left no
// limit to set and no charset to guess.
package scraper

import (
	"errors"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"communique/scraper/listing"
	"communique/scraper/sources"
)

var (
	// ErrTryLater says that the site is down or asks to wait.
	ErrTryLater = errors.New("try again later")
	// ErrPaused says that the host is left alone for a while, since it asked for
	// that or failed in run after run. It comes with ErrTryLater.
	ErrPaused = errors.New("the host is paused")
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
	// Retry is how long to wait, beyond Delay, until an answer that was cut is
	// asked for again, and twice as long the next time; 0 stands for a second.
	Retry time.Duration
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
	if options.Retry == 0 {
		options.Retry = firstRetry
	}
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

// Source returns the source that the run is over.
func (s *Scraper) Source() *sources.Source { return s.source }

// Now tells the time of the scraper's clock, in whole seconds of UTC.
func (s *Scraper) Now() time.Time { return s.options.Now().UTC().Truncate(time.Second) }

// brief is an error whose text is bounded, and can be shown in a terminal and in
// a line of a log: much of it may come from the site.
type brief struct{ error }

// Error returns the text, without its middle if it is long, and with what is not
// shown but obeyed escaped.
func (b brief) Error() string {
	const head, tail = 300, 200
	text := visible(b.error.Error())
	if len(text) <= head+tail {
		return text
	}
	return strings.ToValidUTF8(text[:head]+" … "+text[len(text)-tail:], "")
}

// visible escapes what is not printed: controls, ends of lines, and what turns
// the direction of text.
func visible(text string) string {
	if utf8.ValidString(text) && strings.IndexFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) < 0 {
		return text
	}
	var b strings.Builder
	for _, r := range strings.ToValidUTF8(text, "\uFFFD") {
		if unicode.IsPrint(r) {
			b.WriteRune(r)
		} else {
			b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		}
	}
	return b.String()
}

// Unwrap returns the whole error.
func (b brief) Unwrap() error { return b.error }
