package journal_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"communique/collector/journal"
	"communique/store"
)

var today = time.Date(2026, time.March, 20, 9, 30, 0, 0, time.UTC)

// open returns a newsroom in a store of its own.
func open(t *testing.T) *store.Newsroom {
	t.Helper()
	db, err := store.Open(filepath.Join(t.TempDir(), "communique.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	room, err := db.Newsroom("osce.org")
	if err != nil {
		t.Fatal(err)
	}
	return room
}

// begin returns the journal of a new process.
func begin(memory journal.Memory) *journal.Journal {
	return journal.New(journal.Options{Source: "osce.org", Title: "OSCE", Memory: memory})
}

// kinds are those of a journal's events, oldest first.
func kinds(t *testing.T, j *journal.Journal) string {
	t.Helper()
	events, err := j.Events()
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range events {
		list = append(list, string(e.Kind))
	}
	slices.Reverse(list)
	return strings.Join(list, " ")
}

// TestTransitions says things again and again, by a new process each time, and
// finds each change told once.
func TestTransitions(t *testing.T) {
	type said struct {
		c     journal.Condition
		kind  journal.Kind // "" for well
		level int
	}
	for _, test := range []struct {
		name string
		said []said
		want string
	}{
		{"well all the while", []said{{c: journal.Listing}, {c: journal.Listing}}, ""},
		{"broken and well", []said{{journal.Listing, journal.Broken, 2}, {c: journal.Listing}}, "broken recovered"},
		{"worse", []said{{journal.Listing, journal.Suspect, 1}, {journal.Listing, journal.Broken, 2}, {c: journal.Listing}}, "suspect broken recovered"},
		{"less bad", []said{{journal.Listing, journal.Broken, 2}, {journal.Listing, journal.Suspect, 1}, {journal.Listing, journal.Broken, 2}}, "broken"},
		{"two conditions", []said{{journal.Listing, journal.Broken, 2}, {journal.Site, journal.Blocked, 1}, {c: journal.Listing}, {c: journal.Site}}, "broken blocked recovered unblocked"},
		{"more and more", []said{{journal.Records, journal.Damaged, 1}, {journal.Records, journal.Damaged, 3}, {journal.Records, journal.Damaged, 2}, {c: journal.Records}}, "damaged damaged mended"},
	} {
		t.Run(test.name, func(t *testing.T) {
			room, at := open(t), today
			for _, s := range test.said {
				for range 3 {
					j := begin(room)
					if at = at.Add(time.Minute); s.kind == "" {
						j.Well(s.c, at)
					} else {
						j.Worse(s.c, s.kind, s.level, "a reason", at)
					}
				}
			}
			if got := kinds(t, begin(room)); got != test.want {
				t.Errorf("told %q, want %q", got, test.want)
			}
		})
	}
}

// TestEventsLast are the same after a restart, each with an id of its own, in
// order, even if all happened in one second and the clock was set back.
func TestEventsLast(t *testing.T) {
	room := open(t)
	j := begin(room)
	for range 5 {
		j.Bad(journal.Listing, journal.Broken, "a reason", today)
		j.Well(journal.Listing, today.Add(-time.Hour))
	}
	before, _ := j.Events()
	after, err := begin(room).Events()
	if err != nil || !slices.Equal(before, after) || len(after) != 10 {
		t.Fatalf("%v, %d events, %d before", err, len(after), len(before))
	}
	ids := map[string]bool{}
	for i, e := range after {
		if ids[e.ID] || strings.Contains(e.ID, ".") || i > 0 && e.Seq >= after[i-1].Seq {
			t.Errorf("%+v", e)
		}
		ids[e.ID] = true
	}
	if want := "tag:communique,2026:status/osce%2Eorg/broken/1773999000"; after[9].ID != want {
		t.Errorf("the first is %s, want %s", after[9].ID, want)
	}
}

// TestBounds keeps the newest events, those of releases apart from others.
func TestBounds(t *testing.T) {
	j := begin(open(t))
	j.Bad(journal.Listing, journal.Broken, strings.Repeat("é", 5000), today)
	var turns []journal.Turn
	for i := range 300 {
		r := store.Release{Key: fmt.Sprint(i), Title: strings.Repeat("long ", 1000), URL: "https://example.org/", Withdrawn: today.Add(time.Duration(i) * time.Second)}
		turns = append(turns, journal.Turn{Release: r})
	}
	j.Releases(turns, "", today)
	events, _ := j.Events()
	if len(events) != 201 || events[200].Kind != journal.Broken || events[0].Release != "299" {
		t.Errorf("%d events", len(events))
	}
	for _, e := range events {
		if len(e.Title) > 300 || len(e.Text) > 1000 {
			t.Fatalf("%d bytes of title, %d of text", len(e.Title), len(e.Text))
		}
	}
	for range 100 {
		j.Bad(journal.Site, journal.Blocked, "", today)
		j.Well(journal.Site, today)
	}
	if events, _ := j.Events(); len(events) != 400 || events[0].Kind != journal.Unblocked {
		t.Errorf("%d events", len(events))
	}
}

// TestReleases tells each withdrawal and each return once, however often a part of
// the change log is read.
func TestReleases(t *testing.T) {
	room := open(t)
	gone := store.Release{Key: "1", Title: "One", URL: "https://example.org/1", Withdrawn: today}
	back := store.Release{Key: "1", Title: "One", URL: "https://example.org/1"}
	for _, step := range []struct {
		turn journal.Turn
		at   time.Time
		want string
	}{
		{journal.Turn{Release: back}, today, ""},
		{journal.Turn{Release: gone}, today, "withdrawn"},
		{journal.Turn{Release: gone}, today.Add(time.Hour), "withdrawn"},
		{journal.Turn{Release: back}, today.Add(time.Hour), "withdrawn restored"},
		{journal.Turn{Release: back}, today.Add(2 * time.Hour), "withdrawn restored"},
	} {
		j := begin(room)
		j.Releases([]journal.Turn{step.turn}, "00", step.at)
		if got := kinds(t, j); got != step.want {
			t.Errorf("%+v: told %q, want %q", step.turn, got, step.want)
		}
	}
	if cursor, err := begin(room).Looked(); err != nil || cursor != "00" {
		t.Errorf("the cursor is %q, %v", cursor, err)
	}
}

// TestRendered tells once that documents are kept back, and once that none is.
func TestRendered(t *testing.T) {
	room, bad := open(t), errors.New("it is not valid")
	for i, step := range []struct {
		path string
		err  error
		want string
	}{
		{"a", nil, ""},
		{"a", bad, "kept-back"},
		{"b", bad, "kept-back"},
		{"a", bad, "kept-back"},
		{"c", nil, "kept-back"},
		{"a", nil, "kept-back"},
		{"a", nil, "kept-back"},
		{"b", nil, "kept-back published"},
		{"b", nil, "kept-back published"},
	} {
		begin(room).Rendered(step.path, step.err, today)
		if got := kinds(t, begin(room)); got != step.want {
			t.Errorf("step %d: told %q, want %q", i, got, step.want)
		}
	}
}
