package scraper

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"code.dny.dev/ssrf"
	"golang.org/x/net/idna"

	"communique/scraper/sources"
)

const (
	maxHeader    = 64 << 10 // bytes of an answer's header
	maxRedirects = 5
	maxDial      = 10 * time.Second // until a connection stands
)

// errRefused says that a guard refused a request or its answer: trying again
// later will not help.
var errRefused = errors.New("refused by a limit of ours")

// NewTransport returns the connections beneath, and beneath every other request
// that the program makes: no proxy from the environment, no private address but
// at the host and port that the operator chose, a limit of time for each phase.
// What a name leads to is looked at when it is dialled, whatever it led to
// before.
func NewTransport(chosen *url.URL) *http.Transport { return newTransport(chosen, maxDial) }

func newTransport(chosen *url.URL, dialling time.Duration) *http.Transport {
	open := &net.Dialer{Timeout: dialling}
	guarded := &net.Dialer{Timeout: dialling, Control: ssrf.New().Safe}
	return &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			dialer := guarded
			if chosen != nil && strings.EqualFold(address, dialAddress(chosen)) {
				dialer = open
			}
			conn, err := dialer.DialContext(ctx, network, address)
			return conn, undialled(ctx, dialling, err)
		},
		ForceAttemptHTTP2:      true,
		TLSHandshakeTimeout:    10 * time.Second,
		ResponseHeaderTimeout:  30 * time.Second,
		IdleConnTimeout:        90 * time.Second,
		MaxIdleConns:           4,
		MaxResponseHeaderBytes: maxHeader,
	}
}

// undialled names the limit that kept a connection from standing, if it was one
// of ours. A dialler tells of its own limit by either of two errors, as it
// happens.
func undialled(ctx context.Context, dialling time.Duration, err error) error {
	late := errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded)
	switch {
	case errors.Is(err, ssrf.ErrProhibitedIP), errors.Is(err, ssrf.ErrProhibitedNetwork), errors.Is(err, ssrf.ErrProhibitedPort):
		return fmt.Errorf("%w: %w", errRefused, err)
	case late && ctx.Err() == nil:
		return fmt.Errorf("no connection within %s: %w", dialling, err)
	}
	return err
}

var defaultPorts = map[string]string{"http": "80", "https": "443"}

// dialAddress is what a transport dials for an address.
func dialAddress(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = defaultPorts[u.Scheme]
	}
	return net.JoinHostPort(hostname(u), port)
}

// hostname is an address's host as it goes over the wire: in ASCII and lower
// case.
func hostname(u *url.URL) string {
	ascii, err := idna.Lookup.ToASCII(u.Hostname())
	if err != nil { // such as an IP address of version 6
		ascii = u.Hostname()
	}
	return strings.ToLower(ascii)
}

// guard stands before the connections. It lets out only what goes to the
// source's hosts or to the one that the operator chose.
type guard struct {
	next   http.RoundTripper
	source *sources.Source
	chosen *url.URL // nil if the operator chose none
}

// way is the transport of one request and of the redirects behind it.
type way struct {
	guard *guard
	may   func(hop *url.URL) error // whether a redirect may be followed there
	from  *url.URL                 // where it begins
	at    *url.URL                 // where it has led so far
	hops  []*url.URL               // where redirects led, in each try
}

// denied is why a redirect was not followed. It says itself what that means.
type denied struct{ error }

// Unwrap returns the reason.
func (d denied) Unwrap() error { return d.error }

// RoundTrip sends a request if it may be sent.
func (w *way) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := w.guard.permit(req); err != nil {
		return nil, err
	}
	if req.Response != nil {
		if err := w.may(req.URL); err != nil {
			return nil, denied{err}
		}
		w.hops = append(w.hops, req.URL)
	}
	w.at = req.URL
	res, err := w.guard.next.RoundTrip(req)
	switch {
	case isHeaderLimit(err):
		return nil, fmt.Errorf("%w: the answer's header has more than %d KiB", errRefused, maxHeader>>10)
	case isFieldLimit(err):
		return nil, fmt.Errorf("%w: the answer's header has more than %d KiB in one field, or can't be unpacked", errRefused, maxHeader>>10)
	}
	return res, err
}

// isHeaderLimit recognises by its words the error of net/http, which has no
// other mark, for HTTP/1 and HTTP/2.
func isHeaderLimit(err error) bool {
	return err != nil && (strings.Contains(err.Error(), "response headers exceeded") || strings.Contains(err.Error(), "header list larger"))
}

// isFieldLimit recognises by its words the error of net/http for a field of
// HTTP/2 that is longer than a whole header may be. It is also that for a header
// which is packed wrongly.
func isFieldLimit(err error) bool {
	return err != nil && strings.Contains(err.Error(), "COMPRESSION_ERROR")
}

// permit says why a request may not be sent.
func (g *guard) permit(req *http.Request) error {
	u := req.URL
	if defaultPorts[u.Scheme] == "" {
		return fmt.Errorf("%w: %s is neither http nor https", errRefused, u.Redacted())
	}
	if !g.isChosen(u) && g.source.Host(u.Hostname()) == "" {
		return fmt.Errorf("%w: %s is not at a host of %s; if the newsroom moved there, its source file has to say so", errRefused, u.Redacted(), g.source.Name)
	}
	hops := 0
	for from := req.Response; from != nil && from.Request != nil; from = from.Request.Response {
		if from.Request.URL.Scheme == "https" && u.Scheme == "http" {
			return fmt.Errorf("%w: a redirect from https to %s", errRefused, u.Redacted())
		}
		if hops++; hops > maxRedirects {
			return fmt.Errorf("%w: more than %d redirects, the last to %s", errRefused, maxRedirects, u.Redacted())
		}
	}
	return nil
}

// isChosen says whether an address is at the host and port that the operator
// chose. The default ports of http and https count as one, so that a mirror may
// lead from one to the other.
func (g *guard) isChosen(u *url.URL) bool {
	return g.chosen != nil && hostname(u) == hostname(g.chosen) && unusualPort(u) == unusualPort(g.chosen)
}

// unusualPort returns an address's port, "" for the default one.
func unusualPort(u *url.URL) string {
	if u.Port() == defaultPorts[u.Scheme] {
		return ""
	}
	return u.Port()
}
