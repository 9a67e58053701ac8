package sample

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"
)

func TestArticles(t *testing.T) {
	releases := Releases(120, newestDays[0])
	site := NewSite(releases)
	for _, r := range releases {
		for _, address := range []string{r.Path(), r.nodePath()} {
			answer := get(t, site, address)
			root, err := html.Parse(answer.Body)
			if answer.Code != http.StatusOK || err != nil {
				t.Fatalf("GET %s: %d, %v", address, answer.Code, err)
			}
			title := strings.TrimSpace(textOf(only(t, root, "content--header")))
			day := textOf(only(t, root, "date-display-single"))
			body := textOf(only(t, root, "content--content"))
			if !strings.HasPrefix(title, r.Title) || day != r.Day.Format("2 January 2006") || !strings.Contains(body, r.Summary) {
				t.Errorf("%s shows %q, %q, %q", address, title, day, body)
			}
		}
	}
}

func TestAddresses(t *testing.T) {
	site := NewSite([]Release{{Number: 7, Slug: "odihr", Title: "One"}, {Number: 8, Title: "Without a slug"}})
	for _, test := range []struct {
		method, address string
		want            int
	}{
		{"GET", "/press-releases", 200},
		{"HEAD", "/press-releases", 200},
		{"GET", "/robots.txt", 200},
		{"GET", "/odihr/7", 200},
		{"GET", "/odihr/7?x=1", 200},
		{"GET", "/node/7", 200},
		{"GET", "/node/8", 200},
		{"GET", "/", 302},
		{"GET", "/odihr/8", 404},
		{"GET", "/node/9", 404},
		{"GET", "/rss.xml", 404},
		{"GET", "/press-releases/", 404},
		{"GET", "/press-releases/policing", 404},
		{"GET", "/odihr/07", 404},
		{"POST", "/press-releases", 405},
		{"PUT", "/odihr/7", 405},
		{"DELETE", "/nothing", 405},
		{"POST", "/", 405},
	} {
		answer := httptest.NewRecorder()
		site.ServeHTTP(answer, httptest.NewRequest(test.method, test.address, nil))
		if answer.Code != test.want {
			t.Errorf("%s %s: %d, want %d", test.method, test.address, answer.Code, test.want)
		}
		if allow := answer.Header().Get("Allow"); test.want == 405 && allow != "GET, HEAD" {
			t.Errorf("%s %s allows %q", test.method, test.address, allow)
		}
		kind := answer.Header().Get("Content-Type")
		if test.address != "/robots.txt" && test.want != 405 && kind != "text/html; charset=utf-8" {
			t.Errorf("%s %s is %q", test.method, test.address, kind)
		}
	}
	if to := get(t, site, "/").Header().Get("Location"); to != "/press-releases" {
		t.Errorf("/ leads to %q", to)
	}
}

func TestRobots(t *testing.T) {
	site := NewSite(nil)
	if got, want := get(t, site, "/robots.txt").Body.String(), "User-agent: *\nDisallow:\n"; got != want {
		t.Errorf("robots.txt is %q, want %q", got, want)
	}
	for delay, want := range map[time.Duration]string{
		10 * time.Second:       "User-agent: *\nCrawl-delay: 10\nDisallow:\n",
		250 * time.Millisecond: "User-agent: *\nCrawl-delay: 0.25\nDisallow:\n",
	} {
		site.CrawlDelay = delay
		if got := get(t, site, "/robots.txt").Body.String(); got != want {
			t.Errorf("robots.txt at %v is %q, want %q", delay, got, want)
		}
	}
}

func TestConditionalRequests(t *testing.T) {
	releases := Releases(60, newestDays[0])
	site := NewSite(releases)
	for _, address := range []string{"/press-releases?page=1", releases[3].Path(), "/press-releases?page=99"} {
		first := get(t, site, address)
		tag, modified := first.Header().Get("ETag"), first.Header().Get("Last-Modified")
		if !strings.HasPrefix(tag, `"`) || modified == "" {
			t.Fatalf("%s has the validators %q and %q", address, tag, modified)
		}
		for _, test := range []struct {
			name, value string
			want        int
		}{
			{"If-None-Match", tag, 304},
			{"If-None-Match", "W/" + tag, 304},
			{"If-None-Match", `"other", ` + tag, 304},
			{"If-None-Match", `"other"`, 200},
			{"If-Modified-Since", modified, 304},
			{"If-Modified-Since", "Mon, 01 Jan 1990 00:00:00 GMT", 200},
			{"If-Modified-Since", "yesterday", 200},
		} {
			again := get(t, site, address, test.name, test.value)
			if again.Code != test.want || again.Header().Get("ETag") != tag {
				t.Errorf("%s with %s: %s: %d", address, test.name, test.value, again.Code)
			}
			if again.Code == http.StatusNotModified && again.Body.Len() != 0 {
				t.Errorf("%s: 304 with a body", address)
			}
		}
	}
	if newer := NewSite(releases[1:]); get(t, newer, "/press-releases").Header().Get("ETag") ==
		get(t, site, "/press-releases").Header().Get("ETag") {
		t.Error("another listing has the same ETag")
	}
}

func TestLabelsStandOutsideOfRowsToo(t *testing.T) {
	full := Release{Number: 7, Title: "One", Type: news, Offices: []string{"Troika"}, Topics: []string{"Youth"}}
	page := read(t, NewSite([]Release{full}), "/press-releases")
	for _, words := range []string{"Where we are", "What we do", "Content type", "Publishing date"} {
		if strings.Count(page.text, words) < 2 {
			t.Errorf("%q stands only in rows", words)
		}
	}
}

// TestManyVisitorsAtOnce is for the race detector.
func TestManyVisitorsAtOnce(t *testing.T) {
	releases := Releases(60, newestDays[0])
	server := httptest.NewServer(NewSite(releases))
	defer server.Close()
	addresses := []string{
		"/press-releases?page=1", "/press-releases?solrsort=ds_date+asc", "/press-releases?filters=im_taxonomy_vid_1:(24)",
		releases[5].Path(), "/robots.txt", "/nothing",
	}
	var visitors sync.WaitGroup
	for _, address := range addresses {
		for range 4 {
			visitors.Go(func() { visit(t, server.URL+address) })
		}
	}
	visitors.Wait()
}

func visit(t *testing.T, address string) {
	answer, err := http.Get(address)
	if err != nil {
		t.Error(err)
		return
	}
	defer answer.Body.Close()
	if body, err := io.ReadAll(answer.Body); err != nil || len(body) == 0 {
		t.Errorf("GET %s: %d bytes, %v", address, len(body), err)
	}
}
