package journal

import (
	"fmt"
	"time"
)

// Condition is something that is well or bad, and is told when that changes.
type Condition string

// The conditions of a source.
const (
	Listing    Condition = "listing"
	Site       Condition = "site"
	Rhythm     Condition = "rhythm"
	Store      Condition = "store"
	Records    Condition = "records"
	Documents  Condition = "documents"
	Definition Condition = "definition"
)

// Conditions lists every condition.
func Conditions() []Condition {
	return []Condition{Listing, Site, Rhythm, Store, Records, Documents, Definition}
}

// Trouble is what is bad of a condition.
type Trouble struct {
	Kind  Kind      `json:"kind"`
	Since time.Time `json:"since"`
	Why   string    `json:"why"`
	// Level says how bad it is. Trouble that gets worse is told again.
	Level int `json:"level"`
	// Paths are the documents that are kept back, at most 100.
	Paths []string `json:"paths,omitempty"`
}

// title says in short what a condition turned to.
func (k Kind) title() string {
	return map[Kind]string{
		Suspect: "the listing is suspect", Broken: "the listing is broken", Recovered: "the listing is good again",
		Blocked: "the site can't be read", Unblocked: "the site can be read again",
		Stale: "silent for longer than usual", Fresh: "no longer silent",
		StoreTrouble: "trouble with the store", StoreWell: "the store works again",
		KeptBack: "a feed was kept back", Published: "all feeds are published again",
		Withdrawn: "withdrawn", Restored: "restored",
		Damaged: "damaged records were set aside", Mended: "no damaged record is set aside any more",
		Off: "not collected: what describes the source is wrong", On: "collected again",
	}[k]
}

// well is the kind that ends the trouble of a condition.
func (c Condition) well() Kind {
	return map[Condition]Kind{Listing: Recovered, Site: Unblocked, Rhythm: Fresh, Store: StoreWell, Records: Mended, Documents: Published, Definition: On}[c]
}

// Bad says that a condition is bad, and returns whether that made an event: it
// does if the condition was well before, or if a listing that was suspect is
// broken now.
func (j *Journal) Bad(c Condition, kind Kind, why string, at time.Time) (told bool) {
	level := 1
	if kind == Broken {
		level = 2
	}
	return j.Worse(c, kind, level, why, at)
}

// Worse is Bad for trouble of which there may be more and more: it makes an event
// each time that the level is higher than ever since the condition was well.
func (j *Journal) Worse(c Condition, kind Kind, level int, why string, at time.Time) (told bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	_ = j.load() // then the book is in memory
	told = j.bad(c, newTrouble(kind, level, why, at))
	if told || j.unsaved {
		j.save(at)
	}
	return told
}

func newTrouble(kind Kind, level int, why string, at time.Time) Trouble {
	return Trouble{Kind: kind, Level: level, Since: at.UTC().Truncate(time.Second), Why: plain(why, maxText)}
}

// bad is Worse for a caller that holds mu and saves.
func (j *Journal) bad(c Condition, t Trouble) (told bool) {
	known, open := j.book.Open[c]
	if open && t.Level <= known.Level {
		return false
	}
	j.add(Event{Kind: t.Kind, At: t.Since, Title: t.Kind.title(), Text: t.Why})
	if open {
		t.Since = known.Since
	}
	j.book.Open = with(j.book.Open, c, t)
	return true
}

// Well says that a condition is well, and returns whether that made an event: it
// does if the condition was bad before.
func (j *Journal) Well(c Condition, at time.Time) (told bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.load() != nil {
		return false // it is not known whether it was bad
	}
	if told = j.well(c, at); told || j.unsaved {
		j.save(at)
	}
	return told
}

// well is Well for a caller that holds mu and saves.
func (j *Journal) well(c Condition, at time.Time) (told bool) {
	known, open := j.book.Open[c]
	if !open {
		return false
	}
	delete(j.book.Open, c)
	text := fmt.Sprintf("That ends what began on %s: %s", known.Since.Format("2006-01-02 at 15:04 MST"), known.Why)
	j.add(Event{Kind: c.well(), At: at, Title: c.well().title(), Text: text})
	return true
}
