package store

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestReleasesOverMonths reads filings that have releases in all months, in some
// and in one, a day in the first and the last year that there is among them.
func TestReleasesOverMonths(t *testing.T) {
	room := openRoom(t)
	room.db.bolt().NoSync = true
	want := map[Query][]string{}
	page := Page{Seen: noon}
	for i := range 120 {
		r := made(fmt.Sprintf("%03d", i))
		r.Day = DayOf(theDay.Noon().AddDate(0, 0, -9*i))
		switch i {
		case 0:
			r.Day = Day{9999, time.December, 31}
		case 119:
			r.Day = Day{1, time.January, 1}
		}
		r.Published = r.Day.Noon()
		r.Offices = tags(fmt.Sprint("Every ", 1<<(i%8)))
		if i == 77 {
			r.Topics = tags("Once")
		}
		for _, name := range append(names(r.Topics), names(r.Offices)...) {
			for _, kind := range []Kind{Office, Topic} {
				if slices.Contains(names(r.Tags(kind)), name) {
					want[Query{kind, Slug(name)}] = append(want[Query{kind, Slug(name)}], r.Key)
				}
			}
		}
		want[Query{}] = append(want[Query{}], r.Key)
		page.Releases = append(page.Releases, r)
	}
	put(t, room, page)
	for _, key := range []string{"003", "050", "119"} {
		withdraw(t, room, key, noon)
		for q, list := range want {
			want[q] = slices.DeleteFunc(list, func(k string) bool { return k == key })
		}
		want[Withdrawn] = append(want[Withdrawn], key)
	}
	for q, list := range want {
		for _, limit := range []int{1, 7, len(list), 200} {
			if diff := cmp.Diff(list, keys(t, room, q, limit)); diff != "" {
				t.Errorf("%+v, %d at a time (-want +got):\n%s", q, limit, diff)
			}
		}
		if r, _, err := room.Release(list[0]); err != nil || !filingAt(t, room, q).Newest.Equal(r.Published) {
			t.Errorf("%+v: newest %s, want %s (%v)", q, filingAt(t, room, q).Newest, r.Published, err)
		}
	}
}

// BenchmarkReadSparse reads a filing with one release in the first and the last
// month of 30 years.
func BenchmarkReadSparse(b *testing.B) {
	db, err := Open(filepath.Join(b.TempDir(), "s.db"), Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	db.bolt().NoSync = true
	room := take(b, db)
	for n := range 30 * 12 {
		page := newest(0)
		page.Releases = page.Releases[:20]
		for i := range page.Releases {
			r := &page.Releases[i]
			r.Key = fmt.Sprintf("%d-%d", n, i)
			r.Day = DayOf(theDay.Noon().AddDate(0, -n, 0))
			r.Published = r.Day.Noon()
			if i == 0 && (n == 0 || n == 359) {
				r.Topics = tags("Sparse")
			}
		}
		put(b, room, page)
	}
	for b.Loop() {
		if list, _, err := room.Releases(Query{Topic, "sparse"}, "", 50); err != nil || len(list) != 2 {
			b.Fatal(len(list), err)
		}
	}
}
