package store

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var safe = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)

func TestSlug(t *testing.T) {
	tests := map[string]string{
		"Policing":                    "policing",
		"OSCE Presence in Albania":    "osce-presence-in-albania",
		"Roma & Sinti":                "roma-and-sinti",
		"Cyber/ICT Security":          "cyber-ict-security",
		"":                            "untitled",
		"..":                          "untitled",
		"/":                           "untitled",
		"../../etc/passwd":            "etc-passwd",
		"-_-":                         "untitled",
		"snake_case":                  "snake-case",
		"Миссия в Сербии":             "missiia-v-serbii",
		"Długi Żółw":                  "dlugi-zolw",
		"\x00\x01":                    "untitled",
		strings.Repeat("x", 300):      strings.Repeat("x", 80),
		strings.Repeat("a ", 150):     strings.Repeat("a-", 39) + "a",
		strings.Repeat("Щ", 150)[:99]: "",
	}
	for name, want := range tests {
		got := Slug(name)
		if !safe.MatchString(got) || len(got) > maxSlug || want != "" && got != want {
			t.Errorf("Slug(%.40q) = %q, want %q", name, got, want)
		}
	}
}

func TestSlugIsSafe(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		name := rapid.String().Draw(r, "name")
		if got := Slug(name); !safe.MatchString(got) || len(got) > maxSlug || got != Slug(name) {
			r.Errorf("Slug(%q) = %q", name, got)
		}
	})
}

// slugs returns the slugs of one kind by name.
func slugs(t testing.TB, n *Newsroom, kind Kind) map[string]string {
	t.Helper()
	filings, err := n.Filings(kind)
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]string{}
	seen := map[string]bool{}
	for _, f := range filings {
		if seen[f.Query.Slug] || !safe.MatchString(f.Query.Slug) {
			t.Errorf("slug %q is there twice, or not safe", f.Query.Slug)
		}
		seen[f.Query.Slug] = true
		byName[f.Tag.Name] = f.Query.Slug
	}
	return byName
}

func TestSlugsAreUniqueAndStay(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	room := openRoomAt(t, path)
	topics := []string{"Policing", "..", "/", "-", "Policing!", "Policing 2", "Policing?", strings.Repeat("x", 300), strings.Repeat("x", 299), "Миссия", "missiia"}
	page := listing("1")
	page.Releases[0].Topics = tags(topics...)
	page.Releases[0].Offices = tags("Policing")
	put(t, room, page)
	first := slugs(t, room, Topic)
	if len(first) != len(topics) || first["Policing"] != "policing" || first["Policing!"] != "policing-2" || first["Policing 2"] != "policing-2-2" {
		t.Errorf("%v", first)
	}
	if got := slugs(t, room, Office); got["Policing"] != "policing" {
		t.Errorf("kinds share slugs: %v", got)
	}
	if err := room.db.Close(); err != nil {
		t.Fatal(err)
	}
	room = openRoomAt(t, path)
	page.Releases = append(page.Releases, made("2"))
	page.Releases[1].Topics = tags("POLICING?", "policing", "\u00a0Policing!  ", "Новая")
	put(t, room, page)
	for name, slug := range slugs(t, room, Topic) {
		if first[name] != slug && name != "Новая" {
			t.Errorf("%q was %q, is %q", name, first[name], slug)
		}
	}
}

// TestSlugStaysWhenClosed closes an office and opens it again.
func TestSlugStaysWhenClosed(t *testing.T) {
	room := openRoom(t)
	for i, name := range []string{"Mission to Georgia", "Mission to Georgia (closed)", "MISSION TO GEORGIA (closed)", "Mission to Georgia"} {
		before := room.Version()
		page := listing("1", "2")
		page.Releases[1].Offices = tags(name)
		put(t, room, page)
		f, err := room.Filing(Query{Office, "mission-to-georgia"})
		closed := strings.HasSuffix(name, "(closed)")
		if err != nil || f.Tag.Closed != closed || f.Tag.Name != "Mission to Georgia" || f.Releases != 1 {
			t.Errorf("%q: %+v (%v)", name, f, err)
		}
		if changed := i != 2; changed != (room.Version() != before) || changed && f.Version != room.Version() {
			t.Errorf("%q: version %d after %d, of the filing %d", name, room.Version(), before, f.Version)
		}
		if !strings.EqualFold(f.Tag.Label(), name) {
			t.Errorf("label %q, want %q", f.Tag.Label(), name)
		}
	}
}

// TestSlugsOfManyEqualNames mints thousands of slugs that all want to be one.
func TestSlugsOfManyEqualNames(t *testing.T) {
	room := openRoom(t)
	page := listing("1")
	page.Releases[0].Topics = nil
	for i := range 2000 {
		page.Releases[0].Topics = append(page.Releases[0].Topics, Tag{Name: strings.Repeat("x", 100) + fmt.Sprint(i)})
	}
	start := time.Now()
	put(t, room, page)
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("took %s", took)
	}
	if n := len(slugs(t, room, Topic)); n != 2000 {
		t.Errorf("%d slugs", n)
	}
}
