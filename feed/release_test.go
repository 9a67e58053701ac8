package feed

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html/atom"

	"communique/store"
)

// releaseAt renders what lies below the folder of releases.
func releaseAt(t *testing.T, press *Press, rest string) Document {
	t.Helper()
	document, err := press.Render("/osce/releases/" + rest)
	if err != nil {
		t.Fatal(err)
	}
	again, err := press.Render("/osce/releases/" + rest)
	if diff := cmp.Diff(document, again); diff != "" || err != nil {
		t.Errorf("rendered again (%v) it is another document:\n%s", err, diff)
	}
	if version, err := press.VersionOf(document.Path); version != document.Version || err != nil {
		t.Errorf("%s has version %d, told as %d (%v)", document.Path, document.Version, version, err)
	}
	return document
}

// corrected returns a store with one release that was corrected twice, and
// moved.
func corrected(t *testing.T) *store.Newsroom {
	t.Helper()
	newsroom := newStore(t)
	r := newRelease("583198", "OSCE trains cadets", "First.", store.Day{Year: 2024, Month: time.December, Day: 16})
	r.Type, r.Topics = store.Tag{Name: "News"}, tags("Policing")
	seen := time.Date(2024, time.December, 17, 8, 30, 0, 0, time.UTC)
	for i, title := range []string{"OSCE trains cadets", "OSCE <b>trains</b> police cadets", "OSCE trains police cadets"} {
		r.Title = title
		if i == 2 {
			r.Summary, r.URL = "Second.", "https://www.osce.org/tntd/583198"
		}
		page := store.Page{Releases: []store.Release{r}, Seen: seen.Add(time.Duration(i) * time.Hour), Run: uint64(i + 1)}
		if _, err := newsroom.Put(page); err != nil {
			t.Fatal(err)
		}
	}
	return newsroom
}

func TestReleasePage(t *testing.T) {
	document := releaseAt(t, newPress(t, corrected(t)), "583198")
	if document.MediaType != pageType || document.Path != "/osce/releases/583198" {
		t.Errorf("%s is %s", document.Path, document.MediaType)
	}
	root := parsed(t, document.Body)
	checkAlone(t, root)
	want := []string{
		"Skip to the content → #main", "Communique → ../../index.html",
		"Policing → ../topics/policing.html", "News → ../types/news.html",
		"Read it at www.osce.org → https://www.osce.org/tntd/583198",
		"https://www.osce.org/tntd/583198 → https://www.osce.org/tntd/583198",
		"https://www.osce.org/node/583198 → https://www.osce.org/node/583198",
		"The record as JSON → 583198.json",
		"OSCE: all releases → ../all.html", "OSCE: Policing → ../topics/policing.html", "OSCE: News → ../types/news.html",
		"https://www.osce.org/press-releases → https://www.osce.org/press-releases",
	}
	if diff := cmp.Diff(want, linksIn(root)); diff != "" {
		t.Errorf("links (-want +got):\n%s", diff)
	}
	const versions = "Corrected 17 Dec 2024, 10:30 UTC Title OSCE <b>trains</b> police cadets OSCE trains police cadets Summary First. Second. " +
		"Corrected 17 Dec 2024, 09:30 UTC Title OSCE trains cadets OSCE <b>trains</b> police cadets"
	if got := inner(classed(root, "versions")[0]); got != versions {
		t.Errorf("the versions read (-want +got):\n%s", cmp.Diff(versions, got))
	}
	if got := inner(find(root, atom.Dl)[len(find(root, atom.Dl))-1]); !strings.HasPrefix(got, "Published 16 Dec 2024, 12:00 UTC Corrected 17 Dec 2024, 10:30 UTC First seen 17 Dec 2024, 08:30 UTC Id tag:") {
		t.Errorf("the record reads %q", got)
	}
}

func TestReleaseJSON(t *testing.T) {
	document := releaseAt(t, newPress(t, corrected(t)), "583198.json")
	var got releaseDocument
	if err := json.Unmarshal(document.Body, &got); err != nil {
		t.Fatal(err)
	}
	day := store.Day{Year: 2024, Month: time.December, Day: 16}
	policing, news := base+"/osce/topics/policing", base+"/osce/types/news"
	holder := func(title, stem string) releaseHolder {
		return releaseHolder{title, stem + ".html", stem + ".atom", stem + ".rss", stem + ".json"}
	}
	want := releaseDocument{
		URL: "https://www.osce.org/tntd/583198", ID: "tag:osce.org,1999:583198", Key: "583198",
		Title: "OSCE trains police cadets", Summary: "Second.", Day: day,
		Published: "2024-12-16T12:00:00Z", Updated: "2024-12-17T10:30:00Z", FirstSeen: "2024-12-17T08:30:00Z",
		Type: &jsonTag{"News", "news", news + ".json"}, Offices: []jsonTag{}, Topics: []jsonTag{{"Policing", "policing", policing + ".json"}},
		Aliases: []string{"https://www.osce.org/node/583198"},
		Versions: []releaseVersion{
			{"2024-12-17T10:30:00Z", "OSCE <b>trains</b> police cadets", "First.", "News", day},
			{"2024-12-17T09:30:00Z", "OSCE trains cadets", "First.", "News", day},
		},
		Feeds: []releaseHolder{holder("OSCE: all releases", base+"/osce/all"), holder("OSCE: Policing", policing), holder("OSCE: News", news)},
	}
	if diff := cmp.Diff(want, got); diff != "" || document.MediaType != releaseType {
		t.Errorf("%s (-want +got):\n%s", document.MediaType, diff)
	}
}

// TestNoRelease asks for releases that are not there, or not any more.
func TestNoRelease(t *testing.T) {
	newsroom := corrected(t)
	press := newPress(t, newsroom)
	at := time.Date(2024, time.December, 18, 8, 30, 0, 0, time.UTC)
	if _, err := newsroom.Withdraw("583198", at); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]error{
		"/osce/releases/583198":      ErrGone,
		"/osce/releases/583198.json": ErrGone,
		"/osce/releases/1":           ErrNoDocument,
		"/osce/releases/1.json":      ErrNoDocument,
		"/osce/releases/":            ErrNoDocument,
		"/osce/releases/.json":       ErrNoDocument,
		"/osce/releases":             ErrNoDocument,
	} {
		if _, err := press.Render(path); !errors.Is(err, want) {
			t.Errorf("Render(%q): %v, want %v", path, err, want)
		}
		if _, err := press.VersionOf(path); !errors.Is(err, want) {
			t.Errorf("VersionOf(%q): %v, want %v", path, err, want)
		}
	}
}
