package journal_test

import (
	"testing"
	"time"

	"communique/collector/journal"
	"communique/store"
)

// busy is a store that somebody else writes.
type busy struct {
	*store.Newsroom
	asked, let chan struct{}
}

func (b busy) PutNote(name string, note []byte) error {
	close(b.asked)
	<-b.let
	return b.Newsroom.PutNote(name, note)
}

// TestRenderedDoesNotWait gives readers their documents while an event waits for
// the store to be written.
func TestRenderedDoesNotWait(t *testing.T) {
	room := busy{open(t), make(chan struct{}), make(chan struct{})}
	j := begin(room)
	j.Rendered("a", nil, today)
	kept := make(chan bool)
	go func() { kept <- j.Bad(journal.Listing, journal.Broken, "a reason", today) }()
	<-room.asked
	rendered := make(chan bool, 1)
	go func() { rendered <- j.Rendered("a", nil, today) }()
	select {
	case <-rendered:
	case <-time.After(5 * time.Second):
		t.Error("who asked for a document waits for the store")
	}
	close(room.let)
	if !<-kept || kinds(t, j) != "broken" {
		t.Error("the event is lost")
	}
}
