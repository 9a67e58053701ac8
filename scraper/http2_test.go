package scraper_test

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"communique/scraper"
)

// TestHTTP2 holds the promises of TestBodies and TestRetry over HTTP/2, whose
// errors are of another kind.
func TestHTTP2(t *testing.T) {
	tests := []struct {
		name  string
		pages http.HandlerFunc
		asked int64  // how often for the page
		says  string // by the error; "" for a page
	}{
		{"a page", listingPage(), 1, ""},
		{"cut once", inTurn(cut(true), listingPage()), 2, ""},
		{"cut for ever", cut(true), 3, "the answer was cut 3 times"},
		{"no answer", cut(false), 3, "the answer was cut 3 times"},
		{"10 MiB and a byte", answer(200, "text/html", padded(10<<20+1)), 1, "refused by a limit of ours: the body has more than 10 MiB"},
		{"gzip bomb", packed("gzip", "text/html", bomb(t, 50)), 1, "refused by a limit of ours: the body has more than 10 MiB"},
		{"100 KB of header", func(w http.ResponseWriter, _ *http.Request) {
			for range 100 {
				w.Header().Add("X-Many", strings.Repeat("x", 1<<10))
			}
		}, 1, "refused by a limit of ours: the answer's header has more than 64 KiB"},
		{"100 KB in one field", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Long", strings.Repeat("x", 100<<10))
		}, 1, "refused by a limit of ours: the answer's header has more than 64 KiB in one field"},
		{"to http", redirectTo("http://www.osce.org/"), 1, "refused by a limit of ours: a redirect from https to http://www.osce.org/"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var asked atomic.Int64
			site := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.ProtoMajor != 2 {
					t.Errorf("asked over %s", r.Proto)
				}
				if r.URL.Path == "/robots.txt" {
					http.NotFound(w, r)
					return
				}
				asked.Add(1)
				test.pages(w, r)
			}))
			site.EnableHTTP2 = true
			site.StartTLS()
			t.Cleanup(site.Close)
			got, err := scraper.New(osce(t), optionsOverTLS(t, site)).Visit(t.Context(), parse(t, site.URL+"/press-releases"), scraper.Validators{})
			if (err == nil) != (test.says == "") || err != nil && !strings.Contains(err.Error(), test.says) || err == nil && len(got.Releases) != 1 {
				t.Errorf("%d releases, error %v, want one that says %q", len(got.Releases), err, test.says)
			}
			if asked.Load() != test.asked {
				t.Errorf("asked %d times, want %d", asked.Load(), test.asked)
			}
		})
	}
}

// optionsOverTLS visit a site whose certificate nobody else knows.
func optionsOverTLS(t *testing.T, site *httptest.Server) scraper.Options {
	at := parse(t, site.URL+"/press-releases")
	roots := x509.NewCertPool()
	roots.AddCert(site.Certificate())
	transport := scraper.NewTransport(at)
	t.Cleanup(transport.CloseIdleConnections)
	transport.TLSClientConfig = &tls.Config{RootCAs: roots}
	options := optionsFor(t, at)
	options.Transport = transport
	return options
}
