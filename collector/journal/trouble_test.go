package journal_test

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"communique/collector/journal"
)

// troubled is a memory whose reading or writing fails as told.
type troubled struct {
	journal.Memory
	read, write error
}

func (m *troubled) Note(name string) ([]byte, error) {
	if m.read != nil {
		return nil, m.read
	}
	return m.Memory.Note(name)
}

func (m *troubled) PutNote(name string, note []byte) error {
	if m.write != nil {
		return m.write
	}
	return m.Memory.PutNote(name, note)
}

var errFull = errors.New("no space left on device")

// TestUnwritten tells from memory what can't be written, says that it can't, logs
// that once, and writes all of it when that is possible.
func TestUnwritten(t *testing.T) {
	memory := &troubled{Memory: open(t), write: errFull}
	var log bytes.Buffer
	j := journal.New(journal.Options{Source: "osce.org", Memory: memory, Log: slog.New(slog.NewTextHandler(&log, nil))})
	j.Begin(today, "webhook")
	j.Bad(journal.Listing, journal.Broken, "a reason", today)
	j.Bad(journal.Site, journal.Blocked, "a reason", today)
	const want = "store-trouble broken blocked"
	if got := kinds(t, j); got != want || strings.Count(log.String(), "\n") != 1 {
		t.Errorf("told %q, logged %s", got, log.String())
	}
	if got := kinds(t, begin(memory.Memory)); got != "" {
		t.Errorf("written: %q", got)
	}
	waiting, _ := j.Waiting("webhook")
	j.Told("webhook", waiting[0], today)
	memory.write = nil
	j.Well(journal.Store, today.Add(time.Hour))
	again := begin(memory.Memory)
	if got := kinds(t, again); got != want+" store-well" {
		t.Errorf("written then: %q", got)
	}
	if waiting, err := again.Waiting("webhook"); err != nil || len(waiting) != 3 {
		t.Errorf("%d wait, %v", len(waiting), err)
	}
}

// TestUnread begins while the note can't be read, and loses nothing of it.
func TestUnread(t *testing.T) {
	room := open(t)
	j := begin(room)
	j.Begin(today, "webhook")
	j.Bad(journal.Listing, journal.Broken, "a reason", today)
	first, _ := j.Waiting("webhook")
	j.Told("webhook", first[0], today)
	memory := &troubled{Memory: room, read: errFull}
	j = begin(memory)
	j.Begin(today, "webhook", "command")
	j.Bad(journal.Site, journal.Blocked, "a reason", today.Add(time.Hour))
	if _, err := j.Events(); err == nil {
		t.Error("no error")
	}
	memory.read = nil
	j.Bad(journal.Rhythm, journal.Stale, "a reason", today.Add(2*time.Hour))
	if got := kinds(t, begin(room)); got != "broken store-trouble blocked stale" {
		t.Errorf("told %q", got)
	}
	for _, way := range []string{"webhook", "command"} {
		if waiting, err := begin(room).Waiting(way); err != nil || len(waiting) != 3 {
			t.Errorf("%d wait for the %s, %v", len(waiting), way, err)
		}
	}
}

// TestSameTroubleOfTheDay has one id in processes that can't remember each other.
func TestSameTroubleOfTheDay(t *testing.T) {
	ids := map[string]bool{}
	for i := range 5 {
		j := begin(nil)
		j.Bad(journal.Store, journal.StoreTrouble, "it is gone", today.Add(time.Duration(i)*time.Hour))
		events, err := j.Events()
		if err != nil || len(events) != 1 {
			t.Fatal(events, err)
		}
		ids[events[0].ID] = true
	}
	if len(ids) != 1 {
		t.Errorf("%v", ids)
	}
}

// TestWays begin with the next event, go on where they were, and are forgotten
// when nobody names them any more.
func TestWays(t *testing.T) {
	room := open(t)
	happen := func(j *journal.Journal) {
		if !j.Well(journal.Listing, today) {
			j.Bad(journal.Listing, journal.Broken, "a reason", today)
		}
	}
	waits := func(j *journal.Journal, way string, want int) {
		t.Helper()
		if list, err := j.Waiting(way); err != nil || len(list) != want {
			t.Errorf("%d wait for the %s, want %d, %v", len(list), way, want, err)
		}
	}
	happen(begin(room))
	j := begin(room)
	j.Begin(today, "webhook")
	waits(j, "webhook", 0)
	happen(j)
	j = begin(room)
	j.Begin(today, "webhook", "command")
	waits(j, "webhook", 1)
	waits(j, "command", 0)
	j = begin(room)
	j.Begin(today, "command")
	happen(j)
	j = begin(room)
	j.Begin(today, "webhook", "command")
	waits(j, "webhook", 0)
	waits(j, "command", 1)
}

// TestChanged rings at each event, and at nothing else.
func TestChanged(t *testing.T) {
	j := begin(open(t))
	rings := func() bool {
		select {
		case <-j.Changed():
			return true
		default:
			return false
		}
	}
	changed := j.Changed()
	j.Well(journal.Listing, today)
	j.Begin(today, "webhook")
	if rings() {
		t.Error("it rang for nothing")
	}
	j.Bad(journal.Listing, journal.Broken, "a reason", today)
	select {
	case <-changed:
	default:
		t.Error("it did not ring")
	}
	before, _ := j.Version()
	j.Bad(journal.Listing, journal.Broken, "a reason", today)
	if after, _ := j.Version(); after != before || rings() {
		t.Error("it rang for what was told")
	}
}
