package store

import (
	"path/filepath"
	"testing"
	"time"
)

// TestInstantsOfNow puts releases dated to the very day on which they are seen:
// they were published and first seen at that instant, and their Updated differ,
// in the page's order, by less than anybody could be ahead of the clock; a page
// that revises them all does the same.
func TestInstantsOfNow(t *testing.T) {
	vienna, err := time.LoadLocation("Europe/Vienna")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 23, 0, 0, 1, 345_000_000, vienna)
	room := openTest(t)
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
	before := updated(t, room, now)
	for _, r := range before {
		if !r.Published.Equal(now.Truncate(time.Second)) || !r.FirstSeen.Equal(r.Published) {
			t.Errorf("%s: published %s, first seen %s: want both at %s", r.Key, r.Published, r.FirstSeen, now)
		}
	}
	page.Seen = now.Add(time.Hour)
	for i := range page.Releases {
		page.Releases[i].Title += ", corrected"
	}
	if _, err := room.Put(page); err != nil {
		t.Fatal(err)
	}
	for i, r := range updated(t, room, page.Seen) {
		if !r.Published.Equal(before[i].Published) || !r.FirstSeen.Equal(before[i].FirstSeen) {
			t.Errorf("%s: published %s, first seen %s: want neither to move", r.Key, r.Published, r.FirstSeen)
		}
	}
}

// openTest returns an empty newsroom.
func openTest(t *testing.T) *Newsroom {
	t.Helper()
	db, err := Open(filepath.Join(t.TempDir(), "communique.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	room, err := db.Newsroom("osce")
	if err != nil {
		t.Fatal(err)
	}
	return room
}

// updated reads the four releases and wants their Updated to go down the page,
// from now on.
func updated(t *testing.T, room *Newsroom, now time.Time) []Release {
	t.Helper()
	list, _, err := room.Releases(Query{}, "", 10)
	if err != nil || len(list) != 4 {
		t.Fatalf("%d releases, %v", len(list), err)
	}
	for i, r := range list {
		if want := now.Truncate(time.Second).Add(time.Duration(3-i) * time.Millisecond); !r.Updated.Equal(want) {
			t.Errorf("row %d was updated at %s, want %s", i, r.Updated, want)
		}
	}
	return list
}
