package store

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestUpdatedFollowsThePage wants the order by Updated to be the listing's, of
// new releases as of revised ones.
func TestUpdatedFollowsThePage(t *testing.T) {
	room := openRoom(t)
	for _, title := range []string{"First", "Second"} {
		page := listing("a", "b", "c", "d")
		for i := range page.Releases {
			page.Releases[i].Title = title
		}
		put(t, room, page)
		releases, _, err := room.Releases(Query{}, "", 4)
		if err != nil || len(releases) != 4 {
			t.Fatal(releases, err)
		}
		for i, r := range releases[1:] {
			if above := releases[i]; !above.Updated.After(r.Updated) {
				t.Errorf("%s: %s was updated at %s, %s at %s", title, above.Key, above.Updated, r.Key, r.Updated)
			}
		}
	}
}

// TestPutRevisesByABackwardClock shows that a revision moves Updated on, even
// if the clock went back.
func TestPutRevisesByABackwardClock(t *testing.T) {
	room := openRoom(t)
	last, _ := one(t, room, made("1"))
	for i := range 5 {
		page := listing("1")
		page.Releases[0].Title = fmt.Sprintf("Title %d", i)
		page.Seen = noon.AddDate(-i, 0, 0)
		put(t, room, page)
		now, _, err := room.Release("1")
		if err != nil || !now.Updated.After(last.Updated) {
			t.Errorf("updated at %s after %s (%v)", now.Updated, last.Updated, err)
		}
		last = now
	}
}

// TestInstants stores any pages at any time of a few days, midnights among
// them, and wants of each release: Published of the day it was first shown
// with, and then frozen; Updated shared with no other and moving on only by a
// revision, never noticeably ahead of the clock.
func TestInstants(t *testing.T) {
	vienna := zone(t, "Europe/Vienna")
	folder, stores := t.TempDir(), 0
	rapid.Check(t, func(r *rapid.T) {
		stores++
		room := openFast(r, filepath.Join(folder, fmt.Sprint(stores)))
		defer func() { _ = room.db.Close() }()
		now := time.Date(2024, 3, 30, 22, 59, 0, 0, vienna)
		known := map[string]Release{}
		for range rapid.IntRange(1, 6).Draw(r, "pages") {
			now = now.Add(time.Duration(rapid.IntRange(1, 7200).Draw(r, "seconds")) * time.Second)
			page := Page{Seen: now}
			for range rapid.IntRange(0, 20).Draw(r, "rows") {
				release := made(fmt.Sprint(rapid.IntRange(1, 40).Draw(r, "key")))
				release.Title = rapid.SampledFrom([]string{"A", "B"}).Draw(r, "title")
				release.Day = DayOf(now.AddDate(0, 0, rapid.IntRange(-2, 1).Draw(r, "day")))
				release.Published = release.Day.Publish(now, vienna)
				page.Releases = append(page.Releases, release)
			}
			outcomes, err := room.Put(page)
			if err != nil {
				r.Fatal(err)
			}
			for _, o := range outcomes {
				compareInstants(r, room, page, known, o)
			}
		}
		if err := audit(room.db); err != nil {
			r.Fatal(err)
		}
	})
}

// compareInstants holds one release's instants against what is known of it.
func compareInstants(r *rapid.T, room *Newsroom, page Page, known map[string]Release, o Outcome) {
	got, found, err := room.Release(o.Key)
	if err != nil || !found {
		r.Fatal(o.Key, found, err)
	}
	read := page.Releases[slices.IndexFunc(page.Releases, func(r Release) bool { return r.Key == o.Key })]
	old := known[o.Key]
	known[o.Key] = got
	ok := true
	switch o.Change {
	case Added:
		ok = got.Published.Equal(read.Published) && got.FirstSeen.Equal(page.Seen.Truncate(time.Second))
	case Revised:
		ok = got.Updated.After(old.Updated) && got.Published.Equal(old.Published)
	default:
		ok = got.Updated.Equal(old.Updated) && got.Published.Equal(old.Published)
	}
	if !ok || got.Published.After(page.Seen) || got.Updated.Before(got.Published) || got.Updated.Sub(page.Seen) > time.Second {
		r.Errorf("%s is %v at %s: published %s then %s, updated %s then %s", o.Key, o.Change, page.Seen, old.Published, got.Published, old.Updated, got.Updated)
	}
}
