package scraper_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"communique/scraper"
	"communique/scraper/sample"
)

// TestConditions sends back what the site said, byte for byte, also after it
// was kept as JSON, and never what it did not say.
func TestConditions(t *testing.T) {
	tests := []struct{ name, etag, modified string }{
		{"none", "", ""},
		{"strong", `"abc"`, ""},
		{"weak", `W/"abc"`, ""},
		{"without quotes", `abc`, ""},
		{"odd", "\"<&>\\ \xe9\x80 \u2028\"", ""},
		{"both", `"abc"`, "Tue, 10 Mar 2026 00:00:00 GMT"},
		{"a date in no known form", "", "10.3.2026, 0:00 \xe9"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			site := newSite(t, nil, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "text/html")
				for name, value := range map[string]string{"ETag": test.etag, "Last-Modified": test.modified} {
					if value != "" {
						w.Header().Set(name, value)
					}
				}
				if r.Header.Get("If-None-Match")+r.Header.Get("If-Modified-Since") != "" {
					w.WriteHeader(http.StatusNotModified)
					return
				}
				_, _ = w.Write([]byte(page))
			})
			first, err := site.visit(t)
			if err != nil {
				t.Fatal(err)
			}
			note, err := json.Marshal(first.Validators)
			if err != nil {
				t.Fatal(err)
			}
			var known scraper.Validators
			if err := json.Unmarshal(note, &known); err != nil {
				t.Fatal(err)
			}
			second, err := scraper.New(osce(t), site.options(t)).Visit(t.Context(), site.address(t), known)
			if err != nil {
				t.Fatal(err)
			}
			told := test.etag+test.modified != ""
			if second.NotModified != told || second.Same == told || second.Validators != first.Validators || len(second.Releases) > 0 {
				t.Errorf("%+v", second)
			}
			sent := site.visited[1].Header
			for name, want := range map[string]string{"If-None-Match": test.etag, "If-Modified-Since": test.modified} {
				values := sent.Values(name)
				if want == "" && len(values) > 0 || want != "" && (len(values) != 1 || values[0] != want) {
					t.Errorf("%s: %q, want %q", name, values, want)
				}
			}
			if site.visited[0].Header.Get("If-None-Match") != "" {
				t.Error("the first request is conditional")
			}
		})
	}
}

// TestChanged is read although the site was asked conditionally.
func TestChanged(t *testing.T) {
	site := newSite(t, nil, listingPage())
	known := scraper.Validators{ETag: `"old"`, Hash: strings.Repeat("0", 64)}
	got, err := scraper.New(osce(t), site.options(t)).Visit(t.Context(), site.address(t), known)
	if err != nil || got.Same || got.NotModified || len(got.Releases) != 1 || !got.Seen.Equal(today) {
		t.Errorf("%v; %+v", err, got)
	}
}

// TestManners: who we are, what we read, and that nothing else is told.
func TestManners(t *testing.T) {
	site := newSite(t, nil, func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "1", Path: "/"})
		if r.URL.RawQuery == "" {
			http.Redirect(w, r, "?page=1", http.StatusFound)
			return
		}
		listingPage()(w, r)
	})
	s := scraper.New(osce(t), site.options(t))
	for range 2 {
		if _, err := s.Visit(t.Context(), site.address(t), scraper.Validators{}); err != nil {
			t.Fatal(err)
		}
	}
	for i, r := range site.visited {
		r.Header.Del("Referer") // where a redirect came from
		want := http.Header{
			"User-Agent":      {"Communique/1.0 (test)"},
			"Accept":          {"text/html,application/xhtml+xml;q=0.9"},
			"Accept-Encoding": {"gzip"},
		}
		if diff := cmp.Diff(want, r.Header); diff != "" {
			t.Errorf("request %d: %s", i, diff)
		}
	}
	if len(site.visited) != 4 {
		t.Errorf("%d requests", len(site.visited))
	}
}

// TestEnvironment decides nothing.
func TestEnvironment(t *testing.T) {
	cache := t.TempDir()
	for name, value := range map[string]string{
		"USER_AGENT": "somebody else", "MAX_BODY_SIZE": "10", "MAX_DEPTH": "0", "MAX_REQUESTS": "1",
		"ALLOWED_DOMAINS": "example.org", "DISALLOWED_DOMAINS": "127.0.0.1", "CACHE_DIR": cache,
		"IGNORE_ROBOTSTXT": "no", "FOLLOW_REDIRECTS": "no", "PARSE_HTTP_ERROR_RESPONSE": "yes",
		"DETECT_CHARSET": "yes", "TRACE_HTTP": "yes", "DISABLE_COOKIES": "", "NOBODY_KNOWS": "this",
	} {
		t.Setenv("COLLY_"+name, value)
	}
	var said bytes.Buffer
	log.SetOutput(&said)
	defer log.SetOutput(os.Stderr)

	site := newSite(t, nil, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.RawQuery {
		case "":
			http.Redirect(w, r, "?page=1", http.StatusFound)
		case "page=1":
			listingPage()(w, r)
		default:
			answer(http.StatusInternalServerError, "text/html", page)(w, r)
		}
	})
	s := scraper.New(osce(t), site.options(t))
	for range 2 {
		got, err := s.Visit(t.Context(), site.address(t), scraper.Validators{})
		if err != nil || len(got.Releases) != 1 || got.Releases[0].Title != "Žluťoučký kůň" {
			t.Errorf("%v; %+v", err, got)
		}
	}
	broken := site.address(t)
	broken.RawQuery = "page=2"
	if _, err := s.Visit(t.Context(), broken, scraper.Validators{}); !errors.Is(err, scraper.ErrTryLater) {
		t.Error(err)
	}
	if asked, visited := site.counts(); asked != 1 || visited != 5 {
		t.Errorf("%d requests for robots.txt, %d for pages", asked, visited)
	}
	if agent := site.visited[0].UserAgent(); agent != "Communique/1.0 (test)" {
		t.Errorf("user agent %q", agent)
	}
	if files, err := os.ReadDir(cache); err != nil || len(files) > 0 {
		t.Errorf("a cache was filled: %v, %v", files, err)
	}
	if said.Len() > 0 {
		t.Errorf("it was said: %s", &said)
	}
	if scraper.NewTransport(nil).Proxy != nil || scraper.NewTransport(site.address(t)).Proxy != nil {
		t.Error("a proxy may be taken from the environment")
	}
}

func TestFirst(t *testing.T) {
	tests := []struct{ listing, want string }{
		{"", "https://www.osce.org/press-releases?rows=50"},
		{"http://mirror.example/p", "http://mirror.example/p?rows=50"},
		{"http://mirror.example/p?rows=20&x=1", "http://mirror.example/p?rows=20&x=1"},
	}
	for _, test := range tests {
		options := optionsFor(t, nil)
		if test.listing != "" {
			u, err := url.Parse(test.listing)
			if err != nil {
				t.Fatal(err)
			}
			options.Listing = u
		}
		s := scraper.New(osce(t), options)
		s.First().Host = "changed.example"
		if got := s.First().String(); got != test.want {
			t.Errorf("%s, want %s", got, test.want)
		}
	}
}

// TestMirror is read in place of the source; what is stored is the source's.
func TestMirror(t *testing.T) {
	row := func(href string) string {
		return `<div><h3><a href="` + href + `">Title</a></h3><p>Publishing date: 5 March 2026</p></div>`
	}
	var self string
	site := newSite(t, nil, func(w http.ResponseWriter, r *http.Request) {
		next := map[string]string{
			"": "/press-releases?page=1", "page=1": self + "/press-releases?page=2", "page=2": "https://www.osce.org/press-releases?page=3",
			"page=3": "//www.osce.org/press-releases?page=4", "page=4": "https://odihr.osce.org/press-releases?page=5",
			"page=5": "https://www.example.org/press-releases?page=6",
		}[r.URL.RawQuery]
		body := row("/albania/1") + row(self+"/kosovo/2?utm=x#top") + row("https://www.osce.org/serbia/3") + row("http://osce.org/node/4") +
			row("https://odihr.osce.org/news/5") + row("//d6.web.osce.org/skopje/6")
		answer(http.StatusOK, "text/html", body+`<a rel="next" href="`+next+`">more</a>`)(w, r)
	})
	self = site.URL
	want := []string{
		"https://www.osce.org/albania/1", "https://www.osce.org/kosovo/2", "https://www.osce.org/serbia/3",
		"https://www.osce.org/node/4", "https://odihr.osce.org/news/5", "https://www.osce.org/skopje/6",
	}
	s := scraper.New(osce(t), site.options(t))
	at := site.address(t)
	for n := range 6 {
		got, err := s.Visit(t.Context(), at, scraper.Validators{})
		if err != nil {
			t.Fatal(err)
		}
		var urls []string
		for i, r := range got.Releases {
			urls = append(urls, r.URL)
			if r.ID != fmt.Sprintf("tag:osce.org,1999:release/%d", i+1) {
				t.Errorf("id %q", r.ID)
			}
		}
		if diff := cmp.Diff(want, urls); diff != "" {
			t.Error(diff)
		}
		next := ""
		if n < 4 {
			next = fmt.Sprintf("%s/press-releases?page=%d", site.URL, n+1)
		}
		if got.Next != next {
			t.Errorf("page %d: next %q, want %q", n, got.Next, next)
		}
		at.RawQuery = fmt.Sprintf("page=%d", n+1)
	}
}

// TestGuess follows the source's parameter where a full page shows no pager,
// and only there.
func TestGuess(t *testing.T) {
	rows := func(n int) string {
		var rows strings.Builder
		for i := range n {
			fmt.Fprintf(&rows, `<div><h3><a href="/albania/%d">Title</a></h3><p>Publishing date: 5 March 2026</p></div>`, i+1)
		}
		return rows.String()
	}
	tests := []struct {
		name, query, body, next string
		guessed                 bool
	}{
		{"a full page", "rows=50", rows(10), "page=1&rows=50", true},
		{"a later one", "page=3&rows=50", rows(10), "page=4&rows=50", true},
		{"a short page", "rows=50", rows(9), "", false},
		{"the last of several", "page=3", rows(10) + `<a href="?page=2">3</a>`, "", false},
		{"a pager", "", rows(10) + `<a href="?page=1">Next</a>`, "page=1", false},
	}
	for _, test := range tests {
		site := newSite(t, nil, answer(http.StatusOK, "text/html", test.body))
		at := site.address(t)
		at.RawQuery = test.query
		got, err := scraper.New(osce(t), site.options(t)).Visit(t.Context(), at, scraper.Validators{})
		if err != nil {
			t.Fatal(err)
		}
		want := ""
		if test.next != "" {
			want = site.URL + "/press-releases?" + test.next
		}
		if got.Next != want || got.Guessed != test.guessed {
			t.Errorf("%s: next %q, guessed %v", test.name, got.Next, got.Guessed)
		}
	}
}

// TestSampleSite is read page by page as it is.
func TestSampleSite(t *testing.T) {
	releases := sample.Releases(130, today)
	site := newSite(t, sample.NewSite(releases).ServeHTTP, sample.NewSite(releases).ServeHTTP)
	s := scraper.New(osce(t), site.options(t))
	var got, want []string
	for _, r := range releases {
		want = append(want, fmt.Sprint(r.Number, " ", r.Title))
	}
	for at := s.First(); at != nil; {
		page, err := s.Visit(t.Context(), at, scraper.Validators{})
		if err != nil || page.Guessed || len(page.Problems) > 0 {
			t.Fatal(err, page.Guessed, page.Problems)
		}
		for _, r := range page.Releases {
			got = append(got, r.Key+" "+r.Title)
		}
		if at, err = url.Parse(page.Next); err != nil || page.Next == "" {
			break
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if asked, visited := site.counts(); asked != 1 || visited != 3 {
		t.Errorf("%d requests for robots.txt, %d for pages", asked, visited)
	}
}

// TestNoPasswordInErrors visits a mirror whose address has a password: whatever
// the answer is, no error tells it.
func TestNoPasswordInErrors(t *testing.T) {
	const password, ok = "Tr0ub4dor", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
	none := []byte("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
	for name, text := range map[string]string{
		"too deep": ok + "\r\n" + strings.Repeat("<div>", 5000), "no page": "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n",
		"down": "HTTP/1.1 500 Down\r\n\r\n", "refused": "HTTP/1.1 403 No\r\n\r\n", "cut": ok + "Content-Length: 99\r\n\r\n<p>", "garbage": "garbage",
		"moved":           "HTTP/1.1 302 Found\r\nLocation: http://me:" + password + "@elsewhere.example/\r\n\r\n",
		"moved by scheme": "HTTP/1.1 302 Found\r\nLocation: ftp://me:" + password + "@127.0.0.1/\r\n\r\n",
		"moved for ever":  "HTTP/1.1 302 Found\r\nLocation: /press-releases\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			said := []byte(text)
			at := rawSite(t, &none, &said)
			at.User = url.UserPassword("me", password)
			options := optionsFor(t, at)
			_, err := scraper.New(osce(t), options).Visit(t.Context(), at, scraper.Validators{})
			if err == nil || strings.Contains(err.Error(), password) {
				t.Errorf("the error is %v", err)
			}
		})
	}
}
