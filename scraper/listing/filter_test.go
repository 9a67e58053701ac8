package listing

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"communique/store"
)

func readAt(t *testing.T, at, body string) Page {
	t.Helper()
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	page, err := New(osce(t)).Read([]byte(body), u, seen)
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// TestFilters reads a link, and says which filter it is, as "kind id name".
func TestFilters(t *testing.T) {
	const home = "https://www.osce.org/press-releases"
	const offices, topics = "filters=im_taxonomy_vid_1%3A", "filters=im_taxonomy_vid_3:"
	for name, tt := range map[string]struct{ at, body, want string }{
		"office":             {home, `<a href="/press-releases?` + offices + `(6)">OSCE Presence in Albania</a>`, "offices 6 OSCE Presence in Albania"},
		"topic":              {home, `<a href="?` + topics + `(127)">Policing</a>`, "topics 127 Policing"},
		"with parameters":    {home + "?rows=50", `<a href="?rows=50&amp;` + topics + `%28127%29&solrsort=score%20desc">Policing</a>`, "topics 127 Policing"},
		"mirror":             {"http://127.0.0.1:8080/press-releases", `<a href="https://www.osce.org/press-releases?` + topics + `(127)">Policing</a>`, "topics 127 Policing"},
		"in a menu":          {home, `<nav><a href="?` + topics + `(127)">Policing</a></nav>`, "topics 127 Policing"},
		"count":              {home, `<a href="?` + topics + `(127)">Policing (2,041)</a>`, "topics 127 Policing"},
		"bare count":         {home, `<a href="?` + topics + `(127)">Policing 127</a>`, "topics 127 Policing"},
		"count apart":        {home, `<a href="?` + topics + `(127)"><span>Policing</span><span>(12)</span></a>`, "topics 127 Policing"},
		"applied":            {home, `<a href="?` + topics + `(127)">Policing (12)<span class="element-invisible"> Apply Policing filter </span></a>`, "topics 127 Policing"},
		"applied, no space":  {home, `<a href="?` + topics + `(127)">Policing<span>Apply Policing filter</span></a>`, "topics 127 Policing"},
		"only applied":       {home, `<a href="?` + topics + `(127)">Apply Policing filter</a>`, "topics 127 Policing"},
		"number in the name": {home, `<a href="?` + topics + `(5)">Resolution 1325 (12)</a>`, "topics 5 Resolution 1325"},
		"white space":        {home, `<a href="?` + topics + `(127)">` + "\n Polic&shy;ing&nbsp;\n</a>", "topics 127 Policing"},
		"closed":             {home, `<a href="?` + offices + `(30)">OSCE Mission to Georgia (closed) (12)</a>`, "offices 30 OSCE Mission to Georgia closed"},
		"older name":         {home, `<a href="?` + offices + `(9)">OSCE Chairmanship (99)</a>`, "offices 9 OSCE Chairpersonship"},
		"other case":         {home, `<a href="?` + topics + `(127)">POLICING</a>`, "topics 127 Policing"},
		"unknown":            {home, `<a href="?` + topics + `(7)">Space exploration</a>`, "topics 7 Space exploration"},
		"hidden count":       {home, `<a href="?` + topics + `(7)">Space exploration<span hidden>seven</span></a>`, "topics 7 Space exploration"},
		"the first":          {home, `<a href="?` + topics + `(7)">Space</a><a href="?rows=9&` + topics + `(7)">Sky</a><a href="?` + offices + `(7)">Sea</a>`, "topics 7 Space, offices 7 Sea"},

		"filtered already":  {home + "?" + topics + "(120)", `<a href="?` + topics + `(127)">Policing</a>`, ""},
		"removes a filter":  {home + "?" + topics + "(120)", `<a href="/press-releases?rows=10">(-) <span>Remove Elections filter</span></a>`, ""},
		"two groups":        {home, `<a href="?` + topics + `(127)%20im_taxonomy_vid_1:(6)">Policing</a>`, ""},
		"two groups, plus":  {home, `<a href="?` + topics + `(127)+im_taxonomy_vid_1:(6)">Policing</a>`, ""},
		"two ids":           {home, `<a href="?` + topics + `(127+112)">Policing</a>`, ""},
		"no id":             {home, `<a href="?` + topics + `()">Policing</a>`, ""},
		"no number":         {home, `<a href="?` + topics + `(x7)">Policing</a>`, ""},
		"date":              {home, `<a href="?filters=ds_date:([2019-01-01T00:00:00Z%20TO%202020-01-01T00:00:00Z])">2019</a><a href="?filters=ds_date:(5)">May</a>`, ""},
		"no name":           {home, `<a href="?` + topics + `(127)"><img src="/x.png"></a><a href="?` + topics + `(128)">(12)</a><a href="?` + topics + `(129)">(-)</a>`, ""},
		"read more":         {home, `<a href="?` + topics + `(127)">Read more</a>`, ""},
		"another parameter": {home, `<a href="?filter=im_taxonomy_vid_3:(127)">Policing</a>`, ""},
		"another page":      {home, `<a href="/events?` + topics + `(127)">Policing</a>`, ""},
		"another site":      {home, `<a href="https://example.net/press-releases?` + topics + `(127)">Policing</a>`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, f := range readAt(t, tt.at, tt.body).Filters {
				text := fmt.Sprintf("%s %s %s", f.Kind, f.ID, f.Name)
				if f.Closed {
					text += " closed"
				}
				got = append(got, text)
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, ", ")); diff != "" {
				t.Errorf("filters (-want +got):\n%s", diff)
			}
		})
	}
}

// TestManyFilters reads more filters than one page may tell.
func TestManyFilters(t *testing.T) {
	var body strings.Builder
	for i := range 2 * maxFilters {
		fmt.Fprintf(&body, `<a href="?filters=im_taxonomy_vid_3:(%d)">Topic number %s</a> `, i, strings.Repeat("x", i+1))
	}
	filters := readAt(t, "https://www.osce.org/press-releases", body.String()).Filters
	if len(filters) != maxFilters || filters[1] != (Filter{store.Topic, "1", "Topic number xx", false}) {
		t.Errorf("%d filters, the second %+v", len(filters), filters[1])
	}
}

// TestInside tells the listing from a page that stands in its place.
func TestInside(t *testing.T) {
	const filtered = "https://www.osce.org/press-releases?filters=im_taxonomy_vid_3:(127)"
	for body, want := range map[string]bool{
		`<a href="/press-releases?solrsort=ds_date%20asc">Publishing date</a>`: true,
		`<a href="?page=1">2</a>`: true,
		`<a href="/press-releases?filters=im_taxonomy_vid_1:(6)">OSCE Presence in Albania</a>`:               true,
		`<a href="/press-releases">Newsroom</a>`:                                                             false,
		`<a href="#main">Skip to content</a>`:                                                                false,
		`<a href="/user/login?destination=/press-releases">Log in</a>`:                                       false,
		`<link rel="canonical" href="/press-releases?x=1"><form action="/press-releases?x=1"><input></form>`: false,
		`<a href="/events?page=1">2</a>`:                                                                     false,
	} {
		if page := readAt(t, filtered, body); page.Inside != want {
			t.Errorf("%s: inside %v", body, page.Inside)
		}
	}
}
