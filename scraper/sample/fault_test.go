package sample

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestFaultsThatAnswerInstead asks a page of each kind, also with the validator
// of the page as it was.
func TestFaultsThatAnswerInstead(t *testing.T) {
	releases := Releases(20, newestDays[0])
	site := NewSite(releases)
	tag := get(t, site, "/press-releases").Header().Get("ETag")
	for _, test := range []struct {
		fault        Fault
		status       int
		says         string
		header, with string
	}{
		{Login, 200, `type="password"`, "Retry-After", ""},
		{Captcha, 200, "not a robot", "Retry-After", ""},
		{Down, 503, "maintained", "Retry-After", "120"},
		{Forbidden, 403, "denied", "Retry-After", ""},
		{MovedHost, 301, "newsroom.example", "Location", "https://newsroom.example/press-releases?rows=50&page=0"},
	} {
		site.Break(test.fault)
		answer := get(t, site, "/press-releases?rows=50&page=0", "If-None-Match", tag)
		body := answer.Body.String()
		if answer.Code != test.status || !strings.Contains(body, test.says) || strings.Contains(body, releases[0].Title) {
			t.Errorf("%s answers %d:\n%s", test.fault, answer.Code, body)
		}
		if got := answer.Header().Get(test.header); got != test.with || answer.Header().Get("ETag") != "" {
			t.Errorf("%s: %s is %q", test.fault, test.header, got)
		}
		expectStatus(t, site, test.status, releases[0].Path())
		expectStatus(t, site, 200, "/robots.txt")
	}
	site.Break(RobotsDown)
	expectStatus(t, site, 503, "/robots.txt")
	expectStatus(t, site, 200, "/press-releases", releases[0].Path())
}

// TestMended sees the page as it was, validator and all, after every fault.
func TestMended(t *testing.T) {
	releases := Releases(120, newestDays[0])
	site := NewSite(releases)
	before := get(t, site, "/press-releases?page=1")
	for _, f := range Faults() {
		site.Break(f)
		get(t, site, "/press-releases?page=1")
		site.Break("")
		after := get(t, site, "/press-releases?page=1")
		if after.Body.String() != before.Body.String() || after.Header().Get("ETag") != before.Header().Get("ETag") {
			t.Errorf("%s left a trace", f)
		}
	}
	expectStatus(t, site, 200, "/robots.txt")
	expectListing(t, site, releases)
}

var writtenDate = regexp.MustCompile(`\d{1,2} [A-Z][a-z]+ \d{4}$`)

// TestFaultsOfRows looks at what a person sees of the rows, in each layout.
func TestFaultsOfRows(t *testing.T) {
	releases := Releases(45, newestDays[0])
	var bare []Release
	for _, r := range releases {
		r.Bare = true
		bare = append(bare, r)
	}
	site := NewSite(releases)
	for _, l := range Layouts() {
		site.SetLayout(l)
		seen := func(f Fault) []string {
			site.Break(f)
			return linesOf(results(t, site, "/press-releases?rows=50"))
		}
		if diff := cmp.Diff(wantPage(l, nil), seen(EmptyList)); diff != "" {
			t.Errorf("%s, %s (-want +got):\n%s", l, EmptyList, diff)
		}
		if diff := cmp.Diff(wantPage(l, bare), seen(NoTags)); diff != "" {
			t.Errorf("%s, %s (-want +got):\n%s", l, NoTags, diff)
		}
		if diff := cmp.Diff(withoutDates(wantPage(l, releases)), seen(NoDates)); diff != "" {
			t.Errorf("%s, %s (-want +got):\n%s", l, NoDates, diff)
		}
		if diff := cmp.Diff(withOtherLabels(wantPage(l, releases)), seen(OtherLabels)); diff != "" {
			t.Errorf("%s, %s (-want +got):\n%s", l, OtherLabels, diff)
		}
	}
}

// withoutDates drops the lines that are a date or its label.
func withoutDates(page []string) []string {
	return append(page[:1:1], slices.DeleteFunc(page[1:], func(line string) bool {
		date := strings.HasPrefix(line, "Publishing date") || strings.HasPrefix(line, "Issued on")
		return date || len(line) < 20 && writtenDate.MatchString(line)
	})...)
}

// withOtherLabels changes the labels of rows.
func withOtherLabels(page []string) []string {
	for i := range page[1:] {
		for _, words := range [][3]string{
			{"Publishing date", "Issued on", "Released"},
			{"Content type", "Content type", "Sort of text"},
			{"Where we are", "Issued by", "Filed by"},
			{"What we do", "Fields of work", "Concerning"},
		} {
			for _, label := range words[:2] {
				if rest, found := strings.CutPrefix(page[i+1], label); found && (rest == "" || rest[0] == ':') {
					page[i+1] = words[2] + rest
				}
			}
		}
	}
	return page
}

// TestNoDatesHidesAlsoWhatMachinesRead looks for attributes.
func TestNoDatesHidesAlsoWhatMachinesRead(t *testing.T) {
	site := NewSite(Releases(45, newestDays[0]))
	site.SetLayout(Cards2026)
	for fault, want := range map[Fault]bool{"": true, NoDates: false} {
		site.Break(fault)
		if got := strings.Contains(get(t, site, "/press-releases").Body.String(), "datetime="); got != want {
			t.Errorf("with the fault %q, dates for machines: %t", fault, got)
		}
	}
}

func TestOldRows(t *testing.T) {
	releases := Releases(120, newestDays[0])
	site := NewSite(releases)
	site.Break(OldRows)
	for _, rows := range []string{"10", "50"} {
		page := read(t, site, "/press-releases?rows="+rows)
		seen := paths(releases)
		for _, row := range page.rows {
			if row.Day.Year() != 2003 || slices.Contains(seen, row.Path) {
				t.Errorf("%s is of %v", row.Path, row.Day)
			}
			seen = append(seen, row.Path)
		}
		if len(seen)-len(releases) != len(page.rows) || page.next == "" {
			t.Errorf("%d rows, next %q", len(page.rows), page.next)
		}
	}
	if diff := cmp.Diff(rowsOf(releases[50:100]), read(t, site, "/press-releases?rows=50&page=1").rows); diff != "" {
		t.Errorf("the second page (-want +got):\n%s", diff)
	}
}

func TestSamePageAndSameRows(t *testing.T) {
	releases := Releases(120, newestDays[0])
	site := NewSite(releases)
	first := get(t, site, "/press-releases?rows=50").Body.String()
	site.Break(SamePage)
	if got := get(t, site, "/press-releases?rows=50&page=2").Body.String(); got != first {
		t.Error("the third page is another than the first")
	}
	site.Break(SameRows)
	page := read(t, site, "/press-releases?rows=50&page=1")
	if diff := cmp.Diff(rowsOf(releases[:50]), page.rows); diff != "" {
		t.Errorf("the second page (-want +got):\n%s", diff)
	}
	if page.next != "/press-releases?page=2&rows=50" {
		t.Errorf("its pager leads to %q", page.next)
	}
}

func TestHalf(t *testing.T) {
	releases := Releases(120, newestDays[0])
	site := NewSite(releases)
	for _, l := range Layouts() {
		for _, rows := range []string{"10", "50"} {
			site.SetLayout(l)
			site.Break("")
			whole := get(t, site, "/press-releases?rows="+rows).Body.String()
			site.Break(Half)
			answer := get(t, site, "/press-releases?rows="+rows)
			half := answer.Body.String()
			if answer.Code != 200 || half != whole[:len(whole)/2] || len(half) == len(whole) {
				t.Errorf("%s: %d, %d of %d bytes", l, answer.Code, len(half), len(whole))
			}
			links := rowLinks(results(t, site, "/press-releases?rows="+rows))
			if len(links) == 0 || strings.Contains(half, `"side-column"`) {
				t.Errorf("%s: the page of %s rows does not end among them: %q", l, rows, links)
			}
		}
	}
}
