package store

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

// newest returns the page number n of an archive, of 50 releases in the size of
// the OSCE's.
func newest(n int) Page {
	page := Page{Seen: noon, Run: uint64(n)}
	for i := range 50 {
		r := dated(1_000_000 - 50*n - i)
		r.Day = DayOf(theDay.Noon().AddDate(0, 0, n*7-i/7))
		r.Published = r.Day.Noon()
		r.Summary = strings.Repeat("What a release is about. ", 20)
		r.Topics = tags(fmt.Sprintf("Topic %d", i%20), fmt.Sprintf("Topic %d", (i+7)%20))
		r.Offices = tags(fmt.Sprintf("Office %d", i%30))
		page.Releases = append(page.Releases, r)
	}
	return page
}

// BenchmarkPut stores pages of 50 releases: new ones; the same again; and, for
// comparison, what a new one comes to, by bbolt alone in one transaction.
// Nothing is synced, so that it is the work that is measured, not the disk.
func BenchmarkPut(b *testing.B) {
	b.Run("new", func(b *testing.B) {
		room := benchRoom(b)
		n := 0
		for b.Loop() {
			n++
			put(b, room, newest(n))
		}
	})
	b.Run("unchanged", func(b *testing.B) {
		room, page := benchRoom(b), newest(1)
		put(b, room, page)
		for b.Loop() {
			put(b, room, page)
		}
	})
	b.Run("bare bbolt", func(b *testing.B) {
		room := benchRoom(b)
		n := 0
		for b.Loop() {
			b.StopTimer()
			n++
			values := written(b, newest(n))
			b.StartTimer()
			putBare(b, room.db.bolt(), values)
		}
	})
}

func benchRoom(b *testing.B) *Newsroom {
	room := openRoom(b)
	room.db.bolt().NoSync = true
	return room
}

// written returns the rows that a Put of the page writes, by table.
func written(b *testing.B, page Page) map[string][]pair {
	b.Helper()
	db, err := Open(filepath.Join(b.TempDir(), "s.db"), Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	db.bolt().NoSync = true
	room := take(b, db)
	put(b, room, page)
	rows := map[string][]pair{}
	err = room.view(func(t *tables) error {
		return t.root.ForEachBucket(func(name []byte) error {
			return t.root.Bucket(name).ForEach(func(k, v []byte) error {
				rows[string(name)] = append(rows[string(name)], pair{slices.Clone(k), slices.Clone(v)})
				return nil
			})
		})
	})
	if err != nil {
		b.Fatal(err)
	}
	return rows
}

func putBare(b *testing.B, bolt *bbolt.DB, rows map[string][]pair) {
	b.Helper()
	err := bolt.Update(func(tx *bbolt.Tx) error {
		for name, pairs := range rows {
			bucket, err := tx.CreateBucketIfNotExists([]byte(name))
			if err != nil {
				return err
			}
			for _, p := range pairs {
				if err := bucket.Put(p.key, p.value); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkReleases reads 50 releases from a small archive and from a large one.
func BenchmarkReleases(b *testing.B) {
	for _, pages := range []int{20, 400} {
		room := benchRoom(b)
		for n := range pages {
			put(b, room, newest(n))
		}
		for name, q := range map[string]Query{"everything": {}, "a topic": {Topic, "topic-7"}} {
			b.Run(fmt.Sprintf("%d/%s", 50*pages, name), func(b *testing.B) {
				for b.Loop() {
					if list, _, err := room.Releases(q, "", 50); err != nil || len(list) != 50 {
						b.Fatal(len(list), err)
					}
				}
			})
		}
	}
}

// BenchmarkOpen opens an archive of 34,000 releases.
func BenchmarkOpen(b *testing.B) {
	path := filepath.Join(b.TempDir(), "s.db")
	db, err := Open(path, Options{})
	if err != nil {
		b.Fatal(err)
	}
	db.bolt().NoSync = true
	room := take(b, db)
	for n := range 680 {
		put(b, room, newest(n))
	}
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
	for _, readOnly := range []bool{true, false} {
		b.Run(fmt.Sprintf("readonly=%t", readOnly), func(b *testing.B) {
			for b.Loop() {
				db, err := Open(path, Options{ReadOnly: readOnly, Wait: time.Second})
				if err != nil {
					b.Fatal(err)
				}
				_ = db.Close()
			}
		})
	}
}
