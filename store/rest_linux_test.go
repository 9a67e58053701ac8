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
