package collector_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"communique/collector"
	"communique/scraper/sample"
	"communique/store"
)

// living is the sample newsroom on a real socket, which changes while it is
// collected, and a desk that collects it.
type living struct {
	*desk
	site    *sample.Site
	truth   map[int]sample.Release // what the site knows, by number
	listing *url.URL
	asked   map[string]int // requests before the last run
	// answer, if set, is asked before the site and says whether it answered.
	answer func(w http.ResponseWriter, r *http.Request) bool
}

func newLiving(t testing.TB, n int) *living {
	releases := sample.Releases(n, newest)
	l := &living{desk: newDesk(t), site: sample.NewSite(releases), truth: map[int]sample.Release{}}
	for _, r := range releases {
		l.truth[r.Number] = r
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if l.answer == nil || !l.answer(w, r) {
			l.site.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	l.source.Listing.Query = map[string]string{"rows": "50"}
	var err error
	if l.listing, err = url.Parse(server.URL + "/press-releases"); err != nil {
		t.Fatal(err)
	}
	return l
}

// run makes one run, a minute after the one before.
func (l *living) run(t testing.TB, options collector.Options) (collector.Report, error) {
	t.Helper()
	l.now = l.now.Add(time.Minute)
	l.asked = l.site.Requests()
	return collector.Collect(t.Context(), l.scraper(t, l.listing), l.room, slog.New(slog.DiscardHandler), options)
}

func (l *living) mustRun(t testing.TB, options collector.Options) collector.Report {
	t.Helper()
	report, err := l.run(t, options)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// requests are the addresses that the last run asked for, with how often.
func (l *living) requests(containing string) map[string]int {
	list := map[string]int{}
	for address, n := range l.site.Requests() {
		if n -= l.asked[address]; n > 0 && strings.Contains(address, containing) {
			list[address] = n
		}
	}
	return list
}

// number returns the number of the n-th newest release that passes.
func (l *living) number(t testing.TB, n int, passes func(sample.Release) bool) int {
	t.Helper()
	for _, r := range l.stored(t) {
		number, err := strconv.Atoi(r.Key)
		if err != nil {
			t.Fatal(err)
		}
		if passes(l.truth[number]) {
			if n--; n < 0 {
				return number
			}
		}
	}
	t.Fatal("the site has no such release")
	return 0
}

// score compares tags that were stored with those that there are.
type score struct{ right, wrong, missing int }

func (s score) f1() float64 {
	return 2 * float64(s.right) / float64(2*s.right+s.wrong+s.missing)
}

// compare scores the tags of a kind of all releases.
func (l *living) compare(t testing.TB, kind store.Kind, truth func(sample.Release) []string) (s score) {
	t.Helper()
	today := map[string]string{"OSCE Chairmanship": "OSCE Chairpersonship", "Combating human trafficking": "Combating trafficking in human beings"}
	for _, r := range l.stored(t) {
		number, _ := strconv.Atoi(r.Key)
		want := map[string]bool{}
		for _, name := range truth(l.truth[number]) {
			if today[name] != "" {
				name = today[name]
			}
			want[strings.TrimSuffix(name, " (closed)")] = true
		}
		for _, tag := range r.Tags(kind) {
			if want[tag.Name] {
				s.right++
			} else {
				s.wrong++
			}
			delete(want, tag.Name)
		}
		s.missing += len(want)
	}
	return s
}

func offices(r sample.Release) []string { return r.Offices }
func topics(r sample.Release) []string  { return r.Topics }
func isAny(sample.Release) bool         { return true }

// tagged are the keys of what is filed under a tag.
func (l *living) tagged(t testing.TB, q store.Query) []string {
	t.Helper()
	list, _, err := l.room.Releases(q, "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	keys := make([]string, len(list))
	for i, r := range list {
		keys[i] = r.Key
	}
	slices.Sort(keys)
	return keys
}

// rewrite edits the site's pages.
func (l *living) rewrite(edit func(r *http.Request, body string) string) {
	l.answer = func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == "/robots.txt" {
			return false
		}
		asked := r.Clone(r.Context())
		asked.Header.Del("If-None-Match")
		asked.Header.Del("If-Modified-Since")
		rec := httptest.NewRecorder()
		l.site.ServeHTTP(rec, asked)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(rec.Code)
		_, _ = w.Write([]byte(edit(r, rec.Body.String())))
		return true
	}
}

// take has the site take each query for another one.
func (l *living) take(change func(query url.Values)) {
	l.answer = func(w http.ResponseWriter, r *http.Request) bool {
		asked := r.Clone(r.Context())
		query := asked.URL.Query()
		change(query)
		asked.URL.RawQuery = query.Encode()
		l.site.ServeHTTP(w, asked)
		return true
	}
}

func filtered(r *http.Request) bool { return r.URL.Query().Has("filters") }

// names are what the tags of a kind are called, with the number of releases, by
// slug.
func (l *living) names(t testing.TB, kind store.Kind) map[string]string {
	list, err := l.room.Filings(kind)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]string{}
	for _, f := range list {
		names[f.Query.Slug] = fmt.Sprintf("%s %d", f.Tag.Name, f.Releases)
	}
	return names
}
