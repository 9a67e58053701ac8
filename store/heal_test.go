package store

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"
)

// spoil harms some records of any tables, in any way that a table lets its values
// and keys be harmed.
func spoil(random *rand.Rand, tx *bbolt.Tx, n int) error {
	room := tx.Bucket([]byte(newsroomsBucket)).Bucket([]byte("osce"))
	for range n {
		bucket := room.Bucket([]byte(tableNames()[random.IntN(len(tableNames()))]))
		var all [][]byte
		cursor := bucket.Cursor()
		for k, _ := cursor.First(); k != nil; k, _ = cursor.Next() {
			all = append(all, slices.Clone(k))
		}
		if len(all) == 0 {
			continue
		}
		key := all[random.IntN(len(all))]
		value := append(slices.Clone(bucket.Get(key)), 0) // more than it was is wrong too
		switch random.IntN(4) {
		case 0:
			value[random.IntN(len(value))] ^= 1 << random.IntN(8)
		case 1:
			value = value[:random.IntN(len(value))]
		case 2:
			value = slices.Clone(bucket.Get(all[random.IntN(len(all))]))
		case 3:
			if err := bucket.Delete(key); err != nil {
				return err
			}
			key[random.IntN(len(key))] ^= 1 << random.IntN(8)
		}
		if err := bucket.Put(key, value); err != nil {
			return err
		}
	}
	return nil
}

// TestHeal harms several records at once: what is left is told as it was, what is
// lost is counted and comes back with its name and dates when it is shown again.
func TestHeal(t *testing.T) {
	t.Parallel()
	content, whole := sound(t)
	path := filepath.Join(t.TempDir(), "s.db")
	random := rand.New(rand.NewPCG(11, 12))
	for n := range 60 {
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
		bare(t, path, func(tx *bbolt.Tx) error { return spoil(random, tx, 1+n%7) })
		if !probe(t, path, whole) {
			t.Error("it did not open")
		}
		if t.Failed() {
			t.Fatalf("after %d, %d at once", n, 1+n%7)
		}
	}
}

// TestHealTells wants damage of each kind of record to be named, set aside or made
// anew, in a report that an operator can read.
func TestHealTells(t *testing.T) {
	content := contents(t, soundAt(t))
	tests := []struct {
		table string
		key   []byte
		want  []string
		aside SetAside
	}{
		{"releases", []byte("00003"), []string{`osce releases "00003": its checksum is wrong; it was set aside`}, SetAside{Releases: 1}},
		{"versions", versionKey("00005", 1), []string{`osce versions "00005" revision 1: its checksum is wrong; it was set aside`}, SetAside{Versions: 1}},
		{"notes", []byte("last"), []string{`osce notes "last": its checksum is wrong; it was set aside`}, SetAside{Notes: 1}},
		{"filings", filingKey(Query{Office, "secretariat"}), []string{`osce filings "offices/secretariat": it is not there; it was made anew, with a name that the listing must confirm`}, SetAside{}},
		{"slugs", name{Office, "Secretariat"}.key(), []string{`osce slugs "offices/secretariat": it is not there; it was made anew`}, SetAside{}},
	}
	for _, test := range tests {
		t.Run(test.table, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "s.db")
			if err := os.WriteFile(path, content, 0o644); err != nil {
				t.Fatal(err)
			}
			bare(t, path, func(tx *bbolt.Tx) error {
				return tx.Bucket([]byte(newsroomsBucket)).Bucket([]byte("osce")).Bucket([]byte(test.table)).Put(test.key, []byte("damage"))
			})
			room := openRoomAt(t, path)
			var told []string
			for _, damage := range room.db.Trouble() {
				told = append(told, damage.String())
			}
			for _, want := range test.want {
				if !slices.Contains(told, want) {
					t.Errorf("%q is not in %q", want, told)
				}
			}
			if aside, err := room.SetAside(); err != nil || aside != test.aside {
				t.Errorf("%+v, %v", aside, err)
			}
			report, err := room.db.Check()
			if n := test.aside.Releases + test.aside.Versions + test.aside.Notes; err != nil || report.Err() != nil || len(report.Aside) != n {
				t.Errorf("%+v, %v", report, err)
			}
			if err := room.db.Close(); err != nil {
				t.Fatal(err)
			}
			if again := openRoomAt(t, path); len(again.db.Trouble()) > 0 {
				t.Errorf("healed, and still %v", again.db.Trouble())
			}
		})
	}
}

// TestHealReading wants what only reads to tell the same as what heals, and to
// leave the file and its folder as they are.
func TestHealReading(t *testing.T) {
	path := harmed(t)
	before := contents(t, path)
	db, err := Open(path, Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	read, trouble := ask(t, take(t, db)), db.Trouble()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(before, contents(t, path)) || tree(t, filepath.Dir(path)) != " /s.db" {
		t.Error("reading wrote")
	}
	room := openRoomAt(t, path)
	if healed := ask(t, room); !reflect.DeepEqual(read, healed) || len(trouble) == 0 {
		t.Errorf("%v: %s", trouble, cmp.Diff(read, healed))
	}
	if diff := cmp.Diff(trouble, room.db.Trouble()); diff != "" {
		t.Error(diff)
	}
}

// TestShownAgain follows a release that is set aside and comes back: its name,
// dates and versions are what they were, it is new once, and no other is told.
func TestShownAgain(t *testing.T) {
	path := soundAt(t)
	room := openRoomAt(t, path)
	was, _, err := room.Release("00005")
	if err != nil {
		t.Fatal(err)
	}
	versions, err1 := room.Versions("00005")
	end, err2 := room.Latest()
	if err := errors.Join(err1, err2, room.db.Close()); err != nil {
		t.Fatal(err)
	}
	bare(t, path, func(tx *bbolt.Tx) error {
		releases := tx.Bucket([]byte(newsroomsBucket)).Bucket([]byte("osce")).Bucket([]byte("releases"))
		value := bytes.Replace(releases.Get([]byte("00005")), []byte("Revised"), []byte("Revisee"), 1)
		return releases.Put([]byte("00005"), value)
	})
	room = openRoomAt(t, path)
	if _, found, err := room.Release("00005"); found || err != nil {
		t.Errorf("served: %t, %v", found, err)
	}
	if list, _, err := room.Changes(end, 100); err != nil || len(list) > 0 {
		t.Errorf("%v is told for it (%v)", list, err)
	}
	read := was
	read.Published = was.Day.Noon().Add(time.Hour)
	page := Page{Releases: []Release{read}, Seen: noon.AddDate(0, 0, 9)}
	if outcomes := put(t, room, page); outcomes[0].Change != Added {
		t.Error(outcomes)
	}
	is, _, err := room.Release("00005")
	again, err1 := room.Versions("00005")
	aside, err2 := room.SetAside()
	if err := errors.Join(err, err1, err2); err != nil {
		t.Fatal(err)
	}
	was.Position, is.Position = 0, 0
	if diff := cmp.Diff(was, is) + cmp.Diff(versions, again); diff != "" || aside != (SetAside{}) {
		t.Error(diff, aside)
	}
	if list, _, err := room.Changes(end, 100); err != nil || len(list) != 1 || list[0].Release.Key != "00005" {
		t.Errorf("%v, %v", list, err)
	}
	if outcomes := put(t, room, page); outcomes[0].Change != Unchanged {
		t.Error(outcomes)
	}
}

// TestNameConfirmed wants a tag whose name was damaged to be called rightly as soon
// as a row shows it, and those who read to hear of it.
func TestNameConfirmed(t *testing.T) {
	path := soundAt(t)
	bare(t, path, func(tx *bbolt.Tx) error {
		filings := tx.Bucket([]byte(newsroomsBucket)).Bucket([]byte("osce")).Bucket([]byte("filings"))
		return filings.Put(filingKey(Query{Office, "mission-to-serbia"}), []byte("damage"))
	})
	room := openRoomAt(t, path)
	called := func() string {
		f, err := room.Filing(Query{Office, "mission-to-serbia"})
		if err != nil || f.Releases == 0 {
			t.Fatal(f, err)
		}
		return f.Tag.Name
	}
	if got := called(); got != "mission to serbia" {
		t.Errorf("%q", got)
	}
	version := room.Version()
	put(t, room, Page{Releases: []Release{dated(3)}, Seen: noon.Add(time.Hour)})
	if got := called(); got != "Mission to Serbia" || room.Version() != version+1 {
		t.Errorf("%q at version %d after %d", got, room.Version(), version)
	}
}
