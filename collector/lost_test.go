package collector_test

import (
	"bytes"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"communique/collector"
)

// damage changes the title of a release in the store's file.
func (d *desk) damage(t *testing.T, key string) {
	t.Helper()
	r, _, err := d.room.Release(key)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.db.Close(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(d.file)
	if err != nil || !bytes.Contains(text, []byte(r.Title)) {
		t.Fatal(err, r.Title)
	}
	if err := os.WriteFile(d.file, bytes.ReplaceAll(text, []byte(r.Title), []byte(strings.ToUpper(r.Title))), 0o644); err != nil {
		t.Fatal(err)
	}
	d.open(t)
}

// TestDamagedIsReadAgain damages a release deep in the archive and one of the
// first page, which did not change: the next run reads all of the listing, which
// brings them back, and the one after it no more than ever.
func TestDamagedIsReadAgain(t *testing.T) {
	site, desk := newSite(t, 60, 60), newDesk(t)
	desk.mustCollect(t, site, collector.Options{})
	want := desk.keys(t)
	desk.damage(t, want[45])
	desk.damage(t, want[2])
	if slices.Contains(desk.keys(t), want[45]) {
		t.Fatal("the damaged release is there")
	}
	if got := desk.mustCollect(t, site, collector.Options{}); got.Pages < 6 {
		t.Errorf("after the damage: %+v", got)
	}
	if got := desk.keys(t); !slices.Equal(got, want) {
		t.Errorf("keys\n%v, want\n%v", got, want)
	}
	if got := desk.mustCollect(t, site, collector.Options{}); got.Pages > 2 {
		t.Errorf("the run after: %+v", got)
	}
}

// TestDamagedForGood damages a release that the newsroom shows no more: it is
// looked for once.
func TestDamagedForGood(t *testing.T) {
	l := newLiving(t, 120)
	l.mustRun(t, withoutFilters)
	deep := l.number(t, 90, isAny)
	key := strconv.Itoa(deep)
	l.damage(t, key)
	l.site.Withdraw(deep)
	l.mustRun(t, withoutFilters)
	if got := l.mustRun(t, withoutFilters); got.Pages > 2 {
		t.Errorf("it is looked for again: %+v", got)
	}
}
