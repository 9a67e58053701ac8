package store

import (
	"path/filepath"
	"testing"
	"time"
)

// TestInstantsOfNow puts releases dated to the very day on which they are seen:
// each instant is its own, none is still to come, the first row's is now, and
// they go down the page; a page that revises them all does the same.
func TestInstantsOfNow(t *testing.T) {
	vienna, err := time.LoadLocation("Europe/Vienna")
	if err != nil {
		t.Fatal(err)
	}
	for _, now := range []time.Time{
		time.Date(2026, 11, 23, 9, 30, 12, 345, vienna),
		time.Date(2026, 11, 23, 0, 0, 1, 0, vienna), // there is no room for four seconds in this day
	} {
		db, err := Open(filepath.Join(t.TempDir(), "communique.db"), Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		room, err := db.Newsroom("osce")
		if err != nil {
			t.Fatal(err)
		}
		page := Page{Seen: now, Run: 1}
		for _, key := range []string{"4", "3", "2", "1"} {
			release := made(key)
			release.Day = DayOf(now)
			release.Published = release.Day.Publish(now, vienna)
			page.Releases = append(page.Releases, release)
		}
		if _, err := room.Put(page); err != nil {
			t.Fatal(err)
		}
		list := instants(t, room, now)
		for _, r := range list {
			if DayOf(r.Published) != DayOf(now) || !r.Published.Equal(r.FirstSeen) || !r.Published.Equal(r.Updated) {
				t.Errorf("%s: published %s, first seen %s, updated %s: want one instant of %s", r.Key, r.Published, r.FirstSeen, r.Updated, DayOf(now))
			}
		}

		page.Seen = now.Add(time.Hour)
		for i := range page.Releases {
			page.Releases[i].Title += ", corrected"
		}
		if _, err := room.Put(page); err != nil {
			t.Fatal(err)
		}
		for i, r := range instants(t, room, page.Seen) {
			if !r.Published.Equal(list[i].Published) || !r.Updated.After(list[i].Updated) {
				t.Errorf("%s: published %s then %s, updated %s then %s", r.Key, list[i].Published, r.Published, list[i].Updated, r.Updated)
			}
		}
	}
}

// instants reads the releases and wants their Updated to go down from now. At
// the first seconds of a day they may have to go up instead.
func instants(t *testing.T, room *Newsroom, now time.Time) []Release {
	t.Helper()
	list, _, err := room.Releases(Query{}, "", 10)
	if err != nil || len(list) != 4 {
		t.Fatalf("%d releases, %v", len(list), err)
	}
	now = now.Truncate(time.Second)
	seen := map[time.Time]bool{}
	for i, r := range list {
		if seen[r.Updated] {
			t.Errorf("%s shares its instant %s", r.Key, r.Updated)
		}
		seen[r.Updated] = true
		if midnight := now.Hour() == 0; !midnight && !r.Updated.Equal(now.Add(-time.Duration(i)*time.Second)) {
			t.Errorf("row %d was updated at %s, want %d seconds before %s", i, r.Updated, i, now)
		}
	}
	return list
}
