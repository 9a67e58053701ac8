package store

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNotes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	room := openRoomAt(t, path)
	note := func() []byte {
		kept, err := room.Note("validators")
		if err != nil {
			t.Fatal(err)
		}
		return kept
	}
	keep := func(text string) {
		if err := room.PutNote("validators", []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if note() != nil {
		t.Error("a note before any")
	}
	keep("etag\x00\xff")
	if diff := cmp.Diff([]byte("etag\x00\xff"), note()); diff != "" {
		t.Error(diff)
	}
	before := contents(t, path)
	keep("etag\x00\xff")
	if !bytes.Equal(before, contents(t, path)) {
		t.Error("the same note changed the file")
	}
	keep("")
	if note() != nil || room.Version() != 0 {
		t.Errorf("%q is left; version %d", note(), room.Version())
	}
}

// TestPutNotes keeps notes with a page, with and without a release that
// changed, and none with a page that is refused.
func TestPutNotes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	room := openRoomAt(t, path)
	keep := func(page Page, a, b string) {
		page.Notes = map[string][]byte{"a": []byte(a), "b": []byte(b)}
		put(t, room, page)
	}
	want := func(a, b string, version uint64) {
		t.Helper()
		for name, want := range map[string]string{"a": a, "b": b} {
			if note, err := room.Note(name); err != nil || string(note) != want || (note == nil) != (want == "") {
				t.Errorf("note %s is %q, want %q (%v)", name, note, want, err)
			}
		}
		if room.Version() != version {
			t.Errorf("version %d, want %d", room.Version(), version)
		}
	}
	keep(Page{Seen: noon}, "0", "")
	want("0", "", 0)
	keep(listing("1"), "1", "x")
	want("1", "x", 1)
	keep(listing("1"), "2", "x")
	want("2", "x", 1)
	before := contents(t, path)
	keep(listing("1"), "2", "x")
	put(t, room, listing("1"))
	want("2", "x", 1)
	if !bytes.Equal(before, contents(t, path)) {
		t.Error("the same notes changed the file")
	}
	refused := listing("2", "")
	refused.Notes = map[string][]byte{"a": []byte("refused")}
	if _, err := room.Put(refused); err == nil {
		t.Error("stored")
	}
	want("2", "x", 1)
	keep(listing("1"), "", "y")
	want("", "y", 1)
}
