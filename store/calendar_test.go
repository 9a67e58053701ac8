package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// calendar returns a filing's days with the keys of their releases, newest
// first, and the sums by day.
func calendar(t rapid.TB, room *Newsroom, q Query) (days []string, sums map[Day]uint64) {
	t.Helper()
	list, err := room.Calendar(q)
	if err != nil {
		t.Fatal(err)
	}
	sums = map[Day]uint64{}
	for _, d := range list {
		releases, err := room.Period(q, d.Day, d.Day, 1000)
		if err != nil || len(releases) != d.Releases {
			t.Fatalf("%s has %d releases, want %d (%v)", d.Day, len(releases), d.Releases, err)
		}
		words := []string{d.Day.String()}
		for _, r := range releases {
			words = append(words, r.Key)
		}
		days = append(days, strings.Join(words, " "))
		sums[d.Day] = d.Sum
	}
	return days, sums
}

func TestCalendar(t *testing.T) {
	room := openRoom(t)
	page := listing("1", "2", "3", "4", "5")
	for i, day := range []Day{theDay, theDay, {2024, 12, 1}, {2024, 11, 30}, {1999, 12, 31}} {
		page.Releases[i].Day, page.Releases[i].Published = day, day.Noon()
	}
	page.Releases[1].Topics, page.Releases[3].Topics = tags("Arms"), tags("Arms")
	put(t, room, page)
	withdraw(t, room, "3", noon)
	for q, want := range map[Query][]string{
		{}:                  {"2024-12-16 1 2", "2024-11-30 4", "1999-12-31 5"},
		{Topic, "arms"}:     {"2024-12-16 2", "2024-11-30 4"},
		{Topic, "youth"}:    {"2024-12-16 1", "1999-12-31 5"},
		{Topic, "elsewise"}: nil,
		Withdrawn:           {"2024-12-01 3"},
	} {
		if got, _ := calendar(t, room, q); !slices.Equal(got, want) {
			t.Errorf("%+v: %q, want %q", q, got, want)
		}
	}
	if days, err := openRoom(t).Calendar(Query{}); err != nil || days != nil {
		t.Errorf("an empty store has %v (%v)", days, err)
	}
}

// TestCalendarSum wants the sum of a day to move with each change of what is
// told of it, and with nothing else.
func TestCalendarSum(t *testing.T) {
	tests := []struct {
		name   string
		change func(room *Newsroom)
		moves  bool
	}{
		{"the same page", func(room *Newsroom) { put(t, room, listing("1", "2", "3")) }, false},
		{"a note", func(room *Newsroom) { _ = room.PutNote("n", []byte("x")) }, false},
		{"another day", func(room *Newsroom) { put(t, room, onDay(3, listing("9"), "9")) }, false},
		{"a new one", func(room *Newsroom) { put(t, room, listing("4")) }, true},
		{"a new one below", func(room *Newsroom) { put(t, room, below("3", "4")) }, true},
		{"a title", func(room *Newsroom) { one(t, room, with(made("2"), func(r *Release) { r.Title = "New" })) }, true},
		{"an address", func(room *Newsroom) { one(t, room, with(made("2"), func(r *Release) { r.URL += "?x" })) }, true},
		{"one withdrawn", func(room *Newsroom) { withdraw(t, room, "3", noon) }, true},
		{"one restored", func(room *Newsroom) { withdraw(t, room, "3", noon); one(t, room, made("3")) }, true},
		{"an office renamed", func(room *Newsroom) { rename(t, room, Office, "Secretariat", "Head office", true) }, true},
		{"an office closed", func(room *Newsroom) {
			one(t, room, with(made("2"), func(r *Release) { r.Offices = tags("Secretariat (closed)", "Mission to Serbia") }))
		}, true},
		{"a tag of others renamed", func(room *Newsroom) { rename(t, room, Topic, "Arms", "Weapons", true) }, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			room := openRoom(t)
			put(t, room, listing("1", "2", "3"))
			page := onDay(3, listing("8"), "8")
			page.Releases[0].Offices, page.Releases[0].Topics = nil, tags("Arms")
			put(t, room, page)
			_, before := calendar(t, room, Query{})
			test.change(room)
			_, after := calendar(t, room, Query{})
			if (before[theDay] != after[theDay]) != test.moves {
				t.Errorf("%x, then %x", before[theDay], after[theDay])
			}
		})
	}
}

// TestCalendarSumOfOrder wants a sum to tell in which order releases stand.
func TestCalendarSumOfOrder(t *testing.T) {
	rooms := []*Newsroom{openRoom(t), openRoom(t)}
	put(t, rooms[0], listing("1", "2"))
	put(t, rooms[1], listing("2", "1"))
	_, a := calendar(t, rooms[0], Query{})
	_, b := calendar(t, rooms[1], Query{})
	if a[theDay] == b[theDay] {
		t.Error("the order is no part of the sum")
	}
}

func TestPeriod(t *testing.T) {
	room := openRoom(t)
	var page Page
	page.Seen = noon
	for i := range 60 {
		r := made(fmt.Sprintf("%02d", i))
		r.Day = DayOf(theDay.Noon().AddDate(0, 0, -i))
		r.Published = r.Day.Noon()
		if i%2 == 1 {
			r.Topics = tags("Odd")
		}
		page.Releases = append(page.Releases, r)
	}
	put(t, room, page)
	rename(t, room, Topic, "Odd", "Uneven", true)
	rename(t, room, Topic, "Uneven", "Policing", true)
	withdraw(t, room, "03", noon)
	tests := []struct {
		q              Query
		newest, oldest string
		limit          int
		want           string
	}{
		{Query{}, "2024-12-16", "2024-12-14", 9, "00 01 02"},
		{Query{}, "2024-12-16", "2024-12-14", 2, "00 01"},
		{Query{}, "2024-12-14", "2024-12-13", 9, "02"},
		{Query{}, "2024-12-13", "2024-12-13", 9, ""},
		{Query{}, "2024-12-02", "2024-11-29", 9, "14 15 16 17"},
		{Query{}, "2024-11-01", "2024-10-01", 90, "45 46 47 48 49 50 51 52 53 54 55 56 57 58 59"},
		{Query{}, "2024-12-14", "2024-12-16", 9, ""},
		{Query{}, "2030-01-01", "2024-12-17", 9, ""},
		{Query{}, "2024-10-18", "0001-01-01", 9, "59"},
		{Query{Topic, "elections"}, "2024-12-16", "2024-12-10", 9, "00 02 04 06"},
		{Query{Topic, "odd"}, "2024-12-16", "2024-12-14", 9, "00 01 02"},
		{Query{Topic, "never"}, "2024-12-16", "2024-12-14", 9, ""},
		{Withdrawn, "2024-12-16", "2024-12-01", 9, "03"},
	}
	for _, test := range tests {
		newest, err1 := ParseDay(test.newest)
		oldest, err2 := ParseDay(test.oldest)
		list, err3 := room.Period(test.q, newest, oldest, test.limit)
		if err1 != nil || err2 != nil || err3 != nil {
			t.Fatal(err1, err2, err3)
		}
		var got []string
		for _, r := range list {
			got = append(got, r.Key)
		}
		if diff := cmp.Diff(test.want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%+v from %s to %s: %s", test.q, test.newest, test.oldest, diff)
		}
	}
	list, err := room.Period(Query{}, Day{2024, time.November, 31}, Day{2024, time.November, 0}, 99)
	if err != nil || len(list) != 30 {
		t.Errorf("November has %d releases (%v)", len(list), err)
	}
	if _, err := room.Period(Query{}, theDay, theDay, 0); err == nil {
		t.Error("a limit of 0 is accepted")
	}
}
