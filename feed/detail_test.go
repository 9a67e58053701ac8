package feed

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDetail(t *testing.T) {
	newsroom := newStore(t)
	put(t, newsroom, seed()...)
	old := sampled(300)[120:] // from before the newest 30 days
	fillStore(t, newsroom, old)
	press := newPress(t, newsroom)
	catalogue, err := press.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range catalogue {
		d, err := press.Detail(f)
		if err != nil {
			t.Fatal(err)
		}
		months, archived := 0, 0
		for _, m := range d.Months {
			months += m.Releases
		}
		for _, a := range d.Archives {
			archived += a.Releases
			for _, form := range formats() {
				if _, err := press.VersionOf(a.Path + form.suffix); err != nil {
					t.Errorf("archive %q of %s: %v", a.Title, f.Path(), err)
				}
			}
		}
		if months != f.Releases || archived > f.Releases || archived+len(d.Newest) < f.Releases {
			t.Errorf("%s has %d releases, %d in months, %d in archives and %d live", f.Path(), f.Releases, months, archived, len(d.Newest))
		}
		for _, c := range d.Companions {
			pair, err := press.Feed(c.Path)
			if err != nil {
				t.Fatal(err)
			}
			if e, err := press.live(press.rooms[0], pair); err != nil || e.left == nil && len(e.entries) != c.Releases {
				t.Errorf("%s has %d releases, %v, want %d", c.Path, len(e.entries), err, c.Releases)
			}
		}
		if static, err := press.Static().Detail(f); err != nil || !static.Static || static.Companions != nil {
			t.Errorf("%s in a folder: %v, %d companions", f.Path(), err, len(static.Companions))
		}
	}
}

func TestMonths(t *testing.T) {
	newsroom := newStore(t)
	put(t, newsroom, daily(3, 1, "")...) // the last days of 2024
	old := daily(40, 1, "")[39]
	old.Key, old.ID = "old", "tag:osce.org,1999:old"
	put(t, newsroom, old)
	press := newPress(t, newsroom)
	f, err := press.Feed("/osce/all")
	if err != nil {
		t.Fatal(err)
	}
	d, err := press.Detail(f)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range d.Months {
		got = append(got, fmt.Sprint(m.Year, " ", int(m.Month), " ", m.Releases))
	}
	if diff := cmp.Diff([]string{"2024 12 3", "2024 11 1"}, got); diff != "" {
		t.Errorf("months (-want +got):\n%s", diff)
	}
}

// TestPeriods reads every name back, and no other.
func TestPeriods(t *testing.T) {
	for name, title := range map[string]string{
		"2019": "2019", "2019-05": "May 2019", "2019-05-early": "1–10 May 2019", "2019-05-mid": "11–20 May 2019",
		"2019-05-late": "21–31 May 2019", "2019-02-late": "21–28 February 2019", "2019-05-17": "17 May 2019", "2019-05-17-2": "17 May 2019, part 2",
	} {
		p, ok := parsePeriod(name)
		if !ok || p.title() != title {
			t.Errorf("%s is %q, %v, want %q", name, p.title(), ok, title)
		}
	}
	for _, name := range []string{"", "19", "2019-5", "2019-13", "2019-05-32", "2019-02-30", "2019-05-1", "2019-05-Early", "2019-05-17-0x", "2019-05-17-01", "2019-05-17-2-1", "2019-05-17-", "all", "-1", "20190517", "+2019"} {
		if p, ok := parsePeriod(name); ok {
			t.Errorf("%q is %v", name, p)
		}
	}
}
