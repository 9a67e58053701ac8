package store

import "slices"

// enough is how many releases must show a new name before a tag counts as
// renamed: one or two may well have been filed elsewhere.
const enough = 3

// followRenames renames the tags that a page shows to have been renamed.
func (t *tables) followRenames(reads []Release) error {
	for _, kind := range Kinds() {
		claims, err := t.claims(kind, reads)
		if err != nil {
			return err
		}
		for _, c := range claims {
			if !c.proven() || slices.ContainsFunc(claims, c.rivals) {
				continue
			}
			if used, err := t.shows(reads, c.tag); err != nil {
				return err
			} else if used {
				continue
			}
			if _, err := t.rename(c.tag, c.called.name); err != nil {
				return err
			}
		}
	}
	return nil
}

// shows says that some row, be its release known or new, still shows a tag by a
// name that it had.
func (t *tables) shows(reads []Release, tag Query) (bool, error) {
	for _, read := range reads {
		known, _, err := t.told(tag.Kind, read)
		if err != nil || slices.Contains(known, tag.Slug) {
			return true, err
		}
	}
	return false, nil
}

// claim is what the rows of a page say about a stored tag's new name.
type claim struct {
	tag    Query
	called name
	rows   int // of known releases that had the tag stated
	denied bool
}

func (c *claim) proven() bool { return c.rows >= enough && !c.denied }

// rivals reports whether another tag has a claim to the same name: if all that a
// page shows of two tags goes by one name, it is none of either.
func (c *claim) rivals(other *claim) bool {
	return other.tag != c.tag && !other.denied && other.called.folded() == c.called.folded()
}

// claims returns one claim for each tag of a kind that was stated of a release
// for which the page states tags of that kind, in the page's order.
func (t *tables) claims(kind Kind, reads []Release) (list []*claim, err error) {
	byTag := map[string]*claim{}
	for _, read := range reads {
		old, err := t.record(read.Key)
		if err != nil {
			return nil, err
		}
		if old == nil || !old.stated(kind) {
			continue
		}
		known, unknown, err := t.told(kind, read)
		if err != nil {
			return nil, err
		}
		if len(known)+len(unknown) == 0 {
			continue
		}
		for _, slug := range old.tags(kind) {
			c := byTag[slug]
			if c == nil {
				c = &claim{tag: Query{kind, slug}}
				byTag[slug] = c
				list = append(list, c)
			}
			c.hear(old.tags(kind), known, unknown)
		}
	}
	return list, nil
}

// told returns what a row tells of one kind: the slugs of known names and the
// names that are new, each once.
func (t *tables) told(kind Kind, read Release) (known []string, unknown []name, err error) {
	for _, tag := range read.Tags(kind) {
		n := name{kind, tag.Name}
		if n.blank() {
			continue
		}
		slug, err := t.called(n)
		if err != nil {
			return nil, nil, err
		}
		same := func(other name) bool { return other.folded() == n.folded() }
		switch {
		case slug == "" && !slices.ContainsFunc(unknown, same):
			unknown = append(unknown, n)
		case slug != "" && !slices.Contains(known, slug):
			known = append(known, slug)
		}
	}
	return known, unknown, nil
}

// hear takes one row as a witness: a release had these tags, and now it has
// those. The name is proven only if all else stayed and all rows say the same.
func (c *claim) hear(had, known []string, unknown []name) {
	c.rows++
	kept := func(slug string) bool { return slug == c.tag.Slug || slices.Contains(known, slug) }
	switch {
	case len(unknown) != 1, len(known) != len(had)-1,
		slices.ContainsFunc(had, func(slug string) bool { return !kept(slug) }):
		c.denied = true
	case c.rows == 1:
		c.called = unknown[0]
	case unknown[0].folded() != c.called.folded():
		c.denied = true
	}
}
