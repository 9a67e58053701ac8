package feed

import (
	"errors"
	"fmt"
	"runtime"
	"testing"

	"communique/store"
)

// TestCostsDoNotGrow answers what readers ask for from a small store and from
// one that is sixteen times as large, with as many releases in the last days.
// What an answer takes of memory, which is what it reads of the store, stays
// about the same: nothing reads all there is.
func TestCostsDoNotGrow(t *testing.T) {
	asks := map[string]func(*testing.T, *Press, *store.Newsroom){
		"the newest":  renders("/osce/all.atom"),
		"of a topic":  renders("/osce/topics/policing.rss"),
		"an archive":  renders("/osce/all/2024-11.atom"),
		"a release":   renders("/osce/releases/1"),
		"a version":   func(t *testing.T, p *Press, _ *store.Newsroom) { mustVersion(t, p, "/osce/all.json") },
		"the changes": func(t *testing.T, _ *Press, room *store.Newsroom) { mustChanges(t, room) },
	}
	small, large := storeOf(t, 1_000), storeOf(t, 16_000)
	for name, ask := range asks {
		t.Run(name, func(t *testing.T) {
			before, after := taken(t, small, ask), taken(t, large, ask)
			t.Logf("%d KiB, then %d KiB", before>>10, after>>10)
			if after > 2*before+64<<10 {
				t.Errorf("takes %d bytes with 1,000 releases, %d with 16,000", before, after)
			}
		})
	}
}

// storeOf keeps so many releases: 200 of December 2024, the others a day each
// before.
func storeOf(t *testing.T, n int) *store.Newsroom {
	in := newStore(t)
	var page []store.Release
	for i := range n {
		day := newestDay.Noon().AddDate(0, 0, -max(0, i-200)/4)
		r := newRelease(fmt.Sprint(n-i), "Mission reports on the crossing points", "What it saw there.", store.DayOf(day))
		r.Type = store.Tag{Name: "News"}
		if i%10 == 0 {
			r.Topics = tags("Policing")
		}
		if page = append(page, r); len(page) == 1000 || i == n-1 {
			put(t, in, page...)
			page = nil
		}
	}
	return in
}

// taken is how much memory an answer takes in all, by a press that has answered
// it before and has forgotten nothing.
func taken(t *testing.T, room *store.Newsroom, ask func(*testing.T, *Press, *store.Newsroom)) uint64 {
	press := newPress(t, room)
	ask(t, press, room)
	least := ^uint64(0)
	for range 5 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		ask(t, press, room)
		runtime.ReadMemStats(&after)
		least = min(least, after.TotalAlloc-before.TotalAlloc)
	}
	return least
}

func renders(path string) func(*testing.T, *Press, *store.Newsroom) {
	return func(t *testing.T, p *Press, _ *store.Newsroom) {
		_, err := p.Render(path)
		if moved := new(MovedError); errors.As(err, &moved) { // months are parted by how many releases they usually have
			_, err = p.Render(moved.To)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func mustVersion(t *testing.T, p *Press, path string) {
	if _, err := p.VersionOf(path); err != nil {
		t.Fatal(err)
	}
}

func mustChanges(t *testing.T, room *store.Newsroom) {
	list, _, err := room.Changes("", 100)
	if err != nil || len(list) != 100 {
		t.Fatal(len(list), err)
	}
}
