package collector_test

import (
	"errors"
	"slices"
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
