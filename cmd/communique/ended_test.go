package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestEndedFeed takes a saved feed out of the settings: it is gone from then on,
// over restarts, and there again when it is written down again.
func TestEndedFeed(t *testing.T) {
	dir := t.TempDir()
	settings := filepath.Join(dir, "communique.yaml")
	served := func(feeds string) int {
		if err := os.WriteFile(settings, []byte(feeds), 0o644); err != nil {
			t.Fatal(err)
		}
		p := start(t, "serve", "--no-collect", "--config", settings, "--data", filepath.Join(dir, "data"), "--listen", "127.0.0.1:0")
		res, body := get(t, p.base+"/osce/feeds/ballots.atom")
		if res.StatusCode == http.StatusGone && !strings.Contains(string(body), "The list of all feeds is at") {
			t.Errorf("410 says %q", body)
		}
		p.stop(t, syscall.SIGTERM)
		return res.StatusCode
	}
	const ballots = "feeds: [{name: ballots, title: Elections, match: {words: [ballot]}}]\n"
	for i, step := range []struct {
		feeds string
		want  int
	}{{"feeds: []\n", http.StatusNotFound}, {ballots, http.StatusOK}, {"feeds: []\n", http.StatusGone}, {"feeds: []\n", http.StatusGone}, {ballots, http.StatusOK}} {
		if status := served(step.feeds); status != step.want {
			t.Errorf("step %d: %d, want %d", i+1, status, step.want)
		}
	}
}
