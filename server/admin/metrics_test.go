package admin_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

var (
	commentLine = regexp.MustCompile(`^# (HELP|TYPE) ([a-z_]+) (.+)$`)
	sampleLine  = regexp.MustCompile(`^([a-z_]+)(?:\{((?:[a-z_]+="(?:[^"\\]|\\[\\"n])*",?)+)\})? (\S+)$`)
)

// parse reads the text format strictly, by the rules that promlint holds to: HELP,
// TYPE and all samples of a metric stand together; counters end in _total and
// nothing else does; no sample is there twice.
func parse(t *testing.T, text string) map[string]float64 {
	t.Helper()
	if !strings.HasSuffix(text, "\n") {
		t.Error("the last line has no end")
	}
	samples, known := map[string]float64{}, map[string]bool{}
	var name, kind string
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if m := commentLine.FindStringSubmatch(line); m != nil {
			switch {
			case m[1] == "HELP" && known[m[2]]:
				t.Errorf("%s stands in two places", m[2])
			case m[1] == "HELP":
				name, kind, known[m[2]] = m[2], "", true
			case m[2] != name || kind != "":
				t.Errorf("%q doesn't follow its HELP", line)
			default:
				kind = m[3]
			}
			if m[1] == "TYPE" && (kind == "counter") != strings.HasSuffix(name, "_total") {
				t.Errorf("%s is a %s", name, kind)
			}
			continue
		}
		m := sampleLine.FindStringSubmatch(line)
		if m == nil {
			t.Errorf("%q is no line of the format", line)
			continue
		}
		base := m[1]
		if kind == "summary" {
			base = strings.TrimSuffix(strings.TrimSuffix(base, "_sum"), "_count")
		}
		if base != name || kind == "" {
			t.Errorf("%q doesn't belong to %s, a %q", line, name, kind)
		}
		value, err := strconv.ParseFloat(m[3], 64)
		key := strings.TrimSuffix(line, " "+m[3])
		if _, twice := samples[key]; err != nil || twice {
			t.Errorf("%q: %v, twice: %t", line, err, twice)
		}
		samples[key] = value
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
	if got := res.Header.Get("Content-Type"); got != "text/plain; version=0.0.4; charset=utf-8" {
		t.Errorf("the type is %q", got)
	}
	got := parse(t, body)
	want := map[string]float64{
		`communique_store_readable{source="good"}`:                         1,
		`communique_source_state{source="good",state="ok"}`:                1,
		`communique_source_state{source="good",state="broken"}`:            0,
		`communique_source_state{source="broken",state="broken"}`:          1,
		`communique_source_state{source="none",state="unknown"}`:           1,
		`communique_source_releases{source="good"}`:                        60,
		`communique_source_releases{source="none"}`:                        0,
		`communique_source_withdrawn_releases{source="good"}`:              0,
		`communique_source_last_success_timestamp_seconds{source="good"}`:  float64(today.Unix()),
		`communique_source_next_run_timestamp_seconds{source="none"}`:      float64(today.Add(30 * time.Minute).Unix()),
		`communique_collections_total{source="good",result="complete"}`:    1,
		`communique_collections_total{source="broken",result="failed"}`:    1,
		`communique_collections_total{source="none",result="complete"}`:    0,
		`communique_collection_duration_seconds_count{source="good"}`:      1,
		`communique_collection_duration_seconds_sum{source="good"}`:        0,
		`communique_releases_new_total{source="good"}`:                     60,
		`communique_feed_requests_total{format="atom",status="200"}`:       2,
		`communique_feed_requests_total{format="rss",status="404"}`:        1,
		`communique_feed_requests_total{format="other",status="200"}`:      2,
		`communique_feed_requests_total{format="html",status="200"}`:       1,
		`communique_feed_response_bytes_total{format="atom",status="200"}`: 10,
	}
	for key, value := range want {
		if v, ok := got[key]; !ok || v != value {
			t.Errorf("%s is %v (there: %t), want %v", key, v, ok, value)
		}
	}
	if got[`communique_pages_fetched_total{source="good"}`] < 1 || got["communique_memory_bytes"] < 1e6 {
		t.Errorf("pages or memory are missing:\n%s", body)
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
