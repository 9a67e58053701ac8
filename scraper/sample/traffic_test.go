package sample

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRequestsAreCounted(t *testing.T) {
	site := NewSite(Releases(20, newestDays[0]))
	for _, address := range []string{"/press-releases?page=1", "/press-releases?page=1", "/press-releases", "/nothing", "/robots.txt"} {
		get(t, site, address)
	}
	site.Break(Down)
	get(t, site, "/press-releases?filters=im_taxonomy_vid_1:(24)+x")
	want := map[string]int{
		"/press-releases?page=1": 2, "/press-releases": 1, "/nothing": 1, "/robots.txt": 1,
		"/press-releases?filters=im_taxonomy_vid_1:(24)+x": 1,
	}
	got := site.Requests()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	got["/nothing"] = 9
	if site.Requests()["/nothing"] != 1 {
		t.Error("the caller can change the count")
	}
}

func TestRequestsAreBounded(t *testing.T) {
	var visitors traffic
	for i := range mostAddresses + 7 {
		visitors.count(fmt.Sprint("/", i))
	}
	visitors.count("/0")
	if n := len(visitors.requests); n != mostAddresses+1 || visitors.requests[""] != 7 || visitors.requests["/0"] != 2 {
		t.Errorf("%d addresses, %d others, %d of the first", n, visitors.requests[""], visitors.requests["/0"])
	}
	visitors = traffic{}
	visitors.count("/" + strings.Repeat("x", longestAddress))
	if len(visitors.requests) != 1 || visitors.requests[""] != 1 {
		t.Error("a long address is kept")
	}
}

// TestListingThatMovesWhileItIsRead adds a release after every page: each page
// begins with the last row of the one before.
func TestListingThatMovesWhileItIsRead(t *testing.T) {
	releases := Releases(120, newestDays[0])
	site := NewSite(releases)
	var pages []int
	site.OnListing(func(s *Site, page int) {
		pages = append(pages, page)
		s.Add(Release{Number: 5_000_000 + page, Title: "New", Summary: "Just now.", Day: newestDays[0]})
	})
	rows := walk(t, site, "/press-releases?rows=50")
	if !slices.Equal(pages, []int{0, 1, 2}) {
		t.Fatalf("the hook saw pages %d", pages)
	}
	want := rowsOf(slices.Concat(releases[:50], releases[49:99], releases[98:]))
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("what was read (-want +got):\n%s", diff)
	}
	site.OnListing(nil)
	rows = walk(t, site, "/press-releases?rows=50")
	if len(rows) != 123 || rows[0].Path != "/node/5000002" {
		t.Errorf("%d rows, the first %s", len(rows), rows[0].Path)
	}
}

func TestOnlyListingPagesCallTheHook(t *testing.T) {
	releases := Releases(20, newestDays[0])
	site := NewSite(releases)
	calls := 0
	site.OnListing(func(*Site, int) { calls++ })
	for _, address := range []string{releases[0].Path(), "/robots.txt", "/nothing", "/press-releases/policing"} {
		get(t, site, address)
	}
	site.Break(Login)
	get(t, site, "/press-releases")
	if calls != 0 {
		t.Errorf("other pages called the hook %d times", calls)
	}
	site.Break(Half)
	tag := get(t, site, "/press-releases").Header().Get("ETag")
	if get(t, site, "/press-releases", "If-None-Match", tag); calls != 2 {
		t.Errorf("two pages of the listing called the hook %d times", calls)
	}
}
