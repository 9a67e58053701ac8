package scraper_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"communique/scraper"
)

// extreme is a source of the smallest or of the greatest numbers.
type extreme uint64

func (e extreme) Uint64() uint64 { return uint64(e) }

// TestBackOff pauses a host that says nothing from the eighth failing run on,
// for twice as long each time, up to a day, a tenth more or less.
func TestBackOff(t *testing.T) {
	hangUp := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	faults := []http.HandlerFunc{busy(403), busy(429), busy(500), busy(503, "soon"), hangUp, busy(502), busy(403), busy(403), busy(403), busy(403), busy(403), busy(403), busy(403), busy(403), busy(403)}
	for _, test := range []struct {
		random extreme
		spread float64
	}{{0, 0.9}, {math.MaxUint64, 1.1}} {
		p := newPatient(t, false)
		p.options.Rand = rand.New(test.random)
		for n, says := range faults {
			p.say(says)
			sent, err := p.run(t)
			if sent == 0 || !errors.Is(err, scraper.ErrTryLater) || strings.Contains(err.Error(), "paused") != (n >= 7) {
				t.Fatalf("run %d: %d requests; %v", n+1, sent, err)
			}
			if n < 7 {
				continue
			}
			want := time.Duration(float64(min(time.Hour<<(n-7), 24*time.Hour)) * test.spread)
			want = min(want, 24*time.Hour)
			until := untilOf(t, err)
			if got := until.Sub(p.now); got < want-time.Second || got > want+time.Second {
				t.Errorf("run %d: paused for %s, want %s", n+1, got, want)
			}
			if sent, err := p.run(t); sent > 0 || !strings.Contains(err.Error(), fmt.Sprintf("(%d runs one after the other failed)", n+1)) {
				t.Errorf("%d requests; %v", sent, err)
			}
			p.now = until
		}
	}
}

// TestJitter is there unless somebody hands in another.
func TestJitter(t *testing.T) {
	seen := map[time.Time]bool{}
	for range 12 {
		p := newPatient(t, false)
		p.say(busy(403))
		for range 7 {
			_, _ = p.run(t)
		}
		_, err := p.run(t)
		seen[untilOf(t, err)] = true
	}
	if len(seen) < 2 {
		t.Errorf("always the same: %v", seen)
	}
}

// TestSuccessResets lets a host fail as often again; what is neither success nor
// failure counts for nothing.
func TestSuccessResets(t *testing.T) {
	p := newPatient(t, false)
	type step struct {
		says   http.HandlerFunc
		paused bool
	}
	fails := func(n int) []step { return slices.Repeat([]step{{busy(500), false}}, n) }
	steps := slices.Concat(fails(7), []step{{listingPage(), false}}, fails(3),
		[]step{{busy(404), false}, {busy(401), false}, {redirectTo("http://feeds.example.org/"), false}},
		fails(4), []step{{busy(500), true}})
	for n, step := range steps {
		p.say(step.says)
		_, err := p.run(t)
		if got := err != nil && strings.Contains(err.Error(), "paused"); got != step.paused {
			t.Errorf("step %d: %v", n+1, err)
		}
	}
}

// TestOneRunCountsOnce, however many of its pages fail.
func TestOneRunCountsOnce(t *testing.T) {
	p := newPatient(t, false)
	p.say(busy(500))
	s := scraper.New(osce(t), p.options)
	for range 5 {
		if _, err := s.Visit(t.Context(), p.address(t), scraper.Validators{}); err == nil || strings.Contains(err.Error(), "paused") {
			t.Error(err)
		}
	}
	checkRuns(t, p, 1)
	for _, says := range []http.HandlerFunc{listingPage(), busy(500)} {
		p.say(says)
		_, _ = s.Visit(t.Context(), p.address(t), scraper.Validators{})
	}
	checkRuns(t, p, 1)
}

// checkRuns looks up how many runs are remembered to have failed.
func checkRuns(t *testing.T, p *patient, want int) {
	t.Helper()
	var note struct{ Runs int }
	if err := json.Unmarshal(p.memory.notes["host "+p.URL], &note); err != nil || note.Runs != want {
		t.Errorf("%v; %+v", err, note)
	}
}
