package main

import (
	"bytes"
	"errors"
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

// TestPasswordInAMistake says what is wrong about a command line and a settings
// file with an address in it, and shows settings, without the password there.
func TestPasswordInAMistake(t *testing.T) {
	const password = "Tr0ub4dor"
	file := filepath.Join(t.TempDir(), "c.yaml")
	for _, test := range []struct {
		settings string
		args     []string
		status   int
	}{
		{"", []string{"collect", "--listing", "ftp://me:" + password + "@a.example/"}, statusUsage},
		{"", []string{"serve", "--listen", "https://me:" + password + "@a.example/"}, statusUsage},
		{"", []string{"collect", "https://me:" + password + "@a.example/"}, statusUsage},
		{"", []string{"https://a.example/?x=1&token=" + password}, statusUsage},
		{"listing: 'ftp://me:" + password + "@a.example/'\n", []string{"config", "check", file}, statusUsage},
		{"base_url: https://me:" + password + "@a.example\n", []string{"config", "check", file}, statusUsage},
		{"{hub: 'https://me:" + password + "@a.example/p', contact: " + strings.Repeat("x", 22) + ", listne: a}\n", []string{"config", "check", file}, statusUsage},
		{"hub: https://me:" + password + "@a.example/\n", []string{"config", "show", "--config", file}, statusDone},
		{"hub: https://a.example/?token=" + password + "\n", []string{"config", "show", "--config", file}, statusDone},
		{"hub: https://a.example/?token=" + password + "\n", []string{"config", "show", "--json", "--config", file}, statusDone},
	} {
		writeConfig(t, file, test.settings)
		status, out, errs := capture(t, append(test.args, "--data", t.TempDir())...)
		if status != test.status || strings.Contains(out+errs, password) || !strings.Contains(out+errs, "a.example") {
			t.Errorf("%q with %q ended with %d and said %s%s", test.args, test.settings, status, out, errs)
		}
	}
}

// TestLogKnowsSecretsOfSettings has the log of a command leave out what its
// settings say is secret: the webhook's address, its path and its secret.
func TestLogKnowsSecretsOfSettings(t *testing.T) {
	file := filepath.Join(t.TempDir(), "c.yaml")
	writeConfig(t, file, "notify: {webhook: 'https://h.example/geheim/x', secret: hunter2hunter2}\n")
	for _, format := range []string{"text", "json"} {
		var log bytes.Buffer
		a, err := newApp([]string{"serve", "--config", file, "--log-format", format}, nil, streams{err: &log}, time.Now).reread()
		if err != nil {
			t.Fatal(err)
		}
		a.log.Info("signed with hunter2hunter2", "at", "https://h.example/geheim/x", "error", errors.New("asking for /geheim/x: refused"))
		if log.Len() == 0 || strings.Contains(log.String(), "geheim") || strings.Contains(log.String(), "hunter2") {
			t.Errorf("the log in %s says %s", format, log.String())
		}
	}
}
