package collector_test

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"communique/collector"
	"communique/scraper"
	"communique/scraper/sample"
)

// TestVerdicts collects a sample newsroom, breaks its site in every way that is
// known, and wants each run to say so by its error, its state and the page that
// it keeps, and to store nothing; then all to be well again.
func TestVerdicts(t *testing.T) {
	tests := map[sample.Fault]struct {
		state    collector.State
		sentinel error
		why      string
	}{
		sample.Login:       {collector.Broken, scraper.ErrNoListing, "listing: "},
		sample.Captcha:     {collector.Broken, scraper.ErrNoListing, "listing: "},
		sample.EmptyList:   {collector.Broken, scraper.ErrNoListing, "listing: "},
		sample.NoDates:     {collector.Broken, scraper.ErrNoListing, "listing: "},
		sample.OtherLabels: {collector.Broken, scraper.ErrNoListing, "listing: "},
		sample.NoTags:      {collector.Broken, scraper.ErrNoListing, "types: "},
		sample.OldRows:     {collector.Suspect, scraper.ErrTryLater, "history: "},
	}
	for fault, want := range tests {
		t.Run(string(fault), func(t *testing.T) {
			site := sample.NewSite(sample.Releases(120, time.Date(2026, 2, 27, 0, 0, 0, 0, time.UTC)))
			server := httptest.NewServer(site)
			defer server.Close()
			desk := newDesk(t)
			listing := address(t, server.URL+"/press-releases")
			if _, err := desk.collectAt(t, listing); err != nil {
				t.Fatal(err)
			}
			before := desk.health(t)
			if told := desk.told(t); before.State != collector.OK || len(told) > 0 {
				t.Fatalf("after a good run: %+v, told %q", before, told)
			}
			site.Break(fault)
			version := desk.room.Version()
			_, err := desk.collectAt(t, listing)
			if !errors.Is(err, want.sentinel) || !strings.Contains(err.Error(), want.why) {
				t.Errorf("%v, want %v because of %q", err, want.sentinel, want.why)
			}
			if desk.room.Version() != version {
				t.Error("something was stored")
			}
			health := desk.health(t)
			if told := desk.told(t); health.State != want.state || !strings.Contains(health.Why, want.why) || !slices.Equal(told, []string{string(want.state)}) {
				t.Errorf("%+v, told %q, want %s", health, told, want.state)
			}
			problem, found, err := collector.LastProblem(desk.room)
			if err != nil || !found || len(problem.Body) == 0 || !strings.Contains(problem.Why, want.why) {
				t.Errorf("the page that was kept: %+v, %v, %v", problem.Why, found, err)
			}
			if _, err := desk.collectAt(t, listing); !errors.Is(err, want.sentinel) {
				t.Error(err)
			}
			if again := desk.health(t); len(desk.told(t)) != 1 || !again.Since.Equal(health.Since) {
				t.Errorf("told twice: %+v", again)
			}
			site.Break("")
			if _, err := desk.collectAt(t, listing); err != nil {
				t.Fatal(err)
			}
			health, told := desk.health(t), desk.told(t)
			if health.State != collector.Quiet || health.Why != "" || !slices.Equal(told, []string{string(want.state), "recovered"}) {
				t.Errorf("when all is well again: %+v, told %q", health, told)
			}
		})
	}
}

// collectAt makes a run over a site with full pages.
func (d *desk) collectAt(t testing.TB, listing *url.URL) (collector.Report, error) {
	t.Helper()
	d.source.Listing.Query = map[string]string{"rows": "50"}
	d.now = d.now.Add(time.Hour)
	return collector.Collect(t.Context(), d.scraper(t, listing), d.room, slog.New(slog.DiscardHandler), collector.Options{})
}

// health reads the newsroom's health.
func (d *desk) health(t testing.TB) collector.Health {
	t.Helper()
	health, err := collector.HealthOf(d.room)
	if err != nil {
		t.Fatal(err)
	}
	return health
}

func address(t testing.TB, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// TestCheckOfFaults says of each fault what it is, and of a site that does not
// answer why.
func TestCheckOfFaults(t *testing.T) {
	site := sample.NewSite(sample.Releases(120, time.Date(2026, 2, 27, 0, 0, 0, 0, time.UTC)))
	server := httptest.NewServer(site)
	defer server.Close()
	desk := newDesk(t)
	listing := address(t, server.URL+"/press-releases")
	if _, err := desk.collectAt(t, listing); err != nil {
		t.Fatal(err)
	}
	for fault, want := range map[sample.Fault]struct {
		state collector.State
		says  string
	}{
		sample.Login:       {collector.Broken, "nothing on the page could be read as a release"},
		sample.Captcha:     {collector.Broken, "nothing on the page could be read as a release"},
		sample.EmptyList:   {collector.Broken, "nothing on the page could be read as a release"},
		sample.NoDates:     {collector.Broken, "nothing on the page could be read as a release"},
		sample.OtherLabels: {collector.Broken, `blocks say \"Released\"`},
		sample.OldRows:     {collector.Suspect, "nothing on the first page is known"},
		sample.SamePage:    {collector.Suspect, "older releases can't be reached"},
		sample.SameRows:    {collector.Suspect, "older releases can't be reached"},
		sample.Half:        {collector.Suspect, "it was cut on the way"},
		sample.NoTags:      {collector.Broken, "no row shows any"},
		sample.Down:        {"", "asks to wait"},
		sample.Forbidden:   {"", "403 Forbidden"},
		sample.RobotsDown:  {collector.OK, "50 other releases"}, // what it said is kept for a day
		sample.MovedHost:   {"", "if the newsroom moved there"},
	} {
		site.Break(fault)
		checkup, err := collector.Check(t.Context(), desk.scraper(t, listing), desk.room)
		if said := fmt.Sprintf("%+v %v", checkup, err); (err != nil) != (want.state == "") || checkup.State != want.state || !strings.Contains(strings.ReplaceAll(said, `"`, `\"`), want.says) {
			t.Errorf("%s: want %+v, got %s", fault, want, said)
		}
	}
}

// TestCheck judges a page and stores nothing.
func TestCheck(t *testing.T) {
	site := sample.NewSite(sample.Releases(120, time.Date(2026, 2, 27, 0, 0, 0, 0, time.UTC)))
	server := httptest.NewServer(site)
	defer server.Close()
	desk := newDesk(t)
	listing := address(t, server.URL+"/press-releases")
	if _, err := desk.collectAt(t, listing); err != nil {
		t.Fatal(err)
	}
	for _, layout := range sample.Layouts() {
		site.SetLayout(layout)
		checkup, err := collector.Check(t.Context(), desk.scraper(t, listing), desk.room)
		if err != nil || checkup.State != collector.OK || len(checkup.Signs) < 7 {
			t.Errorf("%s: %+v, %v", layout, checkup, err)
		}
	}
	site.SetLayout(sample.Classic)
	site.Break(sample.OtherLabels)
	version, before := desk.room.Version(), desk.health(t)
	checkup, err := collector.Check(t.Context(), desk.scraper(t, listing), desk.room)
	if err != nil || checkup.State != collector.Broken || len(checkup.Near) == 0 {
		t.Errorf("%+v, %v", checkup, err)
	}
	if after := desk.health(t); desk.room.Version() != version || !after.Since.Equal(before.Since) || after.State != before.State {
		t.Error("a check stored something")
	}
}

// TestOldestFirst turns the listing around: all on its first page is known.
func TestOldestFirst(t *testing.T) {
	l := newLiving(t, 300)
	l.mustRun(t, withoutFilters)
	l.take(func(query url.Values) { query.Set("solrsort", "ds_date asc") })
	if report, err := l.run(t, withoutFilters); !errors.Is(err, collector.ErrSuspect) {
		t.Errorf("%+v, %v", report, err)
	}
}

// TestRenumbered gives all releases other numbers: they would all come again.
func TestRenumbered(t *testing.T) {
	l := newLiving(t, 300)
	l.mustRun(t, withoutFilters)
	var again []sample.Release
	for _, r := range sample.Releases(300, newest) {
		r.Number += 700_000
		again = append(again, r)
	}
	l.site = sample.NewSite(again)
	if report, err := l.run(t, withoutFilters); !errors.Is(err, collector.ErrSuspect) || report.New > 0 {
		t.Errorf("%+v, %v", report, err)
	}
}

// TestFewerRows goes back to ten rows a page, which are a full page, too.
func TestFewerRows(t *testing.T) {
	l := newLiving(t, 300)
	l.mustRun(t, withoutFilters)
	l.take(func(query url.Values) { query.Del("rows") })
	l.site.Add(l.another(t))
	report, err := l.run(t, withoutFilters)
	if err != nil || report.New != 1 {
		t.Errorf("%+v, %v", report, err)
	}
}

// TestClockSetBack finds a release while the clock stands a year back.
func TestClockSetBack(t *testing.T) {
	l := newLiving(t, 300)
	l.mustRun(t, withoutFilters)
	fresh := l.another(t)
	l.site.Add(fresh)
	right := l.now
	l.now = l.now.AddDate(-1, 0, 0)
	if _, err := l.run(t, withoutFilters); !errors.Is(err, collector.ErrSuspect) {
		t.Error(err)
	}
	l.now = right
	l.mustRun(t, withoutFilters)
	r, ok, _ := l.room.Release(fmt.Sprint(fresh.Number))
	if !ok || r.Published.Year() != 2026 {
		t.Errorf("%v %v", ok, r.Published)
	}
}
