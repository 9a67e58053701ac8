package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"communique/scraper/sample"
)

var deskInOutput = regexp.MustCompile(`status at (http://127\.0\.0\.1:\d+)`)

// TestServeTellsOperators answers them at the readers' address if that is a
// loopback address, and at their own if they have one.
func TestServeTellsOperators(t *testing.T) {
	site := httptest.NewServer(sample.NewSite(sample.Releases(60, time.Date(2026, 9, 30, 0, 0, 0, 0, time.UTC))))
	defer site.Close()
	config := filepath.Join(t.TempDir(), "communique.yaml")
	if err := os.WriteFile(config, []byte("admin_listen: 127.0.0.1:0\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name   string
		flags  []string
		own    bool // an address of their own
		shared int  // what the readers' address answers them
	}{
		{"readers' address", []string{"--listen", "127.0.0.1:0"}, false, http.StatusOK},
		{"open to the world", []string{"--listen", "0.0.0.0:0"}, false, http.StatusNotFound},
		{"own address", []string{"--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"}, true, http.StatusNotFound},
		{"own address by key", []string{"--listen", "127.0.0.1:0", "--config", config}, true, http.StatusNotFound},
	} {
		t.Run(test.name, func(t *testing.T) {
			out, end := serveBeside(t, append(test.flags, "--data", t.TempDir(), "--listing", site.URL+"/press-releases", "--delay", "0s", "--no-filters")...)
			defer end()
			base := servedInOutput.FindStringSubmatch(out.String())[1]
			desk := base
			if test.own {
				desk = deskInOutput.FindStringSubmatch(out.String())[1]
			}
			waitFor(t, func() bool { res, _ := get(t, desk+"/readyz"); return res.StatusCode == http.StatusOK })
			for path, want := range map[string]int{
				"/healthz": 200, "/readyz": 200, "/osce/all.atom": 200,
				"/status": test.shared, "/status.html": test.shared, "/status.atom": test.shared, "/metrics": test.shared,
			} {
				if res, _ := get(t, base+path); res.StatusCode != want {
					t.Errorf("%s: %d, want %d", path, res.StatusCode, want)
				}
			}
			if !test.own {
				return
			}
			if res, body := get(t, desk+"/metrics"); res.StatusCode != 200 ||
				!strings.Contains(string(body), `communique_feed_requests_total{format="atom",status="200"} 1`) {
				t.Errorf("the numbers: %d\n%s", res.StatusCode, body)
			}
			if res, _ := get(t, desk+"/osce/all.atom"); res.StatusCode != http.StatusNotFound {
				t.Errorf("feeds at the operators' address: %d", res.StatusCode)
			}
		})
	}
}

var servedInOutput = regexp.MustCompile(`feeds of .* at (http://[a-z0-9.]+:\d+)/`)

// serveBeside runs serve in this process until end is called.
func serveBeside(t *testing.T, flags ...string) (out *output, end func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out = new(output)
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, append([]string{"serve"}, flags...), nil, streams{strings.NewReader(""), out, out}, time.Now)
	}()
	end = func() {
		cancel()
		if status := <-ended; status != statusDone {
			t.Errorf("serve ended with %d:\n%s", status, out)
		}
	}
	waitFor(t, func() bool { return servedInOutput.MatchString(out.String()) })
	return out, end
}

// waitFor waits for something that goes on beside the test.
func waitFor(t *testing.T, done func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if done() {
			return
		}
	}
	t.Fatal("it did not come within 20 seconds")
}
