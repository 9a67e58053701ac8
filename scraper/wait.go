package scraper

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"syscall"
	"time"
)

const (
	retries    = 2 // of an answer that was cut
	firstRetry = time.Second
)

// wait waits until the next request may be sent, and a while longer.
func (s *Scraper) wait(ctx context.Context, crawlDelay, longer time.Duration) error {
	if !s.last.IsZero() {
		delay := s.options.Delay
		if delay < 0 {
			delay = max(s.source.Delay, crawlDelay)
		}
		passed := max(0, s.options.Now().Sub(s.last)) // a clock that was set back must not make us wait longer
		longer += max(0, delay-passed)
	}
	if rest(ctx, longer); ctx.Err() != nil {
		return ended(ctx)
	}
	s.last = s.options.Now()
	return nil
}

// rest lets time pass, less if ctx ends.
func rest(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// persist sends a request, and sends it again where the answer was cut: after
// the wait between two requests and one more, which doubles.
func (s *Scraper) persist(ctx context.Context, at *url.URL, crawlDelay time.Duration, send func() error) error {
	longer := s.options.Retry
	for tries := 1; ; tries++ {
		err := send()
		if !isCut(err) {
			return err
		}
		if tries > retries {
			return fmt.Errorf("%w (the answer was cut %d times)", err, tries)
		}
		s.options.Log.Info("asking again for an answer that was cut", "source", s.source.Name, "address", at.Redacted(), "why", brief{err}.Error())
		if err := s.wait(ctx, crawlDelay, s.spread(longer)); err != nil {
			return err
		}
		longer *= 2
	}
}

// spread makes a duration a tenth longer or shorter at random, so that many of
// us come at different times.
func (s *Scraper) spread(d time.Duration) time.Duration {
	return time.Duration(float64(d) * (1 + jitter*(2*s.options.Rand.Float64()-1)))
}

// isCut says that a connection ended before the answer did. Neither our own
// limits nor what happened on the way to a redirect count.
func isCut(err error) bool {
	if err == nil || errors.Is(err, errRefused) || errors.As(err, new(denied)) {
		return false
	}
	for _, cut := range []error{io.EOF, io.ErrUnexpectedEOF, syscall.ECONNRESET, syscall.EPIPE} {
		if errors.Is(err, cut) {
			return true
		}
	}
	return isStreamEnd(err)
}

// isStreamEnd recognises by their words the errors of net/http, which have no
// other mark, for a stream or a connection of HTTP/2 that the site ended.
func isStreamEnd(err error) bool {
	text := err.Error()
	return strings.Contains(text, "stream error: ") || strings.Contains(text, "server sent GOAWAY")
}

// ended says why ctx ended: by its error, and by its cause if that tells more.
func ended(ctx context.Context) error {
	cause := context.Cause(ctx)
	if errors.Is(cause, ctx.Err()) {
		return cause
	}
	return fmt.Errorf("%w: %w", ctx.Err(), cause)
}
