package feed

import (
	"errors"
	"strings"
	"testing"
)

func endedPress(t *testing.T) *Press {
	t.Helper()
	newsroom := newStore(t)
	put(t, newsroom, seed()...)
	press, err := NewPress(base, DefaultLimits(), Room{Newsroom: osce(), Store: newsroom, Ended: []string{"ballots"}})
	if err != nil {
		t.Fatal(err)
	}
	return press
}

func TestEndedFeedIsGone(t *testing.T) {
	press := endedPress(t)
	for path, want := range map[string]error{
		"/osce/feeds/ballots.atom": ErrGone, "/osce/feeds/ballots.json": ErrGone, "/osce/feeds/ballots.html": ErrGone,
		"/osce/feeds/other.atom": ErrNoDocument,
	} {
		if _, err := press.Render(path); !errors.Is(err, want) {
			t.Errorf("rendering %s: %v, want %v", path, err, want)
		}
		if _, err := press.VersionOf(path); !errors.Is(err, want) {
			t.Errorf("version of %s: %v, want %v", path, err, want)
		}
	}
	if _, err := press.Feed("/osce/feeds/ballots"); !errors.Is(err, ErrGone) {
		t.Errorf("feed: %v", err)
	}
}

// All that there was of a newsroom that is closed is gone, and none of it is listed.
func TestClosedNewsroomIsGone(t *testing.T) {
	newsroom := newStore(t)
	put(t, newsroom, seed()...)
	was := osce()
	was.Name, was.IDPrefix = "was", "tag:was.example,1999:"
	press, err := NewPress(base, DefaultLimits(), Room{Newsroom: osce(), Store: newsroom}, Room{Newsroom: was, Store: newsroom, Closed: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/was/all.atom", "/was/topics/elections.html", "/was/all/2024.atom", "/was/releases/583513.json", "/was/none.atom", "/was/changes.ndjson"} {
		if _, err := press.Render(path); !errors.Is(err, ErrGone) {
			t.Errorf("rendering %s: %v", path, err)
		}
		if _, err := press.VersionOf(path); !errors.Is(err, ErrGone) {
			t.Errorf("version of %s: %v", path, err)
		}
	}
	if _, err := press.Feed("/was/all"); !errors.Is(err, ErrGone) {
		t.Errorf("feed: %v", err)
	}
	if d, ok, err := press.Ended("/was/all.rss"); !ok || err != nil || !strings.Contains(string(d.Body), "This feed has ended") {
		t.Errorf("the last document: %v, %v, %s", ok, err, d.Body)
	}
	if err := press.All(func(d Document) error {
		if strings.HasPrefix(d.Path, "/was/") || strings.Contains(string(d.Body), base+"/was/") {
			t.Errorf("%s is of it, or speaks of it", d.Path)
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
	if _, err := NewPress(base, DefaultLimits(), Room{Newsroom: was, Store: newsroom, Closed: true}); err == nil {
		t.Error("a press of nothing but a closed newsroom")
	}
}

// The last document of a feed is a valid one, of the same id, without entries.
func TestLastDocument(t *testing.T) {
	press := endedPress(t)
	for _, stem := range []string{"/osce/feeds/ballots", "/osce/topics/beekeeping", "/osce/offices/a/topics/b"} {
		for _, form := range formats() {
			d, ok, err := press.Ended(stem + form.suffix)
			if !ok || err != nil {
				t.Fatalf("%s%s: %v, %v", stem, form.suffix, ok, err)
			}
			if err := d.check(base); err != nil || d.Path != stem+form.suffix {
				t.Errorf("%s of %s%s: %v", d.Path, stem, form.suffix, err)
			}
			if !strings.Contains(string(d.Body), "This feed has ended") {
				t.Errorf("%s does not say that it ended:\n%s", d.Path, d.Body)
			}
		}
	}
	d, _, err := press.Ended("/osce/feeds/ballots.atom")
	if err != nil {
		t.Fatal(err)
	}
	if root := parseXML(t, d.Body); root.text("id") != "tag:osce.org,1999:feeds/feeds/ballots" || len(root.all("entry")) > 0 {
		t.Errorf("the feed is\n%s", d.Body)
	}
	for _, path := range []string{
		"/osce/feeds/ballots.html", "/osce/topics/beekeeping/2024.atom", "/osce/releases/1.json", "/index.html", "/feeds.opml", "/unece/all.atom", "/osce/feeds/.atom", "/osce/.atom",
	} {
		if _, ok, err := press.Ended(path); ok || err != nil {
			t.Errorf("%s: %v, %v", path, ok, err)
		}
	}
}
