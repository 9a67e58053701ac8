package scraper_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"communique/scraper"
)

// patient is a visitor with a clock and a memory, who makes a run at a time
// over a site that answers as it is told.
type patient struct {
	*site
	options scraper.Options
	memory  *memory
	now     time.Time
	says    atomic.Pointer[http.HandlerFunc]
}

// newPatient visits a site that answers pages, or robots.txt, by says.
func newPatient(t *testing.T, robots bool) *patient {
	p := &patient{memory: &memory{notes: map[string][]byte{}}, now: today}
	p.say(listingPage())
	answers := func(w http.ResponseWriter, r *http.Request) { (*p.says.Load())(w, r) }
	if robots {
		p.site = newSite(t, answers, listingPage())
	} else {
		p.site = newSite(t, nil, answers)
	}
	p.options = p.site.options(t)
	p.options.Memory, p.options.Now = p.memory, func() time.Time { return p.now }
	return p
}

func (p *patient) say(h http.HandlerFunc) { p.says.Store(&h) }

// run makes one run and says how many requests it sent.
func (p *patient) run(t *testing.T) (sent int, err error) {
	t.Helper()
	robots, pages := p.counts()
	before := robots + pages
	_, err = scraper.New(osce(t), p.options).Visit(t.Context(), p.address(t), scraper.Validators{})
	robots, pages = p.counts()
	return robots + pages - before, err
}

// paused makes a run that must send nothing, and returns when the pause ends.
func (p *patient) paused(t *testing.T) time.Time {
	t.Helper()
	sent, err := p.run(t)
	if sent > 0 || !errors.Is(err, scraper.ErrTryLater) || !strings.Contains(err.Error(), "left alone, since the site answers") {
		t.Fatalf("%d requests; %v", sent, err)
	}
	return untilOf(t, err)
}

// untilOf reads the end of a pause off an error.
func untilOf(t *testing.T, err error) time.Time {
	t.Helper()
	_, text, _ := strings.Cut(err.Error(), "the host is paused until ")
	until, wrong := time.Parse(time.RFC3339, text)
	if wrong != nil || until.Location() != time.UTC {
		t.Fatalf("%v: %v", err, wrong)
	}
	return until
}

func busy(status int, retryAfter ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Retry-After"] = retryAfter
		w.WriteHeader(status)
	}
}

func TestRetryAfter(t *testing.T) {
	tests := []struct {
		asks string
		want time.Duration // 0: nothing is asked for
	}{
		{"120", 2 * time.Minute},
		{"  120\t", 2 * time.Minute},
		{"0120", 2 * time.Minute},
		{"86400", 24 * time.Hour},
		{"315360000", 24 * time.Hour},
		{strings.Repeat("9", 40), 24 * time.Hour},
		{"Fri, 20 Mar 2026 10:00:00 GMT", 30 * time.Minute},
		{" Fri, 20 Mar 2026 10:00:00 GMT ", 30 * time.Minute},
		{"Friday, 20-Mar-26 10:00:00 GMT", 30 * time.Minute},
		{"Fri Mar 20 10:00:00 2026", 30 * time.Minute},
		{"Fri, 20 Mar 2036 10:00:00 GMT", 24 * time.Hour},
		{"Fri, 31 Dec 9999 23:59:59 GMT", 24 * time.Hour},
		{"", 0},
		{"0", 0},
		{"-1", 0},
		{"-99999999999999999999", 0},
		{"1e9", 0},
		{"NaN", 0},
		{"soon", 0},
		{"120 seconds", 0},
		{"\xff\xfe", 0},
		{"Fri, 20 Mar 2026 09:30:00 GMT", 0},
		{"Fri, 20 Mar 2020 10:00:00 GMT", 0},
		{"Mon, 01 Jan 0001 00:00:00 GMT", 0},
	}
	for _, test := range tests {
		for _, status := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
			for _, robots := range []bool{false, true} {
				t.Run(fmt.Sprintf("%.20q/%d/%v", test.asks, status, robots), func(t *testing.T) {
					checkRetryAfter(t, newPatient(t, robots), busy(status, test.asks), test.want)
				})
			}
		}
	}
}

// checkRetryAfter has a site ask to wait, waits, and finds it well.
func checkRetryAfter(t *testing.T, p *patient, says http.HandlerFunc, want time.Duration) {
	p.say(says)
	sent, err := p.run(t)
	if sent == 0 || !errors.Is(err, scraper.ErrTryLater) || strings.Contains(err.Error(), "paused") != (want > 0) {
		t.Fatalf("%d requests; %v", sent, err)
	}
	p.say(answer(http.StatusOK, "text/html", page))
	if want > 0 {
		until := today.Add(want)
		if got := p.paused(t); !got.Equal(until) || !untilOf(t, err).Equal(until) {
			t.Errorf("paused until %s, want %s; %v", got, until, err)
		}
		p.now = until.Add(-time.Nanosecond)
		p.paused(t)
		p.now = until
	}
	if _, err := p.run(t); err != nil {
		t.Error(err)
	}
	if note := p.memory.notes["host "+p.URL]; len(note) > 0 {
		t.Errorf("not forgotten: %s", note)
	}
}

// TestRetryAfterElsewhere means nothing with another status, and in another run
// over another host.
func TestRetryAfterElsewhere(t *testing.T) {
	for _, status := range []int{400, 401, 403, 404, 408, 500, 502} {
		p := newPatient(t, false)
		p.say(busy(status, "120"))
		for range 2 {
			if sent, err := p.run(t); sent == 0 || err == nil || strings.Contains(err.Error(), "paused") {
				t.Errorf("%d: %d requests; %v", status, sent, err)
			}
		}
	}
	p, other := newPatient(t, false), newPatient(t, false)
	p.say(busy(503, "120"))
	_, _ = p.run(t)
	other.options.Memory = p.memory
	if _, err := other.run(t); err != nil {
		t.Error(err)
	}
	p.paused(t)
}

// TestImpatient asks all the same; a success ends the pause, a failure without
// another wish leaves it.
func TestImpatient(t *testing.T) {
	p := newPatient(t, false)
	p.say(busy(503, "3600"))
	_, _ = p.run(t)
	p.options.Impatient = true
	p.say(busy(500))
	for range 3 {
		if sent, err := p.run(t); sent != 1 || !untilOf(t, err).Equal(today.Add(time.Hour)) {
			t.Errorf("%d requests; %v", sent, err)
		}
	}
	p.say(busy(429, "60"))
	if sent, err := p.run(t); sent != 1 || !untilOf(t, err).Equal(today.Add(time.Minute)) {
		t.Errorf("%d requests; %v", sent, err)
	}
	p.options.Impatient = false
	p.paused(t)
	p.options.Impatient = true
	p.say(listingPage())
	if sent, err := p.run(t); sent != 1 || err != nil {
		t.Errorf("%d requests; %v", sent, err)
	}
	p.options.Impatient = false
	if sent, err := p.run(t); sent != 1 || err != nil {
		t.Errorf("%d requests; %v", sent, err)
	}
}

// TestPauseEndsAtAWholeSecond, never before the host's time.
func TestPauseEndsAtAWholeSecond(t *testing.T) {
	p := newPatient(t, false)
	p.now = today.Add(time.Millisecond)
	p.say(busy(503, "120"))
	_, _ = p.run(t)
	if got := p.paused(t); !got.Equal(today.Add(121 * time.Second)) {
		t.Errorf("paused until %s", got)
	}
}

// TestNotModifiedIsASuccess like any other.
func TestNotModifiedIsASuccess(t *testing.T) {
	p := newPatient(t, false)
	p.memory.notes["host "+p.URL] = []byte(`{"runs":2}`)
	p.say(busy(http.StatusNotModified))
	got, err := scraper.New(osce(t), p.options).Visit(t.Context(), p.address(t), scraper.Validators{ETag: `"x"`})
	if note := p.memory.notes["host "+p.URL]; err != nil || !got.NotModified || len(note) > 0 {
		t.Errorf("%v; %s", err, note)
	}
}

// TestPauseOnAClockSetBack makes no pause longer than it was, let alone a day.
func TestPauseOnAClockSetBack(t *testing.T) {
	p := newPatient(t, false)
	p.now = today.AddDate(10, 0, 0)
	p.say(busy(503, "600"))
	_, _ = p.run(t)
	p.now = today
	if got := p.paused(t); !got.Equal(today.Add(10 * time.Minute)) {
		t.Errorf("paused until %s", got)
	}
	p.now = today.Add(9 * time.Minute) // what was decided anew is kept
	p.paused(t)
	p.now = today.Add(10 * time.Minute)
	if sent, _ := p.run(t); sent == 0 {
		t.Error("still paused")
	}
}

// TestOddNotes pause nobody, or for a day at most.
func TestOddNotes(t *testing.T) {
	tests := []struct {
		note string
		want time.Duration
	}{
		{"", 0},
		{"{", 0},
		{"null", 0},
		{"[]", 0},
		{`{"runs":-9}`, 0},
		{`{"until":"2999-01-01T00:00:00Z"}`, 0},
		{`{"since":"2026-03-20T09:00:00Z","until":"2999-01-01T00:00:00Z","why":"the site answers"}`, 23*time.Hour + 30*time.Minute},
		{`{"since":"2998-01-01T00:00:00Z","until":"2999-01-01T00:00:00Z","why":"the site answers"}`, 24 * time.Hour},
		{`{"since":"2998-01-01T00:00:00Z","until":"2900-01-01T00:00:00Z","why":"the site answers"}`, 0},
	}
	for _, test := range tests {
		p := newPatient(t, false)
		p.memory.notes["host "+p.URL] = []byte(test.note)
		if test.want > 0 {
			if got := p.paused(t); !got.Equal(today.Add(test.want)) {
				t.Errorf("%s: paused until %s", test.note, got)
			}
		} else if _, err := p.run(t); err != nil {
			t.Errorf("%s: %v", test.note, err)
		}
	}
}

func TestFullDisk(t *testing.T) {
	p := newPatient(t, false)
	if _, err := p.run(t); err != nil {
		t.Fatal(err)
	}
	p.options.Memory = &fullDisk{p.memory}
	p.say(busy(503, "120"))
	if _, err := p.run(t); !errors.Is(err, errFull) || !errors.Is(err, scraper.ErrTryLater) {
		t.Error(err)
	}
	p.options.Memory = p.memory
	_, _ = p.run(t)
	p.now = p.now.Add(time.Hour)
	p.options.Memory = &fullDisk{p.memory}
	p.say(listingPage())
	if _, err := p.run(t); !errors.Is(err, errFull) {
		t.Error(err)
	}
}

var errFull = errors.New("the disk is full")

// fullDisk remembers and takes nothing new.
type fullDisk struct{ *memory }

func (fullDisk) PutNote(string, []byte) error { return errFull }
