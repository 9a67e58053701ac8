package sample

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestLayoutsShowTheSame holds all that a person sees of a page against the
// releases, and its links against their addresses.
func TestLayoutsShowTheSame(t *testing.T) {
	releases := Releases(45, newestDays[0])
	site := NewSite(releases)
	around := around(t, site)
	for _, l := range Layouts() {
		site.SetLayout(l)
		main := results(t, site, "/press-releases?rows=50")
		if diff := cmp.Diff(wantPage(l, releases), linesOf(main)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", l, diff)
		}
		if diff := cmp.Diff(paths(releases), rowLinks(main)); diff != "" {
			t.Errorf("links of %s (-want +got):\n%s", l, diff)
		}
		if diff := cmp.Diff(around, aroundPage(t, site)); diff != "" {
			t.Errorf("around %s stands something else (-classic +%s):\n%s", l, l, diff)
		}
	}
}

func around(t *testing.T, site *Site) []string {
	t.Helper()
	lines := aroundPage(t, site)
	if len(lines) < 60 {
		t.Fatalf("around the listing stands too little: %q", lines)
	}
	return lines
}

// aroundPage is the text around the rows, and the links of the filter lists.
func aroundPage(t *testing.T, site *Site) []string {
	t.Helper()
	root := parse(t, site, "/press-releases?rows=50")
	main := only(t, root, "main-column")
	main.Parent.RemoveChild(main)
	lines := linesOf(root)
	for filters := range byClass(root, "pane-facetapi") {
		for a := range byTag(filters, "a") {
			lines = append(lines, attribute(a, "href"))
		}
	}
	return lines
}

// TestLayoutsAreBuiltAsTheySay looks at what sets each layout apart.
func TestLayoutsAreBuiltAsTheySay(t *testing.T) {
	releases := Releases(45, newestDays[0])
	site := NewSite(releases)
	shownWith := func(name string) int {
		return count(releases, func(r Release) bool {
			return slices.Contains(r.Shown().Offices, name) || slices.Contains(r.Shown().Topics, name)
		})
	}
	for _, test := range []struct {
		layout       Layout
		has, lacking string
		times        int
	}{
		{Classic, `<dt class="search-title"><h3><a href="/`, "<table", 45},
		{Cards2026, `<a class="teaser teaser--two-cols" href="/`, "Content type: News", 45},
		{Cards2026, `<h2 class="teaser__title">`, "search-result", 45},
		{Cards2026, `<time datetime="20`, "Publishing date:", 45},
		{Table, "<td>", "<dl", 45 * 5},
		{Table, "<th>Publishing date</th>", "Publishing date: ", 1},
		{Table, `<a href="/cyber-ict-security">Cyber/ICT Security</a>`, "Where we are: ", shownWith("Cyber/ICT Security")},
		{DefinitionList, `<a href="/osce-presence-in-albania">`, "<table", shownWith("OSCE Presence in Albania")},
		{DefinitionList, "<dt>", "<div class=\"search-result", 45},
		{DefinitionList, "<dl", "<table", 1},
		{Plain, "<h3>", "<ul class=\"pager", 45},
		{Divs, ">Read more</a>", "<span", 45},
		{Unclosed, "<li><p>", "</li>", 45},
	} {
		site.SetLayout(test.layout)
		_, page, _ := strings.Cut(get(t, site, "/press-releases?rows=50").Body.String(), `<div class="main-column">`)
		page, _, _ = strings.Cut(page, `<div class="side-column">`)
		if got := strings.Count(page, test.has); got != test.times || strings.Contains(page, test.lacking) {
			t.Errorf("%s holds %d times %q, want %d, or it holds %q", test.layout, got, test.has, test.times, test.lacking)
		}
	}
}

// TestPagersOfLayouts turns the pages of each layout by what its pager says.
func TestPagersOfLayouts(t *testing.T) {
	releases := Releases(120, newestDays[0])
	site := NewSite(releases)
	for _, l := range Layouts() {
		site.SetLayout(l)
		var got []string
		for address, pages := "/press-releases?rows=50", 0; address != "" && pages < 9; pages++ {
			main := results(t, site, address)
			got = append(got, rowLinks(main)...)
			address = ""
			for a := range byTag(main, "a") {
				words := []string{"next ›", "Older releases", "Load more"}
				if attribute(a, "rel") == "next" || slices.Contains(words, strings.TrimSpace(textOf(a))) {
					address = attribute(a, "href")
				}
			}
		}
		if diff := cmp.Diff(paths(releases), got); diff != "" {
			t.Errorf("walking %s (-want +got):\n%s", l, diff)
		}
	}
}

// TestNothingFoundInAnyLayout sees the same sentence in all layouts.
func TestNothingFoundInAnyLayout(t *testing.T) {
	site := NewSite(Releases(20, newestDays[0]))
	for _, l := range Layouts() {
		site.SetLayout(l)
		if lines := linesOf(results(t, site, "/press-releases?page=9")); lines[0] != "Your search yielded no results" {
			t.Errorf("%s shows %q", l, lines)
		}
	}
}

// TestEscapingInAnyLayout puts markup into every text.
func TestEscapingInAnyLayout(t *testing.T) {
	evil := `</a></li><script>alert("1 & 2")</script> &amp; Where we are: {} 'x' <!--`
	r := Release{Number: 7, Slug: "odihr", Title: evil, Summary: evil, Type: evil, Offices: []string{evil}, Topics: []string{evil}, Day: newestDays[0]}
	site := NewSite([]Release{r})
	for _, l := range Layouts() {
		site.SetLayout(l)
		if diff := cmp.Diff(wantPage(l, []Release{r}), linesOf(results(t, site, "/press-releases"))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", l, diff)
		}
	}
}

func TestUnknownNamesPanic(t *testing.T) {
	site := NewSite(nil)
	for name, act := range map[string]func(){
		"layout": func() { site.SetLayout("baroque") },
		"fault":  func() { site.Break("bad-mood") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("an unknown %s is taken", name)
				}
			}()
			act()
		}()
	}
}
