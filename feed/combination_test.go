package feed

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"communique/store"
)

func TestCombinedFeeds(t *testing.T) {
	newsroom := newStore(t)
	put(t, newsroom, seed()...)
	press := newPress(t, newsroom)
	tests := []struct {
		path, title string
		want        []string
	}{
		{
			"/osce/offices/osce-secretariat/topics/policing", "OSCE: Policing × OSCE Secretariat",
			[]string{"583198", "583086"},
		},
		{
			"/osce/topics/countering-terrorism+economic-activities", "OSCE: Countering terrorism or Economic activities",
			[]string{"583153", "583092"},
		},
		{
			"/osce/offices/osce-presence-in-albania+osce-secretariat/topics/policing/types/news", "OSCE: Policing × OSCE Presence in Albania or OSCE Secretariat × News",
			[]string{"583198", "583086"},
		},
		{"/osce/offices/osce-presence-in-albania/topics/policing", "OSCE: Policing × OSCE Presence in Albania", nil},
	}
	for _, test := range tests {
		f, err := press.Feed(test.path)
		if err != nil {
			t.Fatal(err)
		}
		if f.Title() != test.title {
			t.Errorf("title of %s is %q, want %q", test.path, f.Title(), test.title)
		}
		for _, form := range formats() {
			document, err := press.Render(test.path + form.suffix)
			if err != nil {
				t.Fatal(err)
			}
			var want []read
			for _, key := range test.want {
				r, _, err := newsroom.Release(key)
				if err != nil {
					t.Fatal(err)
				}
				want = append(want, expected(r))
			}
			checkRead(t, test.title, document, want)
			if version, err := press.VersionOf(document.Path); err != nil || version != document.Version {
				t.Errorf("VersionOf(%s) is %d, %v, want %d", document.Path, version, err, document.Version)
			}
		}
	}
	if f, _ := press.Feed(tests[0].path); f.id() != "tag:osce.org,1999:feeds/offices/osce-secretariat/topics/policing" {
		t.Errorf("id is %s", f.id())
	}
	if f, _ := press.Feed(tests[1].path); f.Subtitle() != "Releases that OSCE files under the topics “Countering terrorism” or “Economic activities”, newest first." {
		t.Errorf("subtitle is %s", f.Subtitle())
	}
}

// TestOneAddress shows that each combination has one path, and the others lead
// there.
func TestOneAddress(t *testing.T) {
	newsroom := newStore(t)
	put(t, newsroom, seed()...)
	press := newPress(t, newsroom)
	const sorted = "/osce/topics/countering-terrorism+policing"
	tests := map[string]string{
		"/osce/topics/policing+countering-terrorism.atom":                             sorted + ".atom",
		"/osce/topics/policing+policing.rss":                                          "/osce/topics/policing.rss",
		"/osce/topics/policing+countering-terrorism+policing.json":                    sorted + ".json",
		"/osce/topics/policing/offices/osce-secretariat.atom":                         "/osce/offices/osce-secretariat/topics/policing.atom",
		"/osce/types/news/topics/policing+countering-terrorism.atom":                  sorted + "/types/news.atom",
		"/osce/topics/policing/offices/osce-secretariat+osce-presence-in-albania.rss": "/osce/offices/osce-presence-in-albania+osce-secretariat/topics/policing.rss",
	}
	for path, want := range tests {
		_, err := press.Render(path)
		moved, ok := errors.AsType[*MovedError](err)
		if !ok || moved.To != want {
			t.Errorf("Render(%s): %v, want the way to %s", path, err, want)
		}
		if _, again := press.VersionOf(path); again == nil || again.Error() != err.Error() {
			t.Errorf("VersionOf(%s): %v, want %v", path, again, err)
		}
		if _, err := press.Render(want); err != nil {
			t.Errorf("%s leads to %s: %v", path, want, err)
		}
	}
	many := "/osce/topics/" + strings.Repeat("policing+", maxValues) + "policing.atom"
	if _, err := press.Render(many); !errors.Is(err, ErrNoDocument) {
		t.Errorf("a path with %d slugs: %v", maxValues+1, err)
	}
}

func TestNear(t *testing.T) {
	newsroom := newStore(t)
	put(t, newsroom, seed()...)
	press := newPress(t, newsroom)
	tests := []struct {
		path string
		want []string
	}{
		{"/osce/topics/polcing.atom", []string{"/osce/topics/policing.atom"}},
		{"/osce/topics/terrorism.json", []string{"/osce/topics/countering-terrorism.json"}},
		{"/osce/offices/albania.rss", []string{"/osce/offices/osce-presence-in-albania.rss"}},
		{"/osce/offices/albania/topics/policing.rss", []string{"/osce/offices/osce-presence-in-albania/topics/policing.rss"}},
		{"/osce/topics/policing+economy-activities.atom", []string{"/osce/topics/economic-activities+policing.atom"}},
		{"/osce/topics/policing.xml", []string{"/osce/topics/policing.atom"}},
		{"/osce/topics/policing/1066.json", []string{"/osce/topics/policing.json"}},
		{"/osce/policing.atom", []string{"/osce/topics/policing.atom"}},
		{"/osce/al.atom", []string{"/osce/all.atom"}},
		{"/osce/offices/policing.atom", nil},
		{"/elsewhere/all.atom", nil},
		{"/osce/topics/" + strings.Repeat("policing", 1000) + ".atom", nil},
	}
	for _, test := range tests {
		_, err := press.VersionOf(test.path)
		none, ok := errors.AsType[*NoDocumentError](err)
		if !ok || !errors.Is(err, ErrNoDocument) {
			t.Fatalf("VersionOf(%s): %v", test.path, err)
		}
		if none.Path != test.path {
			t.Errorf("the error is about %s, not %s", none.Path, test.path)
		}
		if diff := cmp.Diff(test.want, none.Near); diff != "" {
			t.Errorf("near %s (-want +got):\n%s", test.path, diff)
		}
		for _, near := range none.Near {
			if _, err := press.Render(near); err != nil {
				t.Errorf("near %s: %v", test.path, err)
			}
		}
	}
}

// TestMoved joins two topics: every path of the one leads to the other, and the
// tree for static hosting has the same bytes at both.
func TestMoved(t *testing.T) {
	newsroom := newStore(t)
	put(t, newsroom, seed()...)
	press := newPress(t, newsroom)
	at := time.Date(2024, time.December, 18, 9, 0, 0, 0, time.UTC)
	if joined, err := newsroom.Rename(store.Topic, "Countering terrorism", "Policing", at); !joined || err != nil {
		t.Fatalf("the topics were not joined: %v", err)
	}
	for path, want := range map[string]string{
		"/osce/topics/countering-terrorism.atom":                          "/osce/topics/policing.atom",
		"/osce/topics/countering-terrorism/2024.atom":                     "/osce/topics/policing/2024.atom",
		"/osce/topics/countering-terrorism+policing.atom":                 "/osce/topics/policing.atom",
		"/osce/topics/countering-terrorism+economic-activities.atom":      "/osce/topics/economic-activities+policing.atom",
		"/osce/offices/osce-secretariat/topics/countering-terrorism.json": "/osce/offices/osce-secretariat/topics/policing.json",
	} {
		_, err := press.VersionOf(path)
		if moved, ok := errors.AsType[*MovedError](err); !ok || moved.To != want {
			t.Errorf("VersionOf(%s): %v, want the way to %s", path, err, want)
		}
	}
	bodies := map[string]string{}
	for _, d := range all(t, press) {
		bodies[d.Path] = string(d.Body)
	}
	for _, form := range formats() {
		former, now := bodies["/osce/topics/countering-terrorism"+form.suffix], bodies["/osce/topics/policing"+form.suffix]
		if former == "" || former != now || !strings.Contains(now, base+"/osce/topics/policing"+form.suffix) {
			t.Errorf("the former path of %s has other bytes:\n%s", form.name, former)
		}
	}
}
