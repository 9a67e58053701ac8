package listing

import (
	"cmp"
	"slices"
)

// rowRange is a row: the pieces [from, to), the date among them that anchors
// it, and the link that is its title.
type rowRange struct {
	from, to int
	date     int
	title    *title // nil if there is none
}

// rows groups the pieces into rows, one around each date. Two rows part where
// the outermost element between their dates ends; where several elements of one
// depth stand there, as in a run of siblings, the order of the first row tells
// at which of them.
func (p *page) rows() []rowRange {
	dates := p.alike(p.datePieces())
	if len(dates) == 0 || len(p.titles) == 0 {
		return nil
	}
	rows := rowsAround(dates)
	cores := p.cores(rows)
	dates = slices.DeleteFunc(dates, func(d int) bool {
		i, _ := slices.BinarySearchFunc(rows, d, func(r rowRange, at int) int { return cmp.Compare(r.date, at) })
		return p.pieces[d].wrong != nil && cores[i].title == nil
	})
	if len(dates) < len(rows) {
		rows = rowsAround(dates)
		cores = p.cores(rows)
	}
	p.divide(rows, cores)
	for i := range rows {
		rows[i].title = p.chooseTitle(rows[i], cores[i])
	}
	return rows
}

func rowsAround(dates []int) []rowRange {
	rows := make([]rowRange, len(dates))
	for i, d := range dates {
		rows[i] = rowRange{from: d, to: d + 1, date: d}
	}
	return rows
}

// datePieces lists the pieces that are dates.
func (p *page) datePieces() []int {
	var list []int
	for i := range p.pieces {
		if p.pieces[i].kind == date {
			list = append(list, i)
		}
	}
	return list
}

// alike drops the dates that can't be read and look different from the others:
// the words of a filter or a sorting.
func (p *page) alike(dates []int) []int {
	signs := map[sign]bool{}
	for _, d := range dates {
		if p.pieces[d].wrong == nil {
			signs[p.sign(p.pieces[d].elem)] = true
		}
	}
	return slices.DeleteFunc(dates, func(d int) bool {
		return p.pieces[d].wrong != nil && !signs[p.sign(p.pieces[d].elem)]
	})
}

// divide finds where each row begins and ends.
func (p *page) divide(rows, cores []rowRange) {
	last := len(rows) - 1
	if last == 0 { // no other row tells where this one ends
		rows[0].from, rows[0].to = p.back(cores[0], 0, anyField), p.end(cores[0])
		return
	}
	between := make([]joints, last)
	for i := range between {
		between[i] = p.jointsIn(rows[i].date, rows[i+1].date)
	}
	boxed := p.boxed(cores, between)
	leading := p.leading(cores[0])
	for i, j := range between {
		at := p.begin(cores[i+1], cores[i].to, j.before, leading)
		if boxed {
			at = j.before[len(j.before)-1]
		}
		rows[i].to, rows[i+1].from = at, at
	}
	rows[0].from = p.first(cores[0], between[0], boxed, leading)
	rows[last].to = p.last(rows, cores[last], between[last-1], boxed)
}

// first returns where the first row begins: at the box that holds its core, or
// above what leads it.
func (p *page) first(core rowRange, j joints, boxed bool, leading kinds) int {
	above := p.jointsAbove(core.from, j.depth)
	if boxed {
		return above[len(above)-1]
	}
	return p.begin(core, 0, above, leading)
}

// last returns where the last row ends: with the link that is a card around its
// date, else with its box, but not if that is longer than those of all other
// rows, as one is whose end tag is missing.
func (p *page) last(rows []rowRange, core rowRange, j joints, boxed bool) int {
	n := len(rows) - 1
	if t := core.title; t != nil && t.piece <= core.date && core.date < t.end {
		return core.to
	}
	if !boxed {
		return p.end(core)
	}
	box := rowRange{from: rows[n].from, to: p.jointBehind(core.to-1, j.depth)}
	if byLength(box, slices.MaxFunc(rows[:n], byLength)) > 0 {
		return min(p.end(core), box.to)
	}
	return box.to
}

// boxed says that rows have an element of their own each: no core is parted at
// the depth at which rows part, nothing that belongs to a row stands between
// two of them, and none begins with a text.
func (p *page) boxed(cores []rowRange, between []joints) bool {
	for i, j := range between {
		a, b := cores[i], cores[i+1]
		if p.jointBehind(a.from, j.depth) < a.to || p.jointBehind(b.from, j.depth) < b.to {
			return false
		}
		last := j.before[len(j.before)-1]
		for at := j.before[0]; at < b.from; at++ {
			if p.isText(at) || at < last && p.pieces[at].kind != free {
				return false
			}
		}
	}
	return true
}
