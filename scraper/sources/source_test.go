package sources

import (
	"os"
	"strings"
	"testing"
)

// TestBuiltin loads what comes with the program.
func TestBuiltin(t *testing.T) {
	list, err := Builtin()
	if err != nil || len(list) == 0 {
		t.Fatalf("%d sources, %v", len(list), err)
	}
	for _, s := range list {
		if s.Zone() == nil || s.First().Host == "" || s.Key("/albania/583513", "") == "" || s.Host(s.First().Host) == "" {
			t.Errorf("%s is not usable", s.Name)
		}
	}
}

// TestLoadRefuses spoils one line of a good source at a time.
func TestLoadRefuses(t *testing.T) {
	good, err := os.ReadFile("osce.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for line, spoilt := range map[string]struct{ by, says string }{
		"name: osce":                                 {"name: ../osce", "lower-case letters"},
		"name: osce\n":                               {"name: private\n", "address of the server"},
		"https://www.osce.org/press-releases":        {"https://me:geheim@www.osce.org/press-releases", "every reader sees it"},
		"zone: Europe/Vienna":                        {"zone: Vienna", "IANA"},
		`id: "tag:osce.org,1999:"`:                   {"id: osce", "tag URI"},
		"delay: 10s":                                 {"delay: -1s", "negative"},
		"  key: \"/([0-9]+)$\"":                      {"  key: \"/[0-9]+$\"", "with a group"},
		"  full: 10 ":                                {"  fool: 10 ", "unknown field"},
		"  date: [Publishing date, Issued on]":       {"  date: []", "labels.date"},
		"  url: https://www.osce.org/press-releases": {"  url: press-releases", "http(s) address"},
		"  row: .search-result-news":                 {"  row: \"..search\"", "hints.row"},
		"  date: .publishing-date":                   {"  date: div[", "hints.date"},
		"  row: .search-result-news\n":               {"", "hints.row is needed"},
		"  host: www.osce.org":                       {"  host: \"\"", "addresses.host"},
		"  - 2 January 2006\n":                       {"  - 2. Oktober 2006\n", "must write the day"},
		"  - 2 Jan 2006\n":                           {"  - 2026-11-24\n", "must write the day"},
		"  - Jan 2, 2006\n":                          {"  - Jan 2\n", "must write the day"},
		"dates: # as":                                {"months: [a, b]\ndates: # as", "months must be 12"},
		"closed: [":                                  {"weekdays: [Mo, Di, Mi, Do, Fr, Sa, Mo]\nclosed: [", "another meaning"},
		"aliases: #":                                 {"weekdays: [Mo., Di, Mi, Do, Fr, Sa, So]\naliases: #", "letters alone"},
		"types: [News":                               {"weekdays: [Mo, Di, Mi, Do, Fr, Sa, \" \"]\ntypes: [News", "has no word"},
		"language: en":                               {"language: English", "language tag"},
		"delay: 10s\n":                               {"delay: 7\n", "want a duration such as 10s"},
		"title: OSCE":                                {"title: [OSCE]", "want a text"},
		"  full: 10":                                 {"  full: many", "want a whole number"},
		"  url: https://www.osce.org":                {"  url: https://www.example.org", "must be that of the listing"},
	} {
		text := strings.Replace(string(good), line, spoilt.by, 1)
		if text == string(good) {
			t.Fatalf("the source has no line %q", line)
		}
		if _, err := Load([]byte(text)); err == nil || !strings.Contains(err.Error(), spoilt.says) || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: %v, want %q", spoilt.by, err, spoilt.says)
		}
	}
}

// TestAddresses tells releases from other paths, and the newsroom's hosts from
// others.
func TestAddresses(t *testing.T) {
	list, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	s := list[0]
	for path, want := range map[string]string{
		"/albania/583513":                 "583513",
		"/node/583513":                    "583513",
		"/en/node/583513":                 "583513",
		"/odihr/elections/albania/583513": "583513",
		"/press-releases":                 "",
		"/press-releases/2024":            "",
		"/taxonomy/term/127":              "",
		"/albania":                        "",
		"/albania/583513/download":        "",
	} {
		if key := s.Key(path, ""); key != want {
			t.Errorf("Key(%q) = %q, want %q", path, key, want)
		}
	}
	for host, want := range map[string]string{
		"www.osce.org":    "www.osce.org",
		"WWW.OSCE.ORG.":   "www.osce.org",
		"osce.org":        "www.osce.org",
		"d6.web.osce.org": "www.osce.org",
		"odihr.osce.org":  "odihr.osce.org",
		"osce.eu.org":     "",
		"notosce.org":     "",
		"shhada.ir":       "",
	} {
		if found := s.Host(host); found != want {
			t.Errorf("Host(%q) = %q, want %q", host, found, want)
		}
	}
	if id := s.ID("583513"); id != "tag:osce.org,1999:release/583513" {
		t.Errorf("ID = %q", id)
	}
}
