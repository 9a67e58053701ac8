package sample

import (
	"slices"
	"strconv"
)

// register is one of the site's filter lists: which names it knows, under
// which id, and how many releases use them. A name that it doesn't know is
// shown in rows but can't be filtered by. It has room for 64 ids.
type register struct {
	field string
	// ids, names and used are alike in order; names are those that the list
	// shows.
	ids   []int
	names []string
	used  []int
	// places finds the place of a name, also of a former one.
	places map[string]int
	// lines are the list as it stands; they are replaced, never changed.
	lines []facet
}

// facet is one line of a filter list: a name, and where its listing is.
type facet struct{ Name, Link string }

// set is a set of ids of one register, a bit for each place. It is so small
// because a filter looks at that of every release.
type set uint64

func officeRegister() register {
	g := register{field: officeFilter, places: map[string]int{}}
	for _, o := range offices {
		g.enter(o.id, o.name)
		if o.former != "" {
			g.places[o.former] = g.places[o.name]
		}
	}
	return g
}

func topicRegister() register {
	g := register{field: topicFilter, places: map[string]int{}}
	for _, t := range topics {
		g.enter(t.id, t.name)
	}
	return g
}

func (g *register) enter(id int, name string) {
	g.places[name] = len(g.ids)
	g.ids, g.names, g.used = append(g.ids, id), append(g.names, name), append(g.used, 0)
}

// find returns the set of the known among names.
func (g *register) find(names []string) set {
	var s set
	for _, name := range names {
		if place, known := g.places[name]; known {
			s |= 1 << place
		}
	}
	return s
}

// pick returns the set of the known among ids.
func (g *register) pick(ids []int) set {
	var s set
	for _, id := range ids {
		if place := slices.Index(g.ids, id); place >= 0 {
			s |= 1 << place
		}
	}
	return s
}

func (g *register) count(s set, n int) {
	for place := range g.used {
		if s>>place&1 == 1 {
			g.used[place] += n
		}
	}
}

// rename gives the id of one name to another, unless that name has an id of
// its own.
func (g *register) rename(from, to string) {
	place, known := g.places[from]
	if !known {
		return
	}
	if _, taken := g.places[to]; !taken {
		g.places[to] = place
	}
	if g.places[to] == place && g.names[place] == from {
		g.names[place] = to
	}
}

// rewrite makes the list anew, of the names in use.
func (g *register) rewrite() {
	lines := make([]facet, 0, len(g.ids))
	for place, id := range g.ids {
		if g.used[place] > 0 {
			link := listingPath + "?filters=" + g.field + ":(" + strconv.Itoa(id) + ")"
			lines = append(lines, facet{g.names[place], link})
		}
	}
	g.lines = lines
}
