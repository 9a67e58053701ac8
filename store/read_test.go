package store

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// archive stores n releases over some days, newest first, and returns their
// keys in order.
func archive(t testing.TB, room *Newsroom, n int) (all []string) {
	t.Helper()
	page := Page{Seen: noon, Run: 1}
	for i := range n {
		page.Releases = append(page.Releases, dated(i))
		all = append(all, page.Releases[i].Key)
	}
	put(t, room, page)
	return all
}

// dated returns the release i of an archive with seven releases a day.
func dated(i int) Release {
	return with(made(fmt.Sprintf("%05d", i)), func(r *Release) {
		r.Day = DayOf(theDay.Noon().AddDate(0, 0, -i/7))
		r.Published = r.Day.Noon()
		r.Topics = tags(fmt.Sprintf("Topic %d", i%3))
	})
}

func TestReleasesByPages(t *testing.T) {
	room := openRoom(t)
	all := archive(t, room, 40)
	for _, limit := range []int{1, 2, 7, 39, 40, 41, 1 << 30} {
		if diff := cmp.Diff(all, keys(t, room, Query{}, limit)); diff != "" {
			t.Errorf("%d at a time: %s", limit, diff)
		}
		var third []string
		for i := 1; i < 40; i += 3 {
			third = append(third, all[i])
		}
		if diff := cmp.Diff(third, keys(t, room, Query{Topic, "topic-1"}, limit)); diff != "" {
			t.Errorf("%d at a time: %s", limit, diff)
		}
	}
}

// TestReleasesWhilePutting reads two at a time while pages are stored between
// the readings: nothing old is missed, nothing comes twice.
func TestReleasesWhilePutting(t *testing.T) {
	room := openRoom(t)
	room.db.bolt().NoSync = true
	old := archive(t, room, 30)
	var read []string
	var cursor Cursor
	for i := 0; ; i++ {
		releases, next, err := room.Releases(Query{}, cursor, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range releases {
			read = append(read, r.Key)
		}
		if next == "" {
			break
		}
		cursor = next
		if i > 20 {
			continue // or new ones would come faster than they are read
		}
		for j := range 5 { // around the cursor, in its day and others
			at := min(max(len(read)-3+j, 0), 29)
			page := Page{Releases: []Release{dated(at)}, Seen: noon.Add(time.Duration(i) * time.Minute)}
			page.Releases[0].Title += fmt.Sprint(i)
			newer := dated(at)
			newer.Key, newer.ID = fmt.Sprintf("new-%d-%d", i, j), "tag:new"
			page.Releases = slices.Insert(page.Releases, j%2, newer)
			put(t, room, page)
		}
	}
	seen := map[string]bool{}
	var still []string
	for _, key := range read {
		if seen[key] {
			t.Errorf("%s came twice", key)
		}
		seen[key] = true
		if !strings.HasPrefix(key, "new") {
			still = append(still, key)
		}
	}
	if diff := cmp.Diff(old, still); diff != "" {
		t.Error(diff)
	}
}

func TestReleasesRefuses(t *testing.T) {
	full, empty := openRoom(t), openRoom(t)
	archive(t, full, 3)
	_, good, err := full.Releases(Query{}, "", 1)
	if err != nil || good == "" {
		t.Fatal(err)
	}
	for _, cursor := range []Cursor{"x", "0", "00", good[:len(good)-1], good + "0", good + " ", " " + good, good[:24], good + "zz", "\x00", "%x", Cursor(strings.Repeat("0", 23))} {
		for _, room := range []*Newsroom{full, empty} {
			if list, next, err := room.Releases(Query{}, cursor, 10); err == nil || list != nil || next != "" {
				t.Errorf("cursor %q: %v, %q", cursor, list, next)
			}
		}
	}
	for _, limit := range []int{0, -1} {
		if _, _, err := full.Releases(Query{}, "", limit); err == nil {
			t.Errorf("a limit of %d is accepted", limit)
		}
	}
}

// TestReleasesOfOddCursors reads on from places where nothing is.
func TestReleasesOfOddCursors(t *testing.T) {
	room := openRoom(t)
	archive(t, room, 3)
	for cursor, want := range map[Cursor]int{
		Cursor(strings.Repeat("00", 14)): 3,
		Cursor(strings.Repeat("ff", 14)): 0,
		Cursor(strings.Repeat("ff", 99)): 0,
	} {
		if list, next, err := room.Releases(Query{}, cursor, 10); err != nil || len(list) != want || next != "" {
			t.Errorf("%d releases, %q, %v; want %d", len(list), next, err, want)
		}
	}
}

func TestUnknownFilings(t *testing.T) {
	full, empty := openRoom(t), openRoom(t)
	archive(t, full, 9)
	for _, q := range []Query{
		{Topic, "nothing"},
		{Topic, ""},
		{"", "topic-1"},
		{"nonsense", "topic-1"},
		{Topic, "topic-"},
		{Topic, "topic-1\x00"},
		{"topics\x00topic-1", ""},
		{Topic, "topic-1\x00\xfe"},
		{Topic, string(filedKey(Query{}, (&record{Key: "00001", Published: noon}).order()))},
	} {
		for _, room := range []*Newsroom{full, empty} {
			if f, err := room.Filing(q); !errors.Is(err, ErrNoFiling) {
				t.Errorf("%+v: %+v, %v", q, f, err)
			}
			if list, next, err := room.Releases(q, "", 5); len(list) > 0 || next != "" || err != nil {
				t.Errorf("%+v: %v, %q, %v", q, list, next, err)
			}
		}
	}
	if f, err := empty.Filing(Query{}); err != nil || f != (Filing{}) {
		t.Errorf("%+v, %v", f, err)
	}
	if list, err := full.Filings("nonsense"); err != nil || len(list) > 0 {
		t.Errorf("%+v, %v", list, err)
	}
	if r, found, err := empty.Release("1"); err != nil || found || r.Key != "" {
		t.Errorf("%+v, %t, %v", r, found, err)
	}
	if _, err := full.db.Newsroom(""); err == nil {
		t.Error("a newsroom without a name")
	}
}

// TestFilingsFollow moves one release from topic to topic.
func TestFilingsFollow(t *testing.T) {
	room := openRoom(t)
	archive(t, room, 4) // topics 0, 1, 2, 0
	get := func(slug string) Filing {
		f, err := room.Filing(Query{Topic, slug})
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	untouched := get("topic-1")
	moved := with(dated(2), func(r *Release) { r.Topics = tags("Topic 0", "Topic 9") })
	one(t, room, moved)
	left := get("topic-2")
	if left.Releases != 0 || !left.Newest.IsZero() || left.Version != room.Version() {
		t.Errorf("left: %+v", left)
	}
	if f := get("topic-0"); f.Releases != 3 || f.Version != room.Version() {
		t.Errorf("joined: %+v", f)
	}
	if f := get("topic-9"); f.Releases != 1 || f.Version != room.Version() || !f.Newest.Equal(moved.Published) {
		t.Errorf("new: %+v", f)
	}
	if diff := cmp.Diff(untouched, get("topic-1")); diff != "" {
		t.Error(diff)
	}
	f, err := room.Filing(Query{})
	if err != nil || f.Releases != 4 || f.Tag != (Tag{}) || f.Version != room.Version() {
		t.Errorf("everything: %+v, %v", f, err)
	}
}

// TestNewsroomsAreApart stores the same keys in two newsrooms of one file.
func TestNewsroomsAreApart(t *testing.T) {
	room := openRoom(t)
	other, err := room.db.Newsroom("other")
	if err != nil {
		t.Fatal(err)
	}
	put(t, room, listing("1", "2"))
	if other.Version() != 0 || len(keys(t, other, Query{}, 5)) != 0 {
		t.Error("one newsroom's page is in another")
	}
	put(t, other, listing("2"))
	put(t, other, listing("3", "2"))
	if room.Version() != 1 || other.Version() != 2 || len(keys(t, room, Query{}, 5)) != 2 {
		t.Errorf("versions %d and %d", room.Version(), other.Version())
	}
}

// TestReaderDoesNotHoldUpACommit stores 5 MB while a reading is under way.
func TestReaderDoesNotHoldUpACommit(t *testing.T) {
	room := openRoomAt(t, filepath.Join(t.TempDir(), "s.db"))
	put(t, room, listing("1"))
	committed := make(chan error)
	err := room.view(func(*tables) error {
		go func() {
			page := listing(numbered("%d", 20)...)
			for i := range page.Releases {
				page.Releases[i].Summary = strings.Repeat("x", 1<<18)
			}
			_, err := room.Put(page)
			committed <- err
		}()
		select {
		case err := <-committed:
			return err
		case <-time.After(10 * time.Second):
			go func() { <-committed }()
			return errors.New("the commit waits for the reader")
		}
	})
	if err != nil {
		t.Error(err)
	}
}

// TestRoomToGrow wants a large file, too, to have room to grow before a commit
// waits for readers.
func TestRoomToGrow(t *testing.T) {
	for _, size := range []int64{0, smallest, mapped, 3 * mapped} {
		if room := writing(0, size).InitialMmapSize; int64(room) < max(mapped, size+size/2) {
			t.Errorf("of %d bytes %d are mapped", size, room)
		}
	}
}

// TestReadersBesideAWriter reads from two sides while pages are stored: each
// reading sees one commit, and versions only grow.
func TestReadersBesideAWriter(t *testing.T) {
	room := openRoom(t)
	room.db.bolt().NoSync = true
	const pages = 30
	var all sync.WaitGroup
	written := make(chan bool)
	all.Go(func() {
		defer close(written)
		for n := range pages {
			if _, err := room.Put(pageNumber(n + 1)); err != nil {
				t.Error(err)
			}
		}
	})
	for range 2 {
		all.Go(func() {
			var version uint64
			for done := false; !done; {
				select {
				case <-written:
					done = true
				default:
				}
				list, _, err := room.Releases(Query{}, "", 1000)
				if err != nil || len(list)%3 != min(len(list), 1) {
					t.Errorf("half a page of %d releases is there (%v)", len(list), err)
				}
				now := room.Version()
				if now < version {
					t.Errorf("version %d after %d", now, version)
				}
				version = now
			}
			if version != pages {
				t.Errorf("version %d after %d pages", version, pages)
			}
		})
	}
	all.Wait()
}
