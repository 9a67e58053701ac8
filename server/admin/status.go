package admin

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"communique/collector"
	"communique/collector/journal"
	"communique/store"
)

const (
	// unknown is the state of a source that no run said anything of.
	unknown collector.State = "unknown"
	// off is the state of a source that is not collected since what describes it
	// can't be read.
	off collector.State = "off"
)

// shownEvents is how many events of a source /status tells; /status.atom has more.
const shownEvents = 20

// Status is what /status tells. What nobody told the handler of is left out.
type Status struct {
	Sources   []SourceStatus   `json:"sources"`
	Store     *StoreStatus     `json:"store,omitempty"`
	Documents *DocumentsStatus `json:"documents,omitempty"`
	// Undelivered are the events that wait for each way of telling.
	Undelivered map[string]int `json:"undelivered,omitempty"`
}

// StoreStatus is what is known of the store's file.
type StoreStatus struct {
	Bytes int64 `json:"bytes"`
	Free  int64 `json:"free_bytes"`
	// Error says why that is not known, "" if it is.
	Error string `json:"error,omitempty"`
}

// DocumentsStatus is what is known of the documents that are kept ready.
type DocumentsStatus struct {
	Kept  int `json:"kept"`
	Bytes int `json:"bytes"`
}

// SourceStatus is what is known of one source. Times that are not known are
// left out.
type SourceStatus struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	// State is "unknown" before the first run that could tell, and "off" while
	// what describes the source can't be read; Since is when it began, and Why says
	// which signs are bad, how long it has been silent, or what is wrong, "" if
	// nothing is.
	State collector.State `json:"state"`
	Since time.Time       `json:"since,omitzero"`
	Why   string          `json:"why"`
	// Troubles are what an operator was told of and what has not ended.
	Troubles map[journal.Condition]journal.Trouble `json:"troubles"`
	// Events are the newest ones, newest first.
	Events []journal.Event `json:"events"`
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
	// SetAside are damaged records that are not served; nil if that is not known.
	SetAside *int `json:"set_aside,omitempty"`
	// Newest is the day of the newest release, UsualGap within how many days the
	// next one nearly always comes, 0 if that is not known.
	Newest   store.Day `json:"newest_release"`
	UsualGap int       `json:"usual_gap_days"`
	// Fill is the share of rows, from 0 to 1, that usually show a field; without
	// any before rows were read.
	Fill map[string]float64 `json:"fill_rates"`
	// Error says why the store could not be read, "" if it could. Then Next, the
	// collections and what is in memory are all that is told.
	Error string `json:"error,omitempty"`
}

// status reads what is known of everything.
func (h *Handler) status() Status {
	all := Status{Sources: make([]SourceStatus, len(h.o.Sources))}
	for i, s := range h.o.Sources {
		status, err := readStatus(s)
		if err != nil {
			h.o.Log.Error("reading the status", "source", s.Name, "error", err)
			status.Error = err.Error()
		}
		h.addRuns(&status, s)
		all.Sources[i] = status
	}
	if h.o.File != nil {
		all.Store = &StoreStatus{}
		var err error
		if all.Store.Bytes, all.Store.Free, err = h.o.File(); err != nil {
			h.o.Log.Error("looking at the store's file", "error", err)
			all.Store.Error = err.Error()
		}
	}
	if h.o.Documents != nil {
		all.Documents = &DocumentsStatus{}
		all.Documents.Kept, all.Documents.Bytes = h.o.Documents()
	}
	if h.o.Undelivered != nil {
		all.Undelivered = h.o.Undelivered()
	}
	return all
}

// readStatus reads what the store knows of a source.
func readStatus(s Source) (SourceStatus, error) {
	status := SourceStatus{Name: s.Name, Title: s.Title, State: unknown, Events: []journal.Event{}, Fill: map[string]float64{}}
	var journalErr error
	status.Troubles, journalErr = s.Journal.Troubles()
	events, _ := s.Journal.Events() // then Troubles had the same error
	status.Events = append(status.Events, events[:min(len(events), shownEvents)]...)
	health, err := collector.HealthOf(s.Store)
	last, lastErr := collector.LastSuccess(s.Store)
	rhythm, rhythmErr := collector.RhythmOf(s.Store)
	releases, releasesErr := s.Store.Filing(store.Query{})
	withdrawn, withdrawnErr := s.Store.Filing(store.Withdrawn)
	if err := errors.Join(err, journalErr, lastErr, rhythmErr, releasesErr, withdrawnErr, status.countSetAside(s)); err != nil {
		return status, err
	}
	if health.State != "" {
		status.State, status.Since, status.Why = health.State, health.Since.UTC(), health.Why
	}
	if silent, stale := status.Troubles[journal.Rhythm]; stale && status.Why == "" {
		status.Why = silent.Why
	}
	if s.Off != "" {
		status.State, status.Since, status.Why = off, status.Troubles[journal.Definition].Since, s.Off
	}
	status.LastSuccess, status.Newest, status.UsualGap = last, rhythm.Newest, rhythm.Usual
	status.Releases, status.Withdrawn = releases.Releases, withdrawn.Releases
	if habit := health.Habit; habit.Rows > 0 {
		status.Fill = map[string]float64{"types": habit.Types / habit.Rows, "offices": habit.Offices / habit.Rows, "topics": habit.Topics / habit.Rows}
	}
	return status, nil
}

func (s *SourceStatus) countSetAside(of Source) error {
	if of.SetAside == nil {
		return nil
	}
	n, err := of.SetAside()
	if err == nil {
		s.SetAside = &n
	}
	return err
}

// addRuns adds what the store doesn't know: what goes on in this process.
func (h *Handler) addRuns(status *SourceStatus, s Source) {
	began, collecting := h.o.Runs.of(s.Name)
	if status.Collecting = collecting; collecting {
		status.CollectingSince = began.UTC()
	}
	if s.Next == nil {
		return
	}
	now := h.o.Clock()
	// A schedule that counts from run to run is asked from the latest one on.
	if !began.IsZero() {
		status.Next = s.Next(began).UTC()
	}
	if !status.Next.After(now) {
		status.Next = s.Next(now).UTC()
	}
}

// statusJSON answers 200 also when the store can't be read, which it tells;
// /readyz is there for those who want a status code.
func (h *Handler) statusJSON(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	_ = out.Encode(h.status()) // an error means that nobody listens any more
}
