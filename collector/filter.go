package collector

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"communique/scraper"
	"communique/scraper/listing"
	"communique/store"
)

const filtersNote = "filters"

// maxFilters bounds how many filters of a kind are remembered.
const maxFilters = 500

// filters are what is known of the listing's filters, and how far they were
// asked for what rows hide.
type filters struct {
	// Names are what the listing's own links call each filter, by kind and id.
	Names map[store.Kind]map[string]string `json:"names"`
	// Sweeps are under way, the one that goes on first.
	Sweeps []*sweep `json:"sweeps,omitempty"`
	// Rest is when to ask again after the filters made no sense.
	Rest string `json:"rest,omitempty"`
}

// filter is one way to narrow the listing: to one office or topic.
type filter struct {
	kind store.Kind
	id   string
	tag  store.Tag
}

func (f filter) String() string { return string(f.kind) + " " + f.id }

// learn takes the filters that the first page links to. A filter that has
// another name than before, while none has the former name any more, was
// renamed, and so was its tag.
func (r *run) learn(page scraper.Page) error {
	if len(page.Filters) == 0 {
		return nil
	}
	var known filters
	if err := recall(r.room, filtersNote, &known); err != nil {
		return err
	}
	changed := false
	for _, f := range page.Filters {
		former := known.Names[f.Kind][f.ID]
		if former == f.Name || former == "" && len(known.Names[f.Kind]) >= maxFilters {
			continue
		}
		if former != "" && !calls(page.Filters, f.Kind, former) {
			if err := r.rename(f.Kind, former, f.Name, "the listing's filter "+f.ID); err != nil {
				return err
			}
		}
		known.name(f.Kind, f.ID, f.Name)
		changed = true
	}
	if !changed {
		return nil
	}
	return keepNote(r.room, filtersNote, known)
}

func (f *filters) name(kind store.Kind, id, name string) {
	if f.Names == nil {
		f.Names = map[store.Kind]map[string]string{}
	}
	if f.Names[kind] == nil {
		f.Names[kind] = map[string]string{}
	}
	f.Names[kind][id] = name
}

// calls says that a page still has a filter of that name.
func calls(list []listing.Filter, kind store.Kind, name string) bool {
	return slices.ContainsFunc(list, func(f listing.Filter) bool { return f.Kind == kind && f.Name == name })
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

// list returns all filters that can be asked, offices first. A filter is called
// as the source file says, which is how rows say it, else as its link does.
func (f *filters) list(r *run) []filter {
	var list []filter
	known := r.site.Source().Filters
	for kind, ids := range map[store.Kind]map[string]string{
		store.Office: known.Offices.IDs, store.Topic: known.Topics.IDs,
	} {
		for id, name := range f.Names[kind] {
			if ids[id] == "" {
				list = append(list, filter{kind, id, store.Tag{Name: name}})
			}
		}
		for id, name := range ids {
			list = append(list, filter{kind, id, store.Tag{Name: name}})
		}
	}
	slices.SortFunc(list, func(a, b filter) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(number(a.id), number(b.id)), cmp.Compare(a.id, b.id))
	})
	return list
}

func number(id string) int {
	n, _ := strconv.Atoi(id)
	return n
}

// believe returns the tag that a filtered page tells, by the rows that show
// their tags: nearly all of them must show the filter's, else all must share
// another one, by which the newsroom calls it now. An error says that the site
// did not filter.
func (f filter) believe(page scraper.Page) (store.Tag, error) {
	stating, agreeing := 0, 0
	shared := map[string]int{}
	tags := map[string]store.Tag{}
	for _, release := range page.Releases {
		list := release.Tags(f.kind)
		if len(list) == 0 {
			continue
		}
		stating++
		for _, tag := range list {
			shared[tag.Name]++
			tags[tag.Name] = tag
			if strings.EqualFold(tag.Name, f.tag.Name) {
				agreeing++
				f.tag = tag
			}
		}
	}
	if 10*agreeing >= 9*stating {
		return f.tag, nil
	}
	var others []string
	for name, n := range shared {
		if n == stating {
			others = append(others, name)
		}
	}
	if stating >= 3 && agreeing == 0 && len(others) == 1 {
		return tags[others[0]], nil
	}
	return store.Tag{}, fmt.Errorf("the listing filtered by %s (%s) shows %d of %d rows without it: the site did not filter", f, f.tag.Name, stating-agreeing, stating)
}
