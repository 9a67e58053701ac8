package feed

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/mmcdole/gofeed"

	"communique/scraper/sample"
	"communique/store"
)

// sampled returns n releases of the sample newsroom, newest first.
func sampled(n int) []store.Release {
	newest := time.Date(2024, time.December, 16, 0, 0, 0, 0, time.UTC)
	var list []store.Release
	for _, s := range sample.Releases(n, newest) {
		r := newRelease(fmt.Sprint(s.Number), s.Title, s.Summary, store.DayOf(s.Day))
		r.Type, r.Offices, r.Topics = store.Tag{Name: s.Type}, tags(s.Offices...), tags(s.Topics...)
		list = append(list, r)
	}
	return list
}

// fillStore stores releases page by page, from the newest on as a first
// collection does, and returns what is stored.
func fillStore(t testing.TB, in *store.Newsroom, releases []store.Release) []store.Release {
	t.Helper()
	for page := range slices.Chunk(releases, 50) {
		put(t, in, page...)
	}
	stored, _, err := in.Releases(store.Query{}, "", len(releases)+1)
	if err != nil {
		t.Fatal(err)
	}
	return stored
}

// links are what a document of an archive says about its neighbours.
type links struct{ self, current, older, newer string }

// walk follows the archive of a feed from the document at path to its end and
// returns all entries in the order in which they were met, those of the live
// document first, and the paths.
func walk(t *testing.T, press *Press, path string) (entries []read, paths []string) {
	t.Helper()
	seen := map[string]bool{}
	for newer := ""; path != ""; {
		if seen[path] {
			t.Fatalf("the chain comes back to %s", path)
		}
		seen[path] = true
		document, err := press.Render(path)
		if err != nil {
			t.Fatal(err)
		}
		if len(document.Body) > press.limits.Bytes {
			t.Errorf("%s has %d bytes", path, len(document.Body))
		}
		parsed, err := gofeed.NewParser().Parse(bytes.NewReader(document.Body))
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range parsed.Items {
			entries = append(entries, newRead(item, parsed.FeedType))
		}
		l := linksOf(t, document)
		if l.self != path {
			t.Errorf("%s says that it is at %s", path, l.self)
		}
		if len(paths) > 1 && l.newer != newer && !strings.HasSuffix(path, ".json") {
			t.Errorf("%s says that %s comes next, but that is %s", path, l.newer, newer)
		}
		paths = append(paths, path)
		newer, path = path, l.older
	}
	return entries, paths
}

func linksOf(t *testing.T, d Document) links {
	t.Helper()
	var l links
	own := func(s string) string { return strings.TrimPrefix(s, base) }
	if d.MediaType == jsonType {
		parsed, err := gofeed.NewParser().Parse(bytes.NewReader(d.Body))
		if err != nil {
			t.Fatal(err)
		}
		_, next, _ := strings.Cut(string(d.Body), `"next_url":"`)
		next, _, _ = strings.Cut(next, `"`)
		return links{self: own(parsed.FeedLink), older: own(next)}
	}
	root, name := parseXML(t, d.Body), "link"
	if root.Name == "rss" {
		root, name = root.Children[0], "atom:link"
	}
	for _, link := range root.all(name) {
		switch href := own(link.Attr["href"]); link.Attr["rel"] {
		case "self":
			l.self = href
		case "current":
			l.current = href
		case "prev-archive":
			l.older = href
		case "next-archive":
			l.newer = href
		}
	}
	if isArchive := len(root.all("fh:archive")) == 1; isArchive != (l.current != "") {
		t.Errorf("%s is an archive: %v, and its current document is %q", d.Path, isArchive, l.current)
	}
	return l
}

// TestChain walks the archive of every feed of a newsroom in every format: what
// it meets is what is stored, in its order.
func TestChain(t *testing.T) {
	newsroom := newStore(t)
	fillStore(t, newsroom, sampled(2000))
	press := newPress(t, newsroom)
	catalogue, err := press.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range catalogue {
		stored, _, err := newsroom.Releases(f.Query, "", 3000)
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for _, r := range stored {
			want = append(want, r.ID)
		}
		for n, form := range formats() {
			if i > 2 && i%3 != n {
				continue // for time's sake one format of the smaller feeds
			}
			entries, paths := walk(t, press, f.Path()+form.suffix)
			if diff := cmp.Diff(want, once(entries)); diff != "" {
				t.Errorf("%s: walking %d documents (-stored +met):\n%s", f.Path(), len(paths), diff)
			}
		}
	}
}

// once returns the ids of entries in their order, and forgets those of the
// first archive document that the live one had already.
func once(entries []read) []string {
	var ids []string
	met := map[string]bool{}
	for _, e := range entries {
		if !met[e.ID] {
			ids = append(ids, e.ID)
		}
		met[e.ID] = true
	}
	return ids
}

// TestArchivesArePermanent adds a year of releases, one at a time: an archive
// document that was there once keeps its address and its entries.
func TestArchivesArePermanent(t *testing.T) {
	newsroom := newStore(t)
	releases := sampled(700)
	old, late := releases[300:], releases[:300]
	fillStore(t, newsroom, old)
	press := newPress(t, newsroom)
	known := map[string]Document{}
	for n := len(late); ; n -= 20 {
		for _, d := range archives(t, press) {
			before, ok := known[d.Path]
			known[d.Path] = d
			if !ok {
				continue
			}
			if !slices.Equal(idsOf(t, before), idsOf(t, d)) {
				t.Errorf("%s has other entries than before", d.Path)
			}
			if before.Version == d.Version && !bytes.Equal(before.Body, d.Body) {
				t.Errorf("%s changed, but its version did not", d.Path)
			}
		}
		if n == 0 {
			break
		}
		for i := n - 1; i >= n-20; i-- {
			put(t, newsroom, late[i])
		}
		for path := range known {
			if _, err := press.VersionOf(path); err != nil {
				t.Errorf("%s was there before %d more: %v", path, n, err)
			}
		}
	}
	if len(known) < 20 {
		t.Errorf("only %d archive documents were tested", len(known))
	}
}

// archives returns the Atom archive documents of the feed of everything.
func archives(t *testing.T, press *Press) []Document {
	t.Helper()
	var list []Document
	err := press.Issue(
		func(path string, _ uint64) bool {
			return strings.HasPrefix(path, "/osce/all/") && strings.HasSuffix(path, ".atom")
		},
		func(d Document, err error) error {
			list = append(list, d)
			return err
		})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func idsOf(t *testing.T, d Document) []string {
	t.Helper()
	parsed, err := gofeed.NewParser().Parse(bytes.NewReader(d.Body))
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, item := range parsed.Items {
		ids = append(ids, item.GUID)
	}
	return ids
}

// TestPartition shows where periods begin and end, also those that are split by
// the weight of their releases, and that every release lies in exactly one.
func TestPartition(t *testing.T) {
	on := func(n int, day, summary string) []store.Release {
		d, err := store.ParseDay(day)
		if err != nil {
			t.Fatal(err)
		}
		list := make([]store.Release, n)
		for i := range list {
			list[i] = newRelease(fmt.Sprintf("%s-%d", day, i), "Title", summary, d)
		}
		return list
	}
	tests := []struct {
		name     string
		limits   Limits
		releases []store.Release
		want     []string // the chain of archive documents, newest first
	}{
		{"a year is enough", DefaultLimits(), slices.Concat(on(51, "2024-03-01", ""), on(40, "2023-07-01", ""), on(56, "2023-01-31", "")), []string{"2023"}},
		{"one too many for a year", DefaultLimits(), slices.Concat(on(51, "2024-03-01", ""), on(41, "2023-07-01", ""), on(56, "2023-01-31", "")), []string{"2023-07", "2023-01"}},
		{
			"thirds and days", DefaultLimits(),
			slices.Concat(on(51, "2024-03-01", ""), on(60, "2023-07-31", ""), on(60, "2023-07-20", ""), on(60, "2023-07-11", ""), on(9, "2023-07-10", ""), on(9, "2022-12-31", "")),
			[]string{"2023-07-late", "2023-07-20", "2023-07-11", "2023-07-early", "2022"},
		},
		{
			"parts of a day", DefaultLimits(), slices.Concat(on(51, "2024-03-01", ""), on(200, "2023-07-31", ""), on(1, "2023-07-30", "")),
			[]string{"2023-07-31-3", "2023-07-31-2", "2023-07-31-1", "2023-07-30"},
		},
		{
			"too heavy for a month", DefaultLimits(),
			slices.Concat(on(51, "2024-03-01", ""), on(40, "2023-07-21", strings.Repeat("Word ", 500)), on(20, "2023-07-01", strings.Repeat("Word ", 500)), on(9, "2023-02-01", "")),
			[]string{"2023-07-late", "2023-07-early", "2023-02"},
		},
		{"all of it is live", DefaultLimits(), slices.Concat(on(20, "2024-03-01", ""), on(20, "2023-07-01", "")), nil},
		{"the running period is live", Limits{Releases: 5, Days: 1, Bytes: 250_000}, slices.Concat(on(20, "2024-03-01", ""), on(20, "2024-02-01", ""), on(20, "2023-07-01", "")), []string{"2023"}},
		{
			"the running period is too heavy",
			Limits{Releases: 5, Days: 1, Bytes: 50_000},
			slices.Concat(on(20, "2024-03-01", strings.Repeat("Word ", 300)), on(20, "2024-02-01", strings.Repeat("Word ", 300)), on(1, "2023-07-01", "")),
			[]string{"2024-03-01-1", "2024-02-01-2", "2024-02-01-1", "2023"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			newsroom := newStore(t)
			stored := fillStore(t, newsroom, test.releases)
			press, err := NewPress(base, test.limits, Room{Newsroom: osce(), Store: newsroom})
			if err != nil {
				t.Fatal(err)
			}
			entries, paths := walk(t, press, "/osce/all.atom")
			var got []string
			for _, path := range paths[1:] {
				got = append(got, strings.TrimSuffix(filepath.Base(path), ".atom"))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("archive documents (-want +got):\n%s", diff)
			}
			if ids := once(entries); len(ids) != len(stored) || ids[0] != stored[0].ID || ids[len(ids)-1] != stored[len(stored)-1].ID {
				t.Errorf("the chain has %d releases, the store %d", len(ids), len(stored))
			}
		})
	}
}
