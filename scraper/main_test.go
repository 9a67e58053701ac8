package scraper_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"communique/scraper"
	"communique/scraper/sources"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const page = `<!DOCTYPE html><html><body><h3><a href="/albania/1">Žluťoučký kůň</a></h3><p>Publishing date: 5 March 2026</p></body></html>`

var today = time.Date(2026, time.March, 20, 9, 30, 0, 0, time.UTC)

func osce(t testing.TB) *sources.Source {
	t.Helper()
	list, err := sources.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	return list[0]
}

// site is a real one on loopback that knows its visitors.
type site struct {
	*httptest.Server
	mu      sync.Mutex
	visited []*http.Request // robots.txt apart
	asked   int             // for robots.txt
}

// newSite answers with pages, and for robots.txt with robots; nil allows all.
func newSite(t testing.TB, robots, pages http.HandlerFunc) *site {
	s := new(site)
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		isRobots := r.URL.Path == "/robots.txt"
		if isRobots {
			s.asked++
		} else {
			s.visited = append(s.visited, r)
		}
		s.mu.Unlock()
		switch {
		case !isRobots:
			pages(w, r)
		case robots != nil:
			robots(w, r)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *site) counts() (robots, pages int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked, len(s.visited)
}

func (s *site) address(t testing.TB) *url.URL {
	t.Helper()
	u, err := url.Parse(s.URL + "/press-releases")
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// options visit a site that the operator chose, without delay.
func (s *site) options(t testing.TB) scraper.Options {
	return optionsFor(t, s.address(t))
}

func optionsFor(t testing.TB, chosen *url.URL) scraper.Options {
	transport := scraper.NewTransport(chosen)
	t.Cleanup(transport.CloseIdleConnections)
	return scraper.Options{
		Listing: chosen, Timeout: 5 * time.Second, UserAgent: "Communique/1.0 (test)", Transport: transport,
		Retry: time.Millisecond, Now: func() time.Time { return today }, Log: slog.New(slog.DiscardHandler),
	}
}

// visit visits the site's listing.
func (s *site) visit(t testing.TB) (scraper.Page, error) {
	t.Helper()
	return scraper.New(osce(t), s.options(t)).Visit(t.Context(), s.address(t), scraper.Validators{})
}

// answer says always the same.
func answer(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Content-Type"] = []string{contentType}
		if contentType == "" {
			w.Header()["Content-Type"] = nil // none at all, and none guessed
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func listingPage() http.HandlerFunc { return answer(http.StatusOK, "text/html; charset=utf-8", page) }
