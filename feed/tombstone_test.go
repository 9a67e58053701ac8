package feed

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"communique/store"
)

// graves returns the tombstones of an Atom document as "key when".
func graves(t *testing.T, d Document) []string {
	t.Helper()
	var list []string
	root := parseXML(t, d.Body)
	for _, g := range root.all("at:deleted-entry") {
		list = append(list, strings.TrimPrefix(g.Attr["ref"], "tag:osce.org,1999:")+" "+g.Attr["when"])
	}
	if (root.Attr["xmlns:at"] != "") != (len(list) > 0) {
		t.Errorf("%s declares at: %v for %d tombstones", d.Path, root.Attr["xmlns:at"], len(list))
	}
	return list
}

func withdraw(t *testing.T, from *store.Newsroom, key string, at time.Time) {
	t.Helper()
	if done, err := from.Withdraw(key, at); !done || err != nil {
		t.Fatalf("withdrawing %s: %v, %v", key, done, err)
	}
}

// TestTombstones withdraws a release: the feeds that it was in tell of it and no
// longer hold it, others don't change. When it comes back, it is as before.
func TestTombstones(t *testing.T) {
	newsroom := newStore(t)
	put(t, newsroom, seed()...)
	press := newPress(t, newsroom)
	before := map[string]Document{}
	for _, d := range all(t, press) {
		before[d.Path] = d
	}
	at := time.Date(2024, time.December, 18, 9, 0, 0, 0, time.UTC)
	withdraw(t, newsroom, "583210", at) // the newest of all
	withdraw(t, newsroom, "583086", at.Add(time.Hour))
	tests := map[string][]string{
		"/osce/all.atom":                                      {"583210 2024-12-18T09:00:00Z", "583086 2024-12-18T10:00:00Z"},
		"/osce/topics/policing.atom":                          {"583086 2024-12-18T10:00:00Z"},
		"/osce/offices/osce-presence-in-albania.atom":         {"583210 2024-12-18T09:00:00Z"},
		"/osce/topics/economic-activities.atom":               nil,
		"/osce/offices/osce-secretariat/topics/policing.atom": {"583086 2024-12-18T10:00:00Z"},
	}
	for path, want := range tests {
		d, err := press.Render(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, graves(t, d)); diff != "" {
			t.Errorf("tombstones of %s (-want +got):\n%s", path, diff)
		}
		if old, ok := before[path]; ok && (old.Version == d.Version) != (want == nil) {
			t.Errorf("version of %s went from %d to %d", path, old.Version, d.Version)
		}
		for _, id := range idsOf(t, d) {
			if strings.Contains(strings.Join(want, " "), strings.TrimPrefix(id, "tag:osce.org,1999:")) {
				t.Errorf("%s holds %s beside its tombstone", path, id)
			}
		}
	}
	put(t, newsroom, seed()...)
	for path := range tests {
		d, err := press.Render(path)
		if err != nil {
			t.Fatal(err)
		}
		if list := graves(t, d); list != nil {
			t.Errorf("%s still tells of %v", path, list)
		}
	}
}

// TestTombstonesOfArchives withdraws old releases: the archive document of their
// period tells of them, under another version, and no other document changes.
func TestTombstonesOfArchives(t *testing.T) {
	newsroom := newStore(t)
	stored := fillStore(t, newsroom, sampled(600))
	press := newPress(t, newsroom)
	before := map[string]Document{}
	for _, d := range archives(t, press) {
		before[d.Path] = d
	}
	withdraw(t, newsroom, stored[400].Key, time.Date(2024, time.December, 18, 9, 0, 0, 0, time.UTC))
	found := 0
	for _, d := range archives(t, press) {
		old := before[d.Path]
		list := graves(t, d)
		found += len(list)
		if changed := string(old.Body) != string(d.Body); changed != (len(list) > 0) || changed && old.Version == d.Version {
			t.Errorf("%s changed: %v, and tells of %v", d.Path, changed, list)
		}
		if len(list) > 0 && list[0] != stored[400].Key+" 2024-12-18T09:00:00Z" {
			t.Errorf("%s tells of %v", d.Path, list)
		}
	}
	if found != 1 {
		t.Errorf("%d archive documents tell of the withdrawn release", found)
	}
	live, err := press.Render("/osce/all.atom")
	if err != nil || graves(t, live) != nil {
		t.Errorf("the live document tells of %v, %v", graves(t, live), err)
	}
}

// TestManyTombstones withdraws more than a document tells of.
func TestManyTombstones(t *testing.T) {
	newsroom := newStore(t)
	fillStore(t, newsroom, daily(200, 10, "Summary."))
	for i := range 100 {
		withdraw(t, newsroom, fmt.Sprint(90000-i), time.Date(2025, time.January, 1, 9, 0, i, 0, time.UTC))
	}
	d, err := newPress(t, newsroom).Render("/osce/all.atom")
	if err != nil {
		t.Fatal(err)
	}
	if n := len(graves(t, d)); n < 14 || n > maxTombstones || len(d.Body) > DefaultLimits().Bytes {
		t.Errorf("%d tombstones in %d bytes", n, len(d.Body))
	}
}
