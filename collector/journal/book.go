package journal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

const (
	note = "events"
	// keptOthers is how many events are kept that are of no release, keptReleases
	// how many that are: a newsroom that takes back hundreds at once must not
	// push out what broke.
	keptOthers   = 200
	keptReleases = 200
)

// book is what a journal knows, as its note has it.
type book struct {
	Events  []Event               `json:"events"`
	Open    map[Condition]Trouble `json:"open,omitempty"`
	Told    map[string]uint64     `json:"told,omitempty"`
	Changes string                `json:"changes,omitempty"`
}

// last returns the number of the latest event, 0 before the first.
func (b *book) last() uint64 {
	if len(b.Events) == 0 {
		return 0
	}
	return b.Events[len(b.Events)-1].Seq
}

// mint returns the id of an event, which differs from all others.
func (b *book) mint(e Event) string {
	id := e.id()
	for n := 2; b.has(id); n++ {
		id = fmt.Sprintf("%s/%d", e.id(), n)
	}
	return id
}

func (b *book) has(id string) bool {
	return slices.ContainsFunc(b.Events, func(e Event) bool { return e.ID == id })
}

// trim forgets the oldest events that are too many.
func (b *book) trim() {
	ofReleases := 0
	for _, e := range b.Events {
		if e.ofRelease() {
			ofReleases++
		}
	}
	surplus := map[bool]int{true: ofReleases - keptReleases, false: len(b.Events) - ofReleases - keptOthers}
	b.Events = slices.DeleteFunc(b.Events, func(e Event) bool {
		surplus[e.ofRelease()]--
		return surplus[e.ofRelease()] >= 0
	})
}

// merge takes in what a book knows that began without this one.
func (b *book) merge(other book) {
	before := b.last()
	for _, e := range other.Events {
		if !b.has(e.ID) {
			e.Seq = max(e.Seq, b.last()+1)
			b.Events = append(b.Events, e)
		}
	}
	b.trim()
	for c, t := range other.Open {
		if _, known := b.Open[c]; !known {
			b.Open = with(b.Open, c, t)
		}
	}
	for way, seq := range other.Told {
		if _, known := b.Told[way]; !known {
			b.Told = with(b.Told, way, max(seq, before))
		}
	}
}

// with returns a map, made if it is nil, in which value stands under key.
func with[K comparable, V any](m map[K]V, key K, value V) map[K]V {
	if m == nil {
		m = map[K]V{}
	}
	m[key] = value
	return m
}

// load brings the book up to its note. If that can't be read the book in memory
// is gone on with, and the error says why. The caller holds mu.
func (j *Journal) load() error {
	if j.memory == nil {
		return nil
	}
	read, text, err := j.read()
	switch {
	case err != nil:
		j.behind = j.behind || j.stored == nil
		return fmt.Errorf("reading what happened to %s: %w", j.source, err)
	case bytes.Equal(text, j.stored) && !j.behind:
		return nil
	}
	if j.unsaved {
		read.merge(j.book)
	}
	j.book, j.stored, j.behind = read, text, false
	j.version++
	return nil
}

func (j *Journal) read() (b book, text []byte, err error) {
	text, err = j.memory.Note(note)
	if err == nil && len(text) > 0 && !bytes.Equal(text, j.stored) {
		err = json.Unmarshal(text, &b)
	}
	return b, text, err
}

// save writes the book to its note. If that fails it stays in memory, and the
// store is in trouble: who tells of events learns it from there. The caller holds
// mu.
func (j *Journal) save(at time.Time) {
	if j.memory == nil {
		return
	}
	j.unsaved = true
	err := j.write()
	if err == nil {
		j.unsaved, j.failing = false, false
		return
	}
	if !j.failing {
		j.log.Error("keeping what happened; it is told from memory until the store can be written", "source", j.source, "error", err)
	}
	j.failing = true
	j.bad(Store, newTrouble(StoreTrouble, 1, err.Error(), at))
}

func (j *Journal) write() error {
	if j.behind { // or what the note has would be lost
		if err := j.load(); err != nil {
			return err
		}
	}
	text, err := json.Marshal(j.book)
	if err != nil {
		return fmt.Errorf("writing what happened to %s: %w", j.source, err)
	}
	if err := j.memory.PutNote(note, text); err != nil {
		return fmt.Errorf("writing what happened to %s: %w", j.source, err)
	}
	j.stored = text
	return nil
}
