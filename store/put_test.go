package store

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// noon is when the tests' pages are read: on the day after their releases.
var noon = time.Date(2024, 12, 17, 12, 0, 0, 0, time.UTC)

var theDay = Day{2024, 12, 16}

func tags(names ...string) []Tag {
	var list []Tag
	for _, name := range names {
		name, closed := strings.CutSuffix(name, " (closed)")
		list = append(list, Tag{Name: name, Closed: closed})
	}
	return list
}

// made returns a release of theDay as a page shows it.
func made(key string) Release {
	return Release{
		ID:        "tag:example.org,2024:" + key,
		Key:       key,
		URL:       "https://example.org/" + key,
		Title:     "Title of " + key,
		Summary:   "What " + key + " is about.",
		Day:       theDay,
		Published: theDay.Noon(),
		Type:      Tag{Name: "News"},
		Offices:   tags("Secretariat", "Mission to Serbia"),
		Topics:    tags("Policing", "Elections", "Youth"),
	}
}

func with(r Release, change func(*Release)) Release {
	change(&r)
	return r
}

func listing(keys ...string) Page {
	page := Page{Seen: noon, Run: 1}
	for _, key := range keys {
		page.Releases = append(page.Releases, made(key))
	}
	return page
}

func put(t testing.TB, n *Newsroom, page Page) []Outcome {
	t.Helper()
	outcomes, err := n.Put(page)
	if err != nil {
		t.Fatal(err)
	}
	return outcomes
}

// one puts a page of one release, two hours after the last test page, and
// returns what the store then has and what became of it.
func one(t testing.TB, n *Newsroom, r Release) (Release, Change) {
	t.Helper()
	outcomes := put(t, n, Page{Releases: []Release{r}, Seen: noon.Add(2 * time.Hour), Run: 2})
	stored, found, err := n.Release(r.Key)
	if err != nil || !found {
		t.Fatalf("Release(%q): found %t, %v", r.Key, found, err)
	}
	return stored, outcomes[0].Change
}

func TestPutTwice(t *testing.T) {
	first := listing("1", "2", "3", "4")
	first.Releases[1].Type, first.Releases[1].Offices = Tag{}, nil
	first.Releases[2].Offices = tags("Mission to Georgia (closed)")
	first.Releases[3].Offices = tags("Mission to Georgia", "MISSION  to Georgia")
	tests := map[string]func(*Page){
		"nothing":        func(*Page) {},
		"an hour later":  func(p *Page) { p.Seen, p.Run = p.Seen.Add(time.Hour), 9 },
		"tags reversed":  func(p *Page) { slices.Reverse(p.Releases[0].Topics); slices.Reverse(p.Releases[0].Offices) },
		"a tag twice":    func(p *Page) { p.Releases[0].Topics = append(p.Releases[0].Topics, Tag{Name: "policing"}) },
		"a tag's case":   func(p *Page) { p.Releases[0].Topics = tags("ELECTIONS", " youth", "Poli\u200cing"[:4]+"cing") },
		"a blank tag":    func(p *Page) { p.Releases[0].Topics = append(p.Releases[0].Topics, Tag{Name: "\u00a0"}) },
		"white space":    func(p *Page) { p.Releases[0].Title = "\u00a0Title\n of  1\t"; p.Releases[0].Summary += "\r\n" },
		"no tags":        func(p *Page) { r := &p.Releases[0]; r.Type, r.Offices, r.Topics = Tag{}, nil, nil },
		"no summary":     func(p *Page) { p.Releases[0].Summary = "" },
		"blank summary":  func(p *Page) { p.Releases[0].Summary = " \u2003" },
		"no address":     func(p *Page) { p.Releases[0].URL = "" },
		"another id":     func(p *Page) { p.Releases[0].ID = "tag:example.org,2025:other" },
		"published anew": func(p *Page) { p.Releases[0].Published = noon },
		"another order":  func(p *Page) { slices.Reverse(p.Releases) },
		"a row twice":    func(p *Page) { p.Releases = append(p.Releases, with(made("1"), func(r *Release) { r.Title = "x" })) },
		"another above":  func(p *Page) { p.After = "4" },
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "s.db")
			room := openRoomAt(t, path)
			put(t, room, first)
			before, version := contents(t, path), room.Version()
			again := first
			again.Releases = slices.Clone(first.Releases)
			for i := range again.Releases {
				again.Releases[i].Topics = slices.Clone(again.Releases[i].Topics)
				again.Releases[i].Offices = slices.Clone(again.Releases[i].Offices)
			}
			change(&again)
			for _, o := range put(t, room, again) {
				if o.Change != Unchanged || o.Run != 1 {
					t.Errorf("%+v, want unchanged, of run 1", o)
				}
			}
			if !bytes.Equal(before, contents(t, path)) || room.Version() != version {
				t.Errorf("the file changed, or the version from %d to %d", version, room.Version())
			}
		})
	}
}

func contents(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestPutChanges(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Release)
		want   Change
	}{
		{"title", func(r *Release) { r.Title = "CORRECTION: " + r.Title }, Revised},
		{"summary", func(r *Release) { r.Summary += ".." }, Revised},
		{"type", func(r *Release) { r.Type.Name = "Press release" }, Revised},
		{"day", func(r *Release) { r.Day.Day-- }, Revised},
		{"day and id", func(r *Release) { r.Day.Day++; r.ID, r.Published = "tag:x", noon }, Revised},
		{"address", func(r *Release) { r.URL += "?x" }, Refiled},
		{"office lost", func(r *Release) { r.Offices = tags("Secretariat") }, Refiled},
		{"office learned", func(r *Release) { r.Offices = append(r.Offices, tags("ODIHR")...) }, Refiled},
		{"all topics others", func(r *Release) { r.Topics = tags("Media laws") }, Refiled},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			room := openRoom(t)
			before, change := one(t, room, made("1"))
			if change != Added || !before.Updated.Equal(before.Published) {
				t.Fatalf("%v, %+v", change, before)
			}
			version := room.Version()
			after, change := one(t, room, with(made("1"), test.change))
			if change != test.want || room.Version() != version+1 {
				t.Errorf("%v, want %v; version %d after %d", change, test.want, room.Version(), version)
			}
			if after.ID != before.ID || !after.Published.Equal(before.Published) || !after.FirstSeen.Equal(before.FirstSeen) {
				t.Errorf("what was frozen moved: %+v", after)
			}
			if moved := !after.Updated.Equal(before.Updated); moved != (test.want == Revised) {
				t.Errorf("updated from %s to %s", before.Updated, after.Updated)
			}
		})
	}
}

// TestPutLearns shows that what was hidden is learned without a revision.
func TestPutLearns(t *testing.T) {
	room := openRoom(t)
	hidden := with(made("1"), func(r *Release) { r.Type, r.Offices, r.Topics = Tag{}, nil, nil })
	before, _ := one(t, room, hidden)
	after, change := one(t, room, made("1"))
	if change != Refiled || !after.Updated.Equal(before.Updated) || after.Type.Name != "News" || len(after.Topics) != 3 {
		t.Errorf("%v, %+v", change, after)
	}
}

func TestPutRefuses(t *testing.T) {
	long := strings.Repeat("x", longest+1)
	tests := map[string]func(*Release){
		"no key":          func(r *Release) { r.Key = "" },
		"no id":           func(r *Release) { r.ID = "" },
		"blank title":     func(r *Release) { r.Title = " \n" },
		"no day":          func(r *Release) { r.Day = Day{} },
		"no published":    func(r *Release) { r.Published = time.Time{} },
		"31 February":     func(r *Release) { r.Day = Day{2024, 2, 31} },
		"year 10000":      func(r *Release) { r.Day = Day{10000, 1, 1} },
		"published 10000": func(r *Release) { r.Published = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) },
		"year 0":          func(r *Release) { r.Day = Day{0, 1, 1} },
		"NUL in key":      func(r *Release) { r.Key = "a\x00b" },
		"NUL in a tag":    func(r *Release) { r.Topics = tags("a\x00b") },
		"long key":        func(r *Release) { r.Key = long },
		"long tag":        func(r *Release) { r.Type.Name = long },
		"key not UTF-8":   func(r *Release) { r.Key = "a\xff" },
		"title not UTF-8": func(r *Release) { r.Title = "a\xff" },
		"tag not UTF-8":   func(r *Release) { r.Offices = tags("a\xff") },
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "s.db")
			room := openRoomAt(t, path)
			before := contents(t, path)
			page := listing("1", "2", "3")
			change(&page.Releases[2])
			if outcomes, err := room.Put(page); err == nil || outcomes != nil {
				t.Errorf("stored as %+v", outcomes)
			}
			if !bytes.Equal(before, contents(t, path)) || room.Version() != 0 {
				t.Error("a refused page left something")
			}
		})
	}
}

// TestPutExtremes stores what is odd but legal and reads it back.
func TestPutExtremes(t *testing.T) {
	vienna := zone(t, "Europe/Vienna")
	tests := map[string]func(*Release){
		"year 1":       func(r *Release) { r.Day = Day{1, 1, 1}; r.Published = r.Day.Publish(noon, vienna) },
		"year 1850":    func(r *Release) { r.Day = Day{1850, 6, 1}; r.Published = r.Day.Publish(noon, vienna) },
		"1970":         func(r *Release) { r.Day = Day{1970, 1, 1}; r.Published = r.Day.Noon() },
		"year 9999":    func(r *Release) { r.Day = Day{9999, 12, 31}; r.Published = r.Day.Publish(noon, vienna) },
		"a long title": func(r *Release) { r.Title = strings.Repeat("Długi tytuł ", 20_000) },
		"a long key":   func(r *Release) { r.Key = strings.Repeat("k", longest) },
		"a long tag":   func(r *Release) { r.Topics = tags(strings.Repeat("Ж", longest/2)) },
		"many tags":    func(r *Release) { r.Topics = tags(numbered("Topic %d", 500)...) },
		"odd letters":  func(r *Release) { r.Title, r.Summary = "<b>&\u2028\"\\", "]]>\u0000\ufffd" },
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			room := openRoom(t)
			want := with(made("1"), change)
			got, _ := one(t, room, want)
			if got.Title != want.Title || got.Summary != want.Summary || got.Day != want.Day || len(got.Topics) != len(want.Topics) {
				t.Errorf("%.200v", got)
			}
			if want.Published.Sub(got.Published).Abs() > 0 || DayOf(got.Published) != DayOf(want.Published) {
				t.Errorf("published %s, want %s", got.Published, want.Published)
			}
			if _, change := one(t, room, want); change != Unchanged {
				t.Errorf("%v, the second time", change)
			}
		})
	}
}

func numbered(format string, n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf(format, i)
	}
	return list
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	location, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return location
}
