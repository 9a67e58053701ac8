package feed

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"communique/store"
)

// combination is what a path asks for by tags: of each kind that it names, any
// of some slugs. The empty combination is everything.
type combination []values

// values are slugs of one kind.
type values struct {
	kind  store.Kind
	slugs []string
}

// maxValues is how many slugs a combination may hold of one kind.
const maxValues = 20

// everything is the path of the feed of everything.
const everything = "all"

// pathKinds lists the kinds in the order in which a path has them.
func pathKinds() []store.Kind { return []store.Kind{store.Office, store.Topic, store.Type} }

// parseCombination reads a path below a newsroom, as segments, and returns what
// is left of it after the tags. It takes kinds and slugs in any order; stem
// gives them theirs.
func parseCombination(segments []string) (c combination, rest []string, ok bool) {
	if len(segments) > 0 && segments[0] == everything {
		return nil, segments[1:], true
	}
	for len(segments) >= 2 && slices.Contains(store.Kinds(), store.Kind(segments[0])) {
		v := values{store.Kind(segments[0]), strings.Split(segments[1], "+")}
		if slices.Contains(v.slugs, "") || len(v.slugs) > maxValues || c.has(v.kind) {
			return nil, nil, false
		}
		c, segments = append(c, v), segments[2:]
	}
	return c, segments, len(c) > 0
}

func (c combination) has(kind store.Kind) bool {
	return slices.ContainsFunc(c, func(v values) bool { return v.kind == kind })
}

// stem returns the one path of what the combination asks for: kinds in their
// order, slugs sorted, each once.
func (c combination) stem() string {
	if len(c) == 0 {
		return everything
	}
	var segments []string
	for _, kind := range pathKinds() {
		for _, v := range c {
			if v.kind == kind {
				slugs := slices.Compact(slices.Sorted(slices.Values(v.slugs)))
				segments = append(segments, string(kind), strings.Join(slugs, "+"))
			}
		}
	}
	return strings.Join(segments, "/")
}

func combinationOf(q store.Query) combination {
	if q == (store.Query{}) {
		return nil
	}
	return combination{{q.Kind, []string{q.Slug}}}
}

// unknownTagError says which slug of a combination nothing was ever filed under.
type unknownTagError struct{ store.Query }

func (e unknownTagError) Error() string { return fmt.Sprintf("there is no %s/%s", e.Kind, e.Slug) }

// elsewhereError says at which stem a feed is whose tags have moved, or that was
// not asked for at the one path that it has.
type elsewhereError struct{ stem string }

func (e elsewhereError) Error() string { return "it is at " + e.stem }

// combined looks the feed of a combination up. The error is an unknownTagError
// or an elsewhereError where there is none at asked, its path below the newsroom.
func (r room) combined(c combination, asked string) (Feed, error) {
	if len(c) == 0 {
		filing, err := r.filing(store.Query{})
		return r.everything(filing), err
	}
	var members []store.Filing
	today := slices.Clone(c)
	for i, v := range c {
		today[i].slugs = nil
		for _, slug := range v.slugs {
			filing, err := r.filing(store.Query{Kind: v.kind, Slug: slug})
			if err != nil {
				return Feed{}, err
			}
			members = append(members, filing)
			today[i].slugs = append(today[i].slugs, filing.Query.Slug)
		}
	}
	if stem := today.stem(); stem != asked {
		return Feed{}, elsewhereError{stem}
	}
	if len(members) == 1 {
		return r.tagged(members[0]), nil
	}
	return r.joined(c, members), nil
}

// filing reads a filing, or the one that it has moved to.
func (r room) filing(q store.Query) (store.Filing, error) {
	filing, err := r.Store.Filing(q)
	if moved, ok := errors.AsType[store.MovedError](err); ok {
		filing, err = r.Store.Filing(moved.To)
	}
	switch {
	case errors.Is(err, store.ErrNoFiling):
		return filing, unknownTagError{q}
	case err != nil:
		return filing, fmt.Errorf("looking up %s of %s: %w", combinationOf(q).stem(), r.Newsroom.Name, err)
	}
	filing.Tag.Name = legal(filing.Tag.Name)
	return filing, nil
}

// everything returns the feed of all releases.
func (r room) everything(filing store.Filing) Feed {
	n := r.Newsroom
	return Feed{
		Newsroom: n, Releases: filing.Releases, Newest: filing.Newest, Version: filing.Version, Changed: filing.Changed,
		stem:     everything,
		title:    n.Title + ": all releases",
		subtitle: "Every release of the " + n.Title + " newsroom, newest first.",
	}
}

// tagged returns the feed of one tag.
func (r room) tagged(filing store.Filing) Feed {
	f := r.joined(combinationOf(filing.Query), []store.Filing{filing})
	f.Query, f.Tag, f.Releases, f.Newest = filing.Query, filing.Tag, filing.Releases, filing.Newest
	if label := filing.Tag.Label(); names(label, r.Newsroom.Title) {
		f.title = label
	}
	return f
}

// joined returns the feed of a combination in the order of its path. Its
// version is the highest of its members', so it may grow although no release of
// the feed changed.
func (r room) joined(c combination, members []store.Filing) Feed {
	f := Feed{Newsroom: r.Newsroom, Releases: -1, stem: c.stem()}
	var titles, sentences []string
	for _, kind := range store.Kinds() {
		var labels []string
		var group []store.Query
		for _, m := range members {
			if m.Query.Kind == kind {
				labels = append(labels, m.Tag.Label())
				group = append(group, m.Query)
				f.tags = append(f.tags, tag{kind, m.Query.Slug, m.Tag.Name})
			}
		}
		if len(group) > 0 {
			f.filed = append(f.filed, group)
			titles = append(titles, strings.Join(labels, " or "))
			sentences = append(sentences, filedAs(kind, labels))
		}
	}
	f.depend(members...)
	f.title = r.Newsroom.Title + ": " + strings.Join(titles, " × ")
	f.subtitle = "Releases that " + r.Newsroom.Title + " files " + strings.Join(sentences, " and ") + ", newest first."
	return f
}

// depend takes over the version of what the feed is read from.
func (f *Feed) depend(members ...store.Filing) {
	for _, m := range members {
		f.Version = max(f.Version, m.Version)
		if m.Changed.After(f.Changed) {
			f.Changed = m.Changed
		}
	}
}

// filedAs says in words what is filed under tags of one kind.
func filedAs(kind store.Kind, labels []string) string {
	of := map[store.Kind]string{store.Topic: "under the topic", store.Office: "under the office", store.Type: "as"}[kind]
	if len(labels) > 1 && kind != store.Type {
		of += "s"
	}
	return of + " “" + strings.Join(labels, "” or “") + "”"
}
