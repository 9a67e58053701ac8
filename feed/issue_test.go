package feed

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"communique/store"
)

// folder is what a publisher keeps of the documents that it was given.
type folder map[string]Document

// publish issues what the folder has not in its version, and returns the paths
// of what was rendered and of all that there is.
func (f folder) publish(t *testing.T, press *Press) (rendered, there []string) {
	t.Helper()
	err := press.Issue(
		func(path string, version uint64) bool {
			if f[path].Version != version {
				return true
			}
			there = append(there, path)
			return false
		},
		func(d Document, err error) error {
			rendered, there = append(rendered, d.Path), append(there, d.Path)
			f[d.Path] = d
			return err
		})
	if err != nil {
		t.Fatal(err)
	}
	return rendered, there
}

// TestIssue publishes, adds a release, corrects an old one, and publishes each
// time what changed: afterwards the folder is what All gives.
func TestIssue(t *testing.T) {
	newsroom := newStore(t)
	releases := sampled(400)
	fillStore(t, newsroom, releases[1:])
	press := newPress(t, newsroom)
	kept := folder{}
	first, _ := kept.publish(t, press)
	if again, there := kept.publish(t, press); again != nil || len(there) != len(first) {
		t.Errorf("a second time %d documents of %d were rendered, and there are %d", len(again), len(first), len(there))
	}
	changes := []struct {
		name     string
		change   func()
		archived int // how many archive documents of everything change at most, and at least 1 if not 0
	}{
		{"a new release", func() { put(t, newsroom, releases[0]) }, 0},
		{"a corrected old one", func() {
			old := releases[250]
			old.Title = "CORRECTION: " + old.Title
			put(t, newsroom, old)
		}, 3},
		{"a withdrawn one", func() {
			withdraw(t, newsroom, releases[350].Key, time.Date(2024, time.December, 18, 9, 0, 0, 0, time.UTC))
		}, 3},
	}
	for _, c := range changes {
		c.change()
		rendered, there := kept.publish(t, newPress(t, newsroom)) // another process
		n := 0
		for _, path := range rendered {
			if strings.HasPrefix(path, "/osce/all/") && strings.HasSuffix(path, ".atom") {
				n++
			}
		}
		if n > c.archived || n == 0 && c.archived > 0 {
			t.Errorf("%s: %d archive documents of everything were rendered, want at most %d", c.name, n, c.archived)
		}
		var paths []string
		for _, d := range all(t, press) {
			paths = append(paths, d.Path)
			if !bytes.Equal(d.Body, kept[d.Path].Body) {
				t.Errorf("%s: %s was not rendered again", c.name, d.Path)
			}
		}
		if diff := cmp.Diff(paths, there); diff != "" {
			t.Errorf("%s: documents that there are (-All +Issue):\n%s", c.name, diff)
		}
	}
}

// TestVersionsOfAnotherStore collects the same releases anew an hour later: no
// version is that of the first store.
func TestVersionsOfAnotherStore(t *testing.T) {
	var versions [2]map[string]uint64
	for i := range versions {
		newsroom := newStore(t)
		seen := time.Date(2024, time.December, 17, 8+i, 30, 0, 0, time.UTC)
		if _, err := newsroom.Put(store.Page{Releases: sampled(300), Seen: seen, Run: 1}); err != nil {
			t.Fatal(err)
		}
		versions[i] = map[string]uint64{}
		err := newPress(t, newsroom).Issue(func(path string, version uint64) bool {
			versions[i][path] = version
			return false
		}, func(Document, error) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
	}
	for path, version := range versions[0] {
		if version == versions[1][path] {
			t.Errorf("%s has version %d in both stores", path, version)
		}
	}
}

// TestHeavyPeriods splits a period by weight: the path of the whole leads to its
// newest document, in the tree and over the server.
func TestHeavyPeriods(t *testing.T) {
	newsroom := newStore(t)
	var releases []store.Release
	releases = append(releases, newRelease("1", "New", "", store.Day{Year: 2024, Month: 12, Day: 1}))
	for i := range 60 {
		r := newRelease("2"+string(rune('a'+i%26))+string(rune('a'+i/26)), "Old", strings.Repeat("Word ", 900), store.Day{Year: 2023, Month: time.Month(12 - i/6), Day: 1})
		releases = append(releases, r)
	}
	fillStore(t, newsroom, releases)
	press := newPress(t, newsroom)
	kept := folder{}
	_, there := kept.publish(t, press)
	if !slices.Contains(there, "/osce/all/2023.atom") || !bytes.Equal(kept["/osce/all/2023.atom"].Body, kept["/osce/all/2023-12.atom"].Body) {
		t.Errorf("2023 is not at its newest month in %v", there)
	}
	if again, thereAgain := kept.publish(t, newPress(t, newsroom)); again != nil || len(thereAgain) != len(there) {
		t.Errorf("a second time %v were rendered, and there are %d of %d", again, len(thereAgain), len(there))
	}
	for path, want := range map[string]string{
		"/osce/all/2023.atom": "/osce/all/2023-12.atom", "/osce/all/2023-11-mid.rss": "", "/osce/all/2023-11-early.rss": "/osce/all/2023-11.rss",
		"/osce/all/2024.json": "/osce/all.json", "/osce/all/2024-12.json": "/osce/all.json",
	} {
		_, err := press.VersionOf(path)
		if moved, ok := err.(*MovedError); want != "" && (!ok || moved.To != want) {
			t.Errorf("VersionOf(%s): %v, want the way to %s", path, err, want)
		}
	}
	if entries, paths := walk(t, press, "/osce/all.atom"); len(once(entries)) != len(releases) {
		t.Errorf("the chain %v has %d releases, want %d", paths, len(once(entries)), len(releases))
	}
}

// TestComplete shows which archive documents caches may keep: those of whose
// releases nothing was heard for a week.
func TestComplete(t *testing.T) {
	newsroom := newStore(t)
	releases := sampled(400)
	fillStore(t, newsroom, releases[1:])
	press := newPress(t, newsroom)
	for _, d := range all(t, press) {
		if d.Complete {
			t.Errorf("%s is complete on the day of its collection", d.Path)
		}
	}
	later := time.Date(2025, time.January, 17, 8, 30, 0, 0, time.UTC)
	if _, err := newsroom.Put(store.Page{Releases: releases[:1], Seen: later, Run: 2}); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, d := range archives(t, press) {
		if d.Complete {
			n++
		}
		if newest := linksOf(t, d).newer == ""; newest == d.Complete {
			t.Errorf("%s is the newest: %v, and complete: %v", d.Path, newest, d.Complete)
		}
	}
	if n == 0 {
		t.Error("no archive document is complete a month later")
	}
}
