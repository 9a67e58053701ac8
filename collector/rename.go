package collector

import (
	"slices"

	"communique/scraper"
	"communique/scraper/listing"
	"communique/store"
)

// claim is a filter whose link has another name than before. That may be what
// its tag is called now, or no name at all: rows have to confirm it.
type claim struct {
	Kind store.Kind `json:"kind"`
	ID   string     `json:"id"`
	Name string     `json:"name"`
}

// learn takes the filters that the first page links to. A filter that has
// another name than before, while none has the former name any more, claims that
// it was renamed, and its tag with it. An id that took over a name that something
// else has was given away; nothing was renamed.
func (r *run) learn(page scraper.Page) error {
	if len(page.Filters) == 0 {
		return nil
	}
	changed := len(r.Claims) > 0
	r.Claims = nil
	for _, f := range page.Filters {
		former := r.Names[f.Kind][f.ID]
		if former == f.Name || former == "" && len(r.Names[f.Kind]) >= maxFilters {
			continue
		}
		taken, err := r.taken(f.Kind, former, f.Name)
		if err != nil {
			return err
		}
		if former != "" && !taken && !calls(page.Filters, f.Kind, former) {
			r.Claims = append(r.Claims, claim{f.Kind, f.ID, f.Name})
		} else {
			r.log.Debug("a filter's name", "source", r.room.Name(), "kind", string(f.Kind), "id", f.ID, "from", former, "to", f.Name)
			r.name(f.Kind, f.ID, f.Name)
		}
		changed = true
	}
	if !changed {
		return nil
	}
	return keepNote(r.room, filtersNote, r.filters)
}

// taken says that a name leads to a tag that the former name doesn't lead to. To
// unite two tags for good, what a page calls its filters is not enough.
func (r *run) taken(kind store.Kind, former, name string) (bool, error) {
	to, known, err := r.room.Called(kind, name)
	if err != nil || !known {
		return false, err
	}
	from, _, err := r.room.Called(kind, former)
	return from != to, err
}

// calls says that a page still has a filter of that name.
func calls(list []listing.Filter, kind store.Kind, name string) bool {
	return slices.ContainsFunc(list, func(f listing.Filter) bool { return f.Kind == kind && f.Name == name })
}

// confirm renames the tags whose new name a page's rows show, while none shows
// the former one. It comes before the rows are stored: what they show would be
// a tag of its own.
func (r *run) confirm(page scraper.Page) error {
	left := slices.Clone(r.Claims)
	for _, c := range r.Claims {
		former := r.Names[c.Kind][c.ID]
		if r.contested(c) || !shows(page, c.Kind, c.Name) || shows(page, c.Kind, former) {
			continue
		}
		taken, err := r.taken(c.Kind, former, c.Name)
		if err != nil {
			return err
		}
		if !taken {
			if err := r.rename(c.Kind, former, c.Name, "the listing's filter "+c.ID); err != nil {
				return err
			}
		}
		r.name(c.Kind, c.ID, c.Name)
		left = slices.DeleteFunc(left, func(other claim) bool { return other == c })
	}
	if len(left) == len(r.Claims) {
		return nil
	}
	r.Claims = left
	return keepNote(r.room, filtersNote, r.filters)
}

// contested says that another filter claims the same name.
func (r *run) contested(c claim) bool {
	return slices.ContainsFunc(r.Claims, func(other claim) bool {
		return other != c && other.Kind == c.Kind && other.Name == c.Name
	})
}

// shows says that a row of a page shows a tag.
func shows(page scraper.Page, kind store.Kind, name string) bool {
	return slices.ContainsFunc(page.Releases, func(release store.Release) bool {
		return slices.ContainsFunc(release.Tags(kind), func(tag store.Tag) bool { return tag.Name == name })
	})
}

// rename gives a tag its name of today, and tells so.
func (r *run) rename(kind store.Kind, from, to, by string) error {
	renamed, err := r.room.Rename(kind, from, to, r.site.Now())
	if renamed {
		r.report.Renamed++
		r.log.Info("renamed", "source", r.room.Name(), "kind", string(kind), "from", from, "to", to, "by", by)
	}
	return err
}

// adoptAliases gives tags that were stored under an older name the one that the
// source file calls them by today.
func (r *run) adoptAliases() error {
	aliases := r.site.Source().Aliases
	for kind, names := range map[store.Kind]map[string]string{
		store.Office: aliases.Offices, store.Topic: aliases.Topics, store.Type: aliases.Types,
	} {
		for from, to := range names {
			if err := r.rename(kind, from, to, "the source file"); err != nil {
				return err
			}
		}
	}
	return nil
}
