package store

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"
)

// soundAt writes a store with everything in it to a file.
func soundAt(t testing.TB) string {
	t.Helper()
	content, _ := sound(t)
	path := filepath.Join(t.TempDir(), "s.db")
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func reportOn(t testing.TB, path string) Report {
	t.Helper()
	report, err := Check(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func TestCheckSound(t *testing.T) {
	path := soundAt(t)
	before := contents(t, path)
	report := reportOn(t, path)
	if err := report.Err(); err != nil {
		t.Error(err)
	}
	version := report.Newsrooms[0].Version
	want := []Count{{Newsroom: "osce", Version: version, Releases: stored + 1, Withdrawn: 1, Filings: report.Newsrooms[0].Filings, Versions: 1, Changes: stored + 1}}
	if diff := cmp.Diff(want, report.Newsrooms); diff != "" || version == 0 || want[0].Filings < 5 {
		t.Error(diff)
	}
	if report.Bytes != int64(len(before)) || report.Free < 0 || report.Free > report.Bytes {
		t.Errorf("%d bytes, %d free", report.Bytes, report.Free)
	}
	if !bytes.Equal(before, contents(t, path)) {
		t.Error("the file changed")
	}
}

// TestCheckNamesRecords flips a bit of every value and of every key.
func TestCheckNamesRecords(t *testing.T) {
	t.Parallel()
	path := soundAt(t)
	content := contents(t, path)
	random := rand.New(rand.NewPCG(7, 8))
	for _, table := range []string{"releases", "filed", "filings", "slugs", "instants", "notes", "versions", "changes"} {
		for n := range 8 {
			var hit []byte
			bare(t, path, func(tx *bbolt.Tx) error {
				bucket := tx.Bucket([]byte(newsroomsBucket)).Bucket([]byte("osce")).Bucket([]byte(table))
				cursor := bucket.Cursor()
				key, value := cursor.First()
				for range random.IntN(bucket.Stats().KeyN) {
					key, value = cursor.Next()
				}
				hit, value = slices.Clone(key), slices.Clone(value)
				if n%2 == 0 {
					value[random.IntN(len(value))] ^= 1 << random.IntN(8)
					return bucket.Put(hit, value)
				}
				if err := bucket.Delete(hit); err != nil {
					return err
				}
				hit[random.IntN(len(hit))] ^= 1 << random.IntN(8)
				return bucket.Put(hit, value)
			})
			want := Damage{Newsroom: "osce", Table: table, Key: readable(table, hit), Problem: "its checksum is wrong"}
			if report := reportOn(t, path); !slices.Contains(report.Damaged, want) {
				t.Errorf("%s is not in %v", want, report.Damaged)
			}
			if err := os.WriteFile(path, content, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestCheckRelations breaks what records say of each other; every checksum is
// right.
func TestCheckRelations(t *testing.T) {
	t.Parallel()
	content := contents(t, soundAt(t))
	path := filepath.Join(t.TempDir(), "s.db")
	release := func(tb *tables, key string) *record {
		r, err := tb.record(key)
		if err != nil || r == nil {
			t.Fatal(key, err)
		}
		return r
	}
	tests := []struct {
		name string
		harm func(*tables) error
		want []string // each in one line of the damage; there are no others
	}{
		{"a release lost", func(tb *tables) error { return tb.releases.delete([]byte("00003")) }, []string{`osce releases "00003": it is not there`}},
		{"a place lost", func(tb *tables) error {
			return tb.filed.delete(filedKey(Query{Office, "secretariat"}, release(tb, "00003").order()))
		}, []string{`osce filed "offices/secretariat" 2`}},
		{"a place too many", func(tb *tables) error {
			return tb.filed.put(filedKey(Withdrawn, release(tb, "00003").order()), line{1, 1}.bytes())
		}, []string{`"00003": the release is not filed there`}},
		{"another line", func(tb *tables) error {
			return tb.filed.put(filedKey(Query{Office, "secretariat"}, release(tb, "00003").order()), line{1, 1}.bytes())
		}, []string{"elsewhere"}},
		{"a line lost", func(tb *tables) error {
			k, _ := tb.changes.bucket.Cursor().First()
			return tb.changes.delete(slices.Clone(k))
		}, []string{"osce changes 0"}},
		{"a line too many", func(tb *tables) error { return tb.changes.put(line{1, 1}.bytes(), []byte("\x0400003")) }, []string{"has a later one"}},
		{"a wrong count", func(tb *tables) error {
			f, err := tb.filing(Query{})
			f.Releases++
			return errors.Join(err, tb.filings.put(filingKey(Query{}), f.appendJSON(nil)))
		}, []string{"osce filings everything: it counts"}},
		{"a filing lost", func(tb *tables) error { return tb.filings.delete(filingKey(Query{Office, "secretariat"})) }, []string{
			`osce filings "offices/secretariat": it is not there, but`, `osce slugs "offices/secretariat": it leads to`,
		}},
		{"a circle", func(tb *tables) error {
			q := Query{Topic, "topic-1"}
			f, err := tb.filing(q)
			f.Moved = "topic-1"
			return errors.Join(err, tb.filings.put(filingKey(q), f.appendJSON(nil)))
		}, []string{"leads back"}},
		{"a name lost", func(tb *tables) error { return tb.slugs.delete(name{Office, "Secretariat"}.key()) }, []string{`osce slugs "offices/secretariat": it is not there`}},
		{"an instant free", func(tb *tables) error {
			return tb.instants.delete(instantKey(release(tb, "00003").Updated.UnixMilli()))
		}, []string{"osce instants 20"}},
		{"an instant twice", func(tb *tables) error {
			r := *release(tb, "00004")
			r.Updated = release(tb, "00003").Updated
			return tb.putRecord(&r)
		}, []string{`osce releases "00004": it was updated at`}},
		{"a version lost", func(tb *tables) error { return tb.versions.delete(versionKey("00005", 1)) }, []string{`osce versions "00005" revision 1: it is not there`}},
		{"a version too many", func(tb *tables) error { return tb.versions.put(versionKey("00005", 2), []byte("{}")) }, []string{"no such revision"}},
		{"another key", func(tb *tables) error {
			r := *release(tb, "00004")
			r.Key = "00003"
			return tb.releases.seal([]byte("00004"), r.appendJSON(make([]byte, sumSize)))
		}, []string{`it says that its key is "00003"`}},
		{"no JSON", func(tb *tables) error { return tb.releases.put([]byte("00004"), []byte("{")) }, []string{`osce releases "00004": it is no record`}},
		{"another version", func(tb *tables) error { return tb.root.SetSequence(tb.root.Sequence() + 1) }, []string{"osce: its version is"}},
		{"a table lost", func(tb *tables) error { return tb.root.DeleteBucket([]byte("notes")) }, []string{"osce notes: it is not there"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if err := os.WriteFile(path, content, 0o644); err != nil {
				t.Fatal(err)
			}
			bare(t, path, func(tx *bbolt.Tx) error {
				tb, err := (&Newsroom{name: "osce"}).tables(tx)
				return errors.Join(err, test.harm(tb))
			})
			report := reportOn(t, path)
			for _, want := range test.want {
				if !slices.ContainsFunc(report.Damaged, func(d Damage) bool { return strings.Contains(d.String(), want) }) {
					t.Errorf("nothing says %q", want)
				}
			}
			if len(report.Damaged) != len(test.want) || !errors.Is(report.Err(), ErrDamaged) {
				t.Errorf("%v, %v", report.Damaged, report.Err())
			}
		})
	}
}

// TestCheckFlips flips any bit of the file: what is called sound tells what it
// told before.
func TestCheckFlips(t *testing.T) {
	t.Parallel()
	content, whole := sound(t)
	path := filepath.Join(t.TempDir(), "s.db")
	random := rand.New(rand.NewPCG(9, 10))
	damaged := 0
	for range 150 {
		at, bits := random.IntN(len(content)), byte(1<<random.IntN(8))
		flipped := slices.Clone(content)
		flipped[at] ^= bits
		if err := os.WriteFile(path, flipped, 0o644); err != nil {
			t.Fatal(err)
		}
		report, err := Check(path, Options{})
		if err != nil || report.Err() != nil {
			damaged++
			continue
		}
		db, err := Open(path, Options{ReadOnly: true})
		if err != nil {
			t.Fatalf("sound, but: %v", err)
		}
		if len(report.Newsrooms) == 1 && report.Newsrooms[0].Newsroom == "osce" {
			if told := ask(t, take(t, db)); !reflect.DeepEqual(told, whole) {
				t.Errorf("%08b at %d is called sound: %s", bits, at, cmp.Diff(whole, told))
			}
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
	if damaged < 20 {
		t.Errorf("only %d of 150 were seen", damaged)
	}
}

func TestCheckUnreadable(t *testing.T) {
	content := contents(t, soundAt(t))
	for name, rest := range map[string][]byte{
		"zero bytes": nil, "text": bytes.Repeat([]byte("text"), 9000), "cut": content[:len(content)/2/4096*4096], "zeros": make([]byte, 1<<16),
	} {
		path := filepath.Join(t.TempDir(), "s.db")
		if err := os.WriteFile(path, rest, 0o644); err != nil {
			t.Fatal(err)
		}
		if report := reportOn(t, path); len(report.Damaged) != 1 || report.Bytes != int64(len(rest)) {
			t.Errorf("%s: %+v", name, report)
		}
	}
	if _, err := Check(filepath.Join(t.TempDir(), "s.db"), Options{}); !errors.Is(err, ErrNoStore) {
		t.Error(err)
	}
	room := openRoom(t)
	if _, err := Check(room.db.path, Options{Wait: time.Millisecond}); !errors.Is(err, ErrHeld) {
		t.Error(err)
	}
}
