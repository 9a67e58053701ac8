package listing

import (
	"cmp"
	"slices"
)

// cores finds the titles that belong to the dates: the one above each date or
// the one behind it, whichever fits all dates best. The core of a row reaches
// over its date, its title and all links to its release.
func (p *page) cores(rows []rowRange) []rowRange {
	worded := p.worded()
	best := p.pair(worded, rows)
	if other := p.pair(p.headlines(worded), rows); other.compare(best) > 0 {
		best = other
	}
	cores := slices.Clone(rows)
	for i := range cores {
		if t := best.titles[i]; t != nil {
			from, to := p.neighbourhood(rows, i)
			cores[i].title = t
			cores[i].from, cores[i].to = min(t.piece, cores[i].from), max(t.end, cores[i].to)
			cores[i].reach(t, titlesIn(p.titles, from, to))
		}
	}
	return cores
}

// reach makes a core include the wordless links to the release of its title:
// around images from above it, and below it as far as the next title.
func (r *rowRange) reach(t *title, near []*title) {
	next := len(near)
	for i, link := range near {
		if link.rank >= named && link.piece > t.piece {
			next = i
			break
		}
	}
	for i, link := range near {
		if link.key != t.key || link.piece < t.piece && link.rank != unnamed {
			continue
		}
		if next == len(near) || i < next && link.piece < near[next].piece {
			r.from, r.to = min(r.from, link.piece), max(r.to, link.end)
		}
	}
}

// worded lists the links to releases that say what about.
func (p *page) worded() []*title {
	return slices.DeleteFunc(slices.Clone(p.titles), func(t *title) bool { return t.rank < named })
}

// headlines lists the headings without a link, each with the release that a
// link beside it leads to, unless that release has a link with words.
func (p *page) headlines(worded []*title) []*title {
	var list []*title
	var known map[string]bool
	for i := range p.pieces {
		h := p.heading(p.pieces[i].elem)
		if h < 0 || p.titled[h] || p.pieces[i].kind != free || p.inChrome(h) {
			continue
		}
		if known == nil {
			known = keysOf(worded)
		}
		if link := p.beside(i); link != nil && !known[link.key] {
			list = append(list, &title{link: link.link, piece: i, end: i + 1, key: link.key, sign: p.sign(h)})
		}
	}
	return list
}

func keysOf(titles []*title) map[string]bool {
	keys := make(map[string]bool, len(titles))
	for _, t := range titles {
		if t != nil {
			keys[t.key] = true
		}
	}
	return keys
}

// beside returns the link to a release that goes with the heading at piece i:
// the next one, unless one around an image above it is closer of kin.
func (p *page) beside(i int) *title {
	before, behind := titlesIn(p.titles, 0, i), titlesIn(p.titles, i, len(p.pieces))
	if n := len(before); n > 0 && before[n-1].rank == unnamed &&
		(len(behind) == 0 || p.sharedDepth(before[n-1].piece, i) > p.sharedDepth(behind[0].piece, i)) {
		return before[n-1]
	}
	if len(behind) == 0 {
		return nil
	}
	return behind[0]
}

// pairing gives each date a title.
type pairing struct {
	titles   []*title
	paired   int // dates with a title
	kinship  int // sum of the depths of what holds date and title
	distance int // sum of pieces between date and title
}

func (a pairing) compare(b pairing) int {
	if c := cmp.Or(cmp.Compare(a.paired, b.paired), cmp.Compare(a.kinship, b.kinship)); c != 0 {
		return c
	}
	return cmp.Or(cmp.Compare(b.looks(), a.looks()), cmp.Compare(len(keysOf(a.titles)), len(keysOf(b.titles))), cmp.Compare(b.distance, a.distance))
}

// looks is in how many ways the titles are marked up.
func (a pairing) looks() int {
	looks := map[sign]bool{}
	for _, t := range a.titles {
		if t != nil {
			looks[t.sign] = true
		}
	}
	return len(looks)
}

// pair gives each date the nearest title above it or, if that fits better, the
// nearest behind it.
func (p *page) pair(titles []*title, rows []rowRange) pairing {
	if len(titles) == 0 {
		return pairing{titles: make([]*title, len(rows))}
	}
	above := p.pairWith(rows, func(i, from, _ int) *title {
		if near := titlesIn(titles, from, rows[i].date+1); len(near) > 0 {
			return near[len(near)-1]
		}
		return nil
	})
	behind := p.pairWith(rows, func(i, _, to int) *title {
		if near := titlesIn(titles, rows[i].date, to); len(near) > 0 {
			return near[0]
		}
		return nil
	})
	if behind.compare(above) > 0 {
		return behind
	}
	return above
}

// pairWith gives each date the title that near finds between the dates around.
func (p *page) pairWith(rows []rowRange, near func(i, from, to int) *title) pairing {
	pairs := pairing{titles: make([]*title, len(rows))}
	for i, r := range rows {
		from, to := p.neighbourhood(rows, i)
		t := near(i, from, to)
		if t == nil || p.headingBetween(t.piece, r.date) {
			continue
		}
		pairs.titles[i] = t
		pairs.paired++
		pairs.kinship += p.sharedDepth(t.piece, r.date)
		pairs.distance += max(t.piece-r.date, r.date-t.piece)
	}
	return pairs
}

// headingBetween says that another part of the page begins between two pieces.
func (p *page) headingBetween(a, b int) bool {
	for i := min(a, b) + 1; i < max(a, b); i++ {
		if p.isHeadline(i) && p.pieces[i].kind == free && !p.isTitle(i) {
			return true
		}
	}
	return false
}

// neighbourhood returns the pieces between the dates before and behind row i.
func (p *page) neighbourhood(rows []rowRange, i int) (from, to int) {
	to = len(p.pieces)
	if i > 0 {
		from = rows[i-1].date + 1
	}
	if i+1 < len(rows) {
		to = rows[i+1].date
	}
	return from, to
}
