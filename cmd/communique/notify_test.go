package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"communique/collector/journal"
)

// TestCommandIsToldNoSettings runs a command of the operator's, which finds what
// happened in its environment and what it was started with, and no setting.
func TestCommandIsToldNoSettings(t *testing.T) {
	dir := t.TempDir()
	tell, seen := filepath.Join(dir, "tell"), filepath.Join(dir, "seen")
	if err := os.WriteFile(tell, []byte("#!/bin/sh\nenv > "+seen+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "c.yaml")
	writeConfig(t, file, "notify: {command: ["+tell+"]}\n")
	t.Setenv("COMMUNIQUE_NOTIFY_SECRET", "geheimgeheim")
	t.Setenv("A_NEIGHBOUR", "here")
	a, err := newApp([]string{"serve", "--config", file}, os.Environ(), streams{}, time.Now).reread()
	if err != nil {
		t.Fatal(err)
	}
	j := journal.New(journal.Options{Source: "osce", Title: "OSCE", Log: a.log})
	n, end, err := a.notifier([]*journal.Journal{j})
	if err != nil {
		t.Fatal(err)
	}
	defer end()
	n.Begin()
	j.Bad(journal.Listing, journal.Broken, "a reason", time.Now())
	n.Flush(t.Context())
	told, err := os.ReadFile(seen)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"A_NEIGHBOUR=here\n", "COMMUNIQUE_EVENT_KIND=broken\n"} {
		if !strings.Contains(string(told), part) {
			t.Errorf("it is not told %q:\n%s", part, told)
		}
	}
	if strings.Contains(string(told), "geheim") {
		t.Errorf("it is told the secret:\n%s", told)
	}
}
