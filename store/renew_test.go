package store

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestRestoreLosesNobody lets readers follow a store that is then set back to an
// older backup, or to that of another store: each has in the end what the store
// has, wherever it had come to.
func TestRestoreLosesNobody(t *testing.T) {
	at := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	tests := []struct {
		name   string
		backup func(t *testing.T, room *Newsroom) string
		lose   func(path string) error
	}{
		{"an older one", backedUp, nil},
		{"an older one of what is gone", backedUp, os.Remove},
		{"an older one of garbage", backedUp, func(path string) error { return os.WriteFile(path, bytes.Repeat([]byte("garbage"), 9999), 0o644) }},
		{"another's", func(t *testing.T, _ *Newsroom) string { return soundAt(t) }, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			room := openRoom(t)
			path := room.db.path
			put(t, room, listing("1", "2", "3"))
			backup := test.backup(t, room)
			copies := []map[string]Release{{}}
			cursors := []ChangeCursor{""}
			follow := func(room *Newsroom) {
				copied := map[string]Release{}
				list, end := changes(t, room, "", 2)
				for _, c := range list {
					copied[c.Release.Key] = c.Release
				}
				copies, cursors = append(copies, copied), append(cursors, end)
			}
			follow(room)
			for _, key := range []string{"1", "4", "00003", "00005", "hidden", "4"} {
				one(t, room, with(made(key), func(r *Release) { r.Title = "Only here " + key + cursorText(cursors) }))
				follow(room)
			}
			version := room.Version()
			if err := room.db.Close(); err != nil {
				t.Fatal(err)
			}
			if test.lose != nil {
				if err := test.lose(path); err != nil {
					t.Fatal(err)
				}
			}
			if _, _, err := Restore(t.Context(), path, backup, at, Options{}); err != nil {
				t.Fatal(err)
			}
			room = openRoomAt(t, path)
			if room.Version() <= version {
				t.Errorf("version %d after %d", room.Version(), version)
			}
			for _, q := range []Query{{}, {Office, "secretariat"}} {
				if f, err := room.Filing(q); err != nil || f.Version != room.Version() || f.Changed.Before(at) {
					t.Errorf("%+v, %v", f, err)
				}
			}
			one(t, room, made("5"))
			wantAll(t, room, cursors, copies)
		})
	}
}

func cursorText(cursors []ChangeCursor) string { return string(cursors[len(cursors)-1]) }

// backedUp returns a backup of a newsroom as it is.
func backedUp(t *testing.T, room *Newsroom) string {
	path := filepath.Join(t.TempDir(), "backup.db")
	if _, err := room.db.Backup(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	return path
}

// wantAll goes on from each cursor, and wants of every release that the store has
// what it has.
func wantAll(t *testing.T, room *Newsroom, cursors []ChangeCursor, copies []map[string]Release) {
	t.Helper()
	var all []Release
	for _, key := range keys(t, room, Query{}, 999) {
		r, _, err := room.Release(key)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	for i, cursor := range cursors {
		list, _ := changes(t, room, cursor, 3)
		for _, c := range list {
			copies[i][c.Release.Key] = c.Release
		}
		var got []Release
		for _, r := range all {
			got = append(got, copies[i][r.Key])
		}
		if diff := cmp.Diff(all, got, cmpopts.IgnoreFields(Release{}, "Position")); diff != "" {
			t.Errorf("from %q: %s", cursor, diff)
		}
	}
}

// TestRestoreAboveAll restores with a clock that was set back: the versions are
// those that were seen, and more. A newsroom that the backup has not goes on too.
func TestRestoreAboveAll(t *testing.T) {
	room := openRoom(t)
	path, backup := room.db.path, soundAt(t)
	other, err := room.db.Newsroom("other")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []*Newsroom{room, other} {
		put(t, n, listing("1"))
	}
	if err := room.db.Close(); err != nil {
		t.Fatal(err)
	}
	seen := max(room.Version(), other.Version())
	for _, second := range []int64{0, 5, 3} {
		if _, _, err := Restore(t.Context(), path, backup, time.Unix(second, 0), Options{}); err != nil {
			t.Fatal(err)
		}
		db, err := Open(path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		other, err := db.Newsroom("other")
		if err != nil || other.Version() <= seen || take(t, db).Version() <= seen {
			t.Errorf("versions %d and %d after %d, %v", other.Version(), take(t, db).Version(), seen, err)
		}
		put(t, other, listing("9"))
		seen = max(other.Version(), take(t, db).Version())
		if err := errors.Join(audit(db), db.Close()); err != nil {
			t.Error(err)
		}
	}
}
