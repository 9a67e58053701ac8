package feed

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"communique/store"
)

// savedPress returns a press with the seed listing and saved feeds.
func savedPress(t *testing.T, from *store.Newsroom, saved ...SavedFeed) *Press {
	t.Helper()
	press, err := NewPress(base, DefaultLimits(), Room{Newsroom: osce(), Store: from, Saved: saved})
	if err != nil {
		t.Fatal(err)
	}
	return press
}

func TestSavedFeeds(t *testing.T) {
	newsroom := newStore(t)
	put(t, newsroom, seed()...)
	tests := []struct {
		name       string
		match, not Filter
		want       []string
	}{
		{"tag by slug", Filter{Topics: []string{"policing"}}, Filter{}, []string{"583198", "583086"}},
		{"tag by name", Filter{Topics: []string{"POLICING"}}, Filter{}, []string{"583198", "583086"}},
		{"any of a kind", Filter{Topics: []string{"policing", "Economic activities"}}, Filter{}, []string{"583198", "583153", "583086"}},
		{"all kinds", Filter{Topics: []string{"policing"}, Offices: []string{"OSCE Presence in Albania"}}, Filter{}, nil},
		{"word", Filter{Words: []string{"Electronic"}}, Filter{}, []string{"583092", "583086"}},
		{"word without accents", Filter{Words: []string{"ITALIAN émbassy"}}, Filter{}, []string{"583210"}},
		{"no part of a word", Filter{Words: []string{"lice"}}, Filter{}, nil},
		{"phrase over a line", Filter{Words: []string{"electronic evidence across borders"}}, Filter{}, []string{"583092"}},
		{"word and tag", Filter{Words: []string{"electronic"}, Topics: []string{"policing"}}, Filter{}, []string{"583086"}},
		{"not a tag", Filter{Types: []string{"News"}}, Filter{Topics: []string{"Policing"}}, []string{"583210", "583153", "583092"}},
		{"not a word", Filter{Types: []string{"news"}}, Filter{Words: []string{"migration", "Tashkent"}}, []string{"583210", "583198"}},
		{"only not", Filter{}, Filter{Types: []string{"news"}}, []string{"583147", "583141"}},
		{"unknown tag", Filter{Topics: []string{"Beekeeping"}}, Filter{}, nil},
		{"one unknown tag", Filter{Topics: []string{"Beekeeping", "policing"}}, Filter{}, []string{"583198", "583086"}},
		{"not an unknown tag", Filter{Topics: []string{"policing"}}, Filter{Topics: []string{"Beekeeping"}}, []string{"583198", "583086"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			press := savedPress(t, newsroom, SavedFeed{Name: "mine", Title: "My <feed>", Match: test.match, Not: test.not})
			for _, form := range formats() {
				document, err := press.Render("/osce/feeds/mine" + form.suffix)
				if err != nil {
					t.Fatal(err)
				}
				var want []read
				for _, key := range test.want {
					r, _, err := newsroom.Release(key)
					if err != nil {
						t.Fatal(err)
					}
					want = append(want, expected(r))
				}
				checkRead(t, "My <feed>", document, want)
			}
		})
	}
}

func TestSavedFeedsRefused(t *testing.T) {
	good := SavedFeed{Name: "mine", Title: "Mine", Match: Filter{Words: []string{"police"}}}
	with := func(change func(*SavedFeed)) []SavedFeed {
		s := good
		change(&s)
		return []SavedFeed{s}
	}
	tests := []struct {
		says  string
		saved []SavedFeed
	}{
		{`saved feed "My feed": give it a name`, with(func(s *SavedFeed) { s.Name = "My feed" })},
		{`saved feed "../x"`, with(func(s *SavedFeed) { s.Name = "../x" })},
		{`saved feed "mine": it has no title`, with(func(s *SavedFeed) { s.Title = " " })},
		{`saved feed "mine": it would hold everything`, with(func(s *SavedFeed) { s.Match = Filter{} })},
		{`saved feed "mine": there are two`, []SavedFeed{good, good}},
		{`saved feed "mine": match: words: "&"`, with(func(s *SavedFeed) { s.Match.Words = []string{"&"} })},
		{`saved feed "mine": not: topics: 65 are too many`, with(func(s *SavedFeed) { s.Not.Topics = make([]string, 65) })},
	}
	newsroom := newStore(t)
	for _, test := range tests {
		_, err := NewPress(base, DefaultLimits(), Room{Newsroom: osce(), Store: newsroom, Saved: test.saved})
		if err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("error is %v, want one that says %q", err, test.says)
		}
	}
}

// TestSavedFeedsMove shows that the version of a saved feed moves when a release
// joins or leaves it, also by a tag whose name nobody knew before.
func TestSavedFeedsMove(t *testing.T) {
	newsroom := newStore(t)
	put(t, newsroom, seed()...)
	press := savedPress(t, newsroom, SavedFeed{Name: "mine", Title: "Mine", Match: Filter{Topics: []string{"policing"}}, Not: Filter{Topics: []string{"Beekeeping"}}},
		SavedFeed{Name: "bees", Title: "Bees", Match: Filter{Topics: []string{"Beekeeping"}}})
	before := entriesOf(t, press, "/osce/feeds/mine.atom", "/osce/feeds/bees.atom")
	changed := seed()
	changed[1].Topics = tags("Policing", "Beekeeping")
	put(t, newsroom, changed...)
	after := entriesOf(t, press, "/osce/feeds/mine.atom", "/osce/feeds/bees.atom")
	for i, want := range [][]string{{"583086"}, {"583198"}} {
		if slices.Equal(before[i].keys, after[i].keys) || before[i].version == after[i].version || !slices.Equal(after[i].keys, want) {
			t.Errorf("feed %d went from %v to %v, want %v under another version", i, before[i], after[i], want)
		}
	}
}

// held is what a document holds at a version.
type held struct {
	version uint64
	keys    []string
}

func entriesOf(t *testing.T, press *Press, paths ...string) []held {
	t.Helper()
	var list []held
	for _, path := range paths {
		d, err := press.Render(path)
		if err != nil {
			t.Fatal(err)
		}
		h := held{version: d.Version}
		for _, id := range idsOf(t, d) {
			h.keys = append(h.keys, strings.TrimPrefix(id, "tag:osce.org,1999:"))
		}
		list = append(list, h)
	}
	return list
}

// TestSavedFeedsInCatalogue lists saved feeds after the others, and in All.
func TestSavedFeedsInCatalogue(t *testing.T) {
	newsroom := newStore(t)
	put(t, newsroom, seed()...)
	press := savedPress(t, newsroom,
		SavedFeed{Name: "zebra", Title: "Zebra", Match: Filter{Words: []string{"zebra"}}},
		SavedFeed{Name: "ape", Title: "Ape", Match: Filter{Words: []string{"ape"}}})
	catalogue, err := press.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	var last []string
	for _, f := range catalogue[len(catalogue)-2:] {
		last = append(last, fmt.Sprintf("%s %s %v %d", f.Path(), f.Name(), f.Saved(), f.Releases))
	}
	if diff := cmp.Diff([]string{"/osce/feeds/zebra Zebra true -1", "/osce/feeds/ape Ape true -1"}, last); diff != "" {
		t.Errorf("saved feeds (-want +got):\n%s", diff)
	}
	if !slices.ContainsFunc(all(t, press), func(d Document) bool { return d.Path == "/osce/feeds/ape.rss" }) {
		t.Error("All has no /osce/feeds/ape.rss")
	}
}
