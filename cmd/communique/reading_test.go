package main

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"communique/scraper/sample"
)

// TestNobodyButTheScheduleCollects asks for documents, for what is none, for the
// change log and for the state, and floods all of it until it is turned away: the
// newsroom is not visited for any of that.
func TestNobodyButTheScheduleCollects(t *testing.T) {
	newsroom := sample.NewSite(sample.Releases(60, time.Date(2026, 9, 30, 0, 0, 0, 0, time.UTC)))
	var visits atomic.Int64
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		visits.Add(1)
		newsroom.ServeHTTP(w, r)
	}))
	defer site.Close()
	file := filepath.Join(t.TempDir(), "c.yaml")
	writeConfig(t, file, "schedule: '@every 24h'\nlimits: {requests: 1, burst: 30, trusted_proxies: [127.0.0.1]}\n")
	out, end := serveBeside(t, "--config", file, "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--listing", site.URL+"/press-releases", "--delay", "0s", "--no-filters")
	waitFor(t, func() bool { return strings.Contains(out.String(), "msg=collected") })
	base, before := servedInOutput.FindStringSubmatch(out.String())[1], visits.Load()
	for _, client := range []string{"", "192.0.2.7"} { // the second one is limited
		turnedAway := 0
		for range 10 {
			for _, path := range []string{
				"/", "/osce/all.atom", "/osce/all.rss?refresh=1", "/osce/none.atom", "/osce/changes.ndjson",
				"/healthz", "/readyz", "/status", "/status.html", "/status.atom", "/metrics",
			} {
				if statusFor(t, base+path, client) == http.StatusTooManyRequests {
					turnedAway++
				}
			}
		}
		if (turnedAway > 0) != (client != "") {
			t.Errorf("%q was turned away %d times", client, turnedAway)
		}
	}
	end()
	if after := visits.Load(); after != before {
		t.Errorf("the newsroom had %d visits before anybody read, %d afterwards", before, after)
	}
	if log := out.String(); strings.Count(log, "msg=collected") != 1 || strings.Contains(log, "interrupted") {
		t.Errorf("there was another collection:\n%s", log)
	}
}

// statusFor asks past all caches for an address, on behalf of a client if it is
// not "".
func statusFor(t *testing.T, address, client string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Cache-Control", "no-cache")
	if client != "" {
		req.Header.Set("X-Forwarded-For", client)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	return res.StatusCode
}
