package admin

import (
	"context"
	"errors"
	"maps"
	"sync"
	"time"

	"communique/collector"
)

// The ways in which a collection ends.
const (
	complete    = "complete"
	suspect     = "suspect"
	interrupted = "interrupted"
	failed      = "failed"
	panicked    = "panicked"
)

func results() []string { return []string{complete, suspect, interrupted, failed, panicked} }

// Runs counts collections since the process began. Its methods may be called by
// many goroutines.
type Runs struct {
	now func() time.Time

	mu sync.Mutex
	by map[string]*tally // of each source
}

// tally is what is counted of one source.
type tally struct {
	began      time.Time // of the latest run; zero before the first
	collecting bool
	ended      map[string]int // by result
	took       time.Duration  // all that ended
	pages, new int
}

// NewRuns returns a count of nothing that takes its times from a clock.
func NewRuns(clock func() time.Time) *Runs {
	return &Runs{now: clock, by: map[string]*tally{}}
}

// Watch makes a collection of a source by calling collect, and counts it however
// it ends, be it by a panic, which goes on upwards.
func (r *Runs) Watch(source string, collect func() (collector.Report, error)) (report collector.Report, err error) {
	began, result := r.begin(source), panicked
	defer func() { r.end(source, began, result, report) }()
	report, err = collect()
	result = resultOf(err)
	return report, err
}

func resultOf(err error) string {
	switch {
	case err == nil:
		return complete
	case errors.Is(err, context.Canceled):
		return interrupted
	case errors.Is(err, collector.ErrSuspect):
		return suspect
	}
	return failed
}

func (r *Runs) begin(source string) time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.by[source]
	if t == nil {
		t = &tally{ended: map[string]int{}}
		r.by[source] = t
	}
	t.began, t.collecting = r.now(), true
	return t.began
}

func (r *Runs) end(source string, began time.Time, result string, report collector.Report) {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.by[source]
	t.collecting = false
	t.ended[result]++
	t.took += max(r.now().Sub(began), 0)
	t.pages += report.Pages + report.FilterPages
	t.new += report.New
}

// of returns what was counted of a source so far.
func (r *Runs) of(source string) tally {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.by[source]
	if t == nil {
		return tally{}
	}
	seen := *t
	seen.ended = maps.Clone(t.ended)
	return seen
}

// runs returns how many collections ended.
func (t tally) runs() (n int) {
	for _, ended := range t.ended {
		n += ended
	}
	return n
}
