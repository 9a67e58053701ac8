package main

import (
	"bytes"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"communique/scraper/sample"
)

// TestDamageIsTold damages a record: commands that read leave it out and say so,
// with the cause first, and the next collection brings it back.
func TestDamageIsTold(t *testing.T) {
	releases := sample.Releases(120, time.Date(2026, time.September, 30, 12, 0, 0, 0, time.UTC))
	server := httptest.NewServer(sample.NewSite(releases))
	defer server.Close()
	data := t.TempDir()
	collect := []string{"collect", "--data", data, "--listing", server.URL + "/press-releases", "--delay", "0s", "--no-filters", "--now"}
	if status, _, stderr := capture(t, collect...); status != 0 {
		t.Fatal(stderr)
	}
	file, title := filepath.Join(data, "communique.db"), releases[60].Title
	text, err := os.ReadFile(file)
	if err != nil || !bytes.Contains(text, []byte(title)) {
		t.Fatal(err, title)
	}
	if err := os.WriteFile(file, bytes.Replace(text, []byte(title), []byte(strings.ToUpper(title)), 1), 0o644); err != nil {
		t.Fatal(err)
	}
	_, stdout, stderr := capture(t, "export", "--data", data)
	if n := strings.Count(stdout, "\n"); n != 119 {
		t.Errorf("%d releases", n)
	}
	first, _, _ := strings.Cut(stderr, "\n")
	if !strings.Contains(first, "the store was damaged") || !strings.Contains(first, "set aside") || strings.Count(stderr, "\n") > damageTold+1 {
		t.Errorf("told\n%s", stderr)
	}
	if status, _, stderr := capture(t, collect...); status != 0 {
		t.Fatal(stderr)
	}
	if _, stdout, stderr := capture(t, "export", "--data", data); strings.Count(stdout, "\n") != 120 || stderr != "" {
		t.Errorf("after a collection: %d releases, %s", strings.Count(stdout, "\n"), stderr)
	}
}
