package listing

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"communique/scraper/sample"
	"communique/store"
)

// fetch asks a site for a page of its listing.
func fetch(t *testing.T, site *sample.Site, query string) []byte {
	t.Helper()
	answer := httptest.NewRecorder()
	site.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/press-releases?"+query, nil))
	if answer.Code != http.StatusOK {
		t.Fatalf("status %d", answer.Code)
	}
	return answer.Body.Bytes()
}

func newSite() *sample.Site {
	return sample.NewSite(sample.Releases(500, time.Date(2026, 2, 27, 0, 0, 0, 0, time.UTC)))
}

// TestSampleLayouts reads the same page of the sample newsroom in each of its
// layouts: the releases, filters and number of pages are the same.
func TestSampleLayouts(t *testing.T) {
	const at = "https://www.osce.org/press-releases?page=2&rows=50"
	site := newSite()
	var first Page
	for _, layout := range sample.Layouts() {
		site.SetLayout(layout)
		page := readAt(t, at, string(fetch(t, site, "page=2&rows=50")))
		if len(page.Problems) > 0 || len(page.Near) > 0 || len(page.Releases) != 50 || !page.Inside || len(page.Filters) < 40 {
			t.Errorf("%s: %d releases, %d filters, inside %v, near %q, problems %q",
				layout, len(page.Releases), len(page.Filters), page.Inside, page.Near, page.Problems)
		}
		if first.Releases == nil {
			first = page
			if page.Pages != 10 {
				t.Errorf("%d pages", page.Pages)
			}
		}
		if diff := cmp.Diff(first.Releases, page.Releases); diff != "" {
			t.Errorf("%s (-%s +%s):\n%s", layout, sample.Classic, layout, diff)
		}
		if diff := cmp.Diff(first.Filters, page.Filters); diff != "" {
			t.Errorf("%s: filters (-%s +%s):\n%s", layout, sample.Classic, layout, diff)
		}
	}
}

// TestSampleFilters follows each filter of the sample newsroom: rows that show
// a name of its kind show the name that the filter tells.
func TestSampleFilters(t *testing.T) {
	site := newSite()
	for _, f := range readAt(t, "https://www.osce.org/press-releases", string(fetch(t, site, ""))).Filters {
		field := map[store.Kind]string{store.Office: "im_taxonomy_vid_1", store.Topic: "im_taxonomy_vid_3"}[f.Kind]
		query := "rows=50&filters=" + field + ":(" + f.ID + ")"
		page := readAt(t, "https://www.osce.org/press-releases?"+query, string(fetch(t, site, query)))
		if !page.Inside || len(page.Filters) > 0 {
			t.Errorf("%s: inside %v, %d filters", f.Name, page.Inside, len(page.Filters))
		}
		for _, r := range page.Releases {
			tags := r.Tags(f.Kind)
			named := false
			for _, tag := range tags {
				named = named || tag.Name == f.Name && tag.Closed == f.Closed
			}
			if len(tags) > 0 && !named {
				t.Errorf("%s (closed: %v): a row shows %v", f.Name, f.Closed, tags)
			}
		}
	}
}

// TestSampleFaults says what is told of near misses where the newsroom is broken.
func TestSampleFaults(t *testing.T) {
	const noDates = `no "Publishing date" or "Issued on", and no other words before a date`
	for fault, want := range map[sample.Fault][]string{
		sample.NoDates: {noDates},
		sample.OtherLabels: {
			`no "Publishing date" or "Issued on"; 50 blocks say "Released"`,
			`no "Content type"; 42 blocks say "Sort of text"`,
			`no "Where we are" or "Issued by"; 40 blocks say "Filed by"`,
			`no "What we do" or "Fields of work"; 32 blocks say "Concerning"`,
		},
		sample.Login:   {noDates},
		sample.Captcha: {noDates},
	} {
		site := newSite()
		site.Break(fault)
		for _, layout := range sample.Layouts() {
			site.SetLayout(layout)
			page := readAt(t, "https://www.osce.org/press-releases", string(fetch(t, site, "rows=50")))
			want := slices.Clone(want)
			if layout == sample.Cards2026 { // has no label for the type
				want = slices.DeleteFunc(want, func(near string) bool { return strings.Contains(near, "Content type") })
			}
			if diff := cmp.Diff(want, page.Near); diff != "" {
				t.Errorf("%s, %s (-want +got):\n%s", fault, layout, diff)
			}
			if stands := fault != sample.Login && fault != sample.Captcha; page.Inside != stands {
				t.Errorf("%s, %s: inside %v", fault, layout, page.Inside)
			}
			if layout == sample.Classic {
				t.Logf("%s: problems:\n%s", fault, strings.Join(page.Problems, "\n"))
			}
		}
	}
}
