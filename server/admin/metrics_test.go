package admin_test

import (
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"communique/collector"
	"communique/server/admin"
)

// families reads the text format, and holds what is ours to the linter.
func families(t *testing.T, text string) map[string]*dto.MetricFamily {
	t.Helper()
	parser := expfmt.NewTextParser(model.LegacyValidation)
	all, err := parser.TextToMetricFamilies(strings.NewReader(text))
	if err != nil {
		t.Fatalf("%v:\n%s", err, text)
	}
	problems, err := promlint.New(strings.NewReader(text)).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		if strings.HasPrefix(p.Metric, "communique_") {
			t.Errorf("%s: %s", p.Metric, p.Text)
		}
	}
	return all
}

// parse reads the samples of the text format, whose labels are in order.
func parse(t *testing.T, text string) map[string]float64 {
	t.Helper()
	families(t, text)
	samples := map[string]float64{}
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		var value float64
		at := strings.LastIndexByte(line, ' ')
		if _, err := fmt.Sscan(line[at+1:], &value); err != nil {
			t.Errorf("%q: %v", line, err)
		}
		samples[line[:at]] = value
	}
	return samples
}

func TestMetrics(t *testing.T) {
	h := newHouse(t)
	site := httptest.NewServer(h.handler.Beside(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/osce/none.rss" {
			w.WriteHeader(http.StatusNotFound)
		}
		_, _ = io.WriteString(w, "12345")
	}), false))
	defer site.Close()
	for _, path := range []string{"/osce/all.atom", "/osce/all.atom", "/osce/none.rss", "/.env", "/a.b\"c\\d", "/"} {
		get(t, site.URL+path)
	}
	res, body := get(t, h.URL+"/metrics")
	kind, parameters, err := mime.ParseMediaType(res.Header.Get("Content-Type"))
	if err != nil || kind != "text/plain" || parameters["version"] != "0.0.4" || parameters["charset"] != "utf-8" {
		t.Errorf("the type is %q", res.Header.Get("Content-Type"))
	}
	got := parse(t, body)
	want := map[string]float64{
		`communique_store_readable{source="good"}`:                               1,
		`communique_source_state{source="good",state="ok"}`:                      1,
		`communique_source_state{source="good",state="broken"}`:                  0,
		`communique_source_state{source="broken",state="broken"}`:                1,
		`communique_source_state{source="none",state="unknown"}`:                 1,
		`communique_source_releases{source="good"}`:                              60,
		`communique_source_releases{source="none"}`:                              0,
		`communique_source_withdrawn_releases{source="good"}`:                    0,
		`communique_source_last_success_timestamp_seconds{source="good"}`:        float64(today.Unix()),
		`communique_source_next_run_timestamp_seconds{source="none"}`:            float64(today.Add(30 * time.Minute).Unix()),
		`communique_collections_total{result="complete",source="good"}`:          1,
		`communique_collections_total{result="failed",source="broken"}`:          1,
		`communique_collections_total{result="complete",source="none"}`:          0,
		`communique_collection_duration_seconds_count{source="good"}`:            1,
		`communique_collection_duration_seconds_sum{source="good"}`:              0,
		`communique_collection_duration_seconds_bucket{source="good",le="1"}`:    1,
		`communique_collection_duration_seconds_bucket{source="good",le="+Inf"}`: 1,
		`communique_source_trouble{condition="listing",source="broken"}`:         1,
		`communique_source_trouble{condition="site",source="broken"}`:            0,
		`communique_source_trouble{condition="listing",source="good"}`:           0,
		`communique_source_newest_release_timestamp_seconds{source="good"}`:      float64(newest.Unix() + 12*3600),
		`communique_store_file_bytes`:                                            3 << 20,
		`communique_store_free_bytes`:                                            1 << 20,
		`communique_documents_kept`:                                              7,
		`communique_documents_kept_bytes`:                                        4096,
		`communique_events_undelivered{way="webhook"}`:                           2,
		`communique_fetched_bytes_total{source="none"}`:                          0,
		`communique_releases_new_total{source="good"}`:                           60,
		`communique_feed_requests_total{format="atom",status="200"}`:             2,
		`communique_feed_requests_total{format="rss",status="404"}`:              1,
		`communique_feed_requests_total{format="other",status="200"}`:            2,
		`communique_feed_requests_total{format="html",status="200"}`:             1,
		`communique_feed_response_bytes_total{format="atom",status="200"}`:       10,
	}
	for key, value := range want {
		if v, ok := got[key]; !ok || v != value {
			t.Errorf("%s is %v (there: %t), want %v", key, v, ok, value)
		}
	}
	if got[`communique_pages_fetched_total{source="good"}`] < 1 || got["communique_memory_bytes"] < 1e6 {
		t.Errorf("pages or memory are missing:\n%s", body)
	}
	if n := got[`communique_fetched_bytes_total{source="good"}`]; n < 10_000 {
		t.Errorf("%v bytes were fetched", n)
	}
	if _, ok := got[`communique_source_last_success_timestamp_seconds{source="none"}`]; ok {
		t.Error("a source that was never collected has a last success")
	}
}

// TestMetricsOfDamage leaves out what can't be read.
func TestMetricsOfDamage(t *testing.T) {
	h := newHouse(t)
	if err := h.db.Close(); err != nil {
		t.Fatal(err)
	}
	_, body := get(t, h.URL+"/metrics")
	got := parse(t, body)
	for _, name := range []string{"good", "broken", "none"} {
		readable, there := got[fmt.Sprintf("communique_store_readable{source=%q}", name)]
		_, state := got[fmt.Sprintf(`communique_source_state{source=%q,state="ok"}`, name)]
		if !there || readable != 0 || state {
			t.Errorf("%s: readable is %v (there: %t), its state there: %t", name, readable, there, state)
		}
	}
}

// TestMetricNames holds to the names, kinds and labels that charts and alerts are
// made of.
func TestMetricNames(t *testing.T) {
	h := newHouse(t)
	site := httptest.NewServer(h.handler.Beside(http.NotFoundHandler(), false))
	defer site.Close()
	get(t, site.URL+"/none.rss")
	_, body := get(t, h.URL+"/metrics")
	want := map[string]string{
		"communique_collection_duration_seconds":             "HISTOGRAM source",
		"communique_collections_total":                       "COUNTER result source",
		"communique_documents_kept":                          "GAUGE",
		"communique_documents_kept_bytes":                    "GAUGE",
		"communique_events_undelivered":                      "GAUGE way",
		"communique_feed_requests_total":                     "COUNTER format status",
		"communique_feed_response_bytes_total":               "COUNTER format status",
		"communique_fetched_bytes_total":                     "COUNTER source",
		"communique_goroutines":                              "GAUGE",
		"communique_memory_bytes":                            "GAUGE",
		"communique_pages_fetched_total":                     "COUNTER source",
		"communique_releases_new_total":                      "COUNTER source",
		"communique_source_collecting":                       "GAUGE source",
		"communique_source_fill_ratio":                       "GAUGE field source",
		"communique_source_last_success_timestamp_seconds":   "GAUGE source",
		"communique_source_newest_release_timestamp_seconds": "GAUGE source",
		"communique_source_next_run_timestamp_seconds":       "GAUGE source",
		"communique_source_releases":                         "GAUGE source",
		"communique_source_set_aside_records":                "GAUGE source",
		"communique_source_state":                            "GAUGE source state",
		"communique_source_state_since_timestamp_seconds":    "GAUGE source",
		"communique_source_trouble":                          "GAUGE condition source",
		"communique_source_withdrawn_releases":               "GAUGE source",
		"communique_store_file_bytes":                        "GAUGE",
		"communique_store_free_bytes":                        "GAUGE",
		"communique_store_readable":                          "GAUGE source",
	}
	got := map[string]string{}
	for name, family := range families(t, body) {
		if !strings.HasPrefix(name, "communique_") {
			continue
		}
		words := []string{family.GetType().String()}
		for _, label := range family.GetMetric()[0].GetLabel() {
			words = append(words, label.GetName())
		}
		slices.Sort(words[1:])
		got[name] = strings.Join(words, " ")
		if help := family.GetHelp(); !strings.HasSuffix(help, ".") {
			t.Errorf("%s is explained by %q", name, help)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the metrics (-want +got):\n%s", diff)
	}
}

// TestMetricsAfterReload puts a new handler in the place of one: what was counted
// stays, and what the old one still answers counts too.
func TestMetricsAfterReload(t *testing.T) {
	h := newHouse(t)
	site := httptest.NewServer(h.handler.Beside(http.NotFoundHandler(), false))
	defer site.Close()
	get(t, site.URL+"/a.atom")
	renewed := httptest.NewServer(admin.New(admin.Options{
		Sources: []admin.Source{{Name: "good", Title: "GOOD", Store: h.good}}, Runs: h.runs, Requests: h.requests,
	}))
	defer renewed.Close()
	get(t, site.URL+"/a.atom")
	if _, err := h.runs.Watch("good", func() (collector.Report, error) { return collector.Report{New: 2}, nil }); err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{renewed.URL, h.URL} {
		_, body := get(t, address+"/metrics")
		got := parse(t, body)
		for key, want := range map[string]float64{
			`communique_feed_requests_total{format="atom",status="404"}`:          2,
			`communique_collections_total{result="complete",source="good"}`:       2,
			`communique_collection_duration_seconds_count{source="good"}`:         2,
			`communique_releases_new_total{source="good"}`:                        62,
			`communique_collections_total{result="interrupted",source="good"}`:    0,
			`communique_collection_duration_seconds_bucket{source="good",le="1"}`: 2,
		} {
			if v, ok := got[key]; !ok || v != want {
				t.Errorf("%s: %s is %v (there: %t), want %v", address, key, v, ok, want)
			}
		}
	}
}

// TestMetricsRefused tells strangers nothing of what went wrong, and operators all.
func TestMetricsRefused(t *testing.T) {
	h := emptyHouse(t)
	twice := admin.Source{Name: "none", Title: "NONE", Store: h.none}
	for _, test := range []struct {
		name, logged string
		options      admin.Options
	}{
		{"a source that is there twice", "was collected before", admin.Options{Sources: []admin.Source{twice, twice}}},
		{"a panic", "a mistake", admin.Options{File: func() (int64, int64, error) { panic("a mistake") }}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var log strings.Builder
			test.options.Log = slog.New(slog.NewTextHandler(&log, nil))
			server := httptest.NewServer(admin.New(test.options))
			res, body := get(t, server.URL+"/metrics")
			server.Close() // then nobody writes to the log any more
			if res.StatusCode != 500 || body != "The numbers can't be given; the log says why.\n" {
				t.Errorf("%d %q", res.StatusCode, body)
			}
			if !strings.Contains(log.String(), test.logged) {
				t.Errorf("the log says %q", log.String())
			}
		})
	}
}

// TestRuntimeMetrics gives those that charts of any Go program use.
func TestRuntimeMetrics(t *testing.T) {
	_, body := get(t, emptyHouse(t).URL+"/metrics")
	got := families(t, body)
	for _, name := range []string{"go_goroutines", "go_memstats_heap_alloc_bytes", "go_gc_duration_seconds"} {
		if got[name] == nil {
			t.Errorf("%s is missing", name)
		}
	}
}
