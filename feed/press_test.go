package feed

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"communique/store"
)

func TestNewPressRefuses(t *testing.T) {
	newsroom := newStore(t)
	with := func(change func(*Newsroom)) []Room {
		n := osce()
		change(&n)
		return []Room{{Newsroom: n, Store: newsroom}}
	}
	good := []Room{{Newsroom: osce(), Store: newsroom}}
	tests := []struct {
		name, base string
		limits     Limits
		rooms      []Room
		says       string
	}{
		{"empty base", "", DefaultLimits(), good, "not absolute"},
		{"path only", "/feeds", DefaultLimits(), good, "not absolute"},
		{"no scheme", "feeds.example.org", DefaultLimits(), good, "not absolute"},
		{"other scheme", "ftp://feeds.example.org", DefaultLimits(), good, "not absolute"},
		{"no host", "https:///feeds", DefaultLimits(), good, "not absolute"},
		{"query", "https://feeds.example.org/?a=b", DefaultLimits(), good, "query or a fragment"},
		{"fragment", "https://feeds.example.org/#a", DefaultLimits(), good, "query or a fragment"},
		{"password", "https://me:secret@feeds.example.org", DefaultLimits(), good, "user name"},
		{"dot segments", "https://feeds.example.org/a/../b", DefaultLimits(), good, "dot segments"},
		{"control character", "https://feeds.example.org/\x7f", DefaultLimits(), good, "base address"},
		{"limits", base, Limits{}, good, "limits of a feed"},
		{"no newsroom", base, DefaultLimits(), nil, "no newsroom"},
		{"no store", base, DefaultLimits(), []Room{{Newsroom: osce()}}, "no store"},
		{"twice", base, DefaultLimits(), slices.Concat(good, good), "two of that name"},
		{"name", base, DefaultLimits(), with(func(n *Newsroom) { n.Name = "../osce" }), "small letters"},
		{"title", base, DefaultLimits(), with(func(n *Newsroom) { n.Title = "\x00" }), "no title"},
		{"home", base, DefaultLimits(), with(func(n *Newsroom) { n.Home = "/news" }), "no absolute"},
		{"language", base, DefaultLimits(), with(func(n *Newsroom) { n.Language = "english?" }), "BCP 47"},
		{"prefix", base, DefaultLimits(), with(func(n *Newsroom) { n.IDPrefix = "" }), "prefix for ids"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := NewPress(test.base, test.limits, test.rooms...)
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("error is %v, want one that says %q", err, test.says)
			}
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("the error tells a password: %v", err)
			}
		})
	}
}

func TestBase(t *testing.T) {
	tests := map[string]string{
		"https://feeds.example.org":          "https://feeds.example.org/osce/all.atom",
		"https://feeds.example.org/":         "https://feeds.example.org/osce/all.atom",
		"http://127.0.0.1:8080/press/feeds/": "http://127.0.0.1:8080/press/feeds/osce/all.atom",
		"HTTPS://feeds.example.org/a%20b":    "https://feeds.example.org/a%20b/osce/all.atom",
		"https://Bücher.example:8443":        "https://xn--bcher-kva.example:8443/osce/all.atom",
		"http://[::1]:8080":                  "http://[::1]:8080/osce/all.atom",
	}
	newsroom := newStore(t)
	for base, want := range tests {
		press, err := NewPress(base, DefaultLimits(), Room{Newsroom: osce(), Store: newsroom})
		if err != nil {
			t.Fatal(err)
		}
		document, err := press.Render("/osce/all.atom")
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(document.Body), `<link rel="self" type="application/atom+xml" href="`+want+`">`) {
			t.Errorf("under %s the feed does not link to itself as %s:\n%s", base, want, document.Body)
		}
	}
}

func TestUnknownDocuments(t *testing.T) {
	newsroom := newStore(t)
	put(t, newsroom, seed()...)
	press := newPress(t, newsroom)
	for _, path := range []string{
		"", "index.html", "/index.htm", "//", "/osce", "/osce/", "/osce/all", "/osce/all.xml", "/osce/all.ATOM",
		"/OSCE/all.atom", "/osce//all.atom", "/osce/all/.atom", "/other/all.atom", "/osce/topics.atom",
		"/osce/topics/.atom", "/osce/topics/nothing.atom", "/osce/topics/policing", "/osce/offices/policing.atom",
		"/osce/topics/../topics/policing.atom", "/osce/topics/policing/.atom", "/osce/topics/policing\x00.atom",
		"/osce/colours/red.atom", "/osce/topics/policing.atom/", "/" + strings.Repeat("a", 1<<16) + ".atom",
	} {
		if _, err := press.Render(path); !errors.Is(err, ErrNoDocument) {
			t.Errorf("Render(%.40q) says %v, want ErrNoDocument", path, err)
		}
		if _, err := press.VersionOf(path); !errors.Is(err, ErrNoDocument) {
			t.Errorf("VersionOf(%.40q) says %v, want ErrNoDocument", path, err)
		}
	}
}

// TestPure renders everything twice, in two presses, document by document and
// all at once, and finds the same each time.
func TestPure(t *testing.T) {
	newsroom := newStore(t)
	put(t, newsroom, seed()...)
	first := all(t, newPress(t, newsroom))
	press := newPress(t, newsroom)
	if diff := cmp.Diff(first, all(t, press)); diff != "" {
		t.Errorf("a second press differs (-first +second):\n%s", diff)
	}
	for _, want := range first {
		got, err := press.Render(want.Path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Render(%s) differs (-All +Render):\n%s", want.Path, diff)
		}
		if version, err := press.VersionOf(want.Path); err != nil || version != want.Version {
			t.Errorf("VersionOf(%s) is %d, %v, want %d", want.Path, version, err, want.Version)
		}
	}
	root, err := press.Render("/")
	if err != nil || root.Path != indexPath {
		t.Errorf(`Render("/") is %s, %v, want the index`, root.Path, err)
	}
}

// TestVersions adds a release and finds a new version where it is filed, and
// nowhere else.
func TestVersions(t *testing.T) {
	newsroom := newStore(t)
	put(t, newsroom, seed()...)
	press := newPress(t, newsroom)
	before, whole := all(t, press), press.Version()
	added := newRelease("583300", "Another release", "Summary.", store.Day{Year: 2024, Month: time.December, Day: 16})
	added.Type, added.Topics = store.Tag{Name: "News"}, tags("Policing")
	put(t, newsroom, added)
	if press.Version() <= whole {
		t.Errorf("Version went from %d to %d, want more", whole, press.Version())
	}
	touched := []string{"/feeds.opml", "/index.html", "/osce/all", "/osce/topics/policing", "/osce/types/news"}
	for _, document := range before {
		version, err := press.VersionOf(document.Path)
		if err != nil {
			t.Fatal(err)
		}
		want := slices.ContainsFunc(touched, func(s string) bool { return strings.HasPrefix(document.Path, s) })
		if got := version != document.Version; got != want {
			t.Errorf("%s: version went from %d to %d, want another: %v", document.Path, document.Version, version, want)
		}
	}
}

// TestModified puts a release of an old day, which is not the newest of any
// feed: what shows it was modified when it came, and nothing else was.
func TestModified(t *testing.T) {
	newsroom := newStore(t)
	put(t, newsroom, seed()...)
	press := newPress(t, newsroom)
	before := all(t, press)
	late := newRelease("583050", "A release that was found late", "Summary.", store.Day{Year: 2024, Month: time.December, Day: 12})
	late.Topics = tags("Policing")
	seen := time.Date(2024, time.December, 18, 9, 0, 0, 0, time.UTC)
	if _, err := newsroom.Put(store.Page{Releases: []store.Release{late}, Seen: seen, Run: 2}); err != nil {
		t.Fatal(err)
	}
	for i, document := range all(t, press) {
		changed := !bytes.Equal(document.Body, before[i].Body) || document.Path == opmlPath
		switch {
		case changed && !document.Modified.Equal(seen):
			t.Errorf("%s changed, but was modified at %s, not at %s", document.Path, document.Modified, seen)
		case !changed && !document.Modified.Equal(before[i].Modified):
			t.Errorf("%s did not change, but was modified at %s instead of %s", document.Path, document.Modified, before[i].Modified)
		}
	}
}

func TestAllStops(t *testing.T) {
	newsroom := newStore(t)
	put(t, newsroom, seed()...)
	full := errors.New("disk full")
	var paths []string
	err := newPress(t, newsroom).All(func(d Document) error {
		if paths = append(paths, d.Path); len(paths) == 4 {
			return full
		}
		return nil
	})
	want := []string{"/osce/all.atom", "/osce/all.rss", "/osce/all.json", "/osce/all.html"}
	if diff := cmp.Diff(want, paths); diff != "" || !errors.Is(err, full) {
		t.Errorf("All ended with %v after (-want +got):\n%s", err, diff)
	}
}

func TestCatalogue(t *testing.T) {
	newsroom := newStore(t)
	r := newRelease("1", "Title", "Summary.", store.Day{Year: 2024, Month: time.May, Day: 7})
	r.Topics = tags("Youth", "Élections", "arms control", "Elections", "Border management", "Cyber/ICT Security")
	r.Offices = []store.Tag{{Name: "OSCE Mission to Georgia", Closed: true}, {Name: "Minsk Group"}}
	r.Type = store.Tag{Name: "Press release"}
	put(t, newsroom, r)
	catalogue, err := newPress(t, newsroom).Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, feed := range catalogue {
		got = append(got, fmt.Sprintf("%s = %s (%d, %s)", feed.Path(), feed.Title(), feed.Releases, store.DayOf(feed.Newest)))
	}
	want := []string{
		"/osce/all = OSCE: all releases (1, 2024-05-07)",
		"/osce/topics/arms-control = OSCE: arms control (1, 2024-05-07)",
		"/osce/topics/border-management = OSCE: Border management (1, 2024-05-07)",
		"/osce/topics/cyber-ict-security = OSCE: Cyber/ICT Security (1, 2024-05-07)",
		"/osce/topics/elections-2 = OSCE: Elections (1, 2024-05-07)",
		"/osce/topics/elections = OSCE: Élections (1, 2024-05-07)",
		"/osce/topics/youth = OSCE: Youth (1, 2024-05-07)",
		"/osce/offices/minsk-group = OSCE: Minsk Group (1, 2024-05-07)",
		"/osce/offices/osce-mission-to-georgia = OSCE Mission to Georgia (closed) (1, 2024-05-07)",
		"/osce/types/press-release = OSCE: Press release (1, 2024-05-07)",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("feeds (-want +got):\n%s", diff)
	}
}

func TestTitle(t *testing.T) {
	tests := map[string]string{
		"Policing": "OSCE: Policing",
		"Office of the Co-ordinator of OSCE Economic and Environmental Activities": "Office of the Co-ordinator of OSCE Economic and Environmental Activities",
		"Friends of the OSCEAN": "OSCE: Friends of the OSCEAN",
		"OSCE":                  "OSCE",
	}
	for name, want := range tests {
		feed := room{Room: Room{Newsroom: osce()}}.tagged(store.Filing{
			Query: store.Query{Kind: store.Office, Slug: "x"}, Tag: store.Tag{Name: name},
		})
		if got := feed.Title(); got != want {
			t.Errorf("title of %q is %q, want %q", name, got, want)
		}
	}
}

// TestTogether renders from several goroutines at once, for the race detector.
func TestTogether(t *testing.T) {
	newsroom := newStore(t)
	put(t, newsroom, seed()...)
	press := newPress(t, newsroom)
	var wait sync.WaitGroup
	for _, path := range []string{"/", "/", opmlPath, "/osce/all.atom", "/osce/all.atom", "/osce/all.json"} {
		wait.Go(func() {
			if _, err := press.Render(path); err != nil {
				t.Errorf("Render(%s): %v", path, err)
			}
		})
	}
	wait.Wait()
}
