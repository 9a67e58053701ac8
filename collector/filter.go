package collector

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"communique/scraper"
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
	// Claims are other names that the links call them by now.
	Claims []claim `json:"claims,omitempty"`
	// Pinned are the keys of releases that stand on top of every page, filtered
	// or not: no filter tells anything of them.
	Pinned []string `json:"pinned,omitempty"`
	// Sweeps are under way, the one that goes on first.
	Sweeps []*sweep `json:"sweeps,omitempty"`
	// Rest is the day on which not to ask any more, since the filters made no
	// sense.
	Rest string `json:"rest,omitempty"`
}

// filter is one way to narrow the listing: to one office or topic.
type filter struct {
	kind store.Kind
	id   string
	tag  store.Tag
}

func (f filter) String() string { return string(f.kind) + " " + f.id }

func (f *filters) name(kind store.Kind, id, name string) {
	if f.Names == nil {
		f.Names = map[store.Kind]map[string]string{}
	}
	if f.Names[kind] == nil {
		f.Names[kind] = map[string]string{}
	}
	f.Names[kind][id] = name
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
// another one, by which the newsroom calls it now. If no row shows any, the page
// must at least not be alike, which is what the site shows without this filter.
// An error says that the site did not filter.
func (f filter) believe(page scraper.Page, alike bool) (store.Tag, error) {
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
	switch {
	case stating == 0 && alike:
		return store.Tag{}, fmt.Errorf("the listing filtered by %s (%s) shows the same %d rows as without it: the site did not filter", f, f.tag.Name, len(page.Releases))
	case 10*agreeing >= 9*stating:
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
