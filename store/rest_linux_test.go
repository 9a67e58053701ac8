package store

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
)

// TestRest reads all of a store and wants the process to give back what it has of
// the file in its memory, within as many readings as it promises.
func TestRest(t *testing.T) {
	room := openRoom(t)
	for n := range 4 {
		if err := room.PutNote(fmt.Sprint(n), bytes.Repeat([]byte("much"), 1<<20)); err != nil {
			t.Fatal(err)
		}
	}
	read := func() {
		for n := range 4 {
			if note, err := room.Note(fmt.Sprint(n)); err != nil || len(note) != 4<<20 {
				t.Fatal(len(note), err)
			}
		}
	}
	most := 0
	for range restAfter {
		read()
		resident := residentOf(t, room.db.path)
		most = max(most, resident)
		if most > 8<<20 && resident < 8<<20 { // what was read since may be there
			return
		}
	}
	t.Errorf("%d bytes of the file are still in memory, at most there were %d", residentOf(t, room.db.path), most)
}

// TestReadsDoNotGrow wants what is asked of a store to read no more of the file when
// it has thirty times as many releases.
func TestReadsDoNotGrow(t *testing.T) {
	asks := map[string]func(room *Newsroom) error{
		"the newest": func(room *Newsroom) error { _, _, err := room.Releases(Query{}, "", 50); return err },
		"of a topic": func(room *Newsroom) error { _, _, err := room.Releases(Query{Topic, "topic-1"}, "", 50); return err },
		"a release":  func(room *Newsroom) error { _, _, err := room.Release("00077"); return err },
		"a filing":   func(room *Newsroom) error { _, err := room.Filing(Query{}); return err },
		"a change":   func(room *Newsroom) error { _, _, err := room.Changes("", 50); return err },
	}
	small, large := openRoom(t), openRoom(t)
	archive(t, small, 500)
	archive(t, large, 15_000)
	for name, ask := range asks {
		t.Run(name, func(t *testing.T) {
			before, after := touched(t, small, ask), touched(t, large, ask)
			t.Logf("%d KiB, then %d KiB", before>>10, after>>10)
			if after > 2*before+1<<20 {
				t.Errorf("touches %d bytes of the file with 500 releases, %d with 15,000", before, after)
			}
		})
	}
}

// touched is how much of a store's file an answer brings into memory.
func touched(t *testing.T, room *Newsroom, ask func(*Newsroom) error) int {
	t.Helper()
	room.db.views.Store(0)
	if err := ask(room); err != nil { // and all of the file is given back
		t.Fatal(err)
	}
	if err := ask(room); err != nil {
		t.Fatal(err)
	}
	return residentOf(t, room.db.path)
}

// residentOf returns how many bytes of a file that it mapped the process has in
// its memory.
func residentOf(t testing.TB, path string) (bytes int) {
	t.Helper()
	maps, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	ours := false
	for line := range strings.Lines(string(maps)) {
		words := strings.Fields(line)
		switch {
		case len(words) > 4 && strings.Contains(words[0], "-"):
			ours = strings.HasSuffix(words[len(words)-1], path)
		case ours && words[0] == "Rss:":
			kilobytes, err := strconv.Atoi(words[1])
			if err != nil {
				t.Fatal(err)
			}
			bytes += kilobytes << 10
		}
	}
	return bytes
}
