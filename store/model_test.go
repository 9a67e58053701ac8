package store

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// model is what a newsroom ought to hold, as simply as it can be said.
type model struct {
	releases map[string]Release
	days     map[Day][]string // keys by the day they were first published on, in order
	slugs    map[Kind]map[string]string
	version  uint64
	versions map[Query]uint64
	changed  map[Query]time.Time
	kept     map[string][]Version // what Versions returns, but for Until
}

func newModel() *model {
	return &model{
		releases: map[string]Release{}, days: map[Day][]string{}, versions: map[Query]uint64{}, changed: map[Query]time.Time{},
		kept:  map[string][]Version{},
		slugs: map[Kind]map[string]string{Office: {}, Topic: {}, Type: {}},
	}
}

// put does what Put promises, but for Updated and Position.
func (m *model) put(page Page) (changes []Change) {
	touched := map[Query]bool{}
	above := map[Day]string{}
	if r, ok := m.releases[page.After]; ok {
		above[DayOf(r.Published)] = r.Key
	}
	seen := map[string]bool{}
	for i, read := range page.Releases {
		if seen[read.Key] {
			continue
		}
		seen[read.Key] = true
		old, known := m.releases[read.Key]
		merged := m.merge(old, known, read, page)
		day := DayOf(merged.Published)
		change := m.compare(old, known, merged)
		if change == Added {
			m.insert(day, read.Key, above[day], page.Releases[i+1:])
		}
		if change == Revised {
			m.keepVersion(old)
		}
		above[day] = read.Key
		m.releases[read.Key] = merged
		if change != Unchanged {
			for _, q := range append(filingsOf(old), filingsOf(merged)...) {
				touched[q] = true
			}
		}
		changes = append(changes, change)
	}
	if len(touched) > 0 {
		m.version++
		for q := range touched {
			m.versions[q] = m.version
			m.changed[q] = page.Seen
		}
	}
	return changes
}

// insert places a new key right below the one above it, else right above the
// next known one of its day, else on top.
func (m *model) insert(day Day, key, above string, rest []Release) {
	at := slices.Index(m.days[day], above) + 1
	if above == "" {
		for _, r := range rest {
			if i := slices.Index(m.days[day], r.Key); i >= 0 {
				at = i
				break
			}
		}
	}
	m.days[day] = slices.Insert(m.days[day], at, key)
}

func (m *model) merge(old Release, known bool, read Release, page Page) Release {
	merged := old
	if !known {
		merged = Release{ID: read.ID, Key: read.Key, Published: read.Published, FirstSeen: page.Seen}
	}
	if known && read.URL != old.URL {
		returned := func(alias string) bool { return alias == read.URL }
		merged.Aliases = append([]string{old.URL}, slices.DeleteFunc(slices.Clone(old.Aliases), returned)...)
	}
	merged.URL, merged.Day = read.URL, read.Day
	if fold(read.Title) != fold(old.Title) {
		merged.Title = read.Title
	}
	if fold(read.Summary) != fold(old.Summary) && fold(read.Summary) != "" {
		merged.Summary = read.Summary
	}
	if read.Type.Name != "" {
		merged.Type = m.tags(Type, []Tag{read.Type})[0]
	}
	if len(read.Offices) > 0 {
		merged.Offices = m.tags(Office, read.Offices)
	}
	if len(read.Topics) > 0 {
		merged.Topics = m.tags(Topic, read.Topics)
	}
	return merged
}

func fold(s string) string { return strings.Join(strings.Fields(s), " ") }

// tags gives each tag its slug, which the model takes from the name: the names
// that the test draws collide only if they are the same.
func (m *model) tags(kind Kind, read []Tag) (list []Tag) {
	for _, tag := range read {
		tag = Tag{Name: tag.Name, Slug: Slug(tag.Name)}
		if !slices.Contains(list, tag) {
			list = append(list, tag)
		}
		m.slugs[kind][tag.Slug] = tag.Name
	}
	slices.SortFunc(list, func(a, b Tag) int { return strings.Compare(a.Slug, b.Slug) })
	return list
}

func (m *model) compare(old Release, known bool, merged Release) Change {
	switch {
	case !known:
		return Added
	case old.Title != merged.Title, old.Summary != merged.Summary, old.Day != merged.Day, old.Type.Name != "" && old.Type != merged.Type:
		return Revised
	case old.URL != merged.URL, old.Type != merged.Type, !slices.Equal(old.Offices, merged.Offices), !slices.Equal(old.Topics, merged.Topics):
		return Refiled
	}
	return Unchanged
}

func filingsOf(r Release) []Query {
	if r.Key == "" {
		return nil
	}
	list := []Query{{}}
	for _, kind := range Kinds() {
		for _, tag := range r.Tags(kind) {
			list = append(list, Query{kind, tag.Slug})
		}
	}
	return list
}

// list returns what is filed under q, newest first.
func (m *model) list(q Query) (list []string) {
	var days []Day
	for day := range m.days {
		days = append(days, day)
	}
	slices.SortFunc(days, func(a, b Day) int { return strings.Compare(b.String(), a.String()) })
	for _, day := range days {
		for _, key := range m.days[day] {
			if slices.Contains(filingsOf(m.releases[key]), q) {
				list = append(list, key)
			}
		}
	}
	return list
}

// drawPage draws a page: some of a few releases, in any order, each in one of a
// few states.
func drawPage(r *rapid.T, run int) Page {
	page := Page{Seen: noon.Add(time.Duration(run) * time.Hour), Run: uint64(run)}
	key := rapid.Custom(func(r *rapid.T) string { return fmt.Sprint(rapid.IntRange(1, 30).Draw(r, "key")) })
	some := func(what string, n int) []Tag {
		return tags(rapid.SliceOfN(rapid.SampledFrom(numbered(what+" %d", n)), 0, 3).Draw(r, what)...)
	}
	page.After = rapid.OneOf(rapid.Just(""), key).Draw(r, "after")
	for _, key := range rapid.SliceOfN(key, 0, 12).Draw(r, "keys") {
		release := made(key)
		release.Day.Day -= len(key) % 2 // most keys of two digits are of one day
		if rapid.IntRange(0, 9).Draw(r, "redate") == 0 {
			release.Day.Day--
		}
		release.Published = release.Day.Publish(page.Seen, time.UTC)
		release.Title = rapid.SampledFrom([]string{"A title", "A  title", " A title\n", "Another"}).Draw(r, "title")
		release.Summary = rapid.SampledFrom([]string{"", "Short.", "Short. ", "Long."}).Draw(r, "summary")
		release.URL = rapid.SampledFrom([]string{"https://a.example/", "https://b.example/", "https://a.example/node/"}).Draw(r, "url") + key
		release.Type = Tag{Name: rapid.SampledFrom([]string{"", "News", "Report"}).Draw(r, "type")}
		release.Offices, release.Topics = some("Office", 3), some("Topic", 5)
		page.Releases = append(page.Releases, release)
	}
	return page
}

// TestModel puts any pages in any order and wants the store to be the model's,
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
		for run := range rapid.IntRange(1, 8).Draw(r, "pages") {
			page := drawPage(r, run)
			before := m.updates(r, room)
			outcomes, err := room.Put(page)
			if err != nil {
				r.Fatal(err)
			}
			changes := m.put(page)
			for i, o := range outcomes {
				if o.Change != changes[i] {
					r.Fatalf("%s is %v, want %v", o.Key, o.Change, changes[i])
				}
			}
			m.compareUpdates(r, before, m.updates(r, room), outcomes)
			m.compareFiling(r, room, Query{})
			if rapid.IntRange(0, 5).Draw(r, "reopen") == 0 {
				if err := room.db.Close(); err != nil {
					r.Fatal(err)
				}
				room = openFast(r, path)
			}
		}
		m.compareStore(r, room)
		if err := audit(room.db); err != nil {
			r.Fatal(err)
		}
	})
}

func openFast(r *rapid.T, path string) *Newsroom {
	db, err := Open(path, Options{})
	if err != nil {
		r.Fatal(err)
	}
	db.bolt.NoSync = true
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

func (m *model) compareUpdates(r *rapid.T, before, after map[string]time.Time, outcomes []Outcome) {
	changes := map[string]Change{}
	for _, o := range outcomes {
		changes[o.Key] = o.Change
	}
	for key, was := range before {
		if now := after[key]; changes[key] == Revised && !now.After(was) || changes[key] < Revised && !now.Equal(was) {
			r.Fatalf("%s is %v: updated from %s to %s", key, changes[key], was, now)
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
		if diff := cmp.Diff(want, got, sorted, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(Release{}, "Updated", "Position")); diff != "" {
			r.Fatal(diff)
		}
		if err := m.compareVersions(room, got); err != nil {
			r.Fatal(err)
		}
	}
	m.compareFiling(r, room, Query{})
	for _, kind := range Kinds() {
		filings, err := room.Filings(kind)
		if err != nil || len(filings) != len(m.slugs[kind]) {
			r.Fatalf("%d filings of %s, want %d (%v)", len(filings), kind, len(m.slugs[kind]), err)
		}
		for slug := range m.slugs[kind] {
			m.compareFiling(r, room, Query{kind, slug})
		}
	}
}

func (m *model) compareFiling(r *rapid.T, room *Newsroom, q Query) {
	want := m.list(q)
	if got := keys(r, room, q, rapid.IntRange(2, 9).Draw(r, "limit")); !slices.Equal(want, got) {
		r.Fatalf("%+v: %v, want %v", q, got, want)
	}
	f, err := room.Filing(q)
	wanted := Filing{Query: q, Tag: Tag{m.slugs[q.Kind][q.Slug], q.Slug, false}, Releases: len(want), Version: m.versions[q], Changed: m.changed[q]}
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
