package collector

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"communique/scraper"
	"communique/store"
)

const noteName = "collector"

// note is the collector's memory of a newsroom between runs. A run that breaks
// leaves in it how far it came: what it stored counts as new until a complete
// run knows it, and the next run goes on behind it.
type note struct {
	// Run is the number of the latest run, Complete that of the latest complete
	// one, Looked when that ended.
	Run      uint64    `json:"run"`
	Complete uint64    `json:"complete"`
	Looked   time.Time `json:"looked"`
	// Address is where its first page was, First recognises that page, and
	// Rows is how many releases stood there.
	Address string             `json:"address"`
	First   scraper.Validators `json:"first"`
	Rows    int                `json:"rows"`
	// Gap is how far a run came that did not get to what was known, Archive one
	// that did not get to the end of the listing; nil if there is none.
	Gap     *stretch `json:"gap,omitempty"`
	Archive *stretch `json:"archive,omitempty"`
	// Lost is how many damaged releases were still set aside after the whole
	// listing was read: it shows them no more.
	Lost int `json:"lost,omitempty"`
}

// stretch is a part of the listing that was read without a hole, from the first
// page on.
type stretch struct {
	Run     uint64 `json:"run"`     // number of the latest run that knew all of it
	Address string `json:"address"` // of the page that it ends with: path and query
	Page    int    `json:"page"`    // its number, from 0
}

// remember reads what earlier runs left and begins the next one's note. What
// was left at another address tells nothing of this one.
func (r *run) remember() (err error) {
	if r.health, err = HealthOf(r.room); err != nil {
		return err
	}
	if err := errors.Join(recall(r.room, noteName, &r.before), recall(r.room, filtersNote, &r.filters)); err != nil {
		return err
	}
	if first := r.site.First().Redacted(); r.before.Address != first {
		r.before.Address, r.before.First, r.before.Rows = first, scraper.Validators{}, 0
		r.before.Gap, r.before.Archive = nil, nil
	}
	if err := r.searchLost(); err != nil {
		return err
	}
	r.note = r.before
	r.note.Run = max(r.before.Run, r.before.Complete) + 1
	return nil
}

// LastSuccess returns when the latest complete run over a newsroom looked at its
// listing, zero if there was none.
func LastSuccess(room *store.Newsroom) (time.Time, error) {
	var kept note
	if err := recall(room, noteName, &kept); err != nil {
		return time.Time{}, fmt.Errorf("reading when %s was collected: %w", room.Name(), err)
	}
	return kept.Looked.UTC(), nil
}

// searchLost has the run read all of the listing, an unchanged first page too, if
// releases were found damaged and set aside: they come back when it shows them.
func (r *run) searchLost() error {
	aside, err := r.room.SetAside()
	if err != nil {
		return err
	}
	if r.lost = aside.Releases > r.before.Lost; r.lost {
		r.before.First = scraper.Validators{}
	}
	return nil
}

// complete notes that there is no hole between this run and the one before.
func (r *run) complete() error {
	aside, err := r.room.SetAside()
	if err != nil {
		return err
	}
	if r.toEnd() || aside.Releases < r.note.Lost {
		r.note.Lost = aside.Releases
	}
	r.note.Complete, r.note.Looked, r.note.Gap = r.note.Run, r.looked.UTC(), nil
	if r.toEnd() {
		r.note.Archive = nil
	}
	return keepNote(r.room, noteName, r.note)
}

// slot is where the run notes how far it came, and finds how far an earlier one
// did.
func (r *run) slot() **stretch {
	if r.toEnd() {
		return &r.note.Archive
	}
	return &r.note.Gap
}

// recall reads a note into value, which stays as it is if there is none.
func recall(room *store.Newsroom, name string, value any) error {
	text, err := room.Note(name)
	if err == nil && len(text) > 0 {
		err = json.Unmarshal(text, value)
	}
	if err != nil {
		return fmt.Errorf("reading the note %q of the last run: %w", name, err)
	}
	return nil
}

// keepNote writes value as a note.
func keepNote(room *store.Newsroom, name string, value any) error {
	text, err := json.Marshal(value)
	if err == nil {
		err = room.PutNote(name, text)
	}
	if err != nil {
		return fmt.Errorf("writing the note %q: %w", name, err)
	}
	return nil
}
