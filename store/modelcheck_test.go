package store

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

func drawKey(r *rapid.T) string { return fmt.Sprint(rapid.IntRange(1, 30).Draw(r, "key")) }

func drawKeys(r *rapid.T) []string {
	return rapid.SliceOfN(rapid.Custom(drawKey), 0, 12).Draw(r, "keys")
}

// drawName draws the name of a tag. Rows never say some of them at first.
func drawName(r *rapid.T, kind Kind) string {
	pools := map[Kind][]string{
		Office: numbered("Office %d", 5), Topic: numbered("Topic %d", 7), Type: {"News", "Report", "Notice", "Statement"},
	}
	return rapid.SampledFrom(pools[kind]).Draw(r, string(kind))
}

// drawPage draws a page: some of a few releases, in any order, each in one of a
// few states.
func drawPage(r *rapid.T, at time.Time, run int) Page {
	page := Page{Seen: at, Run: uint64(run)}
	some := func(what string, n int) []Tag {
		return tags(rapid.SliceOfN(rapid.SampledFrom(numbered(what+" %d", n)), 0, 3).Draw(r, what)...)
	}
	page.After = rapid.OneOf(rapid.Just(""), rapid.Custom(drawKey)).Draw(r, "after")
	hidden := rapid.IntRange(0, 3).Draw(r, "hidden") == 0
	for _, key := range drawKeys(r) {
		release := made(key)
		release.Day.Day -= len(key) % 2 // most keys of two digits are of one day
		release.Day.Month -= time.Month(key[len(key)-1] / 3 % 3)
		if rapid.IntRange(0, 9).Draw(r, "redate") == 0 {
			release.Day.Day--
		}
		release.Published = release.Day.Publish(page.Seen, time.UTC)
		release.Title = rapid.SampledFrom([]string{"A title", "A  title", " A title\n", "Another"}).Draw(r, "title")
		release.Summary = rapid.SampledFrom([]string{"", "Short.", "Short. ", "Long."}).Draw(r, "summary")
		release.URL = rapid.SampledFrom([]string{"https://a.example/", "https://b.example/", "https://a.example/node/"}).Draw(r, "url") + key
		release.Type, release.Offices, release.Topics = Tag{}, nil, nil
		if !hidden {
			release.Type = Tag{Name: rapid.SampledFrom([]string{"", "News", "Report"}).Draw(r, "type")}
			release.Offices, release.Topics = some("Office", 3), some("Topic", 5)
		}
		page.Releases = append(page.Releases, release)
	}
	return page
}

// drawReprint draws a page of what is stored, on which the newsroom calls a tag
// otherwise, perhaps not everywhere.
func (m *model) drawReprint(r *rapid.T, at time.Time, run int) Page {
	page := Page{Seen: at, Run: uint64(run)}
	kind := rapid.SampledFrom(Kinds()).Draw(r, "kind")
	from, to := drawName(r, kind), drawName(r, kind)
	slip := rapid.IntRange(0, 20).Draw(r, "slip")
	for i, key := range m.list(Query{}) {
		release := m.shown(m.releases[key])
		rename := func(tag Tag) Tag {
			if slug, known := m.slug(kind, from); known && slug == tag.Slug && i != slip {
				tag.Name = to
			}
			return Tag{Name: tag.Name}
		}
		switch kind {
		case Office:
			release.Offices = each(release.Offices, rename)
		case Topic:
			release.Topics = each(release.Topics, rename)
		case Type:
			release.Type = rename(release.Type)
		}
		page.Releases = append(page.Releases, release)
	}
	return page
}

func each(list []Tag, change func(Tag) Tag) []Tag {
	list = slices.Clone(list)
	for i, tag := range list {
		list[i] = change(tag)
	}
	return list
}

// shown returns a release of the model with the names of its tags.
func (m *model) shown(r Release) Release {
	called := func(kind Kind) func(Tag) Tag {
		return func(tag Tag) Tag { return Tag{Name: m.names[Query{kind, tag.Slug}], Slug: tag.Slug} }
	}
	r.Type = called(Type)(r.Type)
	r.Offices, r.Topics = each(r.Offices, called(Office)), each(r.Topics, called(Topic))
	return r
}

// TestModel does anything in any order and wants the store to be the model's,
// with each Updated moving by the rule, over being closed and opened again.
func TestModel(t *testing.T) {
	t.Parallel()
	folder, store := t.TempDir(), 0
	rapid.Check(t, func(r *rapid.T) {
		store++
		path := filepath.Join(folder, fmt.Sprint(store))
		room := openFast(r, path)
		defer func() { _ = room.db.Close() }()
		m := newModel()
		follower := newFollower()
		for step := range rapid.IntRange(1, 12).Draw(r, "steps") {
			at := noon.Add(time.Duration(step) * time.Hour)
			before, sums := m.updates(r, room), daySums(r, room)
			clear(m.news)
			revised := m.step(r, room, at, step)
			m.compareUpdates(r, before, m.updates(r, room), revised)
			m.compareSums(r, sums, daySums(r, room))
			m.compareSelection(r, room)
			m.compareCompanions(r, room)
			m.comparePeriod(r, room)
			follower.compareNews(r, room, m)
			for _, q := range []Query{{}, Withdrawn, Untold} {
				m.compareFiling(r, room, q)
			}
			if rapid.IntRange(0, 5).Draw(r, "reopen") == 0 {
				if err := room.db.Close(); err != nil {
					r.Fatal(err)
				}
				room = openFast(r, path)
			}
		}
		m.compareStore(r, room)
		follower.compare(r, room, m)
		if err := audit(room.db); err != nil {
			r.Fatal(err)
		}
	})
}

// step does one thing to both and returns the releases that it revised.
func (m *model) step(r *rapid.T, room *Newsroom, at time.Time, run int) (revised map[string]bool) {
	var got, want any
	var err error
	switch step := rapid.SampledFrom([]string{"put", "put", "reprint", "withdraw", "attach", "seek", "rename"}).Draw(r, "step"); step {
	case "put":
		return m.bothPut(r, room, drawPage(r, at, run))
	case "reprint":
		return m.bothPut(r, room, m.drawReprint(r, at, run))
	case "withdraw":
		key := drawKey(r)
		got, err = room.Withdraw(key, at)
		want = m.withdraw(key, at)
	case "attach":
		kind, keys := rapid.SampledFrom([]Kind{Office, Topic}).Draw(r, "kind"), drawKeys(r)
		name := drawName(r, kind)
		got, err = room.Attach(kind, Tag{Name: name}, keys, at)
		want = m.attach(kind, name, keys, at)
	case "seek":
		keys := drawKeys(r)
		err = room.Sought(keys)
		m.seek(keys)
	case "rename":
		kind := rapid.SampledFrom(Kinds()).Draw(r, "kind")
		from, to := drawName(r, kind), drawName(r, kind)
		got, err = room.Rename(kind, from, to, at)
		want = m.rename(kind, from, to)
		m.commit(at)
	}
	if err != nil || got != want {
		r.Fatalf("%v, want %v (%v)", got, want, err)
	}
	return nil
}

func (m *model) bothPut(r *rapid.T, room *Newsroom, page Page) (revised map[string]bool) {
	outcomes, err := room.Put(page)
	if err != nil {
		r.Fatal(err)
	}
	wanted := m.put(page)
	revised = map[string]bool{}
	for i, o := range outcomes {
		if o.Change != wanted[i].change {
			r.Fatalf("%s is %v, want %v", o.Key, o.Change, wanted[i].change)
		}
		revised[o.Key] = wanted[i].revised
	}
	return revised
}

func openFast(r *rapid.T, path string) *Newsroom {
	db, err := Open(path, Options{})
	if err != nil {
		r.Fatal(err)
	}
	db.bolt().NoSync = true
	room, err := db.Newsroom("osce")
	if err != nil {
		r.Fatal(err)
	}
	return room
}

// updates returns each release's Updated.
func (m *model) updates(r *rapid.T, room *Newsroom) map[string]time.Time {
	updates := map[string]time.Time{}
	for key := range m.releases {
		release, found, err := room.Release(key)
		if err != nil || !found {
			r.Fatalf("Release(%s): %t, %v", key, found, err)
		}
		updates[key] = release.Updated
	}
	return updates
}

func (m *model) compareUpdates(r *rapid.T, before, after map[string]time.Time, revised map[string]bool) {
	for key, was := range before {
		if now := after[key]; revised[key] && !now.After(was) || !revised[key] && !now.Equal(was) {
			r.Fatalf("%s is revised: %t; updated from %s to %s", key, revised[key], was, now)
		}
	}
}

func (m *model) compareStore(r *rapid.T, room *Newsroom) {
	if room.Version() != m.version {
		r.Fatalf("version %d, want %d", room.Version(), m.version)
	}
	for key, want := range m.releases {
		got, _, err := room.Release(key)
		if err != nil {
			r.Fatal(err)
		}
		sorted := cmpopts.SortSlices(func(a, b Tag) bool { return a.Slug < b.Slug })
		if diff := cmp.Diff(m.shown(want), got, sorted, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(Release{}, "Updated", "Position")); diff != "" {
			r.Fatal(diff)
		}
		if err := m.compareVersions(room, got); err != nil {
			r.Fatal(err)
		}
	}
	live := map[Kind]int{}
	for q := range m.names {
		live[q.Kind]++
		m.compareFiling(r, room, q)
	}
	for _, kind := range Kinds() {
		filings, err := room.Filings(kind)
		if err != nil || len(filings) != live[kind] {
			r.Fatalf("%d filings of %s, want %d (%v)", len(filings), kind, live[kind], err)
		}
	}
	m.compareMoves(r, room)
}

// compareVersions wants the model's versions of a release, whose newest ended
// with its last revision.
func (m *model) compareVersions(room *Newsroom, r Release) error {
	got, err := room.Versions(r.Key)
	if err != nil {
		return err
	}
	want := slices.Clone(m.kept[r.Key])
	for i, v := range want {
		want[i].Type.Name = m.names[Query{Type, v.Type.Slug}]
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(Version{}, "Until")); diff != "" {
		return fmt.Errorf("versions of %s (-want +got):\n%s", r.Key, diff)
	}
	if len(got) > 0 && !got[0].Until.Equal(r.Updated) {
		return fmt.Errorf("%s was updated at %s, its last version ended at %s", r.Key, r.Updated, got[0].Until)
	}
	return nil
}

func (m *model) compareMoves(r *rapid.T, room *Newsroom) {
	moves, err := room.Moves()
	if err != nil || len(moves) != len(m.moved) {
		r.Fatalf("%d moves, want %d (%v)", len(moves), len(m.moved), err)
	}
	for _, move := range moves {
		to := m.end(move.From)
		_, err := room.Filing(move.From)
		var moved MovedError
		if to != move.To || !errors.As(err, &moved) || moved.To != to || !errors.Is(err, ErrNoFiling) {
			r.Fatalf("%+v, want %+v (%v)", move, to, err)
		}
		if got, want := keys(r, room, move.From, 5), m.list(to); !slices.Equal(got, want) {
			r.Fatalf("%+v: %v, want %v", move, got, want)
		}
	}
}

func (m *model) compareFiling(r *rapid.T, room *Newsroom, q Query) {
	want := m.list(q)
	if got := keys(r, room, q, rapid.IntRange(2, 9).Draw(r, "limit")); !slices.Equal(want, got) {
		r.Fatalf("%+v: %v, want %v", q, got, want)
	}
	f, err := room.Filing(q)
	wanted := Filing{Query: q, Tag: Tag{m.names[q], q.Slug, false}, Releases: len(want), Version: m.versions[q], Changed: m.changed[q]}
	if len(want) > 0 {
		wanted.Newest = m.releases[want[0]].Published
	}
	if !wanted.Newest.Equal(f.Newest) || err != nil {
		r.Fatalf("%+v: newest %s, want %s (%v)", q, f.Newest, wanted.Newest, err)
	}
	f.Newest = wanted.Newest
	if f != wanted {
		r.Fatalf("%+v, want %+v", f, wanted)
	}
	if _, err := room.Filing(Query{q.Kind, "never-seen"}); !errors.Is(err, ErrNoFiling) {
		r.Fatal(err)
	}
}
