package admin

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

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

	ended             *prometheus.CounterVec // by source and result
	took              *prometheus.HistogramVec
	bytes, pages, new *prometheus.CounterVec // by source

	mu     sync.Mutex
	latest map[string]run // of each source
}

// run is a collection.
type run struct {
	began    time.Time // zero before the first
	underWay bool
}

// NewRuns returns a count of nothing that takes its times from a clock.
func NewRuns(clock func() time.Time) *Runs {
	return &Runs{
		now:   clock,
		ended: newCounter("collections_total", "Collections that ended, by how they did.", "source", "result"),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: namespace, Name: "collection_duration_seconds", Help: "How long collections took.", Buckets: bounds(),
		}, []string{"source"}),
		bytes:  newCounter("fetched_bytes_total", "Bytes of bodies that were received from the site.", "source"),
		pages:  newCounter("pages_fetched_total", "Pages of listings that were received.", "source"),
		new:    newCounter("releases_new_total", "Releases that were not known before.", "source"),
		latest: map[string]run{},
	}
}

// bounds are the lengths of collections, in seconds, that are counted apart: from
// one page, which is what cron mostly reads, to the whole archive.
func bounds() []float64 { return []float64{1, 5, 15, 60, 5 * 60, 15 * 60, 60 * 60, 6 * 60 * 60} }

// counters returns all that is counted.
func (r *Runs) counters() []prometheus.Collector {
	return []prometheus.Collector{r.ended, r.took, r.bytes, r.pages, r.new}
}

// expect makes the counts of a source begin at 0, so that the first event shows
// as an increase.
func (r *Runs) expect(source string) {
	for _, result := range results() {
		r.ended.WithLabelValues(source, result)
	}
	r.took.WithLabelValues(source)
	for _, c := range []*prometheus.CounterVec{r.bytes, r.pages, r.new} {
		c.WithLabelValues(source)
	}
}

// Watch makes a collection of a source by calling collect, and counts it however
// it ends, be it by a panic, which goes on upwards.
func (r *Runs) Watch(source string, collect func() (collector.Report, error)) (report collector.Report, err error) {
	began, result := r.now(), panicked
	r.remember(source, run{began, true})
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

func (r *Runs) end(source string, began time.Time, result string, report collector.Report) {
	r.ended.WithLabelValues(source, result).Inc()
	r.took.WithLabelValues(source).Observe(max(r.now().Sub(began), 0).Seconds())
	r.pages.WithLabelValues(source).Add(float64(report.Pages + report.FilterPages))
	r.new.WithLabelValues(source).Add(float64(report.New))
	r.remember(source, run{began, false})
}

func (r *Runs) remember(source string, latest run) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.latest[source] = latest
}

// of returns the latest collection of a source, and whether it is under way.
func (r *Runs) of(source string) (began time.Time, collecting bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	latest := r.latest[source]
	return latest.began, latest.underWay
}
