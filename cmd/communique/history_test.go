package main

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"communique/store"
)

// TestShowHistory wants every field that a correction changes to be told, and
// nothing of what stayed or was only learned.
func TestShowHistory(t *testing.T) {
	day := store.Day{Year: 2024, Month: time.December, Day: 16}
	until := time.Date(2024, 12, 18, 9, 30, 5, 0, time.UTC)
	release := store.Release{
		ID: "tag:example.org,2024:1", URL: "https://www.example.org/new/1", Title: "Third\n title", Summary: "Long.", Day: day,
		Type: store.Tag{Name: "News"}, Aliases: []string{"https://www.example.org/old/1", "http://www.example.org/node/1"},
	}
	versions := []store.Version{
		{Until: until, Title: "Second title", Summary: "Long.", Type: store.Tag{Name: "Report"}, Day: day},
		{Until: until.Add(-time.Hour), Title: "Second title", Day: store.Day{Year: 2024, Month: time.December, Day: 15}},
	}
	want := `Third title

id        tag:example.org,2024:1
address   https://www.example.org/new/1
formerly  https://www.example.org/old/1
formerly  http://www.example.org/node/1

corrected 2024-12-18 09:30:05 UTC
  title    Second title
        →  Third title
  type     Report
        →  News

corrected 2024-12-18 08:30:05 UTC
  summary  –
        →  Long.
  day      2024-12-15
        →  2024-12-16
`
	var got strings.Builder
	showHistory(&got, release, versions)
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Error(diff)
	}
}
