package store

import (
	"maps"
	"slices"
	"time"
)

// withdraw does what Withdraw promises.
func (m *model) withdraw(key string, at time.Time) bool {
	r, known := m.releases[key]
	if !known || !r.Withdrawn.IsZero() {
		return false
	}
	m.touch(key)
	r.Withdrawn = at
	m.releases[key] = r
	m.touch(key)
	m.tell(key, Removed)
	m.commit(at)
	return true
}

// slug returns where a name leads.
func (m *model) slug(kind Kind, name string) (string, bool) {
	slug, known := m.slugs[kind][name]
	return m.end(Query{kind, slug}).Slug, known
}

// end returns the filing that a query leads to in the end.
func (m *model) end(q Query) Query {
	for to, ok := m.moved[q]; ok; to, ok = m.moved[q] {
		q = to
	}
	return q
}

func (m *model) stated(key string, kind Kind) bool {
	return len(slugsOf(m.releases[key], kind)) > 0 && !slices.Contains(m.attached[key], kind)
}

func (m *model) untold(key string) bool {
	stated := func(kind Kind) bool { return m.stated(key, kind) }
	return !m.sought[key] && !slices.ContainsFunc(Kinds(), stated)
}

func (m *model) detach(key string, kind Kind) {
	m.attached[key] = slices.DeleteFunc(m.attached[key], func(k Kind) bool { return k == kind })
}

// attach does what Attach promises.
func (m *model) attach(kind Kind, tag string, keys []string, at time.Time) (attached int) {
	for _, key := range keys {
		r, known := m.releases[key]
		if !known || !r.Withdrawn.IsZero() || m.stated(key, kind) {
			continue
		}
		added := m.tags(kind, tags(tag))[0]
		list := slices.Clone(map[Kind][]Tag{Office: r.Offices, Topic: r.Topics}[kind])
		if slices.Contains(list, added) {
			continue
		}
		m.give(key, kind, sorted(append(list, added)))
		m.detach(key, kind)
		m.attached[key] = append(m.attached[key], kind)
		m.touch(key)
		m.tell(key, Refiled)
		attached++
	}
	m.commit(at)
	return attached
}

// give replaces a release's tags of a kind.
func (m *model) give(key string, kind Kind, list []Tag) {
	r := m.releases[key]
	switch kind {
	case Office:
		r.Offices = list
	case Topic:
		r.Topics = list
	case Type:
		r.Type = list[0]
	}
	m.releases[key] = r
}

// seek does what Sought promises.
func (m *model) seek(keys []string) {
	for _, key := range keys {
		if _, known := m.releases[key]; known && m.untold(key) {
			m.sought[key] = true
		}
	}
}

// rename does what Rename promises, but for the commit.
func (m *model) rename(kind Kind, from, to string) bool {
	slug, known := m.slug(kind, from)
	target, there := m.slug(kind, to)
	old, new := Query{kind, slug}, Query{kind, target}
	switch {
	case from == to, !known && !there:
		return false
	case !known:
		m.slugs[kind][from] = target
		return false
	case !there:
		m.slugs[kind][to] = slug
		new = old
	case old == new && m.names[old] == to:
		return false
	case old != new:
		m.unite(old, new)
		m.moved[old] = new
		delete(m.names, old)
		m.touched[old] = true
		if m.names[new] == to {
			return true
		}
	}
	m.names[new] = to
	m.touched[new] = true
	for _, key := range m.having(new) {
		m.touch(key)
		m.tell(key, Refiled)
	}
	return true
}

// having returns the releases that have a tag.
func (m *model) having(q Query) (list []string) {
	for key, r := range m.releases {
		if slices.Contains(slugsOf(r, q.Kind), q.Slug) {
			list = append(list, key)
		}
	}
	return list
}

// unite puts one tag in another's place.
func (m *model) unite(from, to Query) {
	for _, key := range m.having(from) {
		var list []Tag
		for _, slug := range slugsOf(m.releases[key], from.Kind) {
			tag := Tag{Slug: m.renamed(slug, from, to)}
			if !slices.Contains(list, tag) {
				list = append(list, tag)
			}
		}
		m.touch(key)
		m.give(key, from.Kind, sorted(list))
		m.touch(key)
		m.tell(key, Refiled)
	}
	for _, versions := range m.kept {
		for i, v := range versions {
			if from.Kind == Type {
				versions[i].Type.Slug = m.renamed(v.Type.Slug, from, to)
			}
		}
	}
}

func (m *model) renamed(slug string, from, to Query) string {
	if slug == from.Slug {
		return to.Slug
	}
	return slug
}

// follow renames what a page shows to have been renamed.
func (m *model) follow(reads []Release) {
	for _, kind := range Kinds() {
		names := m.newNames(kind, reads)
		claimed := map[string]int{}
		for _, name := range names {
			claimed[name]++
		}
		for old, name := range names {
			if claimed[name] == 1 {
				m.rename(kind, old, name)
			}
		}
	}
}

// newNames returns the new name of each tag that at least three rows replace by
// a name that is not known, and none tells otherwise.
func (m *model) newNames(kind Kind, reads []Release) map[string]string {
	said := map[string][]string{}
	for _, read := range reads {
		if !m.stated(read.Key, kind) || len(read.Tags(kind)) == 0 {
			continue
		}
		had := slugsOf(m.releases[read.Key], kind)
		now := map[string]bool{}
		unknown := ""
		for _, tag := range read.Tags(kind) {
			slug, known := m.slug(kind, tag.Name)
			if !known {
				slug, unknown = "new "+tag.Name, tag.Name
			}
			now[slug] = true
		}
		for _, slug := range had {
			want := map[string]bool{"new " + unknown: true}
			for _, other := range had {
				want[other] = true
			}
			delete(want, slug)
			name := unknown
			if !maps.Equal(want, now) {
				name = ""
			}
			said[slug] = append(said[slug], name)
		}
	}
	names := map[string]string{}
	for slug, list := range said {
		if list[0] != "" && len(list) >= 3 && len(slices.Compact(list)) == 1 {
			names[m.names[Query{kind, slug}]] = list[0]
		}
	}
	return names
}
