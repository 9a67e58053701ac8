package scraper_test

import (
	"crypto/tls"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"communique/scraper"
)

// checkRefused holds an error against what it must say: it is neither a reason
// to try later nor a listing that is gone.
func checkRefused(t *testing.T, err error, says string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), "refused by a limit of ours") || !strings.Contains(err.Error(), says) {
		t.Fatalf("error %v, want a refusal that says %q", err, says)
	}
	for _, sentinel := range []error{scraper.ErrTryLater, scraper.ErrNoListing, scraper.ErrForbidden} {
		if errors.Is(err, sentinel) {
			t.Errorf("%v: is %v", err, sentinel)
		}
	}
}

func redirectTo(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", to)
		w.WriteHeader(http.StatusFound)
	}
}

func TestRedirectsThatAreRefused(t *testing.T) {
	other := newSite(t, nil, listingPage()) // private, too, but not chosen
	tests := []struct{ name, to, says string }{
		{"a foreign host", "http://feeds.example.org/press-releases", "http://feeds.example.org/press-releases is not at a host of osce"},
		{"a host that ends alike", "http://notosce.org/", "not at a host of osce"},
		{"a host that begins alike", "http://www.osce.org.example.net/", "not at a host of osce"},
		{"credentials that look like the host", "http://www.osce.org:80@example.net/", "not at a host of osce"},
		{"no scheme", "//feeds.example.org/", "not at a host of osce"},
		{"another port of the chosen host", other.URL, "not at a host of osce"},
		{"another name of the chosen host", strings.Replace(other.URL, "127.0.0.1", "localhost", 1), "not at a host of osce"},
		{"a file", "file:///etc/passwd", "neither http nor https"},
		{"gopher", "gopher://www.osce.org/1", "neither http nor https"},
		{"itself, endlessly", "/press-releases", "more than 5 redirects, the last to http://127.0.0.1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			site := newSite(t, nil, redirectTo(test.to))
			_, err := site.visit(t)
			checkRefused(t, err, test.says)
			if _, visited := site.counts(); visited > 6 {
				t.Errorf("%d requests", visited)
			}
			if asked, visited := other.counts(); asked+visited > 0 {
				t.Error("the other site was reached")
			}
		})
	}
}

// TestRedirectsToPrivateAddresses are refused when they are dialled, whatever
// name leads there.
func TestRedirectsToPrivateAddresses(t *testing.T) {
	other := newSite(t, nil, listingPage())
	for _, to := range []string{
		other.URL + "/", "http://127.0.0.1/", "http://127.1.2.3/", "http://[::1]/", "http://0.0.0.0/", "http://localhost/",
		"http://169.254.169.254/latest/meta-data", "http://10.0.0.1/", "http://192.168.1.1/", "http://[::ffff:127.0.0.1]/", "http://[fe80::1]/",
	} {
		site := newSite(t, nil, redirectTo(to))
		u, err := url.Parse(to)
		if err != nil {
			t.Fatal(err)
		}
		source := osce(t)
		source.Addresses.Same = append(source.Addresses.Same, u.Hostname()) // a host of the newsroom's, so it seems
		_, err = scraper.New(source, site.options(t)).Visit(t.Context(), site.address(t), scraper.Validators{})
		why := "prohibited IP address"
		if u.Port() != "" {
			why = "prohibited port number"
		}
		checkRefused(t, err, why)
		if asked, visited := other.counts(); asked+visited > 0 {
			t.Error("the other site was reached")
		}
	}
}

func TestSourceAtPrivateAddress(t *testing.T) {
	site := newSite(t, nil, listingPage())
	options := site.options(t)
	options.Listing = nil // not chosen: the source's own address must be public
	source := osce(t)
	source.Addresses.Same = append(source.Addresses.Same, "127.0.0.1")
	options.Transport = scraper.NewTransport(nil)
	_, err := scraper.New(source, options).Visit(t.Context(), site.address(t), scraper.Validators{})
	checkRefused(t, err, "prohibited")
}

// TestRedirectWithinTheSite is followed; what is read counts as being there.
func TestRedirectWithinTheSite(t *testing.T) {
	site := newSite(t, nil, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/press-releases" {
			redirectTo("/newsroom/all?rows=5")(w, r)
			return
		}
		answer(http.StatusOK, "text/html", page+`<a href="?page=1">Next</a>`)(w, r)
	})
	got, err := site.visit(t)
	if err != nil || got.Next != site.URL+"/newsroom/all?page=1" {
		t.Errorf("%v; next %q", err, got.Next)
	}
}

// TestRedirectFromHTTPS must not lead to http.
func TestRedirectFromHTTPS(t *testing.T) {
	site := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		redirectTo("http://www.osce.org/press-releases")(w, r)
	}))
	defer site.Close()
	at, err := url.Parse(site.URL + "/press-releases")
	if err != nil {
		t.Fatal(err)
	}
	options := optionsFor(t, at)
	transport := scraper.NewTransport(at)
	defer transport.CloseIdleConnections()
	transport.TLSClientConfig = &tls.Config{RootCAs: site.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs}
	options.Transport = transport
	_, err = scraper.New(osce(t), options).Visit(t.Context(), at, scraper.Validators{})
	checkRefused(t, err, "a redirect from https to http://www.osce.org/press-releases")
}

// TestChosenHost is the same however its address is spelled.
func TestChosenHost(t *testing.T) {
	site := newSite(t, nil, listingPage())
	port := site.address(t).Port()
	for _, chosen := range []string{"http://127.0.0.1:" + port, "http://LocalHost:" + port, "HTTP://localhost:" + port} {
		at, err := url.Parse(chosen + "/press-releases")
		if err != nil {
			t.Fatal(err)
		}
		got, err := scraper.New(osce(t), optionsFor(t, at)).Visit(t.Context(), at, scraper.Validators{})
		if err != nil || len(got.Releases) != 1 {
			t.Errorf("%s: %v", chosen, err)
		}
	}
}

// recorder is a transport that notes where a request would have gone.
type recorder struct{ went []string }

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	r.went = append(r.went, req.URL.String())
	res := httptest.NewRecorder()
	if req.URL.Path != "/robots.txt" {
		listingPage()(res, req)
	}
	return res.Result(), nil
}

// TestDefaultPort counts as the host without one; libraries drop it.
func TestDefaultPort(t *testing.T) {
	for _, chosen := range []string{"http://mirror.example:80/p", "https://mirror.example:443/p", "https://mirror.example/p", "http://bücher.example/p", "https://Mirror.Example./p", "http://[2001:DB8::A]/p"} {
		at, err := url.Parse(chosen)
		if err != nil {
			t.Fatal(err)
		}
		options := optionsFor(t, at)
		transport := new(recorder)
		options.Transport = transport
		if _, err := scraper.New(osce(t), options).Visit(t.Context(), at, scraper.Validators{}); err != nil || len(transport.went) != 2 {
			t.Errorf("%s: %v; went to %q", chosen, err, transport.went)
		}
	}
}

// TestDown says to try later, and why.
func TestDown(t *testing.T) {
	t.Run("nobody listens", func(t *testing.T) {
		site := newSite(t, nil, listingPage())
		site.Close()
		_, err := site.visit(t)
		if !errors.Is(err, scraper.ErrTryLater) || !strings.Contains(err.Error(), "connection refused") {
			t.Error(err)
		}
	})
	t.Run("the connection is cut", func(t *testing.T) {
		site := newSite(t, nil, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
		_, err := site.visit(t)
		if !errors.Is(err, scraper.ErrTryLater) || !strings.Contains(err.Error(), "EOF") {
			t.Error(err)
		}
	})
	t.Run("the body never ends", func(t *testing.T) {
		site := newSite(t, nil, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			for r.Context().Err() == nil {
				_, _ = w.Write([]byte("."))
				_ = http.NewResponseController(w).Flush()
				time.Sleep(5 * time.Millisecond)
			}
		})
		options := site.options(t)
		options.Timeout = 200 * time.Millisecond
		began := time.Now()
		_, err := scraper.New(osce(t), options).Visit(t.Context(), site.address(t), scraper.Validators{})
		if !errors.Is(err, scraper.ErrTryLater) || !strings.Contains(err.Error(), "no whole answer within 200ms") {
			t.Error(err)
		}
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("took %s", took)
		}
	})
}

func TestStatus(t *testing.T) {
	tests := []struct {
		status int
		want   error // nil: an error that is none of the sentinels
	}{
		{404, scraper.ErrNoListing},
		{410, scraper.ErrNoListing},
		{401, scraper.ErrTryLater},
		{403, scraper.ErrTryLater},
		{408, scraper.ErrTryLater},
		{429, scraper.ErrTryLater},
		{500, scraper.ErrTryLater},
		{502, scraper.ErrTryLater},
		{503, scraper.ErrTryLater},
		{504, scraper.ErrTryLater},
		{599, scraper.ErrTryLater},
		{203, nil},
		{204, nil},
		{206, nil},
		{302, nil},
		{304, nil},
		{400, nil},
		{414, nil},
		{451, nil},
	}
	for _, test := range tests {
		site := newSite(t, nil, answer(test.status, "text/html", page))
		_, err := site.visit(t)
		if err == nil || !strings.Contains(err.Error(), "the site answers "+strconv.Itoa(test.status)) {
			t.Errorf("%d: %v", test.status, err)
		}
		for _, sentinel := range []error{scraper.ErrTryLater, scraper.ErrNoListing} {
			if errors.Is(err, sentinel) != (sentinel == test.want) {
				t.Errorf("%d: %v", test.status, err)
			}
		}
	}
}

func TestRetryAfterIsSaid(t *testing.T) {
	for _, asks := range []string{"120", "Fri, 31 Dec 1999 23:59:59 GMT", strings.Repeat("9", 5000)} {
		site := newSite(t, nil, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", asks)
			w.WriteHeader(http.StatusServiceUnavailable)
		})
		_, err := site.visit(t)
		if !errors.Is(err, scraper.ErrTryLater) || !strings.Contains(err.Error(), asks[:min(len(asks), 40)]) || len(err.Error()) > 300 {
			t.Errorf("%.300v", err)
		}
	}
}
