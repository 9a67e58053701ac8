package journal

import (
	"fmt"
	"time"

	"communique/store"
)

// Turn is what became of a release: it was withdrawn, or changed and is there.
type Turn struct {
	Release store.Release
	// Restored says that it is known to have been withdrawn before.
	Restored bool
}

// Releases tells of releases that were withdrawn, each at its time, and of those
// that were withdrawn and are there again, as of an instant. It keeps the cursor
// up to which they were looked at, for Looked to return.
func (j *Journal) Releases(turns []Turn, cursor store.ChangeCursor, at time.Time) (told int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.load() != nil {
		return 0 // it is not known what was told; the cursor stays
	}
	for _, turn := range turns {
		if j.turn(turn, at) {
			told++
		}
	}
	if told > 0 || j.unsaved || j.book.Changes != string(cursor) {
		j.book.Changes = string(cursor)
		j.save(at)
	}
	return told
}

// Looked returns the cursor that Releases came to, "" at first.
func (j *Journal) Looked() (store.ChangeCursor, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	err := j.load()
	return store.ChangeCursor(j.book.Changes), err
}

func (j *Journal) turn(t Turn, at time.Time) (told bool) {
	r := t.Release
	e := Event{Kind: Withdrawn, At: r.Withdrawn, Release: r.Key, Link: r.URL}
	e.Text = fmt.Sprintf("The newsroom took back what it published on %s at %s. It is no longer in the feeds; the store keeps it.", r.Day, r.URL)
	switch {
	case r.Withdrawn.IsZero() && (t.Restored || j.lastOf(r.Key) == Withdrawn):
		e.Kind, e.At = Restored, at
		e.Text = fmt.Sprintf("What was published on %s at %s is there again, and in the feeds as before.", r.Day, r.URL)
	case r.Withdrawn.IsZero(), j.knows(e):
		return false
	}
	e.Title = e.Kind.title() + ": " + r.Title
	j.add(e)
	return true
}

// lastOf returns the kind of the latest event of a release.
func (j *Journal) lastOf(key string) Kind {
	for i := len(j.book.Events) - 1; i >= 0; i-- {
		if e := j.book.Events[i]; e.Release == key {
			return e.Kind
		}
	}
	return ""
}

// knows says that this very withdrawal was told.
func (j *Journal) knows(e Event) bool {
	e.Source, e.At = j.source, e.At.UTC().Truncate(time.Second)
	return j.book.has(e.id())
}
