package admin

import (
	"cmp"
	"maps"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"time"

	"communique/collector"
)

// metrics gives the numbers. What could not be read from the store is left out,
// and communique_store_readable says so.
func (h *Handler) metrics(w http.ResponseWriter, _ *http.Request) {
	var e exposition
	sources := h.status().Sources
	writeStates(&e, sources)
	writeStored(&e, sources)
	writeTimes(&e, sources)
	h.writeRuns(&e)
	h.writeRequests(&e)
	writeProcess(&e)
	w.Header().Set("Content-Type", expositionType)
	_, _ = w.Write(e.Bytes()) // an error means that nobody listens any more
}

func writeStates(e *exposition, sources []SourceStatus) {
	e.metric("communique_store_readable", "gauge", "1 if what the store knows of the source can be read.")
	for _, s := range sources {
		e.sample("communique_store_readable", truth(s.Error == ""), "source", s.Name)
	}
	e.metric("communique_source_state", "gauge", "1 for the state that the source's listing is in, 0 for the others.")
	for _, s := range readable(sources) {
		for _, state := range []collector.State{unknown, collector.OK, collector.Quiet, collector.Suspect, collector.Broken} {
			e.sample("communique_source_state", truth(s.State == state), "source", s.Name, "state", string(state))
		}
	}
	e.metric("communique_source_collecting", "gauge", "1 while a collection of the source is under way.")
	for _, s := range sources {
		e.sample("communique_source_collecting", truth(s.Collecting), "source", s.Name)
	}
}

func writeStored(e *exposition, sources []SourceStatus) {
	e.metric("communique_source_releases", "gauge", "Releases of the source that are in its feeds.")
	for _, s := range readable(sources) {
		e.sample("communique_source_releases", float64(s.Releases), "source", s.Name)
	}
	e.metric("communique_source_withdrawn_releases", "gauge", "Releases that the source took back.")
	for _, s := range readable(sources) {
		e.sample("communique_source_withdrawn_releases", float64(s.Withdrawn), "source", s.Name)
	}
	e.metric("communique_source_fill_ratio", "gauge", "Share of the listing's rows that usually show a field.")
	for _, s := range sources {
		for _, field := range slices.Sorted(maps.Keys(s.Fill)) {
			e.sample("communique_source_fill_ratio", s.Fill[field], "source", s.Name, "field", field)
		}
	}
}

// writeTimes writes the times that are known.
func writeTimes(e *exposition, sources []SourceStatus) {
	for _, m := range []struct {
		name, help string
		of         func(SourceStatus) time.Time
	}{
		{"communique_source_last_success_timestamp_seconds", "When the latest complete collection looked at the listing.", func(s SourceStatus) time.Time { return s.LastSuccess }},
		{"communique_source_state_since_timestamp_seconds", "When the state of the listing began.", func(s SourceStatus) time.Time { return s.Since }},
		{"communique_source_next_run_timestamp_seconds", "When the next collection is planned.", func(s SourceStatus) time.Time { return s.Next }},
	} {
		e.metric(m.name, "gauge", m.help)
		for _, s := range sources {
			if at := m.of(s); !at.IsZero() {
				e.sample(m.name, float64(at.Unix()), "source", s.Name)
			}
		}
	}
}

func (h *Handler) writeRuns(e *exposition) {
	tallies := make([]tally, len(h.sources))
	for i, s := range h.sources {
		tallies[i] = h.runs.of(s.Name)
	}
	e.metric("communique_collections_total", "counter", "Collections that ended, by how they did.")
	for i, s := range h.sources {
		for _, result := range results() {
			e.sample("communique_collections_total", float64(tallies[i].ended[result]), "source", s.Name, "result", result)
		}
	}
	e.metric("communique_collection_duration_seconds", "summary", "How long collections took.")
	for i, s := range h.sources {
		e.sample("communique_collection_duration_seconds_sum", tallies[i].took.Seconds(), "source", s.Name)
		e.sample("communique_collection_duration_seconds_count", float64(tallies[i].runs()), "source", s.Name)
	}
	e.metric("communique_pages_fetched_total", "counter", "Pages of listings that were received.")
	for i, s := range h.sources {
		e.sample("communique_pages_fetched_total", float64(tallies[i].pages), "source", s.Name)
	}
	e.metric("communique_releases_new_total", "counter", "Releases that were not known before.")
	for i, s := range h.sources {
		e.sample("communique_releases_new_total", float64(tallies[i].new), "source", s.Name)
	}
}

func (h *Handler) writeRequests(e *exposition) {
	counted := h.requests.counted()
	kinds := slices.SortedFunc(maps.Keys(counted), func(a, b asked) int {
		return cmp.Or(cmp.Compare(a.format, b.format), cmp.Compare(a.status, b.status))
	})
	e.metric("communique_feed_requests_total", "counter", "Requests for documents that were answered.")
	for _, k := range kinds {
		e.sample("communique_feed_requests_total", float64(counted[k].requests), "format", k.format, "status", strconv.Itoa(k.status))
	}
	e.metric("communique_feed_response_bytes_total", "counter", "Bytes of bodies that were sent, as they were coded.")
	for _, k := range kinds {
		e.sample("communique_feed_response_bytes_total", float64(counted[k].bytes), "format", k.format, "status", strconv.Itoa(k.status))
	}
}

func writeProcess(e *exposition) {
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	e.metric("communique_memory_bytes", "gauge", "Memory that the process has from the system and did not give back.")
	e.sample("communique_memory_bytes", float64(memory.Sys-memory.HeapReleased))
	e.metric("communique_goroutines", "gauge", "Goroutines that there are.")
	e.sample("communique_goroutines", float64(runtime.NumGoroutine()))
}

// readable are the sources whose numbers could be read.
func readable(sources []SourceStatus) []SourceStatus {
	return slices.DeleteFunc(slices.Clone(sources), func(s SourceStatus) bool { return s.Error != "" })
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
