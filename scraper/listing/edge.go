package listing

import (
	"cmp"
	"slices"
)

// kinds says of each kind whether it is among some.
type kinds [category + 1]bool

// anyField is every kind that may stand above the core of a row.
var anyField = kinds{office: true, topic: true, category: true}

// leading says which fields stand above the core of the first row.
func (p *page) leading(core rowRange) kinds {
	var leading kinds
	for i := p.back(core, 0, anyField); i < core.from; i++ {
		leading[p.pieces[i].kind] = len(p.pieces[i].values) > 0
	}
	return leading
}

// begin returns where a row begins: at one of some joints, but not above a text
// or a field that does not lead, since no row begins with its summary, and not
// above the core of the row before.
func (p *page) begin(core rowRange, limit int, joints []int, leading kinds) int {
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
func (p *page) back(core rowRange, limit int, leading kinds) int {
	at := core.from
	for at > limit && p.leads(at-1, core, leading) {
		at--
	}
	return at
}

func (p *page) leads(i int, core rowRange, leading kinds) bool {
	piece := &p.pieces[i]
	if piece.kind == free {
		return p.isKicker(i)
	}
	return leading[piece.kind] && p.look(i) == p.look(core.date)
}

// look is the tag that a piece begins in.
func (p *page) look(i int) string { return p.nameOf(p.elems[p.pieces[i].elem].node) }

// end returns where the last row ends, since no other row begins behind it:
// it takes what rows have, fields and one text, once each.
func (p *page) end(core rowRange) int {
	var has kinds
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
	piece := &p.pieces[i]
	return p.isHeadline(i) || piece.kind == date || p.isTitle(i) || p.inChrome(piece.elem)
}

func byLength(a, b rowRange) int { return cmp.Compare(a.to-a.from, b.to-b.from) }
