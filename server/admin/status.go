package admin

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"communique/collector"
	"communique/store"
)

// unknown is the state of a source that no run said anything of.
const unknown collector.State = "unknown"

// Status is what /status tells.
type Status struct {
	Sources []SourceStatus `json:"sources"`
}

// SourceStatus is what is known of one source. Times that are not known are
// left out.
type SourceStatus struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	// State is "unknown" before the first run that could tell; Since is when it
	// began, and Why says which signs are bad, "" if none is.
	State collector.State `json:"state"`
	Since time.Time       `json:"since,omitzero"`
	Why   string          `json:"why"`
	// History are the newest transitions between good and bad, newest first.
	History []collector.Transition `json:"history"`
	// LastSuccess is when the latest complete collection looked at the listing.
	LastSuccess time.Time `json:"last_success,omitzero"`
	// Next is when the next collection is planned. An early look at a suspect
	// listing is not.
	Next            time.Time `json:"next_run,omitzero"`
	Collecting      bool      `json:"collecting"`
	CollectingSince time.Time `json:"collecting_since,omitzero"`
	// Releases are those that are in the feeds, Withdrawn those taken back.
	Releases  int `json:"releases"`
	Withdrawn int `json:"withdrawn"`
	// Fill is the share of rows, from 0 to 1, that usually show a field; without
	// any before rows were read.
	Fill map[string]float64 `json:"fill_rates"`
	// Error says why the store could not be read, "" if it could. Then Next and
	// the collections are all that is told.
	Error string `json:"error,omitempty"`
}

// status reads what is known of every source.
func (h *Handler) status() Status {
	all := Status{Sources: make([]SourceStatus, len(h.sources))}
	for i, s := range h.sources {
		status, err := readStatus(s)
		if err != nil {
			h.log.Error("reading the status", "source", s.Name, "error", err)
			status.Error = err.Error()
		}
		h.addRuns(&status, s)
		all.Sources[i] = status
	}
	return all
}

// readStatus reads what the store knows of a source.
func readStatus(s Source) (SourceStatus, error) {
	status := SourceStatus{Name: s.Name, Title: s.Title, State: unknown, History: []collector.Transition{}, Fill: map[string]float64{}}
	health, err := collector.HealthOf(s.Store)
	last, lastErr := lastSuccess(s.Store)
	releases, releasesErr := s.Store.Filing(store.Query{})
	withdrawn, withdrawnErr := s.Store.Filing(store.Withdrawn)
	if err := errors.Join(err, lastErr, releasesErr, withdrawnErr); err != nil {
		return status, err
	}
	if health.State != "" {
		status.State, status.Since, status.Why = health.State, health.Since.UTC(), health.Why
	}
	status.History = append(status.History, health.History...)
	status.LastSuccess = last
	status.Releases, status.Withdrawn = releases.Releases, withdrawn.Releases
	if habit := health.Habit; habit.Rows > 0 {
		status.Fill = map[string]float64{"types": habit.Types / habit.Rows, "offices": habit.Offices / habit.Rows, "topics": habit.Topics / habit.Rows}
	}
	return status, nil
}

// addRuns adds what the store doesn't know: what goes on in this process.
func (h *Handler) addRuns(status *SourceStatus, s Source) {
	t := h.runs.of(s.Name)
	if status.Collecting = t.collecting; t.collecting {
		status.CollectingSince = t.began.UTC()
	}
	if s.Next == nil {
		return
	}
	now := h.now()
	// A schedule that counts from run to run is asked from the latest one on.
	if !t.began.IsZero() {
		status.Next = s.Next(t.began).UTC()
	}
	if !status.Next.After(now) {
		status.Next = s.Next(now).UTC()
	}
}

// lastSuccess returns when the latest complete collection ended, zero if there
// was none. It is the part of the collector's note on a newsroom that operators
// care for.
func lastSuccess(room *store.Newsroom) (time.Time, error) {
	var note struct {
		Looked time.Time `json:"looked"`
	}
	text, err := room.Note("collector")
	if err == nil && len(text) > 0 {
		err = json.Unmarshal(text, &note)
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("reading when %s was collected: %w", room.Name(), err)
	}
	return note.Looked.UTC(), nil
}

// statusJSON answers 200 also when the store can't be read, which it tells;
// /readyz is there for those who want a status code.
func (h *Handler) statusJSON(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	_ = out.Encode(h.status()) // an error means that nobody listens any more
}
