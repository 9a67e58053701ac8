package scraper

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	patience     = 8 // runs that fail one after the other until a host is paused
	firstPause   = time.Hour
	longestPause = 24 * time.Hour
	jitter       = 0.1 // of a wait, up or down
	hostNoteName = "host "
)

// fault is what tells against a host: that it refuses us, or is not there.
type fault struct {
	error
	retryAfter string // as the host put it, "" if it asks for nothing
}

// Unwrap returns what happened.
func (f fault) Unwrap() error { return f.error }

// trouble is what is remembered of a host, as JSON under "host ORIGIN".
type trouble struct {
	Runs  int       `json:"runs"`           // that failed one after the other
	Why   string    `json:"why,omitempty"`  // the host is paused
	Since time.Time `json:"since,omitzero"` // the pause was decided
	Until time.Time `json:"until,omitzero"` // zero for no pause
}

// awake returns an error if the host of an address is paused.
func (s *Scraper) awake(u *url.URL) error {
	if s.options.Impatient {
		return nil
	}
	now := s.options.Now()
	known, moved := s.troubleOf(u).heldTo(now)
	if moved {
		if err := s.keep(u, known); err != nil {
			return err
		}
	}
	if !now.Before(known.Until) {
		return nil
	}
	return known.pausing(tryLater(u.Redacted(), fmt.Errorf("left alone, since %s", known.Why)))
}

// charge remembers the fault that an error tells of against the host of an
// address, and adds to the error how long that host is paused for it.
func (s *Scraper) charge(u *url.URL, err error) error {
	var f fault
	if s.options.Memory == nil || errors.As(err, new(denied)) || !errors.As(err, &f) {
		return err
	}
	now := s.options.Now()
	known, _ := s.troubleOf(u).heldTo(now)
	if origin := originOf(u); !s.charged[origin] {
		s.charged[origin] = true
		known.Runs++
	}
	if wait := retryAfter(f.retryAfter, now); wait > 0 {
		known.pause(now, wait, f)
	} else if wait := s.backOff(known.Runs); now.Add(wait).After(known.Until) {
		known.pause(now, wait, f)
	}
	if kept := s.keep(u, known); kept != nil {
		return fmt.Errorf("%w; %w", err, kept)
	}
	if now.Before(known.Until) {
		return known.pausing(err)
	}
	return err
}

// acquit forgets what was held against the hosts of a request: of its own address
// and of the one where redirects led.
func (s *Scraper) acquit(from, at *url.URL) error {
	hosts := []*url.URL{from}
	if originOf(at) != originOf(from) {
		hosts = append(hosts, at)
	}
	for _, u := range hosts {
		delete(s.charged, originOf(u))
		if s.troubleOf(u) == (trouble{}) {
			continue
		}
		if err := s.options.Memory.PutNote(hostNoteName+originOf(u), nil); err != nil {
			return fmt.Errorf("forgetting the trouble with %s: %w", originOf(u), err)
		}
	}
	return nil
}

// troubleOf returns what is remembered of the host of an address. A note that
// can't be read says nothing; the next one replaces it.
func (s *Scraper) troubleOf(u *url.URL) trouble {
	if s.options.Memory == nil {
		return trouble{}
	}
	var known trouble
	note, err := s.options.Memory.Note(hostNoteName + originOf(u))
	if err != nil || json.Unmarshal(note, &known) != nil {
		return trouble{}
	}
	return known
}

func (s *Scraper) keep(u *url.URL, known trouble) error {
	note, err := json.Marshal(known)
	if err == nil {
		err = s.options.Memory.PutNote(hostNoteName+originOf(u), note)
	}
	if err != nil {
		return fmt.Errorf("remembering the trouble with %s: %w", originOf(u), err)
	}
	return nil
}

// backOff is how long a host is paused that does not say how long: not at all
// at first, so that an operator may try again at once, then longer with each
// run that failed.
func (s *Scraper) backOff(runs int) time.Duration {
	if runs < patience {
		return 0
	}
	pause := firstPause
	for n := patience; n < runs && pause < longestPause; n++ {
		pause *= 2
	}
	return s.spread(min(pause, longestPause))
}

// pause begins a pause, which ends at a whole second.
func (t *trouble) pause(now time.Time, wait time.Duration, why error) {
	if wait <= 0 {
		return
	}
	t.Why, t.Since = brief{why}.Error(), now.UTC()
	if t.Runs > 1 {
		t.Why += fmt.Sprintf(" (%d runs one after the other failed)", t.Runs)
	}
	t.Until = t.Since.Add(min(wait, longestPause)).Add(time.Second - 1).Truncate(time.Second)
	*t, _ = t.heldTo(t.Since)
}

// heldTo holds a pause to its length on a clock that was set back since, and to
// the longest one whatever the note says; moved says that its end is another.
func (t trouble) heldTo(now time.Time) (held trouble, moved bool) {
	held = t
	if length := t.Until.Sub(t.Since); now.Before(t.Since) {
		held.Since, held.Until = now.UTC(), now.UTC().Add(length).Truncate(time.Second)
	}
	if longest := held.Since.Add(longestPause).Truncate(time.Second); held.Until.After(longest) {
		held.Until = longest
	}
	return held, !held.Until.Equal(t.Until)
}

// pausing adds to an error how long the host is paused.
func (t trouble) pausing(err error) error {
	return fmt.Errorf("%w: %w until %s", err, ErrPaused, t.Until.Format(time.RFC3339))
}

// retryAfter is how long a host asks to wait (RFC 9110, 10.2.3), in seconds or
// by a date; zero if it asks for nothing that makes sense.
func retryAfter(value string, now time.Time) time.Duration {
	value = strings.TrimSpace(value)
	seconds, err := strconv.ParseUint(value, 10, 64)
	if err == nil || errors.Is(err, strconv.ErrRange) { // then it is the greatest number there is
		return time.Duration(min(seconds, uint64(longestPause/time.Second))) * time.Second
	}
	date, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	return min(max(0, date.Sub(now)), longestPause)
}

// originOf is the scheme and the host of an address.
func originOf(u *url.URL) string { return (&url.URL{Scheme: u.Scheme, Host: u.Host}).String() }
