package store

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// model is what a newsroom ought to hold, as simply as it can be said. Its tags
// have slugs alone: what a slug is called, names knows.
type model struct {
	releases map[string]Release
	attached map[string][]Kind // whose tags no row stated
	sought   map[string]bool
	days     map[Day][]string           // keys by the day they were first published on, in order
	slugs    map[Kind]map[string]string // by all names that were ever seen
	names    map[Query]string           // of the filings that did not move
	moved    map[Query]Query
	version  uint64
	versions map[Query]uint64
	changed  map[Query]time.Time
	kept     map[string][]Version // what Versions returns, but for Until

	touched map[Query]bool    // by the operation that runs
	news    map[string]Change // of releases, by the step that runs
}

func newModel() *model {
	return &model{
		releases: map[string]Release{}, attached: map[string][]Kind{}, sought: map[string]bool{}, days: map[Day][]string{},
		slugs: map[Kind]map[string]string{Office: {}, Topic: {}, Type: {}}, names: map[Query]string{}, moved: map[Query]Query{},
		versions: map[Query]uint64{}, changed: map[Query]time.Time{}, kept: map[string][]Version{},
		touched: map[Query]bool{}, news: map[string]Change{},
	}
}

// commit ends an operation: what it touched has a new version, unless that is
// only the memory of the collector.
func (m *model) commit(at time.Time) {
	delete(m.touched, Untold)
	if len(m.touched) > 0 {
		m.version++
	}
	for q := range m.touched {
		m.versions[q] = m.version
		if at.After(m.changed[q]) {
			m.changed[q] = at
		}
	}
	m.touched = map[Query]bool{}
}

// touch notes all filings of a release.
func (m *model) touch(key string) {
	for _, q := range m.filingsOf(key) {
		m.touched[q] = true
	}
}

// tell notes what a release came to.
func (m *model) tell(key string, change Change) {
	if !m.releases[key].Withdrawn.IsZero() {
		change = Removed
	}
	m.news[key] = change
}

// outcome is what became of one release of a page.
type outcome struct {
	change  Change
	revised bool
}

// put does what Put promises, but for Updated and Position.
func (m *model) put(page Page) (outcomes []outcome) {
	page.Releases = once(page.Releases)
	m.follow(page.Releases)
	above := map[Day]string{}
	if r, ok := m.releases[page.After]; ok {
		above[DayOf(r.Published)] = r.Key
	}
	for i, read := range page.Releases {
		old, known := m.releases[read.Key]
		attached := len(m.attached[read.Key])
		m.touchIf(known, read.Key, func() {
			merged := m.merge(old, known, read, page)
			day := DayOf(merged.Published)
			o := m.compare(old, known, merged, attached != len(m.attached[read.Key]))
			if o.change == Added {
				m.insert(day, read.Key, above[day], page.Releases[i+1:])
			}
			if o.revised {
				m.keepVersion(old)
			}
			above[day] = read.Key
			m.releases[read.Key] = merged
			if o.change != Unchanged {
				m.tell(read.Key, o.change)
			}
			outcomes = append(outcomes, o)
		}, func() bool { return outcomes[len(outcomes)-1].change != Unchanged })
	}
	m.commit(page.Seen)
	return outcomes
}

// touchIf changes a release and touches what it was and is filed under, if that
// was a change.
func (m *model) touchIf(known bool, key string, change func(), changed func() bool) {
	var before []Query
	if known {
		before = m.filingsOf(key)
	}
	change()
	if !changed() {
		return
	}
	for _, q := range before {
		m.touched[q] = true
	}
	m.touch(key)
}

func once(releases []Release) (list []Release) {
	for _, r := range releases {
		if !slices.ContainsFunc(list, func(other Release) bool { return other.Key == r.Key }) {
			list = append(list, r)
		}
	}
	return list
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
	merged.Withdrawn = time.Time{}
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
		m.detach(read.Key, Office)
	}
	if len(read.Topics) > 0 {
		merged.Topics = m.tags(Topic, read.Topics)
		m.detach(read.Key, Topic)
	}
	return merged
}

func fold(s string) string { return strings.Join(strings.Fields(s), " ") }

// tags gives each tag its slug, which the model takes from the name: the names
// that the test draws collide only if they are the same.
func (m *model) tags(kind Kind, read []Tag) (list []Tag) {
	for _, tag := range read {
		slug, known := m.slug(kind, tag.Name)
		if !known {
			slug = Slug(tag.Name)
			m.slugs[kind][tag.Name] = slug
			m.names[Query{kind, slug}] = tag.Name
			m.touched[Query{kind, slug}] = true
		}
		if !slices.Contains(list, Tag{Slug: slug}) {
			list = append(list, Tag{Slug: slug})
		}
	}
	return sorted(list)
}

func sorted(list []Tag) []Tag {
	slices.SortFunc(list, func(a, b Tag) int { return strings.Compare(a.Slug, b.Slug) })
	return list
}

func (m *model) compare(old Release, known bool, merged Release, detached bool) outcome {
	revised := known && (old.Title != merged.Title || old.Summary != merged.Summary || old.Day != merged.Day ||
		old.Type.Slug != "" && old.Type != merged.Type)
	switch {
	case !known:
		return outcome{Added, false}
	case !old.Withdrawn.IsZero():
		return outcome{Restored, revised}
	case revised:
		return outcome{Revised, true}
	case old.URL != merged.URL, old.Type != merged.Type, detached, !slices.Equal(old.Offices, merged.Offices), !slices.Equal(old.Topics, merged.Topics):
		return outcome{Refiled, false}
	}
	return outcome{}
}

// filingsOf returns what a release is filed under.
func (m *model) filingsOf(key string) []Query {
	r, known := m.releases[key]
	switch {
	case !known:
		return nil
	case !r.Withdrawn.IsZero():
		return []Query{Withdrawn}
	}
	list := []Query{{}}
	for _, kind := range Kinds() {
		for _, slug := range slugsOf(r, kind) {
			list = append(list, Query{kind, slug})
		}
	}
	if m.untold(key) {
		list = append(list, Untold)
	}
	return list
}

// slugsOf returns the slugs of a release of the model.
func slugsOf(r Release, kind Kind) (slugs []string) {
	tags := map[Kind][]Tag{Office: r.Offices, Topic: r.Topics}[kind]
	if kind == Type && r.Type.Slug != "" {
		tags = []Tag{r.Type}
	}
	for _, tag := range tags {
		slugs = append(slugs, tag.Slug)
	}
	return slugs
}

// list returns what is filed under q, newest first.
func (m *model) list(q Query) (list []string) {
	for _, key := range m.inOrder() {
		if slices.Contains(m.filingsOf(key), q) {
			list = append(list, key)
		}
	}
	return list
}

// inOrder returns all releases, newest first, the withdrawn ones in their places.
func (m *model) inOrder() (keys []string) {
	for _, day := range slices.SortedFunc(maps.Keys(m.days), func(a, b Day) int { return b.Noon().Compare(a.Noon()) }) {
		keys = append(keys, m.days[day]...)
	}
	return keys
}

// keepVersion does what Put promises for a release that was revised.
func (m *model) keepVersion(old Release) {
	v := Version{Title: old.Title, Summary: old.Summary, Type: old.Type, Day: old.Day}
	list := slices.Insert(m.kept[old.Key], 0, v)
	m.kept[old.Key] = list[:min(len(list), maxVersions)]
}
