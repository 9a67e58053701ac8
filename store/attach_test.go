package store

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// hidden returns a release whose row shows no tags.
func hidden(key string) Release {
	return with(made(key), func(r *Release) { r.Type, r.Offices, r.Topics = Tag{}, nil, nil })
}

func attach(t testing.TB, room *Newsroom, kind Kind, tag string, want int, keys ...string) {
	t.Helper()
	if got, err := room.Attach(kind, tags(tag)[0], keys, noon.Add(time.Hour)); err != nil || got != want {
		t.Errorf("%s attached to %d of %v, want %d (%v)", tag, got, keys, want, err)
	}
}

// shown returns the names of a release's offices and topics.
func shown(t testing.TB, room *Newsroom, key string) string {
	t.Helper()
	r, found, err := room.Release(key)
	if err != nil || !found {
		t.Fatal(key, found, err)
	}
	return strings.Join(names(r.Offices), ", ") + "; " + strings.Join(names(r.Topics), ", ")
}

func TestAttach(t *testing.T) {
	room := openRoom(t)
	page := listing("1")
	page.Releases = append(page.Releases, hidden("2"), hidden("3"))
	put(t, room, page)
	before, _, _ := room.Release("2")
	attach(t, room, Office, "ODIHR", 1, "1", "2", "2", "unknown", "")
	after, _, _ := room.Release("2")
	if !after.Updated.Equal(before.Updated) || !after.Published.Equal(before.Published) || !cmp.Equal(after.Offices, []Tag{{"ODIHR", "odihr", false}}) {
		t.Errorf("%+v", after)
	}
	if got := shown(t, room, "1"); got != "Secretariat, Mission to Serbia; Policing, Elections, Youth" {
		t.Errorf("what states its offices got others: %s", got)
	}
	if got := keys(t, room, Query{Office, "odihr"}, 1); !slices.Equal(got, []string{"2"}) {
		t.Errorf("filed: %v", got)
	}
	for q, want := range map[Query]uint64{{}: 2, {Office, "odihr"}: 2, {Office, "secretariat"}: 1} {
		if f := filingAt(t, room, q); f.Version != want || room.Version() != 2 {
			t.Errorf("%+v, want version %d of 2", f, want)
		}
	}
	attach(t, room, Office, "secretariat (closed)", 2, "3", "2")
	f := filingAt(t, room, Query{Office, "secretariat"})
	if got := shown(t, room, "2"); got != "ODIHR, Secretariat; " || f.Releases != 3 {
		t.Errorf("%s; %+v", got, f)
	}
}

// TestAttachClosed wants a tag that is attached to be closed if rows said so of
// it, or if it was new and said so itself.
func TestAttachClosed(t *testing.T) {
	room := openRoom(t)
	page := Page{Releases: []Release{made("1"), hidden("2"), hidden("3")}, Seen: noon}
	page.Releases[0].Offices = tags("ODIHR (closed)", "Secretariat")
	put(t, room, page)
	closed := func(want string) {
		t.Helper()
		var got []string
		filings, err := room.Filings(Office)
		for _, f := range filings {
			if f.Tag.Closed {
				got = append(got, f.Tag.Name)
			}
		}
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%v are closed, want %s (%v)", got, want, err)
		}
	}
	attach(t, room, Office, "ODIHR", 1, "2")
	attach(t, room, Office, "Secretariat (closed)", 1, "2")
	closed("ODIHR")
	attach(t, room, Office, "Mission (closed)", 1, "2")
	attach(t, room, Office, "Mission", 1, "3")
	closed("Mission ODIHR")
	before := room.Version()
	attach(t, room, Office, "ODIHR", 0, "1", "2")
	attach(t, room, Office, "Secretariat (closed)", 0, "1", "2")
	closed("Mission ODIHR")
	if room.Version() != before {
		t.Errorf("version %d after %d", room.Version(), before)
	}
}

// TestAttachNothing wants no byte of the file to change.
func TestAttachNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	room := openRoomAt(t, path)
	put(t, room, Page{Releases: []Release{made("1"), hidden("2"), hidden("3")}, Seen: noon})
	attach(t, room, Topic, "Policing", 1, "2")
	withdraw(t, room, "3", noon)
	before := contents(t, path)
	attach(t, room, Topic, "POLICING", 0, "2", "1")
	attach(t, room, Topic, "New", 0, "1", "3", "unknown")
	attach(t, room, Topic, "Policing (closed)", 0, "1")
	attach(t, room, Topic, "New", 0)
	if !bytes.Equal(before, contents(t, path)) {
		t.Error("the file changed")
	}
}

func TestAttachRefuses(t *testing.T) {
	room := openRoom(t)
	put(t, room, listing("1"))
	for _, test := range []struct {
		kind Kind
		name string
	}{{Type, "News"}, {"", "x"}, {"withdrawn", "x"}, {Office, ""}, {Office, " "}, {Office, "a\x00b"}, {Topic, "a\xff"}, {Topic, strings.Repeat("x", longest+1)}} {
		if n, err := room.Attach(test.kind, Tag{Name: test.name}, []string{"1"}, noon); err == nil || n != 0 {
			t.Errorf("%s %.10q attached to %d", test.kind, test.name, n)
		}
	}
	if room.Version() != 1 {
		t.Errorf("version %d", room.Version())
	}
}

// TestAttachInAnyOrder wants the same releases whatever the order in which the
// tags were asked for.
func TestAttachInAnyOrder(t *testing.T) {
	for _, order := range []string{"Youth Arms Media", "Media Arms Youth", "Arms Youth Media"} {
		room := openRoom(t)
		put(t, room, Page{Releases: []Release{hidden("1")}, Seen: noon})
		for _, name := range strings.Fields(order) {
			attach(t, room, Topic, name, 1, "1")
		}
		if got := shown(t, room, "1"); got != "; Arms, Media, Youth" {
			t.Errorf("%s: %s", order, got)
		}
	}
}

// TestRowAfterAttach wants a row that states a kind to replace what was attached
// of it, and to keep it if it states none.
func TestRowAfterAttach(t *testing.T) {
	tests := []struct {
		name   string
		row    func(*Release)
		change Change
		want   string
	}{
		{"no tags", func(*Release) {}, Unchanged, "ODIHR; Arms, Youth"},
		{"only a type", func(r *Release) { r.Type.Name = "News" }, Refiled, "ODIHR; Arms, Youth"},
		{"one of them", func(r *Release) { r.Topics = tags("Youth") }, Refiled, "ODIHR; Youth"},
		{"others", func(r *Release) { r.Topics = tags("Media") }, Refiled, "ODIHR; Media"},
		{"the same", func(r *Release) { r.Topics = tags("Arms", "Youth") }, Refiled, "ODIHR; Arms, Youth"},
		{"another order", func(r *Release) { r.Topics = tags("Youth", "Arms") }, Refiled, "ODIHR; Youth, Arms"},
		{"another kind", func(r *Release) { r.Offices = tags("Secretariat") }, Refiled, "Secretariat; Arms, Youth"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			room := openRoom(t)
			one(t, room, hidden("1"))
			attach(t, room, Topic, "Arms", 1, "1")
			attach(t, room, Topic, "Youth", 1, "1")
			attach(t, room, Office, "ODIHR", 1, "1")
			for _, want := range []Change{test.change, Unchanged} {
				if _, change := one(t, room, with(hidden("1"), test.row)); change != want || shown(t, room, "1") != test.want {
					t.Errorf("%v, want %v; %s", change, want, shown(t, room, "1"))
				}
			}
			if stated := with(hidden("1"), test.row); len(stated.Topics) > 0 {
				attach(t, room, Topic, "Gender", 0, "1")
				attach(t, room, Office, "Gender", 1, "1")
			}
		})
	}
}

func untold(t testing.TB, room *Newsroom) string {
	t.Helper()
	list := keys(t, room, Untold, 2)
	if f := filingAt(t, room, Untold); f.Releases != len(list) || f.Version != 0 || !f.Changed.IsZero() {
		t.Errorf("%+v of %v", f, list)
	}
	return strings.Join(list, " ")
}

// TestUntold wants those without a stated tag, newest first, until one is stated
// or they were sought.
func TestUntold(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	room := openRoomAt(t, path)
	page := Page{Releases: []Release{hidden("1"), made("2"), hidden("3"), hidden("4"), hidden("5")}, Seen: noon}
	page.Releases[4].Offices = tags("ODIHR")
	put(t, room, page)
	want := func(what, list string) {
		t.Helper()
		if got := untold(t, room); got != list {
			t.Errorf("%s: %s, want %s", what, got, list)
		}
	}
	want("stored", "1 3 4")
	attach(t, room, Topic, "Youth", 2, "1", "3")
	want("attached", "1 3 4")
	withdraw(t, room, "4", noon)
	want("withdrawn", "1 3")
	one(t, room, with(hidden("1"), func(r *Release) { r.Type.Name = "News" }))
	want("stated", "3")
	youth := Query{Topic, "youth"}
	version, everything, before := room.Version(), filingAt(t, room, Query{}), filingAt(t, room, youth)
	if err := room.Sought([]string{"3", "4", "2", "unknown", "3"}); err != nil {
		t.Fatal(err)
	}
	want("sought", "")
	if room.Version() != version || filingAt(t, room, Query{}) != everything || filingAt(t, room, youth) != before {
		t.Errorf("version %d after %d, %+v", room.Version(), version, filingAt(t, room, Query{}))
	}
	file := contents(t, path)
	if err := room.Sought([]string{"3", "4", "2", "unknown"}); err != nil || !bytes.Equal(file, contents(t, path)) {
		t.Errorf("seeking again changed the file (%v)", err)
	}
	one(t, room, with(hidden("3"), func(r *Release) { r.Title = "Another" }))
	one(t, room, hidden("4"))
	want("revised and restored", "")
	one(t, room, hidden("6"))
	want("a new one", "6")
}

// TestSoughtMany stores and seeks more than a page.
func TestSoughtMany(t *testing.T) {
	room := openRoom(t)
	room.db.bolt().NoSync = true
	var all []string
	page := Page{Seen: noon}
	for i := range 300 {
		all = append(all, fmt.Sprintf("%03d", i))
		page.Releases = append(page.Releases, hidden(all[i]))
	}
	put(t, room, page)
	if got := untold(t, room); got != strings.Join(all, " ") {
		t.Error(got)
	}
	if err := room.Sought(all[:200]); err != nil {
		t.Fatal(err)
	}
	if got := untold(t, room); got != strings.Join(all[200:], " ") {
		t.Error(got)
	}
}
