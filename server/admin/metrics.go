package admin

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	dto "github.com/prometheus/client_model/go"
)

// namespace begins the name of every metric but those of the process.
const namespace = "communique"

// newRegistry returns all metrics of a handler. What Runs and Requests counted is
// theirs: a handler that takes the place of this one goes on with it.
func (h *Handler) newRegistry() *prometheus.Registry {
	registry := prometheus.NewRegistry()
	registry.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		memory(), goroutines(),
		numbers{h.status, gauges()},
	)
	for _, s := range h.o.Sources {
		h.o.Runs.expect(s.Name)
	}
	registry.MustRegister(h.o.Runs.counters()...)
	registry.MustRegister(h.o.Requests.counters()...)
	return registry
}

// metrics gives the numbers. What could not be read from the store is left out,
// and communique_store_readable says so. Numbers that contradict each other are
// refused as a whole, so that the scrape counts as failed.
func (h *Handler) metrics(w http.ResponseWriter, r *http.Request) {
	families, err := h.registry.Gather()
	if err != nil {
		h.o.Log.Error("gathering the metrics", "error", err)
		say(w, http.StatusInternalServerError, "The numbers can't be given; the log says why.")
		return
	}
	gathered := prometheus.GathererFunc(func() ([]*dto.MetricFamily, error) { return families, nil })
	promhttp.HandlerFor(gathered, promhttp.HandlerOpts{}).ServeHTTP(w, r)
}

// numbers is a prometheus.Collector of what is read anew for each answer.
type numbers struct {
	read   func() Status
	gauges []gauge
}

// Describe implements prometheus.Collector.
func (n numbers) Describe(to chan<- *prometheus.Desc) {
	for _, g := range n.gauges {
		to <- g.desc
	}
}

// Collect implements prometheus.Collector. All numbers are of one reading.
func (n numbers) Collect(to chan<- prometheus.Metric) {
	status := n.read()
	for _, g := range n.gauges {
		g.tell(status, func(value float64, labels ...string) {
			to <- prometheus.MustNewConstMetric(g.desc, prometheus.GaugeValue, value, labels...)
		})
	}
}
