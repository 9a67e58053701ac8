package store

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Attach files the releases of these keys under an office or a topic that their
// rows don't show, but a listing of that tag alone does, and says how many of
// them were not there before. It passes over what it does not know, what was
// withdrawn, and each release of which a row ever stated a tag of the kind: it
// states all of them. The tag may be new, as in a row; of one that is known, rows
// alone say whether it is closed. Tags that are attached to one release are in
// the order of their slugs, whatever the order they came in.
// Neither Published nor Updated moves; attaching again changes nothing.
func (n *Newsroom) Attach(kind Kind, tag Tag, keys []string, at time.Time) (attached int, err error) {
	err = n.update(func(t *tables) (changed bool, err error) {
		if err := attachable(kind, tag); err != nil {
			return false, err
		}
		if attached, err = t.attach(kind, tag, keys); err != nil {
			return false, err
		}
		return t.writeFilings(at)
	})
	if err != nil {
		return 0, fmt.Errorf("attaching a tag in %s: %w", n.name, err)
	}
	return attached, nil
}

func attachable(kind Kind, tag Tag) error {
	switch {
	case kind != Office && kind != Topic:
		return fmt.Errorf("%q is not a kind whose tags can be attached: want %q or %q", kind, Office, Topic)
	case name{kind, tag.Name}.blank():
		return errors.New("the tag has no name")
	}
	return checkNames(tag.Name)
}

func (t *tables) attach(kind Kind, tag Tag, keys []string) (attached int, err error) {
	releases, err := t.unstated(kind, keys)
	if err != nil || len(releases) == 0 {
		return 0, err
	}
	slug, err := t.called(name{kind, tag.Name})
	if err == nil && slug == "" {
		slug, err = t.mint(kind, tag)
	}
	if err != nil {
		return 0, err
	}
	for _, old := range releases {
		if slices.Contains(old.tags(kind), slug) {
			continue
		}
		new := *old
		new.attach(kind, slug)
		if err := t.write(old, &new, Refiled); err != nil {
			return 0, err
		}
		attached++
	}
	return attached, nil
}

// unstated returns the releases, each once, that a tag of the kind can be
// attached to.
func (t *tables) unstated(kind Kind, keys []string) ([]*record, error) {
	var list []*record
	seen := make(map[string]bool, len(keys))
	for _, key := range keys {
		r, err := t.record(key)
		if err != nil {
			return nil, err
		}
		if r != nil && !seen[key] && r.Withdrawn.IsZero() && !r.stated(kind) {
			list = append(list, r)
		}
		seen[key] = true
	}
	return list, nil
}

// attach gives the record one more tag of a kind that no row stated.
func (r *record) attach(kind Kind, slug string) {
	slugs := append(slices.Clone(r.tags(kind)), slug)
	slices.Sort(slugs)
	r.setTags(kind, slugs)
	if !r.attached(kind) {
		r.Attached = append(slices.Clone(r.Attached), kind)
		slices.Sort(r.Attached)
	}
}

// attached reports whether the record has tags of a kind only by Attach.
func (r *record) attached(kind Kind) bool { return slices.Contains(r.Attached, kind) }

// stated reports whether a row showed tags of a kind.
func (r *record) stated(kind Kind) bool { return len(r.tags(kind)) > 0 && !r.attached(kind) }

// untold reports whether the record belongs to Untold unless it was withdrawn.
func (r *record) untold() bool {
	return !r.Sought && !r.stated(Type) && !r.stated(Office) && !r.stated(Topic)
}

// Sought notes that the releases of these keys were looked for in the listings
// of every tag: they leave Untold for good. That is no change of a release or a
// tag, so no Version moves.
func (n *Newsroom) Sought(keys []string) error {
	err := n.update(func(t *tables) (bool, error) {
		changed := false
		for _, key := range keys {
			r, err := t.record(key)
			if err != nil {
				return false, err
			}
			if r == nil || !r.untold() {
				continue
			}
			if err := t.seek(r); err != nil {
				return false, err
			}
			changed = true
		}
		_, err := t.writeFilings(time.Time{}) // of Untold alone, which knows no time
		return changed, err
	})
	if err != nil {
		return fmt.Errorf("noting what was sought in %s: %w", n.name, err)
	}
	return nil
}

func (t *tables) seek(r *record) error {
	if r.Withdrawn.IsZero() {
		if err := t.unfile(Untold, r.order()); err != nil {
			return err
		}
	}
	r.Sought = true
	return t.putRecord(r)
}
