package feed

import (
	"cmp"
	"slices"
	"strings"
)

// maxNear is how many paths are proposed for one that leads nowhere.
const maxNear = 5

// noDocument says that there is no document at a path, and what it may have
// meant: a feed with another tag in the place of one that is unknown, the feed
// of a period that there is not, another suffix.
func (p *Press) noDocument(document string, a route, unknown unknownTagError) error {
	none := &NoDocumentError{Path: document}
	suffix := a.suffix
	if _, isForm := formatOf(suffix); !isForm {
		if _, isPage := pageOf(suffix); !isPage {
			suffix = formats()[atomFormat].suffix
		}
	}
	prefix := "/" + a.room.Newsroom.Name + "/"
	for _, stem := range a.room.near(a.segments, unknown) {
		if near := prefix + stem + suffix; near != document && !slices.Contains(none.Near, near) && len(none.Near) < maxNear {
			none.Near = append(none.Near, near)
		}
	}
	return none
}

// near returns the stems of feeds that a path may have meant, the likeliest
// first. A path of which the store cannot tell has none.
func (r room) near(segments []string, unknown unknownTagError) []string {
	f, _, err := r.channel(segments)
	if err == nil {
		return []string{f.stem}
	}
	d, err := r.directory()
	if err != nil {
		return nil
	}
	c, _, ok := parseCombination(segments)
	if !ok || unknown.Slug == "" {
		return d.near(r, segments[len(segments)-1])
	}
	var stems []string
	for _, slug := range d.like(unknown) {
		if f, err := r.combined(c.with(unknown, slug), c.with(unknown, slug).stem()); err == nil {
			stems = append(stems, f.stem)
		}
	}
	return stems
}

// with returns the combination with another slug in the place of one.
func (c combination) with(unknown unknownTagError, slug string) combination {
	changed := slices.Clone(c)
	for i, v := range c {
		if v.kind != unknown.Kind {
			continue
		}
		changed[i].slugs = slices.Clone(v.slugs)
		for j, s := range v.slugs {
			if s == unknown.Slug {
				changed[i].slugs[j] = slug
			}
		}
	}
	return changed
}

// like returns the slugs of the unknown tag's kind that are most like it.
func (d *directory) like(unknown unknownTagError) []string {
	var found []likeness
	for _, f := range d.filings {
		if f.Query.Kind == unknown.Kind {
			found = append(found, newLikeness(f.Query.Slug, unknown.Slug, f.Query.Slug, f.Tag.Name))
		}
	}
	return likest(found)
}

// near returns the stems of the feeds of one tag, of everything and of saved
// feeds that are most like a word.
func (d *directory) near(r room, word string) []string {
	found := []likeness{newLikeness(everything, word, everything)}
	for _, f := range d.filings {
		found = append(found, newLikeness(combinationOf(f.Query).stem(), word, f.Query.Slug, f.Tag.Name))
	}
	for _, s := range r.Saved {
		found = append(found, newLikeness(savedFolder+s.Name, word, s.Name, s.Title))
	}
	return likest(found)
}

// likeness is how near what leads somewhere is to what was asked for.
type likeness struct {
	stem   string
	shared int // words
	edits  int // letters to change between the slugs
	near   bool
}

func newLikeness(stem, word, slug string, names ...string) likeness {
	asked := strings.Fields(fold(word))
	known := " " + strings.Join(strings.Fields(fold(strings.Join(append(names, slug), " "))), " ") + " "
	l := likeness{stem: stem}
	for _, w := range asked {
		if len(w) > 2 && strings.Contains(known, " "+w+" ") {
			l.shared++
		}
	}
	word = word[:min(len(word), 100)]
	l.edits = distance(word, slug)
	l.near = l.shared > 0 || l.edits <= 1+max(len(word), len(slug))/4
	return l
}

// likest returns the stems of what is near, the nearest first.
func likest(found []likeness) []string {
	found = slices.DeleteFunc(found, func(l likeness) bool { return !l.near })
	slices.SortFunc(found, func(a, b likeness) int {
		return cmp.Or(cmp.Compare(a.edits-4*a.shared, b.edits-4*b.shared), cmp.Compare(a.stem, b.stem))
	})
	stems := make([]string, min(len(found), maxNear))
	for i := range stems {
		stems[i] = found[i].stem
	}
	return stems
}

// distance returns how many bytes must be put in, taken out or changed to make
// one text of the other.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			above := row[j+1]
			changed := diagonal
			if a[i] != b[j] {
				changed++
			}
			row[j+1] = min(changed, above+1, row[j]+1)
			diagonal = above
		}
	}
	return row[len(b)]
}
