package scraper_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"communique/scraper"
)

// pair are two hosts of the source, each a real site on loopback.
type pair struct {
	www, odihr *site
	options    scraper.Options
	memory     *memory
	now        time.Time
}

func newPair(t *testing.T, www, odihr *site) *pair {
	p := &pair{www: www, odihr: odihr, memory: &memory{notes: map[string][]byte{}}, now: today}
	hosts := map[string]string{"www.osce.org:80": www.Listener.Addr().String(), "odihr.osce.org:80": odihr.Listener.Addr().String()}
	transport := &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, hosts[address])
	}}
	t.Cleanup(transport.CloseIdleConnections)
	at := osce(t).First()
	at.Scheme = "http"
	p.options = optionsFor(t, at)
	p.options.Transport, p.options.Memory = transport, p.memory
	p.options.Now = func() time.Time { return p.now }
	return p
}

// run visits www's listing.
func (p *pair) run(t *testing.T) error {
	t.Helper()
	_, err := scraper.New(osce(t), p.options).Visit(t.Context(), p.options.Listing, scraper.Validators{})
	return err
}

func (p *pair) check(t *testing.T, wwwRobots, wwwPages, odihrRobots, odihrPages int) {
	t.Helper()
	a, b := p.www.counts()
	c, d := p.odihr.counts()
	if a != wwwRobots || b != wwwPages || c != odihrRobots || d != odihrPages {
		t.Errorf("requests: www %d for robots.txt, %d for pages; odihr %d, %d", a, b, c, d)
	}
}

const odihr = "http://odihr.osce.org/press-releases"

// TestHopsAskRobots of the host that they lead to.
func TestHopsAskRobots(t *testing.T) {
	t.Run("another host allows it", func(t *testing.T) {
		p := newPair(t, newSite(t, nil, redirectTo(odihr)), newSite(t, nil, listingPage()))
		if err := p.run(t); err != nil {
			t.Fatal(err)
		}
		p.check(t, 1, 1, 1, 1)
		if err := p.run(t); err != nil {
			t.Fatal(err)
		}
		p.check(t, 1, 2, 1, 2) // kept for a day
	})
	t.Run("another host forbids it", func(t *testing.T) {
		robots := answer(http.StatusOK, "text/plain", "User-agent: *\nDisallow: /press\n")
		p := newPair(t, newSite(t, nil, redirectTo(odihr)), newSite(t, robots, listingPage()))
		if err := p.run(t); !errors.Is(err, scraper.ErrForbidden) || errors.Is(err, scraper.ErrTryLater) || !strings.Contains(err.Error(), odihr) {
			t.Error(err)
		}
		p.check(t, 1, 1, 1, 0)
	})
	t.Run("another path of the host is forbidden", func(t *testing.T) {
		robots := answer(http.StatusOK, "text/plain", "User-agent: *\nDisallow: /search\n")
		site := newSite(t, robots, redirectTo("/search?q=press"))
		if _, err := site.visit(t); !errors.Is(err, scraper.ErrForbidden) || !strings.Contains(err.Error(), "/search?q=press") {
			t.Error(err)
		}
		if asked, visited := site.counts(); asked != 1 || visited != 1 {
			t.Errorf("%d requests for robots.txt, %d for pages", asked, visited)
		}
	})
	t.Run("there and back for ever", func(t *testing.T) {
		p := newPair(t, newSite(t, nil, redirectTo(odihr)), newSite(t, nil, redirectTo("http://www.osce.org/press-releases")))
		checkRefused(t, p.run(t), "more than 5 redirects")
		p.check(t, 1, 3, 1, 3)
	})
	t.Run("robots.txt of another host may lead anywhere within the source", func(t *testing.T) {
		p := newPair(t, newSite(t, redirectTo("http://odihr.osce.org/press/robots.txt"), listingPage()),
			newSite(t, nil, answer(http.StatusOK, "text/plain", "User-agent: *\nDisallow: /press\n")))
		if err := p.run(t); !errors.Is(err, scraper.ErrForbidden) {
			t.Error(err)
		}
		p.check(t, 1, 0, 0, 1)
	})
}

// TestHopsInTrouble pause the host that made it, and no other.
func TestHopsInTrouble(t *testing.T) {
	faults := []struct {
		name          string
		robots, pages http.HandlerFunc
	}{
		{"its page", nil, busy(http.StatusServiceUnavailable, "120")},
		{"its robots.txt", busy(http.StatusServiceUnavailable, "120"), listingPage()},
	}
	for _, fault := range faults {
		t.Run(fault.name, func(t *testing.T) {
			p := newPair(t, newSite(t, nil, redirectTo(odihr)), newSite(t, fault.robots, fault.pages))
			err := p.run(t)
			if !errors.Is(err, scraper.ErrTryLater) || !untilOf(t, err).Equal(today.Add(2*time.Minute)) {
				t.Errorf("%v", err)
			}
			if len(p.memory.notes["host http://www.osce.org"]) > 0 || len(p.memory.notes["host http://odihr.osce.org"]) == 0 {
				t.Errorf("notes: %q", p.memory.notes)
			}
			robots, pages := p.odihr.counts()
			if err := p.run(t); !errors.Is(err, scraper.ErrTryLater) || !strings.Contains(err.Error(), odihr+": left alone") {
				t.Errorf("%v", err)
			}
			p.check(t, 1, 2, robots, pages)
		})
	}
	t.Run("its robots.txt takes too long", func(t *testing.T) {
		slow := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
		p := newPair(t, newSite(t, nil, redirectTo(odihr)), newSite(t, slow, listingPage()))
		p.options.Timeout = 200 * time.Millisecond
		if err := p.run(t); !errors.Is(err, scraper.ErrTryLater) || !strings.Contains(err.Error(), "odihr.osce.org/robots.txt: no whole answer within 200ms") {
			t.Error(err)
		}
		if len(p.memory.notes["host http://www.osce.org"]) > 0 || len(p.memory.notes["host http://odihr.osce.org"]) == 0 {
			t.Errorf("notes: %q", p.memory.notes)
		}
	})
	t.Run("robots.txt leads to a paused host", func(t *testing.T) {
		p := newPair(t, newSite(t, redirectTo("http://odihr.osce.org/robots.txt"), listingPage()), newSite(t, nil, listingPage()))
		p.memory.notes["host http://odihr.osce.org"] = []byte(`{"since":"2026-03-20T09:00:00Z","until":"2026-03-20T10:00:00Z","why":"it is busy"}`)
		if err := p.run(t); !errors.Is(err, scraper.ErrTryLater) || !untilOf(t, err).Equal(today.Add(30*time.Minute)) {
			t.Error(err)
		}
		p.check(t, 1, 0, 0, 0)
	})
	t.Run("a success behind a redirect clears both", func(t *testing.T) {
		p := newPair(t, newSite(t, nil, redirectTo(odihr)), newSite(t, nil, listingPage()))
		for _, host := range []string{"host http://www.osce.org", "host http://odihr.osce.org"} {
			p.memory.notes[host] = []byte(`{"runs":2}`)
		}
		if err := p.run(t); err != nil {
			t.Error(err)
		}
		for _, host := range []string{"host http://www.osce.org", "host http://odihr.osce.org"} {
			if note := p.memory.notes[host]; len(note) > 0 {
				t.Errorf("%s: %s", host, note)
			}
		}
	})
}
