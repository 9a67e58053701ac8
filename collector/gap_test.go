package collector_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"communique/collector"
)

// TestGoesOnBehindTheEnd goes on where the listing ended meanwhile.
func TestGoesOnBehindTheEnd(t *testing.T) {
	for _, status := range []int{http.StatusOK, http.StatusNotFound} {
		site, desk := newSite(t, 200, 100), newDesk(t)
		site.answer = func(n int, w http.ResponseWriter, _ *http.Request) bool {
			if n == 9 {
				w.WriteHeader(http.StatusInternalServerError)
			}
			return n == 9
		}
		_, _ = desk.collect(t.Context(), t, site, collector.Options{})
		site.releases, site.shown = site.releases[:140], 40
		site.answer = func(n int, w http.ResponseWriter, r *http.Request) bool {
			behind := r.URL.Query().Get("page") == "7" && status == http.StatusNotFound
			if behind {
				w.WriteHeader(status)
			}
			return behind
		}
		for range 2 {
			if report, err := desk.collect(t.Context(), t, site, collector.Options{}); err != nil {
				t.Errorf("%d: %v, %+v", status, err, report)
			}
		}
	}
}

// TestMirrorBetween reads a mirror that is behind after a run that broke off, and then
// the site again: the gap is still known.
func TestMirrorBetween(t *testing.T) {
	site, desk := newSite(t, 300, 100), newDesk(t)
	desk.mustCollect(t, site, collector.Options{})
	site.publish(60)
	site.answer = func(n int, w http.ResponseWriter, _ *http.Request) bool {
		if n == 4 {
			w.WriteHeader(http.StatusInternalServerError)
		}
		return n == 4
	}
	_, _ = desk.collect(t.Context(), t, site, collector.Options{})
	site.answer = nil
	mirror := newSite(t, 300, 100)
	if _, err := desk.collect(t.Context(), t, mirror, collector.Options{}); !errors.Is(err, collector.ErrSuspect) {
		t.Error(err)
	}
	desk.mustCollect(t, site, collector.Options{})
	if a, b := len(desk.keys(t)), len(site.keys()); a != b {
		t.Errorf("%d stored, %d shown", a, b)
	}
}

// TestSamePageIsToldOnce gets the first page whatever it asks for, with one new
// release above those that were known: there is no gap.
func TestSamePageIsToldOnce(t *testing.T) {
	site, desk := newSite(t, 100, 60), newDesk(t)
	desk.mustCollect(t, site, collector.Options{})
	site.answer = func(n int, w http.ResponseWriter, r *http.Request) bool {
		q := r.URL.Query()
		q.Del("page")
		r.URL.RawQuery = q.Encode()
		return false
	}
	site.publish(1)
	problems := 0
	for range 5 {
		problems += len(desk.mustCollect(t, site, collector.Options{}).Problems)
	}
	if problems > 1 {
		t.Errorf("%d problems", problems)
	}
}

// TestGoesOnAboveAHole goes on in a listing that lost rows, which a row that is pinned
// on top of every page must not hide.
func TestGoesOnAboveAHole(t *testing.T) {
	site, desk := newSite(t, 0, 0), newDesk(t)
	pinned := `<div><h3><a href="/albania/7">Pinned</a></h3><p>Publishing date: 1 February 2026</p></div><h1>`
	pin := func(page string) string { return strings.Replace(page, "<h1>", pinned, 1) }
	listing := func(top, last int) map[string]string {
		pages := map[string]string{}
		for n := 0; top-10*n > 20; n++ {
			next := fmt.Sprintf("?page=%d", n+1)
			if top-10*n <= 30 {
				next = ""
			}
			key := fmt.Sprint(n)
			if n == 0 {
				key = ""
			}
			pages[key] = pin(rows(top-10*n, top-10*n-10, next))
		}
		if last > 0 {
			pages[fmt.Sprint(last)] = "unreachable"
		}
		return pages
	}
	site.answer = serve(listing(100, 0))
	desk.mustCollect(t, site, collector.Options{})
	site.answer = serve(listing(200, 6)) // 200..141 read
	_, err := desk.collect(t.Context(), t, site, collector.Options{})
	if err == nil {
		t.Fatal("no error")
	}
	// The listing lost 30 rows in its midst: 180..151
	pages := listing(200, 0)
	lost := map[string]string{"": pages[""], "1": pages["1"]}
	for n := 5; n < 18; n++ {
		page := pages[fmt.Sprint(n)]
		lost[fmt.Sprint(n-3)] = strings.ReplaceAll(page, fmt.Sprintf("?page=%d", n+1), fmt.Sprintf("?page=%d", n-2))
	}
	site.answer = serve(lost)
	desk.mustCollect(t, site, collector.Options{})
	stored := desk.keys(t)
	for n := 200; n > 20; n-- {
		if lost := n <= 180 && n > 150; !lost && !slices.Contains(stored, fmt.Sprint(n)) {
			t.Errorf("%d is missing; asked for %s", n, site.pages())
		}
	}
}
