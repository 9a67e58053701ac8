// Package journal keeps what an operator is told of a source: one list of
// events, from which the status feed, the status page, the webhook and the
// operator's command all tell.
//
// A [Journal] belongs to one source. Who finds something out says it as it is,
// as often as it likes: [Journal.Bad] and [Journal.Well] of a [Condition], such
// as the listing; [Journal.Rendered] of a document; [Journal.Releases] of what
// was withdrawn. The journal makes an event only where something changed, so
// that each change is told once, also over restarts.
//
// # Format
//
// The book of a journal is one note of the source, "events": a JSON object.
//
//	events   those that are kept, oldest first: at most 200 of releases and 200 others
//	open     the conditions that are bad, each with its trouble
//	told     for each way of telling, the number of the last event that went that way
//	changes  the cursor of the change log up to which releases were looked at
//
// An event and the condition that it tells of are so written at once or not at
// all. While the note can't be written the book lives in memory, from where its
// events are told all the same; what it says is merged into the note as soon as
// that can be had.
package journal

import (
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// Memory keeps a note over restarts; a store's newsroom is one. Without a note
// of that name Note returns nil.
type Memory interface {
	Note(name string) ([]byte, error)
	PutNote(name string, note []byte) error
}

// Options say whose journal it is.
type Options struct {
	// Source is the source's name, Title what people call it.
	Source, Title string
	// Memory keeps the book. nil is for a source whose store can't be opened:
	// then nothing outlives the process.
	Memory Memory
	// Log is told when the book can't be kept. nil discards it.
	Log *slog.Logger
}

// Journal is the list of what happened to a source. Its methods may be called
// from any goroutine. Only one journal of a source may be written at a time.
type Journal struct {
	source, title string
	memory        Memory
	log           *slog.Logger

	mu      sync.Mutex
	book    book
	stored  []byte // the note that book was read from or written to
	unsaved bool   // book has what the note has not
	behind  bool   // book began without the note, which could not be read
	failing bool   // the last writing failed, and was logged
	version uint64
	rung    chan struct{} // closed at the next event; nil while nobody waits

	published atomic.Bool // it is known that no document is kept back
}

// New returns the journal of a source. It reads nothing yet.
func New(o Options) *Journal {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Title == "" {
		o.Title = o.Source
	}
	return &Journal{source: o.Source, title: plain(o.Title, maxTitle), memory: o.Memory, log: o.Log}
}

// Source returns the name of the source.
func (j *Journal) Source() string { return j.source }

// Events returns what happened, the newest first. If the note can't be read the
// error says why, and the events are those that are in memory.
func (j *Journal) Events() ([]Event, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	err := j.load()
	list := make([]Event, len(j.book.Events))
	for i, e := range j.book.Events {
		list[len(list)-1-i] = e
	}
	return list, err
}

// Troubles returns what is bad now, by condition.
func (j *Journal) Troubles() (map[Condition]Trouble, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	err := j.load()
	open := make(map[Condition]Trouble, len(j.book.Open))
	for condition, trouble := range j.book.Open {
		open[condition] = trouble
	}
	return open, err
}

// Version returns a number that is the same as long as Events returns the same.
func (j *Journal) Version() (uint64, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	err := j.load()
	return j.version, err
}

// Changed returns what is closed at the next event.
func (j *Journal) Changed() <-chan struct{} {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.rung == nil {
		j.rung = make(chan struct{})
	}
	return j.rung
}

// add appends an event to the book, numbered, with an id that no other has and
// after all others, and rings. The caller holds mu and saves.
func (j *Journal) add(e Event) {
	e.Source, e.At = j.source, e.At.UTC().Truncate(time.Second)
	e.Title, e.Text = plain(j.title+": "+e.Title, maxTitle), plain(e.Text, maxText)
	e.Seq = max(j.book.last()+1, uint64(max(e.At.UnixMilli(), 0)))
	e.ID = j.book.mint(e)
	j.book.Events = append(j.book.Events, e)
	j.book.trim()
	j.version++
	if j.rung != nil {
		close(j.rung)
		j.rung = nil
	}
}
