package store

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"
	"pgregory.net/rapid"
)

// changes reads all changes after a cursor, size at a time, and says where they
// end.
func changes(t rapid.TB, room *Newsroom, after ChangeCursor, size int) (all []Changed, end ChangeCursor) {
	t.Helper()
	for {
		list, next, err := room.Changes(after, size)
		if err != nil {
			t.Fatal(err)
		}
		if len(list) == 0 {
			if after != "" && next != after {
				t.Fatalf("nothing came after %s, but it goes on at %s", after, next)
			}
			return all, next
		}
		if next != list[len(list)-1].Cursor || len(list) > size {
			t.Fatalf("%d of %d changes go on at %s, want %s", len(list), size, next, list[len(list)-1].Cursor)
		}
		all, after = append(all, list...), next
	}
}

// told writes changes as "added 1, revised 2".
func told(list []Changed) string {
	var words []string
	for _, c := range list {
		words = append(words, c.Change.String()+" "+c.Release.Key)
	}
	return strings.Join(words, ", ")
}

func TestChanges(t *testing.T) {
	room := openRoom(t)
	var cursor ChangeCursor
	want := func(want string) {
		t.Helper()
		list, next := changes(t, room, cursor, 2)
		if got := told(list); got != want {
			t.Errorf("%s, want %s", got, want)
		}
		for _, c := range list {
			if r, _, err := room.Release(c.Release.Key); err != nil || !cmp.Equal(r, c.Release) {
				t.Error(cmp.Diff(r, c.Release))
			}
		}
		if end, err := room.Latest(); err != nil || end != next {
			t.Errorf("the end is %s, want %s (%v)", end, next, err)
		}
		cursor = next
	}
	want("")
	put(t, room, listing("4", "3", "2", "1"))
	want("added 1, added 2, added 3, added 4")
	put(t, room, listing("4", "3", "2", "1"))
	want("")
	one(t, room, with(made("2"), func(r *Release) { r.Title = "Another" }))
	want("revised 2")
	page := listing("5", "4", "3", "2")
	page.Releases[1].Title, page.Releases[2].URL, page.Releases[3].Title = "Another", "https://example.org/three", "Another"
	put(t, room, page)
	want("refiled 3, revised 4, added 5")
	withdraw(t, room, "3", noon)
	want("withdrawn 3")
	put(t, room, Page{Releases: []Release{page.Releases[2], hidden("7"), hidden("6")}, Seen: noon})
	want("added 6, added 7, restored 3")
	attach(t, room, Topic, "Youth", 2, "7", "6", "5")
	want("refiled 6, refiled 7")
	if err := room.Sought([]string{"6"}); err != nil {
		t.Fatal(err)
	}
	want("")
	withdraw(t, room, "1", noon)
	rename(t, room, Topic, "Elections", "Voting", true)
	want("withdrawn 1, refiled 2, refiled 3, refiled 4, refiled 5")
	rename(t, room, Topic, "Voting", "Youth", true)
	want("withdrawn 1, refiled 2, refiled 3, refiled 4, refiled 5")
	rename(t, room, Topic, "Elections", "Youth", false)
	want("")
	cursor = ""
	want("refiled 6, refiled 7, withdrawn 1, refiled 2, refiled 3, refiled 4, refiled 5")
}

// TestChangesOfOneCommit wants a row to be told as what it came to, whatever
// happened to its tags on the same page, above what else these changed.
func TestChangesOfOneCommit(t *testing.T) {
	room := openRoom(t)
	put(t, room, listing("5", "4", "3", "2", "1"))
	_, cursor := changes(t, room, "", 9)
	page := listing("6", "5", "4", "3")
	for i := range page.Releases {
		page.Releases[i].Offices = tags("Mission to Serbia (closed)", "Head office")
	}
	page.Releases[2].Title = "Another"
	put(t, room, page)
	list, _ := changes(t, room, cursor, 9)
	if got, want := told(list), "refiled 1, refiled 2, refiled 3, refiled 5, revised 4, added 6"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	for _, c := range list {
		if got := names(c.Release.Offices); !slices.Contains(got, "Head office") || !c.Release.Offices[slices.Index(got, "Mission to Serbia")].Closed {
			t.Errorf("%+v", c.Release.Offices)
		}
	}
	if room.Version() != 2 {
		t.Errorf("version %d", room.Version())
	}
}

// TestChangeCursors wants each cursor to stay good when the release that it was
// made at went on, over closing the store; and no other cursor to be taken.
func TestChangeCursors(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	db, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	room := take(t, db)
	put(t, room, listing("3", "2", "1"))
	first, _ := changes(t, room, "", 9)
	one(t, room, with(made("2"), func(r *Release) { r.Title = "Another" }))
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	room = openRoomAt(t, path)
	for i, want := range []string{"added 3, revised 2", "added 3, revised 2", "revised 2"} {
		if list, _ := changes(t, room, first[i].Cursor, 1); told(list) != want {
			t.Errorf("after %s: %s, want %s", first[i].Release.Key, told(list), want)
		}
	}
	_, next, err := room.Changes("", 1)
	if err != nil || next == "" {
		t.Fatal(err)
	}
	empty := openRoom(t)
	for _, cursor := range []ChangeCursor{"x", "0", "00", next[1:], next + "0", next + "00", " " + next, "g" + next[1:], "\x00", "%x", "0000000000000003" + "00000000", "ffffffffffffffffffffffff"} {
		for _, room := range []*Newsroom{room, empty} {
			if list, next, err := room.Changes(cursor, 1); !errors.Is(err, ErrCursor) || list != nil || next != "" {
				t.Errorf("cursor %q: %v, %q, %v", cursor, list, next, err)
			}
		}
	}
	if _, _, err := empty.Changes(next, 1); !errors.Is(err, ErrCursor) {
		t.Errorf("a cursor of another store: %v", err)
	}
	if _, _, err := room.Changes("", 0); err == nil || errors.Is(err, ErrCursor) {
		t.Errorf("a limit of 0: %v", err)
	}
	if _, _, err := room.Releases(Query{}, "x", 1); !errors.Is(err, ErrCursor) {
		t.Errorf("a wrong cursor of releases: %v", err)
	}
}

// TestChangesOfAnEmptyLog wants a cursor that tells what comes.
func TestChangesOfAnEmptyLog(t *testing.T) {
	room := openRoom(t)
	end, err := room.Latest()
	list, next, err2 := room.Changes("", 5)
	if err != nil || err2 != nil || end == "" || next != end || len(list) > 0 {
		t.Errorf("%q; %v, %q (%v, %v)", end, list, next, err, err2)
	}
	put(t, room, listing("1"))
	if list, _ := changes(t, room, end, 5); told(list) != "added 1" {
		t.Error(told(list))
	}
}

// TestChangesOfManyThatSpread gives a day so many releases at one place that
// their positions are given anew: that is no change.
func TestChangesOfManyThatSpread(t *testing.T) {
	room := openRoom(t)
	room.db.bolt().NoSync = true
	put(t, room, listing("first", "last"))
	before, err := room.Calendar(Query{})
	if err != nil {
		t.Fatal(err)
	}
	_, cursor := changes(t, room, "", 9)
	for i := range 40 {
		put(t, room, below("first", fmt.Sprint(i)))
	}
	list, _ := changes(t, room, cursor, 9)
	if len(list) != 40 || strings.Contains(told(list), "st") {
		t.Error(told(list))
	}
	for i := range 40 {
		withdraw(t, room, fmt.Sprint(i), noon)
	}
	if after, err := room.Calendar(Query{}); err != nil || !cmp.Equal(before, after) {
		t.Errorf("%s (%v)", cmp.Diff(before, after), err)
	}
}

// TestDamagedChanges wants a line that can't be to be an error, also a line of
// a release that is not there or not withdrawn.
func TestDamagedChanges(t *testing.T) {
	for name, value := range map[string]string{
		"empty": "", "no key": "\x04", "no change": "\x001", "another change": "\x061", "unknown": "\x042", "not withdrawn": "\x051",
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "s.db")
			room := openRoomAt(t, path)
			put(t, room, listing("1"))
			if err := room.db.Close(); err != nil {
				t.Fatal(err)
			}
			bare(t, path, func(tx *bbolt.Tx) error {
				b := tx.Bucket([]byte(newsroomsBucket)).Bucket([]byte("osce")).Bucket([]byte("changes"))
				k, _ := b.Cursor().First()
				return table{"changes", b}.put(slices.Clone(k), []byte(value))
			})
			db, err := Open(path, Options{ReadOnly: true})
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if list, next, err := take(t, db).Changes("", 5); !errors.Is(err, ErrDamaged) || list != nil || next != "" {
				t.Errorf("%v, %q, %v", list, next, err)
			}
		})
	}
}

// BenchmarkRename gives a topic of 5,000 releases another name, which changes
// all of them.
func BenchmarkRename(b *testing.B) {
	room := benchRoom(b)
	for n := range 1000 {
		put(b, room, newest(n))
	}
	n := 0
	for b.Loop() {
		if _, err := room.Rename(Topic, fmt.Sprint("Topic 7", strings.Repeat("+", n)), fmt.Sprint("Topic 7", strings.Repeat("+", n+1)), noon.Add(time.Duration(n)*time.Hour)); err != nil {
			b.Fatal(err)
		}
		n++
	}
}
