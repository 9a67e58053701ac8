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
	title    int // index into links, -1 if there is none
}

// rows groups the pieces into rows, one around each date. Two rows part where
// the outermost element between their dates ends; where several elements of one
// depth stand there, as in a run of siblings, the order of the first row tells
// at which of them.
func (p *page) rows() []rowRange {
	dates := p.alike(p.dates())
	if len(dates) == 0 || len(p.titles) == 0 {
		return nil
	}
	rows := make([]rowRange, len(dates))
	for i, d := range dates {
		rows[i] = rowRange{from: d, to: d + 1, date: d}
	}
	p.divide(rows)
	for i := range rows {
		rows[i].title = p.chooseTitle(rows[i])
	}
	return rows
}

// dates lists the pieces that are dates.
func (p *page) dates() []int {
	var list []int
	for i, piece := range p.pieces {
		if piece.kind == date {
			list = append(list, i)
		}
	}
	return list
}

// alike drops the dates that can't be read and look different from the others:
// the words of a filter or a sorting.
func (p *page) alike(dates []int) []int {
	signs := map[string]bool{}
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
func (p *page) divide(rows []rowRange) {
	last := len(rows) - 1
	between := make([]joints, last)
	for i := range between {
		between[i] = p.jointsIn(rows[i].date, rows[i+1].date)
	}
	cores := p.cores(rows)
	if last == 0 { // no other row tells where this one ends
		rows[0].from = p.back(cores[0], 0, anyField)
		rows[0].to = p.end(cores[0])
		return
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
	above := p.jointsAbove(cores[0].from, between[0].depth)
	behind := between[last-1].depth
	if boxed {
		rows[0].from = above[len(above)-1]
		rows[last].to = p.jointBehind(cores[last].to-1, behind)
		if longest := slices.MaxFunc(rows[:last], byLength); byLength(rows[last], longest) <= 0 {
			return
		}
		rows[last].to = min(p.end(cores[last]), rows[last].to)
		return
	}
	rows[0].from = p.begin(cores[0], 0, above, leading)
	rows[last].to = min(p.end(cores[last]), p.jointBehind(cores[last].to-1, behind-1))
}

func byLength(a, b rowRange) int { return cmp.Compare(a.to-a.from, b.to-b.from) }

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
