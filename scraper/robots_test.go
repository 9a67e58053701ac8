package scraper_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"communique/scraper"
)

// TestRobots asks a real robots.txt; the visited address is
// /press-releases?page=2&rows=50.
func TestRobots(t *testing.T) {
	const group = "User-agent: *\n"
	filler := "# " + strings.Repeat("filler ", 100) + "\n"
	tests := []struct {
		name   string
		robots string
		want   error
	}{
		{"empty", "", nil},
		{"nothing disallowed", group + "Disallow:\n", nil},
		{"all disallowed", group + "Disallow: /\n", scraper.ErrForbidden},
		{"all disallowed by an asterisk", group + "Disallow: *\n", scraper.ErrForbidden},
		{"without a line end", group + "Disallow: /", scraper.ErrForbidden},
		{"the path", group + "Disallow: /press\n", scraper.ErrForbidden},
		{"another path", group + "Disallow: /search/\nDisallow: /press-releases/\n", nil},
		{"the query", group + "Disallow: /press-releases?page=\n", scraper.ErrForbidden},
		{"the query by a wildcard", group + "Disallow: /*?*rows=50$\n", scraper.ErrForbidden},
		{"another query", group + "Disallow: /press-releases?filters=\nDisallow: /*?page=3\n", nil},
		{"the longer rule", group + "Disallow: /press-releases\nAllow: /press-releases?page\n", nil},
		{"the longer rule, the other way", group + "Allow: /press\nDisallow: /press-releases\n", scraper.ErrForbidden},
		{"our group forbids", "User-agent: Communique\nDisallow: /\n\n" + group + "Disallow:\n", scraper.ErrForbidden},
		{"our group allows", group + "Disallow: /\n\nUser-agent: communique\nDisallow:\n", nil},
		{"our group allows with a crawl delay of nothing", "User-agent: communique\nCrawl-delay: 0\n\n" + group + "Disallow: /\n", nil},
		{"our group comes first and is empty", "User-agent: communique\nDisallow: # nothing\n" + group + "Disallow: /\n", nil},
		{"our group with a version", "User-agent: communique/2.0\nDisallow: /\n", scraper.ErrForbidden},
		{"one group for two", "User-agent: curl\nUser-agent: communique\nDisallow: /\n", scraper.ErrForbidden},
		{"one group for two, the other way", "User-agent: communique\nUser-agent: curl\nDisallow: /\n", scraper.ErrForbidden},
		{"our groups are added up", "User-agent: communique\nDisallow: /a\n\nUser-agent: curl\nDisallow: /b\n\nUser-agent: communique\nDisallow: /press\n", scraper.ErrForbidden},
		{"another's group", "User-agent: comm\nDisallow: /\n\nUser-agent: communiquebot\nDisallow: /\n", nil},
		{"rules of nobody", "Disallow: /\nCrawl-delay: 9\n" + group + "Disallow: /search\n", nil},
		{"rules of nobody hide none of ours", "Allow: /\n" + group + "Disallow: /press\n", scraper.ErrForbidden},
		{"a crawl delay that is none", group + "Crawl-delay: soon\nDisallow: /press\n", scraper.ErrForbidden},
		{"unknown lines", "Host: www.osce.org\nSitemap: https://www.osce.org/sitemap.xml\n" + group + "Noindex: /\nDisallow: /press\n", scraper.ErrForbidden},
		{"spaces, case, byte order mark, CR", "\ufeffUSER-AGENT : *\r\n\tDisAllow\t:\t/press # ours\r\n", scraper.ErrForbidden},
		{"lines ended by CR", "User-agent: *\rDisallow: /press\r", scraper.ErrForbidden},
		{"bytes that are no text", group + "Disallow: /\xff*\xfe\nDisallow: /press\n", scraper.ErrForbidden},
		{"a page of HTML", "<!DOCTYPE html><html><head><title>Please allow cookies</title></head>\n<body>Allow: this\nDisallow: that\n<p>Crawl-delay: none</p>", nil},
		{"5 MB, forbidden at the top", group + "Disallow: /press\n" + strings.Repeat(filler, 7000), scraper.ErrForbidden},
		{"5 MB, forbidden behind what has to be read", group + strings.Repeat(filler, 7000) + "Disallow: /press\n", nil},
		{"a rule that the limit cuts is left", group + strings.Repeat("# x\n", (500<<10-14-22)/4) + "Disallow: /press-releases/archive\n", nil},
		{"50 MB", group + "Disallow: /press\n" + strings.Repeat(filler, 70000), scraper.ErrForbidden},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			site := newSite(t, answer(http.StatusOK, "text/plain", test.robots), listingPage())
			at := site.address(t)
			at.RawQuery = "page=2&rows=50"
			page, err := scraper.New(osce(t), site.options(t)).Visit(t.Context(), at, scraper.Validators{})
			if !errors.Is(err, test.want) {
				t.Fatalf("error %v, want %v", err, test.want)
			}
			if _, visited := site.counts(); test.want != nil && (visited > 0 || !strings.Contains(err.Error(), at.String())) {
				t.Errorf("%d pages were visited; %v", visited, err)
			}
			if test.want == nil && len(page.Releases) != 1 {
				t.Errorf("%d releases", len(page.Releases))
			}
		})
	}
}

func TestRobotsStatus(t *testing.T) {
	slow := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	drip := func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			fmt.Fprintln(w, "#")
			_ = http.NewResponseController(w).Flush()
			time.Sleep(5 * time.Millisecond)
		}
	}
	cut := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		fmt.Fprint(w, "User-agent: *\nDis")
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	redirect := func(to string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) }
	}
	forbids := "User-agent: *\nDisallow: /\n"
	tests := []struct {
		name   string
		robots http.HandlerFunc
		want   error
		says   string // by the error, "" if there is none
	}{
		{"404", answer(404, "text/html", forbids), nil, ""},
		{"403", answer(403, "text/html", forbids), nil, ""},
		{"410", answer(410, "text/html", forbids), nil, ""},
		{"204", answer(204, "text/plain", ""), nil, ""},
		{"500", answer(500, "text/plain", ""), scraper.ErrTryLater, "500 Internal Server Error"},
		{"503", answer(503, "text/plain", "User-agent: *\nDisallow:\n"), scraper.ErrTryLater, "503 Service Unavailable"},
		{"429", answer(429, "text/plain", ""), scraper.ErrTryLater, "429 Too Many Requests"},
		{"304", answer(304, "text/plain", ""), scraper.ErrTryLater, "304"},
		{"302 to nowhere", answer(302, "text/plain", ""), scraper.ErrTryLater, "302"},
		{"no answer", slow, scraper.ErrTryLater, "within 300ms"},
		{"an endless answer", drip, scraper.ErrTryLater, "within 300ms"},
		{"a cut answer", cut, scraper.ErrTryLater, "unexpected EOF"},
		{"a redirect to itself", redirect("/robots.txt"), nil, "more than 5 redirects"},
		{"a redirect to a foreign host", redirect("http://feeds.example.org/robots.txt"), nil, "not at a host of osce"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			site := newSite(t, test.robots, listingPage())
			options := site.options(t)
			options.Timeout = 300 * time.Millisecond
			_, err := scraper.New(osce(t), options).Visit(t.Context(), site.address(t), scraper.Validators{})
			if test.want != nil && !errors.Is(err, test.want) {
				t.Fatalf("error %v, want %v", err, test.want)
			}
			if (err != nil) != (test.says != "") || err != nil && !strings.Contains(err.Error(), test.says) {
				t.Errorf("error %v, want one that says %q", err, test.says)
			}
			if err != nil && test.want == nil && (errors.Is(err, scraper.ErrTryLater) || errors.Is(err, scraper.ErrNoListing)) {
				t.Errorf("a refusal is nothing to try later: %v", err)
			}
			if _, visited := site.counts(); (visited > 0) != (err == nil) {
				t.Errorf("%d pages were visited; %v", visited, err)
			}
		})
	}
}

// TestRobotsRedirect follows robots.txt within the site.
func TestRobotsRedirect(t *testing.T) {
	site := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/robots-of-today.txt", http.StatusMovedPermanently)
	}, answer(200, "text/plain", "User-agent: *\nDisallow: /press\n"))
	if _, err := site.visit(t); !errors.Is(err, scraper.ErrForbidden) {
		t.Error(err)
	}
}

// TestRobotsManners: whoever asks for robots.txt says who asks and nothing else,
// and brings back no cookie that was given on the way.
func TestRobotsManners(t *testing.T) {
	asked := make(chan http.Header, 2)
	gives := func(w http.ResponseWriter, r *http.Request) {
		asked <- r.Header.Clone()
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "1", Path: "/"})
		if r.URL.RawQuery == "" {
			http.Redirect(w, r, "/robots.txt?again", http.StatusFound)
		}
	}
	site := newSite(t, gives, listingPage())
	if _, err := site.visit(t); err != nil {
		t.Fatal(err)
	}
	for _, header := range []http.Header{<-asked, <-asked, site.visited[0].Header} {
		if header.Get("Cookie") != "" || header.Get("User-Agent") != "Communique/1.0 (test)" {
			t.Errorf("asked with %v", header)
		}
	}
}

// memory is one that can fail.
type memory struct {
	notes map[string][]byte
	err   error
}

func (m *memory) Note(name string) ([]byte, error) { return m.notes[name], m.err }

func (m *memory) PutNote(name string, note []byte) error {
	m.notes[name] = note
	return m.err
}

// TestRobotsAreKept for a day, over runs, with their verdict and delay.
func TestRobotsAreKept(t *testing.T) {
	site := newSite(t, answer(200, "text/plain", "User-agent: *\nDisallow: /search\n"), listingPage())
	options := site.options(t)
	kept := &memory{notes: map[string][]byte{}}
	options.Memory = kept
	now := today
	options.Now = func() time.Time { return now }
	steps := []struct {
		passes time.Duration
		asked  int
	}{{0, 1}, {time.Hour, 1}, {22*time.Hour + 59*time.Minute, 1}, {time.Minute, 2}, {0, 2}, {-time.Hour, 3}}
	for _, step := range steps {
		now = now.Add(step.passes)
		s := scraper.New(osce(t), options)
		for range 2 {
			if _, err := s.Visit(t.Context(), site.address(t), scraper.Validators{}); err != nil {
				t.Fatal(err)
			}
		}
		at := site.address(t)
		at.Path = "/search/x"
		if _, err := s.Visit(t.Context(), at, scraper.Validators{}); !errors.Is(err, scraper.ErrForbidden) {
			t.Error(err)
		}
		if asked, _ := site.counts(); asked != step.asked {
			t.Errorf("after %s more: asked %d times, want %d", step.passes, asked, step.asked)
		}
	}
	for name := range kept.notes {
		kept.notes[name] = []byte("{garbage")
	}
	if _, err := scraper.New(osce(t), options).Visit(t.Context(), site.address(t), scraper.Validators{}); err != nil {
		t.Errorf("a damaged note: %v", err)
	}
	kept.notes, kept.err = map[string][]byte{}, errors.New("the disk is full")
	if _, err := scraper.New(osce(t), options).Visit(t.Context(), site.address(t), scraper.Validators{}); !errors.Is(err, kept.err) {
		t.Errorf("a full disk: %v", err)
	}
}

// TestRobotsInterrupted is no reason to try later.
func TestRobotsInterrupted(t *testing.T) {
	stop := errors.New("the operator had enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	site := newSite(t, func(_ http.ResponseWriter, r *http.Request) { cancel(stop); <-r.Context().Done() }, listingPage())
	_, err := scraper.New(osce(t), site.options(t)).Visit(ctx, site.address(t), scraper.Validators{})
	if !errors.Is(err, context.Canceled) || !errors.Is(err, stop) || errors.Is(err, scraper.ErrTryLater) {
		t.Error(err)
	}
}
