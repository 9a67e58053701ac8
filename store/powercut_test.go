package store

import (
	"bytes"
	"context"
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

// TestPowerCut cuts the power during commits of many kinds. bbolt syncs the pages
// of a commit before it writes the meta page, so the disk has any of the pages
// that changed and the old meta page, or all of them and any part of the new one.
// Each such file opens to the commit before, or to the one after.
func TestPowerCut(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(13, 14))
	images := 0
	for _, commit := range []struct {
		name string
		do   func(room *Newsroom)
	}{
		{"a page", func(room *Newsroom) {
			put(t, room, Page{Releases: []Release{made("new"), dated(2)}, Seen: noon.Add(time.Hour)})
		}},
		{"a revision", func(room *Newsroom) { one(t, room, with(dated(5), func(r *Release) { r.Title = "Again" })) }},
		{"one withdrawn", func(room *Newsroom) { withdraw(t, room, "00009", noon) }},
		{"a tag renamed", func(room *Newsroom) { rename(t, room, Office, "Secretariat", "Head office", true) }},
		{"much", func(room *Newsroom) {
			if err := room.PutNote("much", bytes.Repeat([]byte("n"), 1<<20)); err != nil { // the file grows
				t.Fatal(err)
			}
		}},
	} {
		path := soundAt(t)
		room := openRoomAt(t, path)
		if err := room.PutNote("before", []byte(commit.name)); err != nil { // the file has its size
			t.Fatal(err)
		}
		before, told := contents(t, path), ask(t, room)
		commit.do(room)
		after, tells := contents(t, path), ask(t, room)
		cut := powerCut{before, after, os.Getpagesize()}
		for range 20 {
			wantTold(t, cut.during(random), told)
			images++
		}
		for _, image := range cut.torn() {
			wantTold(t, image, told, tells)
			images++
		}
		if t.Failed() {
			t.Fatal(commit.name)
		}
	}
	t.Logf("%d images", images)
}

// powerCut is a file before and after a commit.
type powerCut struct {
	before, after []byte
	size          int // of a page
}

// changed returns the numbers of the data pages that the commit wrote.
func (c powerCut) changed() (pages []int) {
	for page := 2; page < len(c.after)/c.size; page++ {
		if from, to := page*c.size, (page+1)*c.size; to > len(c.before) || !bytes.Equal(c.before[from:to], c.after[from:to]) {
			pages = append(pages, page)
		}
	}
	return pages
}

// during returns the file with some of the changed pages and the old meta pages.
func (c powerCut) during(random *rand.Rand) []byte {
	image := slices.Clone(c.before)
	pages := c.changed()
	share := random.IntN(len(pages) + 1)
	for _, i := range random.Perm(len(pages))[:share] {
		from, to := pages[i]*c.size, (pages[i]+1)*c.size
		if grown := to - len(image); grown > 0 {
			image = append(image, make([]byte, grown)...)
		}
		copy(image[from:to], c.after[from:])
	}
	return image
}

// torn returns the file with all changed pages and the first bytes of the new meta
// page, or all of it, or all but the first.
func (c powerCut) torn() (images [][]byte) {
	for _, cut := range []int{0, 16, 24, 40, 60, 72, 79, c.size} {
		first, last := slices.Clone(c.after), slices.Clone(c.after)
		copy(first[:2*c.size], c.before)
		for page := range 2 {
			from := page * c.size
			copy(first[from:from+cut], c.after[from:])
			copy(last[from:from+cut], c.before[from:])
		}
		images = append(images, first, last)
	}
	return images
}

// wantTold opens the bytes of a store, wants it to tell one of these things, and to
// go on.
func wantTold(t *testing.T, image []byte, any ...survey) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "s.db")
	if err := os.WriteFile(path, image, 0o644); err != nil {
		t.Fatal(err)
	}
	db, err := Open(path, Options{})
	if err != nil {
		t.Error(err)
		return
	}
	defer db.Close()
	db.bolt().NoSync = true
	room := take(t, db)
	told := ask(t, room)
	if !slices.ContainsFunc(any, func(want survey) bool { return reflect.DeepEqual(want, told) }) || len(db.Trouble()) > 0 {
		t.Errorf("%v: %s", db.Trouble(), cmp.Diff(any[0], told))
	}
	put(t, room, listing("later"))
	wantSound(t, db)
	if err := db.bolt().View(func(tx *bbolt.Tx) error {
		for err := range tx.Check() {
			return err
		}
		return context.Cause(t.Context())
	}); err != nil {
		t.Error(err)
	}
}
