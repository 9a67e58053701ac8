package sample

import (
	"math"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// These are days of different kinds: a weekday, a Sunday, and one so early
// that the archive cannot reach back to its usual start.
var newestDays = []time.Time{
	time.Date(2026, time.November, 23, 0, 0, 0, 0, time.UTC),
	time.Date(2025, time.March, 2, 0, 0, 0, 0, time.UTC),
	time.Date(1999, time.October, 1, 0, 0, 0, 0, time.UTC),
}

func TestReleasesAreDeterministic(t *testing.T) {
	vienna := time.FixedZone("CET", 3600)
	first := Releases(400, newestDays[0])
	again := Releases(400, time.Date(2026, time.November, 23, 23, 30, 0, 0, vienna))
	if diff := cmp.Diff(first, again); diff != "" {
		t.Errorf("the same day gave other releases (-first +again):\n%s", diff)
	}
	if cmp.Equal(first, Releases(400, newestDays[1])) {
		t.Error("another day gave the same releases")
	}
}

func TestReleasesOfAnyNumber(t *testing.T) {
	for _, newest := range newestDays {
		for _, n := range []int{-1, 0, 1, 6, 7, 50, 400, 2000} {
			releases := Releases(n, newest)
			if len(releases) != max(n, 0) {
				t.Fatalf("Releases(%d, %s) has %d", n, newest.Format(time.DateOnly), len(releases))
			}
			checkEach(t, releases, newest)
		}
	}
}

// checkEach checks what holds for every release of every listing.
func checkEach(t *testing.T, releases []Release, newest time.Time) {
	t.Helper()
	numbers, previous := map[int]bool{}, newest
	for i, r := range releases {
		length := utf8.RuneCountInString(r.Summary)
		switch {
		case i == 0 && !r.Day.Equal(newest):
			t.Errorf("the newest release is of %v, want %v", r.Day, newest)
		case r.Day.After(previous):
			t.Errorf("%s: %v stands below %v", r.Path(), r.Day, previous)
		case r.Day.Location() != time.UTC || !r.Day.Equal(r.Day.Truncate(day)):
			t.Errorf("%s: %v is no midnight UTC", r.Path(), r.Day)
		case r.Number <= 0 || numbers[r.Number]:
			t.Errorf("number %d is not unique or not positive", r.Number)
		case r.Title == "" || strings.ContainsAny(r.Title+r.Summary, "{}\n") || strings.Contains(r.Summary, "  "):
			t.Errorf("%s: unfit text %q, %q", r.Path(), r.Title, r.Summary)
		case length < 115 || length > 971:
			t.Errorf("%s: a summary of %d characters: %q", r.Path(), length, r.Summary)
		case r.Type == "" && (r.Bare || r.Offices != nil || r.Topics != nil):
			t.Errorf("%s: tags without a type: %v", r.Path(), r)
		case r.Bare && (len(r.Offices) == 0 || len(r.Topics) == 0):
			t.Errorf("%s: a bare row hides nothing: %v", r.Path(), r)
		case len(r.Offices) > mostOffices || repeats(r.Offices) || repeats(r.Topics):
			t.Errorf("%s: unfit tags: %q, %q", r.Path(), r.Offices, r.Topics)
		}
		numbers[r.Number], previous = true, r.Day
	}
}

func repeats(names []string) bool {
	seen := map[string]bool{}
	for _, name := range names {
		seen[name] = true
	}
	return len(seen) != len(names)
}

func TestProportionsOfTheRealNewsroom(t *testing.T) {
	for _, newest := range newestDays[:2] {
		releases := Releases(400, newest)
		tests := []struct {
			what string
			has  func(Release) bool
			want float64
		}{
			{"without a type", func(r Release) bool { return r.Shown().Type == "" }, 0.13},
			{"without an office", func(r Release) bool { return len(r.Shown().Offices) == 0 }, 0.21},
			{"without a topic", func(r Release) bool { return len(r.Shown().Topics) == 0 }, 0.38},
			{"hiding what exists", func(r Release) bool { return r.Bare }, 0.11},
		}
		for _, test := range tests {
			if got := share(releases, test.has); math.Abs(got-test.want) > 0.005 {
				t.Errorf("rows %s: %.3f, want %.2f", test.what, got, test.want)
			}
		}
	}
}

func share(releases []Release, has func(Release) bool) float64 {
	return float64(count(releases, has)) / float64(len(releases))
}

func count(releases []Release, has func(Release) bool) int {
	n := 0
	for _, r := range releases {
		if has(r) {
			n++
		}
	}
	return n
}

func TestVarietyOfTheRealNewsroom(t *testing.T) {
	for _, newest := range newestDays[:2] {
		releases := Releases(400, newest)
		title := func(part string) func(Release) bool {
			return func(r Release) bool { return strings.Contains(r.Title, part) }
		}
		kind := func(name string) func(Release) bool {
			return func(r Release) bool { return r.Shown().Type == name }
		}
		shows := func(office string) func(Release) bool {
			return func(r Release) bool { return strings.Contains(strings.Join(r.Shown().Offices, ", "), office) }
		}
		tests := []struct {
			what        string
			has         func(Release) bool
			least, most int
		}{
			{"News", kind(news), 180, 260},
			{"Press release", kind(release), 70, 120},
			{"Press statement", kind(statement), 20, 50},
			{"Daily report", kind(dailyReport), 3, 15},
			{"Spot report", kind(spotReport), 1, 6},
			{"correction", title("CORRECTION: "), 3, 3},
			{"ampersand in the title", title("&"), 1, 2},
			{"less-than sign in the title", title("<"), 1, 2},
			{"curly quotes", title("“"), 3, 40},
			{"en dash", title(" – "), 3, 40},
			{"Cyrillic title", func(r Release) bool {
				return strings.IndexFunc(r.Title, func(c rune) bool { return unicode.Is(unicode.Cyrillic, c) }) >= 0
			}, 1, 1},
			{"summary that trails off", func(r Release) bool { return strings.HasSuffix(r.Summary, "...") }, 1, 1},
			{"summary that is cut", func(r Release) bool { return !strings.ContainsAny(r.Summary[len(r.Summary)-4:], ".”") }, 1, 1},
			{"seven offices", func(r Release) bool { return len(r.Shown().Offices) == mostOffices }, 1, 4},
			{"closed office", shows("(closed)"), 10, 40},
			{"former name", shows("OSCE Chairmanship"), 1, 20},
			{"present name", shows("OSCE Chairpersonship"), 5, 50},
			{"department first", shows("Transnational Threats Department, OSCE Secretariat"), 1, 40},
			{"Secretariat first", shows("OSCE Secretariat, Transnational Threats Department"), 1, 40},
			{"older than a year", func(r Release) bool { return newest.Sub(r.Day) > year }, 50, 60},
			{"of the last century", func(r Release) bool { return r.Day.Year() < 2000 }, 1, 5},
			{"at a weekend", func(r Release) bool { return isWeekend(r.Day) }, 1, 40},
		}
		for _, test := range tests {
			if got := count(releases, test.has); got < test.least || got > test.most {
				t.Errorf("%s: %d releases, want %d to %d", test.what, got, test.least, test.most)
			}
		}
	}
}

func TestTitlesNearlyAllDiffer(t *testing.T) {
	releases := Releases(400, newestDays[0])
	times := map[string]int{}
	for _, r := range releases {
		times[r.Title]++
	}
	for title, n := range times {
		if n > 1 && title != coChairsTitle && title != weeklyTitle {
			t.Errorf("%q is told %d times", title, n)
		}
	}
	if times[coChairsTitle] < 2 || times[weeklyTitle] < 2 {
		t.Errorf("the series do not repeat: %d and %d", times[coChairsTitle], times[weeklyTitle])
	}
}

// TestNamesFollowTheYears checks that an office publishes only while it exists
// and under the name that a row of that year shows.
func TestNamesFollowTheYears(t *testing.T) {
	known := map[string]office{}
	for _, o := range offices {
		known[o.name] = o
		if o.former != "" {
			known[o.former] = o
		}
	}
	for _, r := range Releases(400, newestDays[0]) {
		for _, name := range r.Offices {
			if o := known[name]; name != o.nameOn(r.Day) || !o.on(r.Day) {
				t.Errorf("%s shows %q on %v", r.Path(), name, r.Day)
			}
		}
	}
}

// TestNumbersFallRoughly checks that node ids fall with the date over months
// but not from row to row.
func TestNumbersFallRoughly(t *testing.T) {
	releases := Releases(400, newestDays[0])
	rising := 0
	for i := range releases[:len(releases)-20] {
		if releases[i].Number < releases[i+1].Number {
			rising++
		}
		if releases[i].Number <= releases[i+20].Number {
			t.Errorf("%d, twenty rows above %d", releases[i].Number, releases[i+20].Number)
		}
	}
	if rising == 0 {
		t.Error("numbers fall strictly; the real ones do not")
	}
}

func TestFilterIDsAreUnique(t *testing.T) {
	seen := map[int]string{}
	for _, o := range offices {
		if seen[o.id] != "" {
			t.Errorf("%q and %q share %d", o.name, seen[o.id], o.id)
		}
		seen[o.id] = o.name
	}
	for _, topic := range topics {
		if seen[topic.id] != "" {
			t.Errorf("%q and %q share %d", topic.name, seen[topic.id], topic.id)
		}
		seen[topic.id] = topic.name
	}
}
