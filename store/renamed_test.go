package store

import (
	"fmt"
	"strings"
	"testing"
)

// TestPutSeesRenames shows pages with other names for tags and wants the store
// to tell a tag that was renamed from releases that were filed elsewhere.
func TestPutSeesRenames(t *testing.T) {
	tests := []struct {
		name          string
		stored, shown string // the topics of releases 1, 2, …
		want          string // slug and name of each topic in use
	}{
		{"three of three", "A A A", "B B B", "a:B"},
		{"spelled in two ways", "A A A", "New-name NEW-NAME new-name", "a:New-name"},
		{"with others beside it", "A,X Y,A A", "X,B B,Y B", "a:B x:X y:Y"},
		{"two of two", "A A", "B B", "b:B"},
		{"two of three", "A A A", "B B A", "a:A b:B"},
		{"two, and one that shows none", "A A A", "B B -", "a:A b:B"},
		{"three, and one that shows none", "A A A A", "B B B -", "a:B"},
		{"three of four, others are elsewhere", "A A A A", "B B B", "a:B"},
		{"to a known one", "A A A X", "X X X X", "x:X"},
		{"a new one beside the old", "A A A", "A,B A,B A,B", "a:A b:B"},
		{"two new ones", "A A A", "B,C B,C B,C", "b:B c:C"},
		{"two in one's place", "A,X A,X A,X", "B B B", "b:B"},
		{"another tag lost", "A,X A,X A,X", "B,X B,X B", "b:B x:X"},
		{"another tag won", "A A A", "B B B,X", "b:B x:X"},
		{"another known tag won", "A A A X", "B B B,X X", "b:B x:X"},
		{"names that differ", "A A A", "B B C", "b:B c:C"},
		{"two renamed at once, apart", "A A A X X X", "B B B Y Y Y", "a:B x:Y"},
		{"two renamed at once, together", "A,X A,X A,X", "B,Y B,Y B,Y", "b:B y:Y"},
		{"two to one name", "A A A X X X", "B B B B B B", "b:B"},
		{"another, now and then, to that name", "A A A X X", "B B B B X", "a:B x:X"},
		{"two to one name, one of them twice", "A A A X X", "B B B B B", "b:B"},
		{"new ones show the old name", "A A A", "B B B A", "a:A b:B"},
		{"of others, one comes to show the old name", "A A A X X", "B B B X A", "a:A b:B x:X"},
		{"attached, not stated", "+A +A +A", "B B B", "b:B"},
		{"attached among stated", "A A A +A", "B B B C", "a:B c:C"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			room := openRoom(t)
			put(t, room, showing(t, room, test.stored, true))
			version := room.Version()
			put(t, room, showing(t, room, test.shown, false))
			var got []string
			filings, err := room.Filings(Topic)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range filings {
				if f.Releases > 0 {
					got = append(got, f.Query.Slug+":"+f.Tag.Name)
				}
			}
			if strings.Join(got, " ") != test.want {
				t.Errorf("%v, want %s", got, test.want)
			}
			if now := filingAt(t, room, Query{}); room.Version() != version+1 || now.Version != version+1 || now.Releases != max(len(strings.Fields(test.stored)), len(strings.Fields(test.shown))) {
				t.Errorf("%+v after version %d", now, version)
			}
		})
	}
}

// showing returns a page of releases 1, 2, … with these topics: "-" for none. A
// topic behind "+" is attached if stored.
func showing(t *testing.T, room *Newsroom, topics string, stored bool) Page {
	page := Page{Seen: noon}
	for i, list := range strings.Fields(topics) {
		r := topical(fmt.Sprint(i+1), strings.Split(list, ",")...)
		attached := list[0] == '+'
		if list == "-" || attached {
			r.Topics = nil
		}
		if attached && stored {
			put(t, room, Page{Releases: []Release{r}, Seen: noon})
			attach(t, room, Topic, list[1:], 1, r.Key)
		}
		page.Releases = append(page.Releases, r)
	}
	return page
}

// TestPutSeesATypeRenamed wants no release to be revised by it, among them one
// that was withdrawn.
func TestPutSeesATypeRenamed(t *testing.T) {
	room := openRoom(t)
	put(t, room, listing("1", "2", "3", "4"))
	withdraw(t, room, "3", noon)
	page := listing("1", "2", "3")
	for i := range page.Releases {
		page.Releases[i].Type.Name = "News item"
	}
	for i, o := range put(t, room, page) {
		if want := []Change{Unchanged, Unchanged, Restored}[i]; o.Change != want {
			t.Errorf("%s is %v, want %v", o.Key, o.Change, want)
		}
	}
	for _, key := range []string{"1", "3", "4"} {
		if r, _, err := room.Release(key); err != nil || r.Type != (Tag{Name: "News item", Slug: "news"}) || len(versions(t, room, key)) > 0 {
			t.Errorf("%+v (%v)", r, err)
		}
	}
	page = listing("1", "2", "3")
	for i := range page.Releases {
		page.Releases[i].Type.Name, page.Releases[i].Offices = "Report", tags("Secretariat", "Mission to Kosovo")
	}
	page.Releases[0].Type.Name = "Notice"
	for _, o := range put(t, room, page) {
		if o.Change != Revised {
			t.Errorf("%s is %v, want revised", o.Key, o.Change)
		}
	}
	if got := slugs(t, room, Office); len(got) != 2 || got["Mission to Kosovo"] != "mission-to-serbia" {
		t.Errorf("%v", got)
	}
}
