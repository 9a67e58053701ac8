package collector_test

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"communique/collector"
	"communique/store"
)

// TestRenamedByTheSite keeps one feed under one slug, by the filter links of the
// listing and by its rows.
func TestRenamedByTheSite(t *testing.T) {
	for _, kind := range []store.Kind{store.Office, store.Topic} {
		t.Run(string(kind), func(t *testing.T) {
			l := newLiving(t, 300)
			l.mustRun(t, collector.Options{NoFilters: true})
			q := store.Query{Kind: kind, Slug: "policing"}
			from, to, rename := "Policing", "Police reform", l.site.RenameTopic
			if kind == store.Office {
				q.Slug, from, to, rename = "osce-mission-to-serbia", "OSCE Mission to Serbia", "OSCE Mission in Serbia", l.site.RenameOffice
			}
			before := l.tagged(t, q)
			rename(from, to)
			report := l.mustRun(t, collector.Options{NoFilters: true})
			filing, err := l.room.Filing(q)
			if err != nil || filing.Tag.Name != to || report.Renamed != 1 {
				t.Fatalf("%+v, %v: %+v", filing, err, report)
			}
			if diff := cmp.Diff(before, l.tagged(t, q)); diff != "" || len(before) < 5 {
				t.Errorf("%d releases: %s", len(before), diff)
			}
			l.mustRun(t, collector.Options{NoFilters: true, All: true})
			list, err := l.room.Filings(kind)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range list {
				if f.Query != q && (f.Tag.Name == to || f.Tag.Name == from) {
					t.Errorf("a second filing: %+v", f)
				}
			}
		})
	}
}

// TestAliasOfTheSourceFile merges what was stored before the alias was known.
func TestAliasOfTheSourceFile(t *testing.T) {
	l := newLiving(t, 300)
	l.mustRun(t, collector.Options{NoFilters: true})
	l.source.Aliases.Topics = map[string]string{"Policing": "Rule of law"}
	policing, law := store.Query{Kind: store.Topic, Slug: "policing"}, store.Query{Kind: store.Topic, Slug: "rule-of-law"}
	want := append(l.tagged(t, policing), l.tagged(t, law)...)
	slices.Sort(want)
	if report := l.mustRun(t, collector.Options{NoFilters: true}); report.Renamed != 1 {
		t.Errorf("%+v", report)
	}
	if diff := cmp.Diff(slices.Compact(want), l.tagged(t, law)); diff != "" {
		t.Error(diff)
	}
	var moved store.MovedError
	if _, err := l.room.Filing(policing); !errors.As(err, &moved) || moved.To != law {
		t.Errorf("the old filing: %v", err)
	}
}

// facetLink is a link of the sample listing to a filter: its address is the second
// part, its name the fourth.
var facetLink = regexp.MustCompile(`(<li class="leaf"><a rel="nofollow" href=")([^"]*)(">)([^<]*)(</a></li>)`)

// TestFilterLinksThatNameNothing calls the filters of the listing something that no row says:
// no tag is renamed for it, let alone united with another.
func TestFilterLinksThatNameNothing(t *testing.T) {
	for name, edit := range map[string]func(n int, m []string) string{
		"all say the same": func(_ int, m []string) string { return m[1] + m[2] + m[3] + "Apply" + m[5] },
		"counts by a dash": func(n int, m []string) string { return m[1] + m[2] + m[3] + m[4] + " – 12 items" + m[5] },
		"another language": func(n int, m []string) string { return m[1] + m[2] + m[3] + "Бюро " + m[4] + m[5] },
		"one says another's": func(n int, m []string) string {
			return m[1] + m[2] + m[3] + strings.NewReplacer("OSCE Mission to Serbia", "OSCE Mission in Kosovo", "OSCE Mission in Kosovo", "OSCE Mission to Nowhere").Replace(m[4]) + m[5]
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLiving(t, 300)
			l.mustRun(t, withoutFilters)
			before := l.names(t, store.Office)
			n := 0
			l.rewrite(func(r *http.Request, body string) string {
				return facetLink.ReplaceAllStringFunc(body, func(s string) string { n++; return edit(n, facetLink.FindStringSubmatch(s)) })
			})
			report := l.mustRun(t, withoutFilters)
			after := l.names(t, store.Office)
			if fmt.Sprint(before) != fmt.Sprint(after) {
				t.Errorf("renamed %d\n%v\n%v", report.Renamed, before, after)
			}
		})
	}
}

// TestFiltersChangeTheirIDs gives each filter the name of the next one, and the first
// name to none.
func TestFiltersChangeTheirIDs(t *testing.T) {
	l := newLiving(t, 300)
	l.mustRun(t, withoutFilters)
	before := l.names(t, store.Office)
	l.rewrite(func(r *http.Request, body string) string {
		matches := facetLink.FindAllStringSubmatch(body, -1)
		i := -1
		return facetLink.ReplaceAllStringFunc(body, func(s string) string {
			i++
			m := matches[i]
			if i+1 < len(matches) && strings.Contains(m[2], "vid_1") && strings.Contains(matches[i+1][2], "vid_1") {
				return m[1] + m[2] + m[3] + matches[i+1][4] + m[5]
			}
			return ""
		})
	})
	report := l.mustRun(t, withoutFilters)
	if after := l.names(t, store.Office); fmt.Sprint(before) != fmt.Sprint(after) {
		t.Errorf("renamed %d\n%v\n%v", report.Renamed, before, after)
	}
}

// TestRenamedFarBelow renames offices that no row of the first page shows.
func TestRenamedFarBelow(t *testing.T) {
	l := newLiving(t, 300)
	l.mustRun(t, withoutFilters)
	shownFirst := map[string]bool{}
	for _, r := range l.stored(t)[:50] {
		for _, tag := range r.Offices {
			shownFirst[tag.Slug] = true
		}
	}
	n := 0
	for slug, text := range l.names(t, store.Office) {
		name := text[:strings.LastIndex(text, " ")]
		q := store.Query{Kind: store.Office, Slug: slug}
		if f, _ := l.room.Filing(q); shownFirst[slug] || f.Tag.Closed || f.Releases < 2 {
			continue
		}
		n++
		before := l.tagged(t, q)
		l.site.RenameOffice(name, name+" of today")
		l.mustRun(t, withoutFilters)
		l.mustRun(t, collector.Options{NoFilters: true, All: true})
		if f, err := l.room.Filing(q); err != nil || f.Tag.Name != name+" of today" || fmt.Sprint(before) != fmt.Sprint(l.tagged(t, q)) {
			t.Errorf("%s: %+v, %v, %v", name, f, err, l.names(t, store.Office))
		}
	}
	if n == 0 {
		t.Error("none")
	}
}
