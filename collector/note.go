package collector

import (
	"encoding/json"
	"fmt"
	"time"

	"communique/scraper"
)

const noteName = "collector"

// note is the collector's memory of a newsroom between runs. A run that breaks
// leaves it as it was: what such a run stored still counts as new to the next
// one, which therefore reads on until it meets what the last complete run knew.
type note struct {
	// Complete is the number of the last complete run, Looked when it ended.
	Complete uint64    `json:"complete"`
	Looked   time.Time `json:"looked"`
	// Address is where its first page was, First recognises that page, and
	// Rows is how many releases stood there.
	Address string             `json:"address"`
	First   scraper.Validators `json:"first"`
	Rows    int                `json:"rows"`
}

// remember reads what the last complete run left.
func (r *run) remember() (err error) {
	if r.health, err = HealthOf(r.room); err != nil {
		return err
	}
	text, err := r.room.Note(noteName)
	if err != nil {
		return err
	}
	if len(text) > 0 {
		if err := json.Unmarshal(text, &r.before); err != nil {
			return fmt.Errorf("reading the note of the last run: %w", err)
		}
	}
	r.after = note{Complete: r.before.Complete + 1, Address: r.site.First().Redacted()}
	return nil
}

// complete notes that there is no gap between this run and the one before.
func (r *run) complete() error {
	text, err := json.Marshal(r.after)
	if err != nil {
		return err
	}
	return r.room.PutNote(noteName, text)
}
