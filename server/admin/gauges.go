package admin

import (
	"maps"
	"runtime"
	rtmetrics "runtime/metrics"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"communique/collector"
	"communique/collector/journal"
)

// gauge is a metric that is read from a status.
type gauge struct {
	desc *prometheus.Desc
	tell func(Status, sampler)
}

// sampler takes a value, and those of the metric's labels.
type sampler func(value float64, labels ...string)

// gauges returns all that a status has. The names are a promise to whoever draws
// and alerts by them.
func gauges() []gauge {
	return slices.Concat(stateGauges(), storedGauges(), timeGauges(), houseGauges())
}

func newGauge(name, help string, labels []string, tell func(Status, sampler)) gauge {
	return gauge{prometheus.NewDesc(prometheus.BuildFQName(namespace, "", name), help, labels, nil), tell}
}

// ofEach returns a gauge of every source, whose name is the first label.
func ofEach(name, help string, labels []string, tell func(SourceStatus, sampler)) gauge {
	return newGauge(name, help, slices.Concat([]string{"source"}, labels), func(all Status, sample sampler) {
		for _, s := range all.Sources {
			tell(s, func(value float64, labels ...string) { sample(value, slices.Concat([]string{s.Name}, labels)...) })
		}
	})
}

// ofReadable returns a gauge of the sources whose numbers could be read.
func ofReadable(name, help string, labels []string, tell func(SourceStatus, sampler)) gauge {
	return ofEach(name, help, labels, func(s SourceStatus, sample sampler) {
		if s.Error == "" {
			tell(s, sample)
		}
	})
}

func stateGauges() []gauge {
	return []gauge{
		ofEach("store_readable", "1 if what the store knows of the source can be read.", nil, func(s SourceStatus, sample sampler) {
			sample(truth(s.Error == ""))
		}),
		ofReadable("source_state", "1 for the state that the source's listing is in, 0 for the others.", []string{"state"}, func(s SourceStatus, sample sampler) {
			for _, state := range []collector.State{unknown, collector.OK, collector.Quiet, collector.Suspect, collector.Broken, off} {
				sample(truth(s.State == state), string(state))
			}
		}),
		ofEach("source_collecting", "1 while a collection of the source is under way.", nil, func(s SourceStatus, sample sampler) {
			sample(truth(s.Collecting))
		}),
		// A rule for alerts needs no other metric than this one.
		ofEach("source_trouble", "1 for each condition of the source that is bad, 0 for the others; /status says why.", []string{"condition"}, func(s SourceStatus, sample sampler) {
			for _, c := range journal.Conditions() {
				_, bad := s.Troubles[c]
				sample(truth(bad), string(c))
			}
		}),
	}
}

func storedGauges() []gauge {
	return []gauge{
		ofReadable("source_releases", "Releases of the source that are in its feeds.", nil, func(s SourceStatus, sample sampler) {
			sample(float64(s.Releases))
		}),
		ofReadable("source_withdrawn_releases", "Releases that the source took back.", nil, func(s SourceStatus, sample sampler) {
			sample(float64(s.Withdrawn))
		}),
		ofEach("source_set_aside_records", "Damaged records of the source that are not served.", nil, func(s SourceStatus, sample sampler) {
			if s.SetAside != nil {
				sample(float64(*s.SetAside))
			}
		}),
		ofEach("source_fill_ratio", "Share of the listing's rows that usually show a field, from 0 to 1.", []string{"field"}, func(s SourceStatus, sample sampler) {
			for field, share := range s.Fill {
				sample(share, field)
			}
		}),
	}
}

// timeGauges tell the times that are known.
func timeGauges() []gauge {
	at := func(name, help string, of func(SourceStatus) time.Time) gauge {
		return ofEach(name, help, nil, func(s SourceStatus, sample sampler) {
			if t := of(s); !t.IsZero() {
				sample(float64(t.Unix()))
			}
		})
	}
	return []gauge{
		at("source_last_success_timestamp_seconds", "When the latest complete collection looked at the listing.", func(s SourceStatus) time.Time { return s.LastSuccess }),
		at("source_newest_release_timestamp_seconds", "Noon of the day of the newest release.", newestNoon),
		at("source_state_since_timestamp_seconds", "When the state of the listing began.", func(s SourceStatus) time.Time { return s.Since }),
		at("source_next_run_timestamp_seconds", "When the next collection is planned.", func(s SourceStatus) time.Time { return s.Next }),
	}
}

func newestNoon(s SourceStatus) time.Time {
	if s.Newest.IsZero() {
		return time.Time{}
	}
	return s.Newest.Noon()
}

// houseGauges tell of the store's file, the documents and the events that wait.
func houseGauges() []gauge {
	file := func(name, help string, of func(StoreStatus) int64) gauge {
		return newGauge(name, help, nil, func(all Status, sample sampler) {
			if all.Store != nil && all.Store.Error == "" {
				sample(float64(of(*all.Store)))
			}
		})
	}
	documents := func(name, help string, of func(DocumentsStatus) int) gauge {
		return newGauge(name, help, nil, func(all Status, sample sampler) {
			if all.Documents != nil {
				sample(float64(of(*all.Documents)))
			}
		})
	}
	return []gauge{
		file("store_file_bytes", "Size of the store's file.", func(s StoreStatus) int64 { return s.Bytes }),
		file("store_free_bytes", "Bytes of the store's file that hold nothing.", func(s StoreStatus) int64 { return s.Free }),
		documents("documents_kept", "Documents that are kept ready for readers.", func(d DocumentsStatus) int { return d.Kept }),
		documents("documents_kept_bytes", "Memory that the documents kept ready take in all codings.", func(d DocumentsStatus) int { return d.Bytes }),
		newGauge("events_undelivered", "Events that wait for a way of telling.", []string{"way"}, func(all Status, sample sampler) {
			for _, way := range slices.Sorted(maps.Keys(all.Undelivered)) {
				sample(float64(all.Undelivered[way]), way)
			}
		}),
	}
}

func memory() prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Namespace: namespace, Name: "memory_bytes", Help: "Memory that the process has from the system and did not give back.",
	}, func() float64 {
		classes := []rtmetrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
		rtmetrics.Read(classes)
		return float64(classes[0].Value.Uint64() - classes[1].Value.Uint64())
	})
}

func goroutines() prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Namespace: namespace, Name: "goroutines", Help: "Goroutines that there are.",
	}, func() float64 { return float64(runtime.NumGoroutine()) })
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
