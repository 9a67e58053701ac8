package sample

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// expectListing holds the whole listing against releases.
func expectListing(t *testing.T, site *Site, releases []Release) {
	t.Helper()
	if diff := cmp.Diff(rowsOf(releases), walk(t, site, "/press-releases?rows=50")); diff != "" {
		t.Errorf("the listing (-want +got):\n%s", diff)
	}
}

// expectStatus asks for each address.
func expectStatus(t *testing.T, site *Site, want int, addresses ...string) {
	t.Helper()
	for _, address := range addresses {
		if got := get(t, site, address).Code; got != want {
			t.Errorf("GET %s: %d, want %d", address, got, want)
		}
	}
}

func TestAddOnTopOfItsDay(t *testing.T) {
	releases := Releases(120, newestDays[0])
	site := NewSite(releases)
	for i, place := range []int{0, 60, 119} {
		r := Release{Number: 5_000_000 + i, Slug: "odihr", Title: "Added", Summary: "Later.", Day: releases[place].Day}
		top := slices.IndexFunc(releases, func(other Release) bool { return other.Day.Equal(r.Day) })
		releases = slices.Insert(releases, top, r)
		site.Add(r)
		expectStatus(t, site, 200, r.Path(), r.nodePath())
	}
	oldest := Release{Number: 5_000_009, Title: "Oldest", Summary: "Long ago.", Day: archiveStart.Add(-year)}
	site.Add(oldest)
	expectListing(t, site, append(releases, oldest))
}

func TestAddInPlaceOfItsNumber(t *testing.T) {
	releases := Releases(20, newestDays[0])
	site := NewSite(releases)
	again := releases[9]
	again.Day, again.Title = releases[0].Day, "Published again"
	site.Add(again)
	expectListing(t, site, slices.Concat([]Release{again}, releases[:9], releases[10:]))

	site.Withdraw(again.Number)
	site.Add(again)
	expectStatus(t, site, 200, again.Path())
	expectListing(t, site, slices.Concat([]Release{again}, releases[:9], releases[10:]))
}

func TestCorrect(t *testing.T) {
	releases := Releases(60, newestDays[0])
	site := NewSite(releases)
	number := releases[30].Number
	before := get(t, site, releases[30].Path()).Header().Get("ETag")
	if !site.Correct(number, func(r *Release) {
		r.Number, r.Title, r.Offices = 1, "CORRECTION: "+r.Title, append(r.Offices, "Troika")
	}) {
		t.Fatal("the release is not found")
	}
	releases[30].Title = "CORRECTION: " + releases[30].Title
	releases[30].Offices = append(slices.Clone(releases[30].Offices), "Troika")
	expectListing(t, site, releases)
	if get(t, site, releases[30].Path()).Header().Get("ETag") == before {
		t.Error("the page kept its ETag")
	}
	if got := paths(releasesFound(t, site, "Troika")); !slices.Contains(got, releases[30].Path()) {
		t.Errorf("the filter of the new office finds %q", got)
	}

	site.Correct(number, func(r *Release) { r.Day = newestDays[0] })
	moved := releases[30]
	moved.Day = newestDays[0]
	expectListing(t, site, slices.Concat([]Release{moved}, releases[:30], releases[31:]))
	if site.Correct(4, func(*Release) { t.Error("a release that isn't there was changed") }) {
		t.Error("a release that isn't there was found")
	}
}

// releasesFound reads the listing filtered by a name, through the filter's own
// link. Only addresses are set.
func releasesFound(t *testing.T, site *Site, name string) []Release {
	t.Helper()
	link, found := read(t, site, "/press-releases").facets[name]
	if !found {
		t.Fatalf("no filter is named %q", name)
	}
	var list []Release
	for _, row := range walk(t, site, link+"&rows=50") {
		slug, number, _ := strings.Cut(row.Path[1:], "/")
		var r Release
		if _, err := fmt.Sscan(number, &r.Number); err != nil {
			t.Fatal(err)
		}
		r.Slug = slug
		list = append(list, r)
	}
	return list
}

func TestHideLeavesTheTagsInTheFilters(t *testing.T) {
	r := Release{Number: 7, Slug: "odihr", Title: "One", Summary: "Whole.", Day: newestDays[0], Type: news, Offices: []string{"Troika"}, Topics: []string{"Youth"}}
	site := NewSite([]Release{r})
	if !site.Hide(7) || site.Hide(8) {
		t.Error("Hide misreports what is there")
	}
	r.Bare = true
	expectListing(t, site, []Release{r})
	for _, name := range []string{"Troika", "Youth"} {
		if got := paths(releasesFound(t, site, name)); !slices.Equal(got, []string{"/odihr/7"}) {
			t.Errorf("%s finds %q", name, got)
		}
	}
}

func TestMoveLeavesRedirects(t *testing.T) {
	site := NewSite([]Release{{Number: 7, Slug: "cio", Title: "One", Day: newestDays[0]}})
	if !site.Move(7, "chairmanship") || !site.Move(7, "chairmanship/2020/news") || site.Move(8, "x") {
		t.Error("Move misreports what is there")
	}
	for _, old := range []string{"/cio/7", "/chairmanship/7?x=1"} {
		answer := get(t, site, old)
		if to := answer.Header().Get("Location"); answer.Code != 301 || to != "/chairmanship/2020/news/7" {
			t.Errorf("%s: %d to %q", old, answer.Code, to)
		}
	}
	expectStatus(t, site, 200, "/chairmanship/2020/news/7", "/node/7", "/ru/node/7")
	expectStatus(t, site, 404, "/other/7", "/node/7/", "/rus/node/7", "/RU/node/7", "/a/ru/node/7", "/press-releases/7")
	site.Move(7, "cio")
	expectStatus(t, site, 200, "/cio/7")
	expectStatus(t, site, 301, "/chairmanship/7", "/chairmanship/2020/news/7")
}

func TestWithdraw(t *testing.T) {
	releases := Releases(60, newestDays[0])
	site := NewSite(releases)
	site.Move(releases[5].Number, "elsewhere")
	if !site.Withdraw(releases[5].Number) || !site.Gone(releases[8].Number) || site.Withdraw(releases[5].Number) || site.Gone(1) {
		t.Error("Withdraw and Gone misreport what was there")
	}
	expectListing(t, site, slices.Concat(releases[:5], releases[6:8], releases[9:]))
	lost, gone := releases[5], releases[8]
	expectStatus(t, site, 404, lost.Path(), lost.nodePath(), "/ru"+lost.nodePath(), fmt.Sprintf("/elsewhere/%d", lost.Number))
	expectStatus(t, site, 410, gone.Path(), gone.nodePath())
	expectStatus(t, site, 404, fmt.Sprintf("/wrong/%d", gone.Number))
	if site.Correct(lost.Number, func(*Release) {}) {
		t.Error("a withdrawn release was corrected")
	}
}

// TestChangesReachVisitorsWithACopy asks again with the validators of before.
func TestChangesReachVisitorsWithACopy(t *testing.T) {
	releases := Releases(30, newestDays[0])
	site := NewSite(releases)
	for name, change := range map[string]func(){
		"Add":          func() { site.Add(Release{Number: 5_000_000, Title: "New", Day: newestDays[0]}) },
		"Correct":      func() { site.Correct(releases[0].Number, func(r *Release) { r.Title += "!" }) },
		"Withdraw":     func() { site.Withdraw(releases[1].Number) },
		"RenameOffice": func() { site.RenameOffice(releases[2].Shown().Offices[0], "Renamed") },
		"SetLayout":    func() { site.SetLayout(Plain) },
		"Break":        func() { site.Break(NoTags) },
	} {
		before := get(t, site, "/press-releases?rows=50")
		change()
		for _, header := range [][2]string{{"If-None-Match", "ETag"}, {"If-Modified-Since", "Last-Modified"}} {
			if got := get(t, site, "/press-releases?rows=50", header[0], before.Header().Get(header[1])).Code; got != 200 {
				t.Errorf("%s, asked with %s: %d", name, header[0], got)
			}
		}
	}
}

// TestTheGivenReleasesStayAsTheyAre changes everything on the site.
func TestTheGivenReleasesStayAsTheyAre(t *testing.T) {
	releases, untouched := Releases(40, newestDays[0]), Releases(40, newestDays[0])
	site := NewSite(releases)
	for _, o := range offices {
		site.RenameOffice(o.name, "Office "+o.slug)
	}
	for _, r := range releases {
		site.Correct(r.Number, func(r *Release) {
			r.Title = ""
			for i := range r.Topics {
				r.Topics[i] = ""
			}
		})
	}
	if diff := cmp.Diff(untouched, releases); diff != "" {
		t.Errorf("the caller's releases changed (-want +got):\n%s", diff)
	}
}

// TestFiltersComeAndGoWithTheirReleases withdraws and changes the only release
// of an office.
func TestFiltersComeAndGoWithTheirReleases(t *testing.T) {
	site := NewSite([]Release{{Number: 7, Title: "One", Day: newestDays[0], Type: news, Offices: []string{"Troika"}}})
	names := func() string {
		var list []string
		for name := range read(t, site, "/press-releases").facets {
			list = append(list, name)
		}
		slices.Sort(list)
		return strings.Join(list, ", ")
	}
	for _, step := range []struct {
		change func()
		want   string
	}{
		{func() { site.Add(Release{Number: 8, Day: newestDays[0], Offices: []string{"Minsk Group"}}) }, "Minsk Group, Troika"},
		{func() { site.Withdraw(7) }, "Minsk Group"},
		{func() { site.Correct(8, func(r *Release) { r.Offices, r.Topics = nil, []string{"Youth"} }) }, "Youth"},
		{func() { site.Correct(8, func(r *Release) { r.Day, r.Topics = archiveStart, []string{"Policing"} }) }, "Policing"},
		{func() { site.Gone(8) }, ""},
	} {
		if step.change(); names() != step.want {
			t.Errorf("the filters are %q, want %q", names(), step.want)
		}
	}
}
