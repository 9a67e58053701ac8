package collector

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"communique/scraper"
	"communique/store"
)

const (
	stateNote   = "state"
	problemNote = "problem"

	maxKept = 1 << 20 // bytes of a page that is kept for a person, packed
)

// Health is what is known of a newsroom's listing over time.
type Health struct {
	State State     `json:"state"`
	Since time.Time `json:"since"`
	// Why says which signs are bad, "" if none is.
	Why string `json:"why"`

	Habit habit `json:"habit"`
}

// HealthOf reads the health of a newsroom; one that was never collected has
// none.
func HealthOf(room *store.Newsroom) (Health, error) {
	var h Health
	text, err := room.Note(stateNote)
	if err == nil && len(text) > 0 {
		err = json.Unmarshal(text, &h)
	}
	if err != nil {
		return h, fmt.Errorf("reading the state of %s: %w", room.Name(), err)
	}
	return h, nil
}

// become changes the state.
func (h *Health) become(state State, why string, at time.Time) {
	if h.State != state {
		h.State, h.Since = state, at
	}
	h.Why = why
}

// put stores the health.
func (h Health) put(room *store.Newsroom) error {
	text, err := json.Marshal(h)
	if err != nil {
		return err
	}
	return room.PutNote(stateNote, text)
}

// Problem is the last page that was not stored because it was odd.
type Problem struct {
	At      time.Time `json:"at"`
	Address string    `json:"address"`
	Why     string    `json:"why"`
	Body    []byte    `json:"body"` // in UTF-8; packed by gzip where it is stored
}

// LastProblem returns the page that was kept last, and whether there is one.
func LastProblem(room *store.Newsroom) (p Problem, found bool, err error) {
	text, err := room.Note(problemNote)
	if err != nil || len(text) == 0 {
		return p, false, err
	}
	if err := json.Unmarshal(text, &p); err != nil {
		return p, false, fmt.Errorf("reading the page that was kept: %w", err)
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(p.Body))
	if err != nil {
		return p, false, fmt.Errorf("unpacking the page that was kept: %w", err)
	}
	p.Body, err = io.ReadAll(unpacked)
	return p, err == nil, err
}

// keep keeps a page for a person to look at, instead of the one before; one
// that is too large packed is kept without its body.
func keep(room *store.Newsroom, page scraper.Page, address, why string) error {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, err := w.Write(page.Body)
	if err := errors.Join(err, w.Close()); err != nil {
		return err
	}
	if packed.Len() > maxKept {
		packed.Reset()
		w.Reset(&packed)
		if err := w.Close(); err != nil {
			return err
		}
	}
	text, err := json.Marshal(Problem{page.Seen.UTC().Truncate(time.Second), address, why, packed.Bytes()})
	if err != nil {
		return err
	}
	return room.PutNote(problemNote, text)
}
