package store

import (
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// follower reads the change log now and then, and keeps what it was told.
type follower struct {
	cursor  ChangeCursor
	copied  map[string]Release
	missed  map[string]Change // since it read last
	cursors []ChangeCursor    // of all times, with what was there then
	copies  []map[string]Release
}

func newFollower() *follower {
	return &follower{copied: map[string]Release{}, missed: map[string]Change{}}
}

// compareNews wants to be told what the step changed, or not to look yet: then
// to be told the latest of each later.
func (f *follower) compareNews(r *rapid.T, room *Newsroom, m *model) {
	maps.Copy(f.missed, m.news)
	if rapid.IntRange(0, 2).Draw(r, "look") == 0 {
		return
	}
	list, next := changes(r, room, f.cursor, rapid.IntRange(1, 9).Draw(r, "limit"))
	got := map[string]Change{}
	for _, c := range list {
		got[c.Release.Key] = c.Change
		f.copied[c.Release.Key] = c.Release
		f.cursors, f.copies = append(f.cursors, c.Cursor), append(f.copies, maps.Clone(f.copied))
	}
	if diff := cmp.Diff(f.missed, got); diff != "" || len(got) != len(list) {
		r.Fatalf("%d changes (-want +got):\n%s", len(list), diff)
	}
	f.cursor = next
	clear(f.missed)
}

// compare goes on from any cursor there ever was and wants to end with what the
// store has.
func (f *follower) compare(r *rapid.T, room *Newsroom, m *model) {
	want := map[string]Release{}
	for key := range m.releases {
		release, _, err := room.Release(key)
		if err != nil {
			r.Fatal(err)
		}
		want[key] = release
	}
	f.cursors, f.copies = append(f.cursors, f.cursor, ""), append(f.copies, f.copied, map[string]Release{})
	for i, cursor := range f.cursors {
		list, end := changes(r, room, cursor, 7)
		for _, c := range list {
			f.copies[i][c.Release.Key] = c.Release
		}
		// A position moves for the sake of others.
		if diff := cmp.Diff(want, f.copies[i], cmpopts.IgnoreFields(Release{}, "Position")); diff != "" {
			r.Fatalf("after %s (-want +got):\n%s", cursor, diff)
		}
		if latest, err := room.Latest(); err != nil || latest != end {
			r.Fatalf("it ends at %s, not %s (%v)", end, latest, err)
		}
	}
}

// filedOn is what a filing has of a day, and its sum.
type filedOn struct {
	keys []string
	sum  uint64
}

// daySums reads the calendar of everything, and holds it against the releases.
func daySums(r *rapid.T, room *Newsroom) map[Day]filedOn {
	days := map[Day]filedOn{}
	list, err := room.Calendar(Query{})
	if err != nil {
		r.Fatal(err)
	}
	for i, d := range list {
		releases, err := room.Period(Query{}, d.Day, d.Day, 100)
		if err != nil || len(releases) != d.Releases || i > 0 && !list[i-1].Day.After(d.Day) {
			r.Fatalf("%d releases in %+v of %+v (%v)", len(releases), d, list, err)
		}
		on := filedOn{sum: d.Sum}
		for _, release := range releases {
			on.keys = append(on.keys, release.Key)
		}
		days[d.Day] = on
	}
	return days
}

// compareSums wants the days that the model has, and a sum to move with a day's
// releases, or what is told of them, and not otherwise.
func (m *model) compareSums(r *rapid.T, before, after map[Day]filedOn) {
	want := m.list(Query{})
	var got []string
	for _, day := range slices.SortedFunc(maps.Keys(after), func(a, b Day) int { return b.Noon().Compare(a.Noon()) }) {
		got = append(got, after[day].keys...)
	}
	if !slices.Equal(want, got) {
		r.Fatalf("the calendar has %v, want %v", got, want)
	}
	for day, now := range after {
		told := slices.ContainsFunc(now.keys, func(key string) bool { _, ok := m.news[key]; return ok })
		same := !told && slices.Equal(now.keys, before[day].keys)
		if (now.sum == before[day].sum) != same {
			r.Fatalf("%s has %+v after %+v; told was %v", day, now, before[day], m.news)
		}
	}
}

// drawQuery draws a query of any sort, one that moved among them.
func drawQuery(r *rapid.T) Query {
	kind := rapid.SampledFrom([]Kind{Office, Topic, Type, "", "withdrawn"}).Draw(r, "kind")
	if !slices.Contains(Kinds(), kind) {
		return Query{Kind: kind}
	}
	return Query{kind, Slug(drawName(r, kind))}
}

// compareSelection wants a selection to be what its groups have in common.
func (m *model) compareSelection(r *rapid.T, room *Newsroom) {
	s := Selection(rapid.SliceOfN(rapid.SliceOfN(rapid.Custom(drawQuery), 1, 4), 0, 3).Draw(r, "selection"))
	has := func(key string, group []Query) bool {
		return slices.ContainsFunc(group, func(q Query) bool { return slices.Contains(m.filingsOf(key), m.end(q)) })
	}
	var want []string
	for _, key := range m.inOrder() {
		outside := func(group []Query) bool { return !has(key, group) }
		if !slices.ContainsFunc(s, outside) && (len(s) > 0 || has(key, []Query{{}})) {
			want = append(want, key)
		}
	}
	if got := selected(r, room, s, rapid.IntRange(1, 9).Draw(r, "limit")); !slices.Equal(want, got) {
		r.Fatalf("%v: %v, want %v", s, got, want)
	}
}

// compareCompanions wants as many pairs as the releases of a query have.
func (m *model) compareCompanions(r *rapid.T, room *Newsroom) {
	q := drawQuery(r)
	kind := rapid.SampledFrom(Kinds()).Draw(r, "of")
	got, err := room.Companions(q, kind)
	if want := m.companions(m.list(m.end(q)), q, kind); err != nil || !maps.Equal(want, got) {
		r.Fatalf("%s of %+v: %v, want %v (%v)", kind, q, got, want, err)
	}
}

func (m *model) companions(keys []string, q Query, kind Kind) map[string]int {
	counts := map[string]int{}
	for _, key := range keys {
		for _, with := range m.filingsOf(key) {
			if with.Kind == kind && with != m.end(q) {
				counts[with.Slug]++
			}
		}
	}
	return counts
}

// drawDay draws a day about the releases' months, which the calendar need not have.
func drawDay(r *rapid.T) Day {
	return Day{2024, time.Month(rapid.IntRange(9, 12).Draw(r, "month")), rapid.IntRange(0, 32).Draw(r, "day")}
}

// comparePeriod wants of some days what the model has of them: the releases, the
// calendar, which is part of the whole one, and the companions.
func (m *model) comparePeriod(r *rapid.T, room *Newsroom) {
	q, newest, oldest := drawQuery(r), drawDay(r), drawDay(r)
	number := func(d Day) int { return d.Year*10000 + int(d.Month)*100 + d.Day }
	within := func(d Day) bool { return number(d) <= number(newest) && number(d) >= number(oldest) }
	var want []string
	for _, key := range m.list(m.end(q)) {
		if within(DayOf(m.releases[key].Published)) {
			want = append(want, key)
		}
	}
	list, err := room.Period(q, newest, oldest, 1000)
	var got []string
	for _, release := range list {
		got = append(got, release.Key)
	}
	if err != nil || !slices.Equal(want, got) {
		r.Fatalf("%+v from %s to %s: %v, want %v (%v)", q, newest, oldest, got, want, err)
	}
	all, err1 := room.Calendar(q)
	days, err2 := room.CalendarBetween(q, newest, oldest)
	all = slices.DeleteFunc(all, func(d CalendarDay) bool { return !within(d.Day) })
	if err := errors.Join(err1, err2); err != nil || !slices.Equal(all, days) {
		r.Fatalf("%+v from %s to %s: %v, want %v (%v)", q, newest, oldest, days, all, err)
	}
	kind := rapid.SampledFrom(Kinds()).Draw(r, "of")
	counts, err := room.CompanionsBetween(q, kind, newest, oldest)
	if wanted := m.companions(want, q, kind); err != nil || !maps.Equal(wanted, counts) {
		r.Fatalf("%s of %+v from %s to %s: %v, want %v (%v)", kind, q, newest, oldest, counts, wanted, err)
	}
}
