package store

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// selected reads all that a selection wants, size releases at a time.
func selected(t rapid.TB, n *Newsroom, s Selection, size int) (list []string) {
	t.Helper()
	var cursor Cursor
	for {
		releases, next, err := n.Select(s, cursor, size)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range releases {
			list = append(list, r.Key)
		}
		if next == "" {
			return list
		}
		if len(releases) != size {
			t.Fatalf("%d releases of %d before the end", len(releases), size)
		}
		cursor = next
	}
}

// factored stores releases 2 to n, each filed under its prime factors as topics
// and its last digit as an office, three on a day.
func factored(t testing.TB, room *Newsroom, n int) {
	t.Helper()
	page := Page{Seen: noon}
	for i := 2; i <= n; i++ {
		r := made(fmt.Sprintf("%03d", i))
		r.Day = DayOf(theDay.Noon().AddDate(0, 0, -i/3))
		r.Published = r.Day.Noon()
		r.Offices, r.Topics = tags(fmt.Sprint("Digit ", i%10)), nil
		rest := i
		for p := 2; rest > 1; p++ {
			if rest%p == 0 {
				r.Topics = append(r.Topics, tags(fmt.Sprint("Factor ", p))...)
			}
			for rest%p == 0 {
				rest /= p
			}
		}
		page.Releases = append(page.Releases, r)
	}
	put(t, room, page)
}

func factor(n int) Query { return Query{Topic, fmt.Sprint("factor-", n)} }
func digit(n int) Query  { return Query{Office, fmt.Sprint("digit-", n)} }

func TestSelect(t *testing.T) {
	room := openRoom(t)
	const n = 300
	factored(t, room, n)
	withdraw(t, room, "030", noon)
	tests := []struct {
		name string
		s    Selection
		want func(i int) bool
	}{
		{"everything", nil, func(int) bool { return true }},
		{"no group", Selection{}, func(int) bool { return true }},
		{"one", Selection{{factor(7)}}, func(i int) bool { return i%7 == 0 }},
		{"any", Selection{{factor(7), factor(5), factor(7)}}, func(i int) bool { return i%7 == 0 || i%5 == 0 }},
		{"both", Selection{{factor(7)}, {factor(5)}}, func(i int) bool { return i%35 == 0 }},
		{"three", Selection{{factor(7)}, {factor(5)}, {factor(2)}}, func(i int) bool { return i%70 == 0 }},
		{"mixed", Selection{{factor(7), factor(5)}, {digit(5), digit(4)}}, func(i int) bool {
			return (i%7 == 0 || i%5 == 0) && (i%10 == 5 || i%10 == 4)
		}},
		{"rare and common", Selection{{factor(149)}, {factor(2), factor(3)}}, func(i int) bool { return i == 298 }},
		{"one more than all", Selection{{factor(11)}, {{}}}, func(i int) bool { return i%11 == 0 }},
		{"everything, and one", Selection{{{}, factor(11)}}, func(int) bool { return true }},
		{"a type", Selection{{{Type, "news"}}, {factor(11)}}, func(i int) bool { return i%11 == 0 }},
		{"no overlap", Selection{{factor(199)}, {factor(2)}}, func(int) bool { return false }},
		{"an unknown one", Selection{{factor(4)}, {factor(2)}}, func(int) bool { return false }},
		{"an unknown one beside", Selection{{factor(4), factor(2)}}, func(i int) bool { return i%2 == 0 }},
		{"an empty group", Selection{{}, {factor(2)}}, func(int) bool { return false }},
		{"withdrawn", Selection{{Withdrawn}, {factor(2)}}, func(int) bool { return false }},
	}
	for _, test := range tests {
		var want []string
		for i := 2; i <= n; i++ {
			if i != 30 && test.want(i) {
				want = append(want, fmt.Sprintf("%03d", i))
			}
		}
		for _, size := range []int{1, 7, 500} {
			if diff := cmp.Diff(want, selected(t, room, test.s, size)); diff != "" {
				t.Errorf("%s, %d at a time (-want +got):\n%s", test.name, size, diff)
			}
		}
	}
	if got := selected(t, room, Selection{{Withdrawn, factor(149)}}, 1); !slices.Equal(got, []string{"030", "149", "298"}) {
		t.Errorf("withdrawn or rare: %v", got)
	}
}

// TestSelectMoved wants queries that moved to read what they point to, each
// release once.
func TestSelectMoved(t *testing.T) {
	room := openRoom(t)
	factored(t, room, 60)
	rename(t, room, Topic, "Factor 7", "Factor 5", true)
	want := []string{"005", "007", "010", "014", "015", "020", "021", "025", "028", "030", "035", "040", "042", "045", "049", "050", "055", "056", "060"}
	for _, s := range []Selection{{{factor(7)}}, {{factor(7), factor(5)}}, {{factor(7)}, {factor(5)}}} {
		if diff := cmp.Diff(want, selected(t, room, s, 4)); diff != "" {
			t.Errorf("%v: %s", s, diff)
		}
	}
}

// TestSelectGoesOn reads on after a release that was moved, withdrawn or given
// other tags since.
func TestSelectGoesOn(t *testing.T) {
	for name, change := range map[string]func(room *Newsroom){
		"nothing":   func(*Newsroom) {},
		"withdrawn": func(room *Newsroom) { withdraw(t, room, "012", noon) },
		"elsewhere": func(room *Newsroom) {
			one(t, room, with(made("012"), func(r *Release) { r.Topics = tags("Else") }))
		},
		"moved": func(room *Newsroom) {
			for i := range 40 {
				page := below("011", fmt.Sprint("new ", i))
				page.Releases[0].Day = DayOf(theDay.Noon().AddDate(0, 0, -4))
				page.Releases[0].Published = page.Releases[0].Day.Noon()
				put(t, room, page)
			}
		},
	} {
		room := openRoom(t)
		factored(t, room, 40)
		s := Selection{{factor(2)}, {factor(3)}}
		_, cursor, err := room.Select(s, "", 2)
		if err != nil {
			t.Fatal(err)
		}
		change(room)
		var got []string
		list, next, err := room.Select(s, cursor, 9)
		for _, r := range list {
			got = append(got, r.Key)
		}
		if !slices.Equal(got, []string{"018", "024", "030", "036"}) || next != "" || err != nil {
			t.Errorf("%s: %v, %q (%v)", name, got, next, err)
		}
	}
}

func TestSelectRefuses(t *testing.T) {
	room := openRoom(t)
	put(t, room, listing("1"))
	news := Query{Type, "news"}
	for _, test := range []struct {
		groups, queries int
		refused         bool
	}{{16, 64, false}, {17, 1, true}, {1, 65, true}, {16, 65, true}} {
		var s Selection
		for range test.groups {
			s = append(s, slices.Repeat([]Query{news}, test.queries))
		}
		if list, _, err := room.Select(s, "", 5); (err != nil) != test.refused || (len(list) == 0) != test.refused {
			t.Errorf("%d groups of %d: %v, %v", test.groups, test.queries, list, err)
		}
	}
	if _, _, err := room.Select(nil, "", 0); err == nil {
		t.Error("a limit of 0 is accepted")
	}
	if _, _, err := room.Select(nil, "x", 1); err == nil {
		t.Error("a wrong cursor is accepted")
	}
	if list, next, err := openRoom(t).Select(Selection{{news}}, "", 1); err != nil || list != nil || next != "" {
		t.Errorf("an empty store has %v, %q, %v", list, next, err)
	}
}

func TestCompanions(t *testing.T) {
	room := openRoom(t)
	factored(t, room, 60)
	withdraw(t, room, "030", noon)
	rename(t, room, Topic, "Factor 19", "Nineteen", true)
	rename(t, room, Topic, "Factor 17", "Factor 13", true)
	tests := []struct {
		q    Query
		kind Kind
		want string
	}{
		{factor(11), Topic, "factor-2:2 factor-3:1 factor-5:1"},
		{factor(11), Office, "digit-1:1 digit-2:1 digit-3:1 digit-4:1 digit-5:1"},
		{factor(17), Topic, "factor-2:3 factor-3:2"},
		{factor(17), Type, "news:7"},
		{factor(29), Topic, "factor-2:1"},
		{digit(9), Office, ""},
		{digit(0), Topic, "factor-2:5 factor-3:1 factor-5:5"},
		{Query{Type, "news"}, Type, ""},
		{Withdrawn, Topic, ""},
		{Untold, Topic, ""},
		{factor(4), Topic, ""},
		{factor(2), "", ""},
		{factor(2), "withdrawn", ""},
		{factor(2), "topics\x00", ""},
	}
	for _, test := range tests {
		counts, err := room.Companions(test.q, test.kind)
		var got []string
		for _, slug := range slices.Sorted(maps.Keys(counts)) {
			got = append(got, fmt.Sprint(slug, ":", counts[slug]))
		}
		if err != nil || strings.Join(got, " ") != test.want {
			t.Errorf("%s of %+v: %v, want %s (%v)", test.kind, test.q, got, test.want, err)
		}
	}
	everything, err := room.Companions(Query{}, Office)
	for i := range 10 {
		if got, want := everything[digit(i).Slug], filingAt(t, room, digit(i)).Releases; got != want || err != nil {
			t.Errorf("%d of digit %d, want %d (%v)", got, i, want, err)
		}
	}
}

// BenchmarkIndex reads what needs no release but an index, of 34,000 releases.
func BenchmarkIndex(b *testing.B) {
	room := benchRoom(b)
	for n := range 680 {
		put(b, room, newest(n))
	}
	topic, office := Query{Topic, "topic-7"}, Query{Office, "office-7"}
	for name, read := range map[string]func() (int, error){
		"calendar of everything": func() (int, error) { days, err := room.Calendar(Query{}); return len(days), err },
		"calendar of a topic":    func() (int, error) { days, err := room.Calendar(topic); return len(days), err },
		"offices of a topic":     func() (int, error) { counts, err := room.Companions(topic, Office); return len(counts), err },
		"topics of a topic":      func() (int, error) { counts, err := room.Companions(topic, Topic); return len(counts), err },
		"topics of everything":   func() (int, error) { counts, err := room.Companions(Query{}, Topic); return len(counts), err },
		"topic and office": func() (int, error) {
			list, _, err := room.Select(Selection{{topic}, {office}}, "", 50)
			return len(list), err
		},
		"any of 20 topics": func() (int, error) {
			var any []Query
			for i := range 20 {
				any = append(any, Query{Topic, fmt.Sprint("topic-", i)})
			}
			list, _, err := room.Select(Selection{any}, "", 50)
			return len(list), err
		},
		"no topic and office": func() (int, error) {
			list, _, err := room.Select(Selection{{topic}, {{Office, "office-1"}}}, "", 50)
			return 1 + len(list), err
		},
		"50 changes": func() (int, error) { list, _, err := room.Changes("", 50); return len(list), err },
		"a day":      func() (int, error) { list, err := room.Period(topic, theDay, theDay, 50); return len(list), err },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if n, err := read(); n == 0 || err != nil {
					b.Fatal(n, err)
				}
			}
		})
	}
}
