package listing

import (
	"cmp"
	"slices"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
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
		t := best.titles[i]
		if t == nil {
			continue
		}
		cores[i].from, cores[i].to = min(t.piece, cores[i].from), max(t.end, cores[i].to)
		from, to := p.neighbourhood(rows, i)
		for _, link := range titlesIn(p.titles, from, to) {
			if link.key == t.key {
				cores[i].from, cores[i].to = min(cores[i].from, link.piece), max(cores[i].to, link.end)
			}
		}
	}
	return cores
}

// worded lists the links to releases that say what about.
func (p *page) worded() []title {
	return slices.DeleteFunc(slices.Clone(p.titles), func(t title) bool { return p.titleRank(t) < 3 })
}

// headlines lists the headings without a link, each with the release that the
// next link leads to, unless that link has words of its own.
func (p *page) headlines(worded []title) []title {
	named := map[string]bool{}
	for _, t := range worded {
		named[t.key] = true
	}
	var list []title
	for i := range p.pieces {
		h := p.heading(p.pieces[i].elem)
		if h < 0 || p.titled[h] || p.pieces[i].kind != free || p.inChrome(h) {
			continue
		}
		if next := titlesIn(p.titles, i, len(p.pieces)); len(next) > 0 && !named[next[0].key] {
			list = append(list, title{link: next[0].link, piece: i, end: i + 1, key: next[0].key, sign: p.sign(h)})
		}
	}
	return list
}

// pairing gives each date a title.
type pairing struct {
	titles   []*title
	paired   int // dates with a title
	looks    int // ways in which the titles are marked up
	kinship  int // sum of the depths of what holds date and title
	distance int // sum of pieces between date and title
}

func (a pairing) compare(b pairing) int {
	return cmp.Or(cmp.Compare(a.paired, b.paired), cmp.Compare(a.kinship, b.kinship),
		cmp.Compare(b.looks, a.looks), cmp.Compare(b.distance, a.distance))
}

// pair gives each date the nearest title above it or, if that fits better, the
// nearest behind it.
func (p *page) pair(titles []title, rows []rowRange) pairing {
	above := p.pairWith(rows, func(i, from, _ int) *title {
		if near := titlesIn(titles, from, rows[i].date+1); len(near) > 0 {
			return &near[len(near)-1]
		}
		return nil
	})
	behind := p.pairWith(rows, func(i, _, to int) *title {
		if near := titlesIn(titles, rows[i].date, to); len(near) > 0 {
			return &near[0]
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
	looks := map[string]bool{}
	taken := map[string]bool{}
	for i, r := range rows {
		from, to := p.neighbourhood(rows, i)
		t := near(i, from, to)
		if t == nil || taken[t.key] || p.headingBetween(t.piece, r.date) {
			continue
		}
		taken[t.key], looks[t.sign] = true, true
		pairs.titles[i] = t
		pairs.paired++
		pairs.kinship += p.sharedDepth(t.piece, r.date)
		pairs.distance += max(t.piece-r.date, r.date-t.piece)
	}
	pairs.looks = len(looks)
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

// anyField is every kind that may stand above the core of a row.
var anyField = map[kind]bool{office: true, topic: true, category: true}

// leading says which fields stand above the core of the first row.
func (p *page) leading(core rowRange) map[kind]bool {
	leading := map[kind]bool{}
	for i := p.back(core, 0, anyField); i < core.from; i++ {
		leading[p.pieces[i].kind] = true
	}
	return leading
}

// begin returns where a row begins: at one of some joints, but not above a text
// or a field that does not lead, since no row begins with its summary, and not
// above the core of the row before.
func (p *page) begin(core rowRange, limit int, joints []int, leading map[kind]bool) int {
	limit = max(limit, joints[0])
	at := p.back(core, limit, leading)
	for from := at; from >= limit; from-- {
		if slices.Contains(joints, from) {
			return from
		}
		if from > 0 && (p.isText(from-1) || p.pieces[from-1].kind != free) {
			break
		}
	}
	return at
}

// back goes from the core of a row up over what leads it: fields that look like
// its date, and its type without a label.
func (p *page) back(core rowRange, limit int, leading map[kind]bool) int {
	at := core.from
	for at > limit && p.leads(at-1, core, leading) {
		at--
	}
	return at
}

func (p *page) leads(i int, core rowRange, leading map[kind]bool) bool {
	piece := p.pieces[i]
	if piece.kind == free {
		return p.isKicker(i)
	}
	return leading[piece.kind] && p.look(i) == p.look(core.date)
}

// isKicker says that a piece is a type without a label.
func (p *page) isKicker(i int) bool {
	return p.pieces[i].kind == free && p.known(category, p.textOfPiece(i)) && !p.isHeadline(i) && !p.isTitle(i)
}

// isHeadline says that a piece stands in a heading.
func (p *page) isHeadline(i int) bool { return p.heading(p.pieces[i].elem) >= 0 }

// look is the tag that a piece begins in.
func (p *page) look(i int) string { return p.elems[p.pieces[i].elem].node.Data }

// end returns where the last row ends, since no other row begins behind it:
// it takes what rows have, fields and one text, once each.
func (p *page) end(core rowRange) int {
	has := map[kind]bool{}
	for i := core.from; i < core.to; i++ {
		if p.pieces[i].kind != free || p.isText(i) {
			has[p.pieces[i].kind] = true
		}
	}
	end := core.to
	for i := core.to; i < len(p.pieces) && !p.isForeign(i); i++ {
		k := p.pieces[i].kind
		switch {
		case p.isKicker(i):
		case k == free && !p.isText(i):
			continue
		case has[k] || k != free && p.look(i) != p.look(core.date):
			return end
		default:
			has[k] = true
		}
		end = i + 1
	}
	return end
}

// isForeign says that a piece is of another part of the page: under a heading
// of its own, or a link to another release.
func (p *page) isForeign(i int) bool {
	piece := p.pieces[i]
	return p.isHeadline(i) || piece.kind == date || p.isTitle(i) || p.inChrome(piece.elem)
}

// findChrome finds the elements that are by their nature beside a listing, and
// hold no date.
func (p *page) findChrome() {
	p.chrome = map[int]bool{}
	dates := p.dates()
	for e := range p.elems {
		if !isChrome(p.elems[e].node) {
			continue
		}
		from, to := p.piecesOf(e)
		p.chrome[e] = !slices.ContainsFunc(dates, func(d int) bool {
			return d >= from && d < to && p.pieces[d].wrong == nil
		})
	}
}

func isChrome(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Aside, atom.Footer, atom.Header:
		return true
	}
	role, _ := attribute(n, "role")
	return role == "complementary" || role == "contentinfo" || role == "banner"
}

// inChrome says that an element is one of these or lies in one.
func (p *page) inChrome(e int) bool {
	for ; e >= 0; e = p.elems[e].parent {
		if p.chrome[e] {
			return true
		}
	}
	return false
}

// isText says that a piece is free text that can be a summary: it is no title,
// but long or a title's echo.
func (p *page) isText(i int) bool {
	piece := p.pieces[i]
	return piece.kind == free && !p.isTitle(i) && !p.isHeadline(i) && (piece.to-piece.from > 40 || p.echoes[p.textOfPiece(i)])
}
