package notify_test

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"

	"communique/collector/journal"
	"communique/server/notify"
	"communique/store"
)

// TestMain has no test leave a goroutine behind.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var today = time.Date(2026, time.March, 20, 9, 30, 0, 0, time.UTC)

// open returns a newsroom in a store of its own.
func open(t *testing.T) *store.Newsroom {
	t.Helper()
	db, err := store.Open(filepath.Join(t.TempDir(), "communique.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	room, err := db.Newsroom("osce")
	if err != nil {
		t.Fatal(err)
	}
	return room
}

// read returns the newsroom's journal as a new process reads it.
func read(room *store.Newsroom) *journal.Journal {
	return journal.New(journal.Options{Source: room.Name(), Title: "OSCE", Memory: room})
}

// happen makes n events, breaks and recoveries in turn.
func happen(j *journal.Journal, n int) {
	for i := range n {
		at := today.Add(time.Duration(i) * time.Second)
		if !j.Well(journal.Listing, at) {
			j.Bad(journal.Listing, journal.Broken, "a reason", at)
		}
	}
}

// ids are those of a journal's events, oldest first.
func ids(t *testing.T, j *journal.Journal) (list []string) {
	t.Helper()
	events, err := j.Events()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		list = append(list, e.ID)
	}
	slices.Reverse(list)
	return list
}

// notifier tells of one journal, with a clock that stands still.
func notifier(j *journal.Journal, ways ...notify.Way) *notify.Notifier {
	return begun(notify.New(notify.Options{
		Journals: []*journal.Journal{j}, Ways: ways, Pause: time.Millisecond, Clock: func() time.Time { return today.Add(time.Minute) },
	}))
}

// begun returns a notifier that began.
func begun(n *notify.Notifier) *notify.Notifier {
	n.Begin()
	return n
}
