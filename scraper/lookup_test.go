package scraper_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"communique/scraper"
)

// lookup looks up a release of the source's on a site that stands in for it.
func (s *site) lookup(t testing.TB, address string) (scraper.Standing, error) {
	t.Helper()
	return scraper.New(osce(t), s.options(t)).Lookup(t.Context(), address)
}

// checkStanding holds an answer against the standing and the one sentinel that
// it must be.
func checkStanding(t *testing.T, got scraper.Standing, err error, want scraper.Standing, sentinel error, says string) {
	t.Helper()
	if got != want || (err == nil) != (want != "") || err != nil && !strings.Contains(err.Error(), says) {
		t.Errorf("%q, %v; want %q, an error that says %q", got, err, want, says)
	}
	for _, known := range []error{scraper.ErrTryLater, scraper.ErrForbidden, scraper.ErrUnclear, scraper.ErrNoListing} {
		if errors.Is(err, known) != (known == sentinel) {
			t.Errorf("%v: is it %v?", err, known)
		}
	}
}

func TestLookup(t *testing.T) {
	const html = "text/html; charset=utf-8"
	ways := func(at map[string]http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { at[r.URL.Path](w, r) }
	}
	leads := func(to string, there http.HandlerFunc) http.HandlerFunc {
		return ways(map[string]http.HandlerFunc{"/odihr/7": redirectTo(to), strings.TrimSuffix(to, "?x=1"): there})
	}
	tests := []struct {
		name  string
		pages http.HandlerFunc
		want  scraper.Standing
		is    error
		says  string
	}{
		{"200", answer(200, html, page), scraper.There, nil, ""},
		{"200 with something else", answer(200, "application/pdf", "%PDF"), scraper.There, nil, ""},
		{"200 with nothing", answer(200, html, ""), scraper.There, nil, ""},
		{"404", answer(404, html, page), scraper.Gone, nil, ""},
		{"410", answer(410, html, page), scraper.Gone, nil, ""},
		{"404 behind another slug", leads("/offices/odihr/7", busy(404)), scraper.Gone, nil, ""},
		{"410 behind its node", leads("/node/7", busy(410)), scraper.Gone, nil, ""},
		{"404 behind a language", leads("/ru/node/7/", busy(404)), scraper.Gone, nil, ""},
		{"404 behind a parameter", leads("/odihr/000/7?x=1", busy(404)), scraper.Gone, nil, ""},
		{"200 behind another slug", leads("/cio/7", answer(200, html, page)), scraper.There, nil, ""},
		{"404 of the home page", leads("/", busy(404)), "", scraper.ErrUnclear, "a redirect led to http://127.0.0.1"},
		{"404 of another release", leads("/odihr/8", busy(404)), "", scraper.ErrUnclear, "a redirect led to"},
		{"404 of a search", leads("/search/7", busy(404)), "", scraper.ErrUnclear, "a redirect led to"},
		{"200 of the home page", leads("/", answer(200, html, page)), "", scraper.ErrUnclear, "a redirect led to"},
		{"404 by way of a login", ways(map[string]http.HandlerFunc{"/odihr/7": redirectTo("/login"), "/login": redirectTo("/node/7"), "/node/7": busy(404)}), "", scraper.ErrUnclear, "a redirect led to"},
		{"404 elsewhere", redirectTo("http://feeds.example.org/odihr/7"), "", nil, "not at a host of osce"},
		{"endless", redirectTo("/odihr/7"), "", nil, "more than 5 redirects"},
		{"a redirect to nowhere", busy(302), "", scraper.ErrUnclear, "the site answers 302"},
		{"204", busy(204), "", scraper.ErrUnclear, "the site answers 204"},
		{"304", busy(304), "", scraper.ErrUnclear, "the site answers 304"},
		{"400", busy(400), "", scraper.ErrUnclear, "the site answers 400"},
		{"451", busy(451), "", scraper.ErrUnclear, "the site answers 451"},
		{"401", busy(401), "", scraper.ErrTryLater, "the site answers 401"},
		{"403", busy(403), "", scraper.ErrTryLater, "the site answers 403"},
		{"429", busy(429), "", scraper.ErrTryLater, "the site answers 429"},
		{"500", busy(500), "", scraper.ErrTryLater, "the site answers 500"},
		{"503", busy(503), "", scraper.ErrTryLater, "the site answers 503"},
		{"cut", cut(true), "", scraper.ErrTryLater, "the answer was cut 3 times"},
		{"cut once", inTurn(cut(true), busy(404)), scraper.Gone, nil, ""},
		{"forbidden behind a redirect", leads("/private/7", busy(404)), "", scraper.ErrForbidden, "/private/7"},
	}
	robots := answer(http.StatusOK, "text/plain", "User-agent: *\nDisallow: /private/\n")
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			site := newSite(t, robots, test.pages)
			got, err := site.lookup(t, "https://www.osce.org/odihr/7")
			checkStanding(t, got, err, test.want, test.is, test.says)
		})
	}
}

// TestLookupOnMirror asks the mirror in place of the source's own host, and
// nobody in place of any other.
func TestLookupOnMirror(t *testing.T) {
	tests := []struct {
		address, asked string // "" if nothing is asked
		says           string
	}{
		{"https://www.osce.org/odihr/7", "/odihr/7", ""},
		{"http://OSCE.org/node/7/", "/node/7/", ""},
		{"https://d6.web.osce.org/a%20b/7?x=1", "/a%20b/7?x=1", ""},
		{"https://odihr.osce.org/odihr/7", "", "has only what is at www.osce.org"},
		{"https://www.osce.org/press-releases", "", "no address of a release of osce"},
		{"https://www.osce.org/", "", "no address of a release of osce"},
		{"https://www.example.org/odihr/7", "", "no address of a release of osce"},
		{"/odihr/7", "", "no address of a release of osce"},
		{"", "", "no address of a release of osce"},
		{"https://www.osce.org/%zz/7", "", "invalid URL escape"},
	}
	for _, test := range tests {
		site := newSite(t, nil, busy(404))
		got, err := site.lookup(t, test.address)
		if test.asked == "" {
			checkStanding(t, got, err, "", scraper.ErrUnclear, test.says)
			if robots, pages := site.counts(); robots+pages > 0 {
				t.Errorf("%s: %d requests", test.address, robots+pages)
			}
			continue
		}
		checkStanding(t, got, err, scraper.Gone, nil, "")
		if _, pages := site.counts(); pages != 1 || site.visited[0].RequestURI != test.asked {
			t.Errorf("%s: %d requests, the last for %s", test.address, pages, site.visited[0].RequestURI)
		}
	}
}

// TestLookupWithoutMirror asks the hosts of the newsroom themselves.
func TestLookupWithoutMirror(t *testing.T) {
	p := newPair(t, newSite(t, nil, redirectTo("http://odihr.osce.org/elections/7")), newSite(t, nil, busy(404)))
	s := scraper.New(osce(t), p.options)
	for _, address := range []string{"http://odihr.osce.org/odihr/7", "http://www.osce.org/odihr/7"} {
		got, err := s.Lookup(t.Context(), address)
		checkStanding(t, got, err, scraper.Gone, nil, "")
	}
	p.check(t, 1, 1, 1, 2)
}

// TestLookupAsksRobots and asks for nothing else where it must not.
func TestLookupAsksRobots(t *testing.T) {
	site := newSite(t, answer(http.StatusOK, "text/plain", "User-agent: *\nDisallow: /odihr\n"), busy(404))
	got, err := site.lookup(t, "https://www.osce.org/odihr/7")
	checkStanding(t, got, err, "", scraper.ErrForbidden, "/odihr/7")
	if _, pages := site.counts(); pages > 0 {
		t.Errorf("%d pages", pages)
	}
	site = newSite(t, busy(503), busy(404))
	got, err = site.lookup(t, "https://www.osce.org/odihr/7")
	checkStanding(t, got, err, "", scraper.ErrTryLater, "robots.txt: the site answers 503")
}

// TestLookupChargesTheHost with what is its fault: not with a release that is
// gone.
func TestLookupChargesTheHost(t *testing.T) {
	p := newPatient(t, false)
	look := func() error {
		_, err := scraper.New(osce(t), p.options).Lookup(t.Context(), "https://www.osce.org/odihr/7")
		return err
	}
	p.say(busy(404, "120"))
	for range 10 {
		if err := look(); err != nil {
			t.Fatal(err)
		}
	}
	if note := p.memory.notes["host "+p.URL]; len(note) > 0 {
		t.Errorf("note: %s", note)
	}
	p.say(busy(500))
	_ = look()
	checkRuns(t, p, 1)
	p.say(listingPage())
	if err := look(); err != nil || len(p.memory.notes["host "+p.URL]) > 0 {
		t.Errorf("%v; %q", err, p.memory.notes)
	}
	p.say(busy(503, "120"))
	if err := look(); !untilOf(t, err).Equal(today.Add(2 * time.Minute)) {
		t.Error(err)
	}
	p.paused(t)
	_, before := p.counts()
	err := look()
	if _, after := p.counts(); after != before || !errors.Is(err, scraper.ErrTryLater) || !strings.Contains(err.Error(), "left alone") {
		t.Errorf("%d requests; %v", after-before, err)
	}
}

// TestLookupWaits its turn among the pages.
func TestLookupWaits(t *testing.T) {
	within(t, "", 0, func(t *testing.T, options scraper.Options, arrived *arrivals) {
		s := scraper.New(osce(t), options)
		for range 2 {
			if _, err := s.Visit(t.Context(), options.Listing, scraper.Validators{}); err != nil {
				t.Fatal(err)
			}
			if got, err := s.Lookup(t.Context(), "http://www.osce.org/odihr/7"); err != nil || got != scraper.There {
				t.Fatal(got, err)
			}
		}
		for _, gap := range arrived.gaps(time.Millisecond) {
			if gap != 10*time.Second {
				t.Errorf("%s between requests", gap)
			}
		}
	})
}
