package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// keys reads all that is filed under q, size releases at a time.
func keys(t rapid.TB, n *Newsroom, q Query, size int) []string {
	t.Helper()
	var list []string
	var cursor Cursor
	for {
		releases, next, err := n.Releases(q, cursor, size)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range releases {
			list = append(list, r.Key)
		}
		if next == "" {
			return list
		}
		if len(releases) != size {
			t.Fatalf("%d releases of %d before the end", len(releases), size)
		}
		cursor = next
	}
}

// below is a page whose first row stands below another.
func below(after string, keys ...string) Page {
	page := listing(keys...)
	page.After = after
	return page
}

// onDay dates some rows of a page otherwise.
func onDay(day int, page Page, keys ...string) Page {
	for i, r := range page.Releases {
		if slices.Contains(keys, r.Key) {
			page.Releases[i].Day.Day = day
			page.Releases[i].Published = page.Releases[i].Day.Noon()
		}
	}
	return page
}

func TestOrderWithinADay(t *testing.T) {
	tests := []struct {
		name  string
		pages []Page
		want  string
	}{
		{"as listed", []Page{listing("b", "a", "c")}, "b a c"},
		{"new on top", []Page{listing("b", "c"), listing("a", "b", "c")}, "a b c"},
		{"new on top, alone", []Page{listing("b", "c"), listing("a")}, "a b c"},
		{"new in the middle", []Page{listing("a", "c"), listing("a", "b", "c")}, "a b c"},
		{"new at the bottom", []Page{listing("a", "b"), listing("a", "b", "c")}, "a b c"},
		{"new everywhere", []Page{listing("b", "d"), listing("a", "b", "c", "d", "e")}, "a b c d e"},
		{"over two pages", []Page{listing("a", "b"), below("b", "c", "d")}, "a b c d"},
		{"second page after a new first", []Page{listing("c", "d"), listing("a", "b"), below("b", "c", "d", "e")}, "a b c d e"},
		{"new between two pages", []Page{listing("a", "b"), below("b", "d"), listing("a", "b"), below("b", "c", "d")}, "a b c d"},
		{"a row above that is not known", []Page{listing("b"), below("gone", "a", "b")}, "a b"},
		{"a row above of another day", []Page{onDay(17, listing("x"), "x"), below("x", "a", "b"), below("x", "0", "a")}, "x 0 a b"},
		{"row above dated otherwise", []Page{
			onDay(15, listing("a", "x", "b"), "x"), listing("a", "x", "new", "b"),
		}, "a new b x"},
		{"row above on another day", []Page{
			onDay(15, listing("x"), "x"), onDay(15, listing("a", "x", "b"), "x"),
		}, "a b x"},
		{"what is stored does not swap", []Page{listing("a", "b", "c"), listing("c", "b", "a")}, "a b c"},
		{"new among swapped", []Page{listing("a", "b", "c"), listing("c", "new", "a", "b")}, "a b c new"},
		{"new after swapped", []Page{listing("a", "b", "c"), listing("b", "a", "new", "c")}, "a new b c"},
		{"pinned on top", []Page{listing("p", "a"), listing("p", "b", "a"), listing("p", "c", "b", "a")}, "p c b a"},
		{"other days between", []Page{onDay(15, listing("a", "x", "b", "y"), "x", "y"), onDay(15, listing("a", "x", "c", "b", "z", "y"), "x", "y", "z")}, "a c b x z y"},
		{"a date corrected later", []Page{listing("a", "b"), onDay(15, listing("a", "b"), "a")}, "a b"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			room := openRoom(t)
			for _, page := range test.pages {
				put(t, room, page)
			}
			if got := strings.Join(keys(t, room, Query{}, 2), " "); got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}

// TestOrderOfManyAtOnePlace stores more releases at one place than there are
// halves of a stride, one by one and all at once.
func TestOrderOfManyAtOnePlace(t *testing.T) {
	const many = 70
	names := numbered("%03d", many)
	tests := map[string]func(t *testing.T, n *Newsroom){
		"below the first": func(t *testing.T, n *Newsroom) {
			for i := range many {
				put(t, n, listing("first", names[many-1-i]))
			}
		},
		"above the last": func(t *testing.T, n *Newsroom) {
			for i := range many {
				put(t, n, listing(names[i], "last"))
			}
		},
		"in one page": func(t *testing.T, n *Newsroom) {
			put(t, n, listing(slices.Concat([]string{"first"}, names, []string{"last"})...))
		},
		"in pages, with changes": func(t *testing.T, n *Newsroom) {
			for i := range many {
				page := listing("first", names[many-1-i], "last")
				page.Releases[2].Title = fmt.Sprintf("Title %d", i)
				page.Releases[0].Offices = tags(fmt.Sprintf("Office %d", i%3))
				put(t, n, page)
			}
		},
	}
	for name, fill := range tests {
		t.Run(name, func(t *testing.T) {
			room := openRoom(t)
			room.db.bolt().NoSync = true
			for _, page := range []Page{listing("last"), listing("first"), listing("~top")} {
				put(t, room, page)
			}
			fill(t, room)
			want := slices.Concat([]string{"~top", "first"}, names, []string{"last"})
			if diff := cmp.Diff(want, keys(t, room, Query{}, 7)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(want, keys(t, room, Query{Type, "news"}, 7)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestCursorSurvivesNewPositions reads on after a day was numbered anew.
func TestCursorSurvivesNewPositions(t *testing.T) {
	room := openRoom(t)
	room.db.bolt().NoSync = true
	put(t, room, listing("a", "b", "c", "d"))
	_, cursor, err := room.Releases(Query{}, "", 2)
	if err != nil {
		t.Fatal(err)
	}
	before, _, _ := room.Release("b")
	version := func() uint64 {
		f, err := room.Filing(Query{Office, "secretariat"})
		if err != nil {
			t.Fatal(err)
		}
		return f.Version
	}
	unmoved := version()
	for i := range 100 {
		page := listing("a", fmt.Sprintf("%03d", i))
		page.Releases[1].Offices, page.Releases[1].Topics = nil, nil
		put(t, room, page)
	}
	if after, _, _ := room.Release("b"); after.Position == before.Position {
		t.Fatal("the day was not numbered anew; the test shows nothing")
	}
	rest, next, err := room.Releases(Query{}, cursor, 10)
	if err != nil || next != "" || len(rest) != 2 || rest[0].Key != "c" || rest[1].Key != "d" {
		t.Errorf("%v, %q, %v", rest, next, err)
	}
	if version() != unmoved {
		t.Error("new positions moved the version of a filing that nothing happened to")
	}
}
