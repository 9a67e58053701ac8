package store

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// filingAt returns a filing that must be there.
func filingAt(t testing.TB, room *Newsroom, q Query) Filing {
	t.Helper()
	f, err := room.Filing(q)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func withdraw(t testing.TB, room *Newsroom, key string, at time.Time) {
	t.Helper()
	if ok, err := room.Withdraw(key, at); err != nil || !ok {
		t.Fatalf("Withdraw(%q): %t, %v", key, ok, err)
	}
}

func TestWithdraw(t *testing.T) {
	room := openRoom(t)
	put(t, room, listing("1", "2", "3"))
	before, _, _ := room.Release("2")
	at := noon.Add(90*time.Minute + time.Millisecond).In(zone(t, "Europe/Vienna"))
	withdraw(t, room, "2", at)
	want := before
	want.Withdrawn = noon.Add(90 * time.Minute)
	got, found, err := room.Release("2")
	if diff := cmp.Diff(want, got); diff != "" || !found || err != nil {
		t.Errorf("found: %t, %v; %s", found, err, diff)
	}
	for q, left := range map[Query]string{{}: "1 3", {Office, "secretariat"}: "1 3", {Topic, "youth"}: "1 3", {Type, "news"}: "1 3", Withdrawn: "2"} {
		f := filingAt(t, room, q)
		if list := keys(t, room, q, 1); strings.Join(list, " ") != left || f.Releases != len(list) {
			t.Errorf("%+v has %v, counted %d; want %s", q, list, f.Releases, left)
		}
		if f.Version != room.Version() || !f.Changed.Equal(want.Withdrawn) {
			t.Errorf("%+v changed at %s, version %d of %d", q, f.Changed, f.Version, room.Version())
		}
	}
}

// TestWithdrawNothing wants no byte of the file to change.
func TestWithdrawNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	room := openRoomAt(t, path)
	put(t, room, listing("1"))
	withdraw(t, room, "1", noon)
	before, version := contents(t, path), room.Version()
	for _, key := range []string{"1", "2", ""} {
		if ok, err := room.Withdraw(key, noon.Add(time.Hour)); ok || err != nil {
			t.Errorf("%q: %t, %v", key, ok, err)
		}
	}
	if ok, err := room.Withdraw("1", time.Time{}); ok || err == nil {
		t.Error("withdrawn at no time")
	}
	if !bytes.Equal(before, contents(t, path)) || room.Version() != version {
		t.Error("the file changed")
	}
}

// TestTaglessFilings wants the filings that no tag names to be there before
// anything is.
func TestTaglessFilings(t *testing.T) {
	room := openRoom(t)
	for range 2 {
		for _, q := range []Query{{}, Withdrawn, Untold} {
			if f := filingAt(t, room, q); f.Releases != 0 || f.Tag != (Tag{}) {
				t.Errorf("%+v", f)
			}
			if list := keys(t, room, q, 1); list != nil {
				t.Errorf("%+v has %v", q, list)
			}
		}
		put(t, room, listing("1"))
		withdraw(t, room, "1", noon)
		put(t, room, listing("1"))
		withdraw(t, room, "1", noon)
		room = openRoom(t)
	}
}

func TestRestore(t *testing.T) {
	tests := []struct {
		name    string
		change  func(*Release)
		revised bool
	}{
		{"as it was", func(*Release) {}, false},
		{"another address", func(r *Release) { r.URL += "?x" }, false},
		{"other tags", func(r *Release) { r.Topics = tags("Gender") }, false},
		{"no tags", func(r *Release) { r.Type, r.Offices, r.Topics = Tag{}, nil, nil }, false},
		{"another title", func(r *Release) { r.Title = "Corrected" }, true},
		{"another type", func(r *Release) { r.Type.Name = "Report" }, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			room := openRoom(t)
			put(t, room, listing("1", "2", "3"))
			before, _, _ := room.Release("2")
			withdraw(t, room, "2", noon.Add(time.Hour))
			after, change := one(t, room, with(made("2"), test.change))
			if change != Restored || !after.Withdrawn.IsZero() || after.Position != before.Position {
				t.Errorf("%v, withdrawn at %s, at %d after %d", change, after.Withdrawn, after.Position, before.Position)
			}
			if after.Updated.After(before.Updated) != test.revised || len(versions(t, room, "2")) > 0 != test.revised {
				t.Errorf("updated from %s to %s, %d versions", before.Updated, after.Updated, len(versions(t, room, "2")))
			}
			if got := strings.Join(keys(t, room, Query{}, 5), " "); got != "1 2 3" || filingAt(t, room, Withdrawn).Releases != 0 {
				t.Errorf("%s, and %d withdrawn", got, filingAt(t, room, Withdrawn).Releases)
			}
			if _, change := one(t, room, with(made("2"), test.change)); change != Unchanged {
				t.Errorf("%v, the second time", change)
			}
		})
	}
}

// TestRestoreWhereItWas numbers a day anew while releases of it are withdrawn.
func TestRestoreWhereItWas(t *testing.T) {
	room := openRoom(t)
	room.db.bolt().NoSync = true
	put(t, room, listing("a", "b", "c", "d"))
	before, _, _ := room.Release("b")
	withdraw(t, room, "b", noon)
	withdraw(t, room, "d", noon)
	many := numbered("%03d", 100)
	for i := range many {
		put(t, room, listing("a", many[len(many)-1-i]))
	}
	if after, _, _ := room.Release("b"); after.Position == before.Position {
		t.Fatal("the day was not numbered anew; the test shows nothing")
	}
	put(t, room, listing("d", "b"))
	want := "a " + strings.Join(many, " ") + " b c d"
	if got := strings.Join(keys(t, room, Query{}, 9), " "); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestReadOnPastWithdrawn goes on reading from a release that was withdrawn
// meanwhile.
func TestReadOnPastWithdrawn(t *testing.T) {
	room := openRoom(t)
	put(t, room, listing("a", "b", "c", "d"))
	_, cursor, err := room.Releases(Query{}, "", 2)
	if err != nil {
		t.Fatal(err)
	}
	withdraw(t, room, "b", noon)
	withdraw(t, room, "c", noon)
	list, next, err := room.Releases(Query{}, cursor, 2)
	if err != nil || next != "" || len(list) != 1 || list[0].Key != "d" {
		t.Errorf("%v, %q (%v)", list, next, err)
	}
	if _, err := room.Filing(Query{Kind: Withdrawn.Kind, Slug: "x"}); !errors.Is(err, ErrNoFiling) {
		t.Error(err)
	}
}
