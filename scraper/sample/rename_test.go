package sample

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRename(t *testing.T) {
	releases := Releases(400, newestDays[0])
	site := NewSite(releases)
	before := read(t, site, "/press-releases").facets
	site.RenameOffice("OSCE Mission to Serbia", "OSCE Mission in Belgrade")
	site.RenameTopic("Policing", "Police matters")
	site.RenameTopic("Unheard of", "Unheard of too")
	changed := map[string]string{"OSCE Mission to Serbia": "OSCE Mission in Belgrade", "Policing": "Police matters"}
	wantFacets := map[string]string{}
	for name, link := range before {
		if changed[name] != "" {
			name = changed[name]
		}
		wantFacets[name] = link
	}
	var want []Release
	for _, r := range releases {
		r = r.clone()
		for _, list := range [][]string{r.Offices, r.Topics} {
			for i, name := range list {
				if changed[name] != "" {
					list[i] = changed[name]
				}
			}
		}
		want = append(want, r)
	}
	expectListing(t, site, want)
	if diff := cmp.Diff(wantFacets, read(t, site, "/press-releases").facets); diff != "" {
		t.Errorf("filter lists (-want +got):\n%s", diff)
	}
	for _, name := range []string{"OSCE Mission in Belgrade", "Police matters"} {
		has := having(want, func(r Release) bool { return slices.Contains(r.Offices, name) || slices.Contains(r.Topics, name) })
		if diff := cmp.Diff(paths(has), paths(releasesFound(t, site, name))); diff != "" {
			t.Errorf("%s finds (-want +got):\n%s", name, diff)
		}
	}
}

// TestRenameToAnOfficeThatExists merges two offices.
func TestRenameToAnOfficeThatExists(t *testing.T) {
	site := NewSite([]Release{
		{Number: 7, Slug: "a", Day: newestDays[0], Type: news, Offices: []string{"Troika", "Minsk Group"}},
		{Number: 8, Slug: "a", Day: newestDays[0], Type: news, Offices: []string{"Minsk Group"}},
	})
	site.RenameOffice("Minsk Group", "Troika")
	page := read(t, site, "/press-releases")
	want := map[string]string{"Troika": "/press-releases?filters=im_taxonomy_vid_1:(9001)"}
	if diff := cmp.Diff(want, page.facets); diff != "" {
		t.Errorf("filter lists (-want +got):\n%s", diff)
	}
	for _, row := range page.rows {
		if !slices.Equal(row.Offices, []string{"Troika"}) {
			t.Errorf("%s shows %q", row.Path, row.Offices)
		}
	}
	if got := paths(releasesFound(t, site, "Troika")); !slices.Equal(got, []string{"/a/7", "/a/8"}) {
		t.Errorf("the filter finds %q", got)
	}
}
