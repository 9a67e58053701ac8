package store

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func rename(t testing.TB, room *Newsroom, kind Kind, from, to string, want bool) {
	t.Helper()
	before := room.Version()
	got, err := room.Rename(kind, from, to, noon.Add(time.Hour))
	if err != nil || got != want || got != (room.Version() > before) {
		t.Errorf("%q to %q: %t, want %t; version %d after %d (%v)", from, to, got, want, room.Version(), before, err)
	}
}

// topical returns a release with these topics.
func topical(key string, topics ...string) Release {
	return with(made(key), func(r *Release) { r.Topics = tags(topics...) })
}

// TestRenameToNew wants the filing to stay where it is under its new name, found
// by both, and all that show the name to be touched, nothing else.
func TestRenameToNew(t *testing.T) {
	room := openRoom(t)
	put(t, room, Page{Releases: []Release{topical("1", "Policing", "Youth"), topical("2", "Arms"), topical("3", "Policing", "Media")}, Seen: noon})
	withdraw(t, room, "3", noon)
	before, _, _ := room.Release("1")
	rename(t, room, Topic, "policing ", "Police matters", true)
	after, _, _ := room.Release("1")
	if !after.Updated.Equal(before.Updated) || after.Topics[0] != (Tag{Name: "Police matters", Slug: "policing"}) {
		t.Errorf("%+v", after)
	}
	for q, touched := range map[Query]bool{
		{}: true, {Topic, "policing"}: true, {Topic, "youth"}: true, {Office, "secretariat"}: true, Withdrawn: true,
		{Topic, "arms"}: false, {Topic, "media"}: false,
	} {
		if f := filingAt(t, room, q); (f.Version == room.Version()) != touched || f.Changed.Equal(noon.Add(time.Hour)) != touched {
			t.Errorf("%+v; version %d", f, room.Version())
		}
	}
	for i, name := range []string{"Policing", "POLICE  matters"} {
		one(t, room, topical(fmt.Sprint("later", i), name))
	}
	if f := filingAt(t, room, Query{Topic, "policing"}); f.Releases != 3 || f.Tag.Name != "Police matters" {
		t.Errorf("%+v", f)
	}
	if moves, err := room.Moves(); err != nil || moves != nil {
		t.Errorf("%v, %v", moves, err)
	}
}

// TestRenameToKnown wants the releases of both under the new one, and a pointer.
func TestRenameToKnown(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	room := openRoomAt(t, path)
	put(t, room, Page{Seen: noon, Releases: []Release{
		topical("1", "Old", "Youth"), topical("2", "New"), topical("3", "Youth", "Old", "New"), topical("4", "New", "Old"),
		topical("5", "Old"), hidden("6"), topical("7", "Youth"),
	}})
	attach(t, room, Topic, "NZ", 1, "6")
	attach(t, room, Topic, "Old", 1, "6")
	withdraw(t, room, "5", noon)
	before, _, _ := room.Release("1")
	rename(t, room, Topic, "old", "NEW", true)
	for key, want := range map[string]string{"1": "NEW, Youth", "2": "NEW", "3": "Youth, NEW", "4": "NEW", "5": "NEW", "6": "NEW, NZ", "7": "Youth"} {
		if _, got, _ := strings.Cut(shown(t, room, key), "; "); got != want {
			t.Errorf("%s has %s, want %s", key, got, want)
		}
	}
	if after, _, _ := room.Release("1"); !after.Updated.Equal(before.Updated) {
		t.Errorf("updated at %s", after.Updated)
	}
	old, new := Query{Topic, "old"}, Query{Topic, "new"}
	for _, q := range []Query{old, new} {
		if got := keys(t, room, q, 2); strings.Join(got, " ") != "1 2 3 4 6" {
			t.Errorf("%+v has %v", q, got)
		}
	}
	var moved MovedError
	if _, err := room.Filing(old); !errors.Is(err, ErrNoFiling) || !errors.As(err, &moved) || moved.To != new || !strings.Contains(err.Error(), "topics/new") {
		t.Errorf("%v, %+v", err, moved)
	}
	moves, err := room.Moves()
	if diff := cmp.Diff([]Move{{old, new}}, moves); diff != "" || err != nil {
		t.Errorf("%s (%v)", diff, err)
	}
	if got := slugs(t, room, Topic); got["Old"] != "" || got["NEW"] != "new" || len(got) != 3 {
		t.Errorf("%v", got)
	}
	if untold(t, room) != "6" || filingAt(t, room, Query{Topic, "youth"}).Version != room.Version() {
		t.Errorf("untold: %s; %+v", untold(t, room), filingAt(t, room, Query{Topic, "youth"}))
	}
	if err := room.db.Close(); err != nil {
		t.Fatal(err)
	}
	room = openRoomAt(t, path)
	one(t, room, with(topical("5", "OLD"), func(r *Release) { r.Topics[0].Closed = true }))
	if f := filingAt(t, room, new); f.Releases != 6 || !f.Tag.Closed {
		t.Errorf("%+v", f)
	}
}

// TestRenameAgain follows chains of names to one filing.
func TestRenameAgain(t *testing.T) {
	tests := []struct {
		name, stored string
		renames      string // FROM:TO, with "!" behind what changes nothing
		want         string // the name and slug of what each of A, B, C leads to
	}{
		{"to new names", "A", "A:B B:C", "C/a C/a C/a"},
		{"to known names", "A B C", "A:B B:C", "C/c C/c C/c"},
		{"known, then new", "A B", "A:B B:C", "C/b C/b C/b"},
		{"new, then known", "A C", "A:B B:C", "C/c C/c C/c"},
		{"by the first name", "A", "A:B A:C", "C/a C/a C/a"},
		{"to one of two", "A B C", "A:C B:C", "C/c C/c C/c"},
		{"back to the old name", "A", "A:B B:A", "A/a A/a C/c"},
		{"back after they were joined", "A B", "A:B B:A", "A/b A/b C/c"},
		{"the same twice", "A", "A:B A:B!", "B/a B/a C/c"},
		{"the same twice, joined", "A B", "A:B A:B!", "B/b B/b C/c"},
		{"the same name", "A", "A:A!", "A/a B/b C/c"},
		{"another case", "A", "A:a", "a/a B/b C/c"},
		{"another case twice", "A", "A:a A:a!", "a/a B/b C/c"},
		{"what is not known", "C", "A:B!", "A/a B/b C/c"},
		{"not known, to a known one", "B", "A:B! A:B!", "B/b B/b C/c"},
		{"nothing known", "", "A:B! B:C!", "A/a B/b C/c"},
	}
	for _, test := range tests {
		for _, kind := range Kinds() {
			t.Run(test.name+"/"+string(kind), func(t *testing.T) {
				room := openRoom(t)
				room.db.bolt().NoSync = true
				state := func(key, name string) Tag {
					stored, _ := one(t, room, with(hidden(key), func(r *Release) {
						map[Kind]func(){
							Office: func() { r.Offices = tags(name) }, Topic: func() { r.Topics = tags(name) }, Type: func() { r.Type.Name = name },
						}[kind]()
					}))
					return stored.Tags(kind)[0]
				}
				for i, name := range strings.Fields(test.stored) {
					state(fmt.Sprint("stored", i), name)
				}
				for _, names := range strings.Fields(test.renames) {
					names, nothing := strings.CutSuffix(names, "!")
					from, to, _ := strings.Cut(names, ":")
					rename(t, room, kind, from, to, !nothing)
				}
				var got []string
				for i, name := range []string{"A", "B", "C"} {
					tag := state(fmt.Sprint(i), name)
					got = append(got, tag.Name+"/"+tag.Slug)
				}
				if strings.Join(got, " ") != test.want {
					t.Errorf("%v, want %s", got, test.want)
				}
			})
		}
	}
}

// TestMovesOfAChain wants each former slug to lead to the end.
func TestMovesOfAChain(t *testing.T) {
	room := openRoom(t)
	put(t, room, Page{Releases: []Release{topical("1", "A", "B", "C", "D")}, Seen: noon})
	for _, names := range []string{"A:B", "C:D", "B:C"} {
		from, to, _ := strings.Cut(names, ":")
		rename(t, room, Topic, from, to, true)
	}
	end := Query{Topic, "d"}
	moves, err := room.Moves()
	want := []Move{{Query{Topic, "a"}, end}, {Query{Topic, "b"}, end}, {Query{Topic, "c"}, end}}
	if diff := cmp.Diff(want, moves); diff != "" || err != nil {
		t.Errorf("%s (%v)", diff, err)
	}
	for _, m := range moves {
		if got := keys(t, room, m.From, 1); !slices.Equal(got, []string{"1"}) {
			t.Errorf("%+v has %v", m, got)
		}
	}
}

// TestRenameOfATypeInVersions wants older versions under the type's new name.
func TestRenameOfATypeInVersions(t *testing.T) {
	room := openRoom(t)
	one(t, room, made("1"))
	one(t, room, with(made("1"), func(r *Release) { r.Type.Name = "Report" }))
	rename(t, room, Type, "News", "Report", true)
	if got := versions(t, room, "1")[0].Type; got != (Tag{Name: "Report", Slug: "report"}) {
		t.Errorf("%+v", got)
	}
}

func TestRenameRefuses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	room := openRoomAt(t, path)
	put(t, room, listing("1"))
	before := contents(t, path)
	for _, test := range []struct {
		kind     Kind
		from, to string
	}{
		{"", "Policing", "x"},
		{"withdrawn", "Policing", "x"},
		{Topic, "Policing", " "},
		{Topic, "", "x"},
		{Topic, "Policing", "a\x00"},
		{Topic, "Policing", "a\xff"},
		{Topic, "Policing", strings.Repeat("x", longest+1)},
	} {
		if ok, err := room.Rename(test.kind, test.from, test.to, noon); ok || err == nil {
			t.Errorf("%+v", test)
		}
	}
	if !bytes.Equal(before, contents(t, path)) {
		t.Error("the file changed")
	}
}

// TestClosedTouchesAll wants a mark to be treated as the change of a label.
func TestClosedTouchesAll(t *testing.T) {
	room := openRoom(t)
	page := Page{Releases: []Release{topical("1", "Policing", "Youth"), topical("2", "Arms"), topical("3", "Policing")}, Seen: noon}
	page.Releases[1].Offices = tags("ODIHR")
	put(t, room, page)
	withdraw(t, room, "3", noon)
	one(t, room, topical("4", "Policing (closed)"))
	for q, touched := range map[Query]bool{
		{}: true, {Topic, "policing"}: true, {Topic, "youth"}: true, {Office, "secretariat"}: true, Withdrawn: true,
		{Topic, "arms"}: false, {Office, "odihr"}: false,
	} {
		if f := filingAt(t, room, q); (f.Version == room.Version()) != touched {
			t.Errorf("%+v; version %d", f, room.Version())
		}
	}
}

// TestCircleIsDamage wants pointers that lead around in a circle to be told.
func TestCircleIsDamage(t *testing.T) {
	db, err := Open(filepath.Join(t.TempDir(), "s.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	room := take(t, db)
	put(t, room, Page{Releases: []Release{topical("1", "A", "B")}, Seen: noon})
	err = room.update(func(t *tables) (bool, error) {
		t.known[Query{Topic, "a"}].Moved = "b"
		t.known[Query{Topic, "b"}].Moved = "a"
		for _, f := range t.known {
			f.touched = true
		}
		return t.writeFilings(noon)
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err1 := room.Filing(Query{Topic, "a"})
	_, err2 := room.Moves()
	_, _, err3 := room.Releases(Query{}, "", 1)
	_, err4 := room.Put(Page{Releases: []Release{topical("2", "B")}, Seen: noon})
	for _, err := range []error{err1, err2, err3, err4} {
		if !errors.Is(err, ErrDamaged) {
			t.Errorf("%v, want ErrDamaged", err)
		}
	}
}
