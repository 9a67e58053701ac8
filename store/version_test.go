package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"
)

func versions(t testing.TB, room *Newsroom, key string) []Version {
	t.Helper()
	list, err := room.Versions(key)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// revise puts release 1 with a title, some hours after noon, and returns what
// the store then has.
func revise(t testing.TB, room *Newsroom, title string, hour int) Release {
	t.Helper()
	page := Page{Releases: []Release{with(made("1"), func(r *Release) { r.Title = title })}, Seen: noon.Add(time.Duration(hour) * time.Hour)}
	put(t, room, page)
	stored, _, err := room.Release("1")
	if err != nil {
		t.Fatal(err)
	}
	return stored
}

// TestVersionsKeepAll wants each field of what a revision replaced.
func TestVersionsKeepAll(t *testing.T) {
	tests := map[string]func(*Release){
		"title":   func(r *Release) { r.Title = "CORRECTION: " + r.Title },
		"summary": func(r *Release) { r.Summary = "Another." },
		"type":    func(r *Release) { r.Type.Name = "Report" },
		"day":     func(r *Release) { r.Day.Day-- },
		"all":     func(r *Release) { r.Title, r.Summary, r.Type.Name, r.Day = "T", "S", "Report", Day{2024, 1, 1} },
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			room := openRoom(t)
			old, _ := one(t, room, made("1"))
			revised, _ := one(t, room, with(made("1"), change))
			want := []Version{{revised.Updated, old.Title, old.Summary, old.Type, old.Day}}
			if diff := cmp.Diff(want, versions(t, room, "1")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestVersionsAreBounded revises a release more often than versions are kept,
// with others around whose keys begin alike, and reads it anew each time.
func TestVersionsAreBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	room := openRoomAt(t, path)
	put(t, room, listing("10", "1", "1\x01", "0"))
	want := []Version{}
	for i := range 2*maxVersions + 3 {
		old, _, err := room.Release("1")
		if err != nil {
			t.Fatal(err)
		}
		revised := revise(t, room, fmt.Sprint("Title ", i), i)
		want = slices.Insert(want, 0, Version{revised.Updated, old.Title, old.Summary, old.Type, old.Day})
		want = want[:min(len(want), maxVersions)]
		if diff := cmp.Diff(want, versions(t, room, "1")); diff != "" {
			t.Fatalf("after %d revisions (-want +got):\n%s", i+1, diff)
		}
	}
	for _, key := range []string{"10", "1\x01", "0", "never seen", ""} {
		if list := versions(t, room, key); list != nil {
			t.Errorf("%q has %+v", key, list)
		}
	}
	if err := errors.Join(audit(room.db), room.db.Close()); err != nil {
		t.Fatal(err)
	}
	db, err := Open(path, Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if diff := cmp.Diff(want, versions(t, take(t, db), "1")); diff != "" {
		t.Errorf("opened again (-want +got):\n%s", diff)
	}
}

// TestVersionsOfNoRevision wants none of what was added, filed elsewhere,
// learned or shown again, and no byte of the last to be written.
func TestVersionsOfNoRevision(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	room := openRoomAt(t, path)
	one(t, room, with(made("1"), func(r *Release) { r.Type = Tag{} }))
	one(t, room, with(made("1"), func(r *Release) { r.URL += "?x"; r.Topics = nil }))
	last := with(made("1"), func(r *Release) { r.Offices = tags("ODIHR") })
	one(t, room, last)
	if list := versions(t, room, "1"); list != nil {
		t.Errorf("%+v", list)
	}
	revise(t, room, "Another", 1)
	last.Title = "Another"
	kept := versions(t, room, "1")
	one(t, room, last)
	before := contents(t, path)
	one(t, room, last)
	if diff := cmp.Diff(kept, versions(t, room, "1")); diff != "" || !bytes.Equal(before, contents(t, path)) {
		t.Errorf("the file changed, or the versions did: %s", diff)
	}
}

// TestVersionsOfATypeThatChanges wants a version's type under its name of
// today's filing, and a type that was not told to stay so.
func TestVersionsOfATypeThatChanges(t *testing.T) {
	room := openRoom(t)
	one(t, room, with(made("1"), func(r *Release) { r.Type = Tag{} }))
	one(t, room, with(made("1"), func(r *Release) { r.Title = "Second" }))
	one(t, room, with(made("1"), func(r *Release) { r.Title, r.Type.Name = "Second", "Report" }))
	var got []Tag
	for _, v := range versions(t, room, "1") {
		got = append(got, v.Type)
	}
	if diff := cmp.Diff([]Tag{{Name: "News", Slug: "news"}, {}}, got); diff != "" {
		t.Error(diff)
	}
}

func TestVersionJSON(t *testing.T) {
	v := Version{noon, "A <b> & c", "S", Tag{Name: "News", Slug: "news"}, theDay}
	var told bytes.Buffer
	enc := json.NewEncoder(&told)
	enc.SetEscapeHTML(false)
	if err := enc.Encode([]Version{v, {}}); err != nil {
		t.Fatal(err)
	}
	want := `[{"until":"2024-12-17T12:00:00Z","title":"A <b> & c","day":"2024-12-16","type":"News","summary":"S"},` +
		`{"until":"","title":"","day":"","type":"","summary":""}]` + "\n"
	if diff := cmp.Diff(want, told.String()); diff != "" {
		t.Error(diff)
	}
}

// inVersions runs change on the bucket of versions.
func inVersions(t testing.TB, path string, change func(versions *bbolt.Bucket) error) {
	t.Helper()
	bare(t, path, func(tx *bbolt.Tx) error {
		return change(tx.Bucket([]byte(newsroomsBucket)).Bucket([]byte("osce")).Bucket([]byte("versions")))
	})
}

// TestLostVersion takes versions away from under a release or spoils one: the
// history is no shorter without a word, and the rest of the store is whole.
func TestLostVersion(t *testing.T) {
	tests := map[string]struct {
		damage func(versions *bbolt.Bucket) error
		left   int // -1 says that there must be an error
	}{
		"newest":  {func(versions *bbolt.Bucket) error { return versions.Delete(versionKey("1", 3)) }, -1},
		"oldest":  {func(versions *bbolt.Bucket) error { return versions.Delete(versionKey("1", 1)) }, -1},
		"spoiled": {func(versions *bbolt.Bucket) error { return versions.Put(versionKey("1", 2), []byte("12345678")) }, 2},
		"a neighbour's": {func(versions *bbolt.Bucket) error {
			return versions.Put(versionKey("1", 2), bytes.Clone(versions.Get(versionKey("1", 1))))
		}, 2},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "s.db")
			db, err := Open(path, Options{})
			if err != nil {
				t.Fatal(err)
			}
			for i := range 4 {
				revise(t, take(t, db), fmt.Sprint("Title ", i), i)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			inVersions(t, path, test.damage)
			if db, err = Open(path, Options{}); err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			room := take(t, db)
			list, err := room.Versions("1")
			if test.left < 0 && (!errors.Is(err, ErrDamaged) || list != nil || !strings.Contains(err.Error(), `of release "1"`)) {
				t.Errorf("%+v, %v", list, err)
			}
			if test.left >= 0 {
				aside, err1 := room.SetAside()
				if err != nil || err1 != nil || len(list) != test.left || aside != (SetAside{Versions: 1}) || len(db.Trouble()) == 0 {
					t.Errorf("%+v, %v, %+v, %v", list, err, aside, err1)
				}
			}
			if r := revise(t, room, "Title 5", 5); r.Title != "Title 5" {
				t.Errorf("%+v", r)
			}
		})
	}
}
