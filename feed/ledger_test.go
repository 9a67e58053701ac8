package feed

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"communique/store"
)

// TestLedger changes a store over and over, and holds what a press knows that
// reads only what changed against what a new one reads.
func TestLedger(t *testing.T) {
	newsroom, rng := newStore(t), rand.New(rand.NewPCG(7, 11))
	releases := sampled(1200)
	fillStore(t, newsroom, releases)
	press := newPress(t, newsroom)
	compareKnowledge(t, press, newPress(t, newsroom))
	for round := range 60 {
		for range 1 + rng.IntN(3) {
			i := rng.IntN(len(releases))
			if rng.IntN(2) == 0 {
				i = rng.IntN(20) // what is new changes most
			}
			r := &releases[i]
			switch rng.IntN(5) {
			case 0:
				r.Title += "!"
			case 1:
				r.Topics = tags("Policing", fmt.Sprint("Topic ", rng.IntN(4)))
			case 2:
				r.Offices = tags("OSCE Secretariat")
			case 3:
				day := store.DayOf(releases[0].Day.Noon().AddDate(0, 0, -rng.IntN(2000)))
				releases = append(releases, newRelease(fmt.Sprint("late-", len(releases)), "Found late", "", day))
				r = &releases[len(releases)-1]
				r.Type, r.Topics = store.Tag{Name: "News"}, tags("Policing")
			case 4:
				if _, err := newsroom.Withdraw(r.Key, time.Date(2024, time.December, 18, 0, 0, 0, 0, time.UTC)); err != nil {
					t.Fatal(err)
				}
				continue
			}
			put(t, newsroom, *r)
		}
		if round%3 == 0 {
			compareKnowledge(t, press, newPress(t, newsroom))
		}
	}
	put(t, newsroom, manyReleases(mostTold)...)
	compareKnowledge(t, press, newPress(t, newsroom))
}

// manyReleases are more than a ledger looks at one by one.
func manyReleases(n int) []store.Release {
	list := sampled(n)
	for i := range list {
		list[i].Key = "many-" + list[i].Key
		list[i].ID = "tag:osce.org,1999:" + list[i].Key
	}
	return list
}

// compareKnowledge compares what two presses know of every feed.
func compareKnowledge(t *testing.T, press, fresh *Press) {
	t.Helper()
	feeds, err := fresh.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range feeds {
		want, have := knowledge(t, fresh, f), knowledge(t, press, f)
		if diff := cmp.Diff(want, have, cmp.AllowUnexported(calendarDay{}, period{})); diff != "" {
			t.Fatalf("%s (-new press +old press):\n%s", f.Path(), diff)
		}
	}
}

type known struct {
	Days       []calendarDay
	Periods    []period
	Companions []Companion
}

func knowledge(t *testing.T, press *Press, f Feed) known {
	t.Helper()
	c, err := press.memory.calendar(press.rooms[0], f.Query, f.Version)
	if err != nil {
		t.Fatal(err)
	}
	companions, err := press.companions(press.rooms[0], f)
	if err != nil {
		t.Fatal(err)
	}
	return known{append([]calendarDay{}, c.days...), append([]period{}, c.periods...), companions}
}
