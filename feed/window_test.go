package feed

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"communique/store"
)

// daily returns n releases, perDay of them on each day, newest first.
func daily(n, perDay int, summary string) []store.Release {
	newest := store.Day{Year: 2024, Month: 12, Day: 31}.Noon()
	list := make([]store.Release, n)
	for i := range list {
		day := store.DayOf(newest.AddDate(0, 0, -i/perDay))
		list[i] = newRelease(fmt.Sprint(90000-i), fmt.Sprintf("Release %d", i), summary, day)
		list[i].Updated = list[i].Published
	}
	return list
}

func TestWindow(t *testing.T) {
	tests := []struct {
		name             string
		releases, perDay int
		limits           Limits
		want             int
	}{
		{"fewer than the limit", 20, 1, DefaultLimits(), 20},
		{"as many as the limit", 50, 1, DefaultLimits(), 50},
		{"50 are more than 30 days", 80, 1, DefaultLimits(), 50},
		{"30 days are more than 50", 300, 4, DefaultLimits(), 4 * 31},
		{"one day", 120, 120, DefaultLimits(), 120},
		{"no days", 30, 1, Limits{Releases: 10, Days: 0, Bytes: 250_000}, 10},
		{"no days, but all of the newest", 30, 12, Limits{Releases: 10, Days: 0, Bytes: 250_000}, 12},
		{"room for none", 30, 1, Limits{Releases: 10, Days: 30, Bytes: 1}, 1},
		{"nothing", 0, 1, DefaultLimits(), 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e := editionOf(t, test.limits, daily(test.releases, test.perDay, "Summary.")...)
			if len(e.entries) != test.want {
				t.Errorf("%d entries, want %d", len(e.entries), test.want)
			}
		})
	}
}

// TestWindowBytes shows that each format stays below the limit, that one entry
// more would not, and that all formats hold the same entries.
func TestWindowBytes(t *testing.T) {
	for name, summary := range map[string]string{
		"atom or json is largest": strings.Repeat("Sentence. ", 90),
		"rss is largest":          strings.Repeat("<&>", 200),
		"quotes":                  strings.Repeat(`"'`, 400),
	} {
		t.Run(name, func(t *testing.T) {
			limits := DefaultLimits()
			releases := daily(400, 20, summary)
			e := editionOf(t, limits, releases...)
			held, err := measure(e)
			if err != nil {
				t.Fatal(err)
			}
			if held.heaviest() > limits.Bytes {
				t.Errorf("formats weigh %v bytes, want at most %d", held, limits.Bytes)
			}
			e.add(newEntry(osce(), releases[len(e.entries)]))
			e.add(newEntry(osce(), releases[len(e.entries)]))
			more, err := measure(e)
			if err != nil {
				t.Fatal(err)
			}
			if more.heaviest() <= limits.Bytes {
				t.Errorf("two entries more weigh %v bytes and would have had room", more)
			}
		})
	}
}

// TestScale holds the scale against what is written: never too low, and for
// each entry and each tag at most 16 bytes too high.
func TestScale(t *testing.T) {
	scale, err := newScale(osce(), base)
	if err != nil {
		t.Fatal(err)
	}
	texts := rapid.StringOf(rapid.OneOf(rapid.Rune(), rapid.SampledFrom([]rune("&<>\"'\\\t\n\u2028x"))))
	rapid.Check(t, func(t *rapid.T) {
		e := edition{Feed: Feed{Newsroom: osce()}, base: base}
		weight, err := measure(e)
		if err != nil {
			t.Fatal(err)
		}
		slack := 0
		for range rapid.IntRange(1, 3).Draw(t, "entries") {
			r := newRelease("1", texts.Draw(t, "title"), texts.Draw(t, "summary"), store.Day{Year: 2024, Month: 5, Day: 7})
			for range rapid.IntRange(0, 3).Draw(t, "topics") {
				r.Topics = append(r.Topics, store.Tag{Name: texts.Draw(t, "name"), Slug: "slug"})
			}
			r.Type = store.Tag{Name: texts.Draw(t, "type"), Slug: "news"}
			entry := newEntry(osce(), r)
			weight = weight.plus(scale.weigh(entry))
			slack += 16 * (1 + len(entry.tags))
			e.add(entry)
		}
		written, err := measure(e)
		if err != nil {
			t.Fatal(err)
		}
		for i, format := range formats() {
			if over := weight[i] - written[i]; over < 0 || over > slack {
				t.Errorf("%s: the scale says %d bytes, %d are written", format.name, weight[i], written[i])
			}
		}
	})
}

// TestWindowOfStore fills a feed with more releases than the store is asked for
// at a time, and keeps their order.
func TestWindowOfStore(t *testing.T) {
	newsroom := newStore(t)
	releases := daily(3*chunk+1, 3*chunk+1, "")
	put(t, newsroom, releases...)
	press := newPress(t, newsroom)
	feed, err := press.Feed("/osce/all")
	if err != nil {
		t.Fatal(err)
	}
	e, err := press.live(press.rooms[0], feed)
	if err != nil {
		t.Fatal(err)
	}
	if len(e.entries) != len(releases) {
		t.Fatalf("%d entries, want all %d", len(e.entries), len(releases))
	}
	for i, entry := range e.entries {
		if entry.key != releases[i].Key {
			t.Fatalf("entry %d is release %s, want %s", i, entry.key, releases[i].Key)
		}
	}
}
