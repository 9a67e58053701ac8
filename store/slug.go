package store

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/gosimple/slug"
	"golang.org/x/text/unicode/norm"
)

// maxSlug is the longest slug in bytes; a file name with its suffix and a
// number that makes it unique must fit into 255.
const maxSlug = 80

// Slug turns a name into a safe segment of an address: lower-case ASCII
// letters, digits and hyphens, at most 80, never empty. It is not unique.
func Slug(name string) string {
	s := strings.ReplaceAll(slug.Make(name), "_", "-")
	s = s[:min(len(s), maxSlug)]
	return cmp.Or(strings.Trim(s, "-"), "untitled")
}

// foldName is how two spellings of one name are recognised: without regard to
// case, white space and composition.
func foldName(name string) string {
	return strings.ToLower(strings.Join(strings.Fields(norm.NFC.String(name)), " "))
}

// name is what a tag of one kind is called.
type name struct {
	kind Kind
	name string
}

// folded returns the name as it is recognised.
func (n name) folded() string { return foldName(n.name) }

// key returns where the slug of the name stands.
func (n name) key() []byte { return []byte(string(n.kind) + "\x00" + n.folded()) }

func (n name) blank() bool { return strings.TrimSpace(n.name) == "" }

// called returns the slug of the filing that a name leads to, "" if there is
// none.
func (t *tables) called(n name) (string, error) {
	if slug, ok := t.names[n]; ok {
		return slug, nil
	}
	known, err := t.slugs.get(n.key())
	if err != nil || known == nil {
		return "", err
	}
	q, f, err := t.live(Query{n.kind, string(known)})
	if err == nil && f == nil {
		err = fmt.Errorf("filing %s/%s is %w: it has a name, but is not there", n.kind, known, ErrDamaged)
	}
	if err != nil {
		return "", err
	}
	t.names[n] = q.Slug
	return q.Slug, nil
}

// register returns the slugs of a row's tags, each once. It mints one for a
// name that is new and keeps up with an office that the newsroom closed or
// opened again.
func (t *tables) register(kind Kind, tags []Tag) ([]string, error) {
	slugs := make([]string, 0, len(tags))
	for _, tag := range tags {
		if (name{kind, tag.Name}).blank() {
			continue
		}
		slug, err := t.slug(kind, tag)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(slugs, slug) {
			slugs = append(slugs, slug)
		}
	}
	return slugs, nil
}

func (t *tables) slug(kind Kind, tag Tag) (string, error) {
	known, err := t.called(name{kind, tag.Name})
	if err != nil {
		return "", err
	}
	if known == "" {
		return t.mint(kind, tag)
	}
	f, err := t.tagged(Query{kind, known})
	if err != nil {
		return "", err
	}
	f.Closed = tag.Closed || f.told && f.Closed // whatever the order of rows that disagree
	f.told = true
	if f.Unsure {
		f.Name, f.Unsure, f.spelt = tag.Name, false, true
	}
	return known, nil
}

// mint gives a new tag a slug that no other of its kind has, by a number if
// need be. The search halves, so it finds a free number quickly however many
// are taken, though not always the least.
func (t *tables) mint(kind Kind, tag Tag) (string, error) {
	base := Slug(tag.Name)
	numbered := func(n int) string {
		if n == 0 {
			return base
		}
		return base + "-" + strconv.Itoa(n+1)
	}
	var failed error
	free := func(n int) bool {
		f, err := t.filing(Query{kind, numbered(n)})
		failed = cmp.Or(failed, err)
		return f == nil
	}
	n := 0
	if !free(0) {
		n = 1 + sort.Search(1<<20, func(n int) bool { return free(1 + n) })
	}
	if failed != nil {
		return "", failed
	}
	slug := numbered(n)
	t.add(Query{kind, slug}, tag)
	return slug, t.slugs.put(name{kind, tag.Name}.key(), []byte(slug))
}

// tag returns the Tag of a slug, as it is called and filed today.
func (t *tables) tag(kind Kind, slug string) (Tag, error) {
	if slug == "" {
		return Tag{}, nil
	}
	q, f, err := t.live(Query{kind, slug})
	if err == nil && f == nil {
		f, err = t.tagged(q)
	}
	if err != nil {
		return Tag{}, err
	}
	return Tag{f.Name, q.Slug, f.Closed}, nil
}

func (t *tables) tags(kind Kind, slugs []string) ([]Tag, error) {
	list := make([]Tag, 0, len(slugs))
	for _, slug := range slugs {
		tag, err := t.tag(kind, slug)
		if err != nil {
			return nil, fmt.Errorf("reading tags: %w", err)
		}
		list = append(list, tag)
	}
	return list, nil
}
