package collector_test

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"communique/collector"
	"communique/collector/journal"
	"communique/scraper/sample"
)

// events are what the newsroom's journal tells, as a new process reads it, the
// oldest first.
func (d *desk) events(t testing.TB) []journal.Event {
	t.Helper()
	list, err := journal.New(journal.Options{Source: d.room.Name(), Memory: d.room}).Events()
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(list)
	return list
}

// told are the kinds of the events.
func (d *desk) told(t testing.TB) []string {
	t.Helper()
	kinds := []string{}
	for _, e := range d.events(t) {
		kinds = append(kinds, string(e.Kind))
	}
	return kinds
}

// TestTold breaks the sample site in one way after the other, each for some runs,
// and wants each change to be told once, and why.
func TestTold(t *testing.T) {
	respond := func(status int, header ...string) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == "/robots.txt" {
				return false
			}
			for i := 0; i+1 < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			w.WriteHeader(status)
			return true
		}
	}
	for _, test := range []struct {
		name   string
		fault  sample.Fault
		answer func(http.ResponseWriter, *http.Request) bool
		runs   int
		want   []string
		why    string
	}{
		{name: "another language", fault: sample.OtherLabels, runs: 3, want: []string{"broken", "recovered"}, why: "could be read as a release"},
		{name: "a login page", fault: sample.Login, runs: 2, want: []string{"broken", "recovered"}, why: "could be read as a release"},
		{name: "old rows", fault: sample.OldRows, runs: 3, want: []string{"suspect", "recovered"}, why: "nothing on the first page is known"},
		{name: "asked to wait", fault: sample.Down, runs: 3, want: []string{"blocked", "unblocked"}, why: "asks to wait"},
		{name: "too many requests", answer: respond(http.StatusTooManyRequests, "Retry-After", "60"), runs: 2, want: []string{"blocked", "unblocked"}, why: "429"},
		{name: "forbidden a few times", fault: sample.Forbidden, runs: 7, want: []string{}},
		{name: "forbidden again and again", fault: sample.Forbidden, runs: 9, want: []string{"blocked", "unblocked"}, why: "403"},
		{name: "down for an hour", answer: respond(http.StatusBadGateway), runs: 2, want: []string{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := newLiving(t, 120)
			l.mustRun(t, withoutFilters)
			l.site.Break(test.fault)
			l.answer = test.answer
			for range test.runs {
				if _, err := l.run(t, withoutFilters); err == nil {
					t.Fatal("no error")
				}
			}
			l.site.Break("")
			l.answer = nil
			for range 2 {
				l.mustRun(t, withoutFilters)
			}
			events := l.events(t)
			if got := l.told(t); !slices.Equal(got, test.want) {
				t.Fatalf("told %q, want %q", got, test.want)
			}
			if len(events) > 0 && !strings.Contains(events[0].Text, test.why) {
				t.Errorf("told %q, want it to say %q", events[0].Text, test.why)
			}
		})
	}
}

// TestToldOfRobots tells of a robots.txt that forbids the listing, until it
// doesn't any more.
func TestToldOfRobots(t *testing.T) {
	l := newLiving(t, 120)
	l.mustRun(t, withoutFilters)
	l.answer = func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == "/robots.txt" {
			_, _ = io.WriteString(w, "User-agent: *\nDisallow: /\n")
		}
		return r.URL.Path == "/robots.txt"
	}
	l.now = l.now.Add(25 * time.Hour)
	for range 2 {
		if _, err := l.run(t, withoutFilters); err == nil {
			t.Fatal("it was read all the same")
		}
	}
	l.answer = nil
	l.now = l.now.Add(25 * time.Hour)
	l.mustRun(t, withoutFilters)
	if got := l.told(t); !slices.Equal(got, []string{"blocked", "unblocked"}) || !strings.Contains(l.events(t)[0].Text, "robots.txt") {
		t.Errorf("told %q", got)
	}
}

// TestWorseIsTold tells that a suspect listing became broken, not that it became
// suspect again.
func TestWorseIsTold(t *testing.T) {
	l := newLiving(t, 120)
	l.mustRun(t, withoutFilters)
	for _, fault := range []sample.Fault{sample.OldRows, sample.Login, sample.OldRows, sample.Login, ""} {
		l.site.Break(fault)
		_, _ = l.run(t, withoutFilters)
	}
	if got := l.told(t); !slices.Equal(got, []string{"suspect", "broken", "recovered"}) {
		t.Errorf("told %q", got)
	}
}

// TestToldOfReleases tells of releases that were taken back and came again, and of
// one that was withdrawn by a run that was killed before it could tell.
func TestToldOfReleases(t *testing.T) {
	l := newLiving(t, 120)
	l.mustRun(t, withoutFilters)
	number := l.number(t, 3, isAny)
	l.site.Withdraw(number)
	l.mustRun(t, withoutFilters)
	l.mustRun(t, withoutFilters)
	l.site.Add(l.truth[number])
	l.mustRun(t, withoutFilters)
	l.mustRun(t, withoutFilters)
	if got := l.told(t); !slices.Equal(got, []string{"withdrawn", "restored"}) {
		t.Fatalf("told %q", got)
	}
	withdrawn := l.events(t)[0]
	if withdrawn.Release != fmt.Sprint(number) || withdrawn.Link == "" || !strings.HasSuffix(withdrawn.ID, "/"+fmt.Sprint(number)) {
		t.Errorf("%+v", withdrawn)
	}
	killed := l.number(t, 7, isAny)
	if ok, err := l.room.Withdraw(fmt.Sprint(killed), l.now); err != nil || !ok {
		t.Fatal(ok, err)
	}
	l.site.Withdraw(killed)
	l.mustRun(t, withoutFilters)
	if got := l.told(t); !slices.Equal(got, []string{"withdrawn", "restored", "withdrawn"}) {
		t.Errorf("told %q", got)
	}
}

// TestToldOfDamage tells of a record that was found damaged when the store was
// opened, and that the listing mended it.
func TestToldOfDamage(t *testing.T) {
	l := newLiving(t, 120)
	l.mustRun(t, withoutFilters)
	l.damage(t, strconv.Itoa(l.number(t, 3, isAny)))
	l.site.Break(sample.Forbidden) // or the run would mend it
	_, _ = l.run(t, withoutFilters)
	if got, text := l.told(t), l.events(t)[0].Text; !slices.Equal(got, []string{"damaged"}) || !strings.Contains(text, "1 release,") {
		t.Fatalf("told %q: %s", got, text)
	}
	l.site.Break("")
	l.mustRun(t, collector.Options{NoFilters: true, All: true})
	if got := l.told(t); !slices.Equal(got, []string{"damaged", "mended"}) {
		t.Errorf("told %q", got)
	}
}

// TestStale has a newsroom fall silent, and speak again.
func TestStale(t *testing.T) {
	l := newLiving(t, 300)
	l.now = newest.Add(20 * time.Hour)
	l.mustRun(t, withoutFilters)
	rhythm, err := collector.RhythmOf(l.room)
	if err != nil || rhythm.Usual < 1 || rhythm.Newest.String() != "2026-03-10" {
		t.Fatal(rhythm, err)
	}
	l.now = newest.Add(20*time.Hour).AddDate(0, 0, 3*rhythm.Usual)
	l.mustRun(t, withoutFilters)
	if got := l.told(t); len(got) > 0 {
		t.Errorf("told %q after %d days", got, 3*rhythm.Usual)
	}
	for range 3 {
		l.now = l.now.AddDate(0, 0, 1)
		l.mustRun(t, withoutFilters)
	}
	if got := l.told(t); !slices.Equal(got, []string{"stale"}) {
		t.Errorf("told %q", got)
	}
	fresh := l.another(t)
	fresh.Day = l.now.Truncate(24 * time.Hour)
	l.site.Add(fresh)
	l.mustRun(t, withoutFilters)
	if got := l.told(t); !slices.Equal(got, []string{"stale", "fresh"}) {
		t.Errorf("told %q", got)
	}
}
