package main

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"communique/scraper/sample"
)

// TestPasswordInAddress visits a mirror that asks for a password, which stands
// in its address: no output, no log and no file tells it.
func TestPasswordInAddress(t *testing.T) {
	const password = "Tr0ub4dor"
	newsroom := sample.NewSite(sample.Releases(120, time.Date(2026, 9, 30, 0, 0, 0, 0, time.UTC)))
	site := httptest.NewServer(newsroom)
	defer site.Close()
	data := t.TempDir()
	at := strings.Replace(site.URL, "http://", "http://me:"+password+"@", 1) + "/press-releases"
	visit := []string{"--data", data, "--listing", at, "--delay", "0s", "--log-level", "debug"}
	quiet := func(args ...string) {
		t.Helper()
		status, out, errs := capture(t, args...)
		if status == statusUsage || strings.Contains(out+errs, password) {
			t.Errorf("%s ended with %d and said %s%s", args[0], status, out, errs)
		}
	}
	quiet("inspect", at)
	quiet("inspect", at, "--json")
	quiet(append([]string{"collect", "--pages", "1"}, visit...)...)
	quiet("inspect", strings.TrimSuffix(at, "press-releases")+"nothing")
	for _, fault := range []sample.Fault{sample.Login, sample.Down, sample.MovedHost, sample.RobotsDown} {
		newsroom.Break(fault)
		quiet(append([]string{"collect", "--now"}, visit...)...)
		quiet(append([]string{"check"}, visit...)...)
		quiet("inspect", at)
	}
	newsroom.Break("")
	quiet(append([]string{"collect"}, visit...)...)
	quiet("inspect", "--last-problem", "--data", data)
	quiet("export", "--data", data)
	stored, err := os.ReadFile(filepath.Join(data, "communique.db"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(stored), password) {
		t.Error("the store tells it")
	}
}
