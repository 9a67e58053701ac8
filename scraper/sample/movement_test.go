package sample

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestAnyChanges makes hundreds of changes at random, to the site and to a
// plain list, which then must tell the same.
func TestAnyChanges(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 14))
	list := Releases(60, newestDays[0])
	site := NewSite(list)
	for step := range 400 {
		place := rng.IntN(len(list))
		r := list[place].clone()
		switch rng.IntN(5) {
		case 0:
			r.Number = 5_000_000 + step
			site.Add(r)
			top := slices.IndexFunc(list, func(other Release) bool { return !other.Day.After(r.Day) })
			list = slices.Insert(list, top, r)
			continue
		case 1:
			if len(list) > 20 {
				site.Withdraw(r.Number)
				list = slices.Delete(list, place, place+1)
			}
			continue
		case 2:
			r.Slug = fmt.Sprint("slug-", step)
			site.Move(r.Number, r.Slug)
		case 3:
			r.Bare = true
			site.Hide(r.Number)
		default:
			r.Topics = []string{pick(rng, topics).name}
			site.Correct(r.Number, func(on *Release) { on.Topics = r.Topics })
		}
		list[place] = r
	}
	expectListing(t, site, list)
	for name := range read(t, site, "/press-releases").facets {
		want := having(list, func(r Release) bool {
			return slices.Contains(r.Offices, name) || slices.Contains(r.Topics, name) ||
				name == "OSCE Chairpersonship" && slices.Contains(r.Offices, "OSCE Chairmanship")
		})
		if diff := cmp.Diff(paths(want), paths(releasesFound(t, site, name))); diff != "" {
			t.Errorf("%s finds (-want +got):\n%s", name, diff)
		}
	}
}

// TestChangesWhileVisited is for the race detector.
func TestChangesWhileVisited(t *testing.T) {
	releases := Releases(60, newestDays[0])
	site := NewSite(releases)
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			for i := range 40 {
				for _, address := range []string{"/press-releases?rows=50", "/press-releases?filters=im_taxonomy_vid_3:(127)", releases[i].Path()} {
					answer := httptest.NewRecorder()
					site.ServeHTTP(answer, httptest.NewRequest("GET", address, nil))
					if answer.Code >= http.StatusInternalServerError {
						t.Errorf("%s: %d", address, answer.Code)
					}
				}
				site.Requests()
			}
		})
	}
	all.Go(func() {
		for i := range 40 {
			site.Add(Release{Number: 5_000_000 + i, Title: "New", Day: newestDays[0], Offices: []string{"Troika"}})
			site.Move(releases[i].Number, "moved")
			site.RenameTopic("Policing", "Police matters")
			site.RenameTopic("Police matters", "Policing")
			site.SetLayout(Layouts()[i%len(Layouts())])
			site.Withdraw(releases[i].Number)
		}
	})
	all.Wait()
}
