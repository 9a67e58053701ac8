package sample

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// walk reads a listing from an address to the end of its pager.
func walk(t *testing.T, site *Site, address string) []readRow {
	t.Helper()
	var rows []readRow
	for visited := 0; address != ""; visited++ {
		if visited > 500 {
			t.Fatalf("the pager never ends")
		}
		page := read(t, site, address)
		rows = append(rows, page.rows...)
		address = page.next
	}
	return rows
}

func rowsOf(releases []Release) []readRow {
	var rows []readRow
	for _, r := range releases {
		rows = append(rows, rowOf(r))
	}
	return rows
}

func having(releases []Release, keeps func(Release) bool) []Release {
	return slices.DeleteFunc(slices.Clone(releases), func(r Release) bool { return !keeps(r) })
}

// TestPagesPartitionTheReleases walks the pager at several sizes: each release
// stands on exactly one page, in order, and its row holds what it says.
func TestPagesPartitionTheReleases(t *testing.T) {
	releases := Releases(400, newestDays[0])
	site := NewSite(releases)
	for _, address := range []string{
		"/press-releases", "/press-releases?rows=50", "/press-releases?rows=7&utm_source=x", "/press-releases?solrsort=ds_date+desc",
	} {
		if diff := cmp.Diff(rowsOf(releases), walk(t, site, address)); diff != "" {
			t.Errorf("walking %s (-want +got):\n%s", address, diff)
		}
	}
	slices.Reverse(releases)
	if diff := cmp.Diff(rowsOf(releases), walk(t, site, "/press-releases?solrsort=ds_date+asc&rows=50")); diff != "" {
		t.Errorf("oldest first (-want +got):\n%s", diff)
	}
}

func TestRowsOfAPage(t *testing.T) {
	site := NewSite(Releases(120, newestDays[0]))
	for _, test := range []struct {
		query string
		want  int
	}{
		{"", 10},
		{"?rows=1", 1},
		{"?rows=50", 50},
		{"?rows=51", 10},
		{"?rows=0", 10},
		{"?rows=-3", 10},
		{"?rows=many", 10},
		{"?page=0", 10},
		{"?page=-1", 10},
		{"?page=x", 10},
		{"?rows=50&page=2", 20},
	} {
		if got := len(read(t, site, "/press-releases"+test.query).rows); got != test.want {
			t.Errorf("%q: %d rows, want %d", test.query, got, test.want)
		}
	}
}

func TestPageBeyondTheLastIsEmpty(t *testing.T) {
	site := NewSite(Releases(120, newestDays[0]))
	for _, query := range []string{
		"?page=12", "?page=13", "?page=999999", "?page=99999999999999999999999", "?filters=im_taxonomy_vid_1:(424242)",
		"?filters=im_taxonomy_vid_3:()",
	} {
		page := read(t, site, "/press-releases"+query)
		if len(page.rows) != 0 || page.next != "" || !strings.Contains(page.text, "Your search yielded no results") {
			t.Errorf("%s: %d rows, next %q, text %q", query, len(page.rows), page.next, page.text)
		}
	}
	if page := read(t, NewSite(nil), "/press-releases"); len(page.rows) != 0 {
		t.Errorf("an empty newsroom shows %d rows", len(page.rows))
	}
}

func TestPager(t *testing.T) {
	site := NewSite(Releases(400, newestDays[0]))
	first := read(t, site, "/press-releases?x=1&filters=ds_date:([1990-01-01T00:00:00Z+TO+2030-01-01T00:00:00Z])")
	if first.next == "" || len(first.items) != pagerWidth-1 || first.last != strings.Replace(first.next, "page=1", "page=39", 1) {
		t.Errorf("first page: next %q, last %q, items %q", first.next, first.last, first.items)
	}
	query, err := url.Parse(first.next)
	if err != nil {
		t.Fatal(err)
	}
	want := url.Values{
		"x": {"1"}, "page": {"1"}, "filters": {"ds_date:([1990-01-01T00:00:00Z TO 2030-01-01T00:00:00Z])"},
	}
	if diff := cmp.Diff(want, query.Query()); diff != "" {
		t.Errorf("the pager changed the query (-want +got):\n%s", diff)
	}
	last := read(t, site, "/press-releases?page=39")
	if last.next != "" || last.last != "" || !slices.Contains(last.items, "/press-releases?page=31") {
		t.Errorf("last page: next %q, last %q, items %q", last.next, last.last, last.items)
	}
	if page := read(t, site, "/press-releases?filters=im_taxonomy_vid_1:(434)&rows=50"); page.items != nil {
		t.Errorf("a single page has a pager: %q", page.items)
	}
}

// TestFiltersReturnAlsoBareRows follows each link of the filter lists, as a
// visitor would, and compares with what the releases truly are.
func TestFiltersReturnAlsoBareRows(t *testing.T) {
	releases := Releases(400, newestDays[0])
	site := NewSite(releases)
	found := map[string]bool{}
	for name, link := range read(t, site, "/press-releases").facets {
		want := having(releases, func(r Release) bool {
			return slices.Contains(r.Offices, name) || slices.Contains(r.Topics, name) ||
				name == "OSCE Chairpersonship" && slices.Contains(r.Offices, "OSCE Chairmanship")
		})
		if diff := cmp.Diff(rowsOf(want), walk(t, site, link+"&rows=50")); diff != "" {
			t.Errorf("%s, %s (-want +got):\n%s", name, link, diff)
		}
		for _, r := range want {
			found[r.Path()] = true
		}
	}
	for _, r := range releases {
		if r.Bare && !found[r.Path()] {
			t.Errorf("no filter brings back the bare row of %s", r.Path())
		}
	}
}

func TestFiltersCombine(t *testing.T) {
	releases := Releases(2000, newestDays[0])
	site := NewSite(releases)
	office := func(r Release) bool {
		return slices.Contains(r.Offices, "OSCE Office for Democratic Institutions and Human Rights")
	}
	policing := func(r Release) bool { return slices.Contains(r.Topics, "Policing") }
	elections := func(r Release) bool { return slices.Contains(r.Topics, "Elections") }
	in2025 := func(r Release) bool { return r.Day.Year() == 2025 }
	for _, test := range []struct {
		filters string
		want    func(Release) bool
	}{
		{"im_taxonomy_vid_3:(127+120)", func(r Release) bool { return policing(r) || elections(r) }},
		{"im_taxonomy_vid_3:(127%2B120)", func(r Release) bool { return policing(r) || elections(r) }},
		{"im_taxonomy_vid_1:(24)+im_taxonomy_vid_3:(127%20120)", func(r Release) bool { return office(r) && (policing(r) || elections(r)) }},
		{"im_taxonomy_vid_1:(24)%2Bim_taxonomy_vid_3:(120)", func(r Release) bool { return office(r) && elections(r) }},
		{"im_taxonomy_vid_3:(127)%20im_taxonomy_vid_3:(120)", func(r Release) bool { return policing(r) && elections(r) }},
		{"ds_date:([2025-01-01T00:00:00Z+TO+2025-12-31T00:00:00Z])+im_taxonomy_vid_1:(24)", func(r Release) bool { return in2025(r) && office(r) }},
		{"im_taxonomy_vid_3:(120)+unknown:(7)+im_taxonomy_vid_1+)(", elections},
		{"ds_date:(yesterday)+im_taxonomy_vid_3:(120)", elections},
	} {
		want := having(releases, test.want)
		if len(want) == 0 {
			t.Fatalf("%s: nothing to find", test.filters)
		}
		got := walk(t, site, "/press-releases?rows=50&filters="+test.filters)
		if diff := cmp.Diff(rowsOf(want), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.filters, diff)
		}
	}
}

// TestEscaping puts a release on the site whose every text tries to be markup.
func TestEscaping(t *testing.T) {
	evil := `</a><script>alert("1 & 2")</script> &amp; Where we are: {{.}} 'x' <!--`
	r := Release{
		Number: 7, Slug: "odihr", Title: evil, Summary: evil, Type: evil, Offices: []string{evil}, Topics: []string{evil},
		Day: time.Date(2024, time.December, 16, 0, 0, 0, 0, time.UTC),
	}
	site := NewSite([]Release{r})
	if diff := cmp.Diff([]readRow{rowOf(r)}, read(t, site, "/press-releases").rows); diff != "" {
		t.Errorf("the row (-want +got):\n%s", diff)
	}
	for _, address := range []string{"/press-releases", r.Path(), `/press-releases?rows=1&x="><script>`} {
		if body := get(t, site, escapeQuery(address)).Body.String(); strings.Contains(body, "<script") {
			t.Errorf("%s holds a script:\n%s", address, body)
		}
	}
}

// escapeQuery escapes what a request line can't hold.
func escapeQuery(address string) string {
	return strings.NewReplacer(`"`, "%22", "<", "%3C", ">", "%3E").Replace(address)
}

func TestFacetsAreThoseInUse(t *testing.T) {
	r := Release{Number: 7, Offices: []string{"OSCE Mission to Georgia (closed)", "Unheard of"}, Topics: []string{"Policing"}}
	got := read(t, NewSite([]Release{r}), "/press-releases").facets
	want := map[string]string{
		"OSCE Mission to Georgia (closed)": "/press-releases?filters=im_taxonomy_vid_1:(30)",
		"Policing":                         "/press-releases?filters=im_taxonomy_vid_3:(127)",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("filter lists (-want +got):\n%s", diff)
	}
}
