package sample

import (
	"fmt"
	"html/template"
	"time"
)

// archive is everything the site has published, and what it looks up in it.
type archive struct {
	entries []entry
	at      map[string]Release
	offices []facet
	topics  []facet
	// newest is the day of the newest release, zero for an empty newsroom.
	newest time.Time
}

// entry is a release with the filter ids of its tags.
type entry struct {
	Release
	offices, topics []int
}

// facet is one line of a filter list.
type facet struct {
	Name string
	// Link is the attribute that leads to the filtered listing. It is built
	// from numbers alone, hence the parentheses can stand as they are.
	Link template.HTMLAttr
}

// newArchive files releases under their addresses and tags. A tag that the
// newsroom's lists don't know is shown in rows but can't be filtered by.
func newArchive(releases []Release) archive {
	officeIDs, topicIDs := officeFilters(), topicFilters()
	a := archive{at: make(map[string]Release, 2*len(releases))}
	used := map[int]bool{}
	for _, r := range releases {
		e := entry{r, filterIDs(officeIDs, r.Offices, used), filterIDs(topicIDs, r.Topics, used)}
		a.entries = append(a.entries, e)
		a.at[r.Path()], a.at[r.nodePath()] = r, r
		if r.Day.After(a.newest) {
			a.newest = r.Day
		}
	}
	for _, o := range offices {
		if used[o.id] {
			a.offices = append(a.offices, facet{o.name, filterLink(officeFilter, o.id)})
		}
	}
	for _, t := range topics {
		if used[t.id] {
			a.topics = append(a.topics, facet{t.name, filterLink(topicFilter, t.id)})
		}
	}
	return a
}

// officeFilters maps each name of an office, present or former, to its id.
func officeFilters() map[string]int {
	ids := map[string]int{}
	for _, o := range offices {
		ids[o.name] = o.id
		if o.former != "" {
			ids[o.former] = o.id
		}
	}
	return ids
}

func topicFilters() map[string]int {
	ids := map[string]int{}
	for _, t := range topics {
		ids[t.name] = t.id
	}
	return ids
}

// filterIDs looks names up and notes the ids as used.
func filterIDs(known map[string]int, names []string, used map[int]bool) []int {
	var ids []int
	for _, name := range names {
		if id, ok := known[name]; ok {
			ids, used[id] = append(ids, id), true
		}
	}
	return ids
}

func filterLink(field string, id int) template.HTMLAttr {
	return template.HTMLAttr(fmt.Sprintf(`href="%s?filters=%s:(%d)"`, listingPath, field, id))
}
