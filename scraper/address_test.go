package scraper_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"communique/scraper"
	"communique/scraper/sample"
	"communique/store"
)

func TestFiltered(t *testing.T) {
	lastDay := store.Day{Year: 2024, Month: time.December, Day: 31}
	tests := []struct {
		listing string
		kind    store.Kind
		id      string
		until   store.Day
		want    string // after it was unescaped; "" for none
	}{
		{"", store.Office, "24", store.Day{}, "https://www.osce.org/press-releases?filters=im_taxonomy_vid_1:(24)&rows=50"},
		{"", store.Topic, "127", store.Day{}, "https://www.osce.org/press-releases?filters=im_taxonomy_vid_3:(127)&rows=50"},
		{"", store.Topic, "127", lastDay, "https://www.osce.org/press-releases?filters=im_taxonomy_vid_3:(127) ds_date:([1990-01-01T00:00:00Z TO 2025-01-01T23:59:59Z])&rows=50"},
		{"http://mirror.example/p?rows=20&x=1", store.Office, "9", store.Day{}, "http://mirror.example/p?filters=im_taxonomy_vid_1:(9)&rows=20&x=1"},
		{"http://mirror.example/p?filters=x:(1)", store.Office, "9", store.Day{}, "http://mirror.example/p?filters=im_taxonomy_vid_1:(9)&rows=50"},
		{"", store.Type, "1", lastDay, ""},
		{"", store.Office, "", lastDay, ""},
		{"", "", "24", lastDay, ""},
	}
	for _, test := range tests {
		options := optionsFor(t, nil)
		if test.listing != "" {
			options.Listing = parse(t, test.listing)
		}
		got := ""
		if u := scraper.New(osce(t), options).Filtered(test.kind, test.id, test.until); u != nil {
			var err error
			if got, err = url.QueryUnescape(u.String()); err != nil {
				t.Error(err)
			}
		}
		if got != test.want {
			t.Errorf("%s, want %s", got, test.want)
		}
	}
	source := osce(t)
	source.Filters.Parameter = ""
	if got := scraper.New(source, optionsFor(t, nil)).Filtered(store.Office, "24", lastDay); got != nil {
		t.Errorf("%s from a source without filters", got)
	}
}

func parse(t testing.TB, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// TestFilteredPages are read to the end, and show the releases of the filter,
// as far as they are of the days asked for.
func TestFilteredPages(t *testing.T) {
	releases := sample.Releases(3000, today)
	handler := sample.NewSite(releases).ServeHTTP
	site := newSite(t, handler, handler)
	s := scraper.New(osce(t), site.options(t))
	until := store.DayOf(releases[300].Day)
	var got, want []string
	for _, r := range releases {
		for _, topic := range r.Topics {
			if topic == "Policing" && !r.Day.After(until.Noon().AddDate(0, 0, 1)) {
				want = append(want, fmt.Sprint(r.Number))
			}
		}
	}
	pages := 0
	for at := s.Filtered(store.Topic, "127", until); ; pages++ {
		page, err := s.Visit(t.Context(), at, scraper.Validators{})
		if err != nil || !page.Whole {
			t.Fatal(err, page.Whole)
		}
		for _, r := range page.Releases {
			got = append(got, r.Key)
		}
		if page.Next == "" || page.Guessed {
			break
		}
		at = s.Complete(parse(t, page.Next))
	}
	if diff := cmp.Diff(want, got); diff != "" || pages == 0 {
		t.Errorf("%d pages: %s", pages+1, diff)
	}
}

// TestFilterIsKept whatever a pager, or the lack of one, says.
func TestFilterIsKept(t *testing.T) {
	var rows strings.Builder
	for i := range 10 {
		fmt.Fprintf(&rows, `<div><h3><a href="/albania/%d">Title</a></h3><p>Publishing date: 5 March 2026</p></div>`, i+1)
	}
	const want = "filters=im_taxonomy_vid_1%3A%2824%29&page=1&rows=50"
	tests := []struct {
		name, pager string
		guessed     bool
	}{
		{"a pager that keeps it", `<a rel=next href="?filters=im_taxonomy_vid_1:(24)&rows=50&page=1">x</a>`, false},
		{"a pager that keeps it alone", `<a rel=next href="?filters=im_taxonomy_vid_1%3A%2824%29&page=1">x</a>`, false},
		{"a pager that forgets it", `<a rel=next href="?page=1">x</a>`, false},
		{"a pager that has another", `<a rel=next href="?page=1&filters=im_taxonomy_vid_1:(9)">x</a>`, false},
		{"no pager", "", true},
	}
	for _, test := range tests {
		site := newSite(t, nil, answer(http.StatusOK, "text/html", rows.String()+test.pager))
		s := scraper.New(osce(t), site.options(t))
		got, err := s.Visit(t.Context(), s.Filtered(store.Office, "24", store.Day{}), scraper.Validators{})
		if err != nil || got.Guessed != test.guessed {
			t.Fatalf("%s: %v, guessed %v", test.name, err, got.Guessed)
		}
		if next := parse(t, got.Next).Query().Encode(); next != want {
			t.Errorf("%s: next %q", test.name, next)
		}
	}
}

// TestFilterLost by a redirect is no filtered listing.
func TestFilterLost(t *testing.T) {
	site := newSite(t, nil, func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		switch {
		case !query.Has("filters"):
			listingPage()(w, r)
		case query.Has("kept"):
			redirectTo("/press-releases?rows=50&filters=im_taxonomy_vid_1:(24)&page=1")(w, r)
		case query.Has("page"):
			listingPage()(w, r)
		default:
			redirectTo("/press-releases?rows=50")(w, r)
		}
	})
	s := scraper.New(osce(t), site.options(t))
	at := s.Filtered(store.Office, "24", store.Day{})
	if _, err := s.Visit(t.Context(), at, scraper.Validators{}); !errors.Is(err, scraper.ErrNoListing) || !strings.Contains(err.Error(), "changes the filter") {
		t.Error(err)
	}
	at.RawQuery += "&kept="
	if _, err := s.Visit(t.Context(), at, scraper.Validators{}); err != nil {
		t.Error(err)
	}
}

// TestWhole tells a page that was cut off from one that ended.
func TestWhole(t *testing.T) {
	tests := []struct {
		end  string
		want bool
	}{
		{"</html>", true},
		{"</HTML >\r\n\t ", true},
		{"</html\n>\n<!-- served in 12 ms -->\n<!----><!-- </p> > -->", true},
		{"</html><!-- </html> -->", true},
		{"</html>" + strings.Repeat(" ", 2000), true},
		{"</html>" + strings.Repeat(" ", 2048), false},
		{"", false},
		{"</htm", false},
		{"</html", false},
		{"</html><!-- served", false},
		{"</html><p>", false},
		{"</html>x<!-- -->", false},
		{"</htmlx>", false},
		{"</body>", false},
	}
	start := strings.TrimSuffix(page, "</body></html>")
	for _, test := range tests {
		site := newSite(t, nil, answer(http.StatusOK, "text/html", start+test.end))
		got, err := site.visit(t)
		if err != nil || got.Whole != test.want {
			t.Errorf("%.40q: %v, %v", test.end, got.Whole, err)
		}
	}
}
