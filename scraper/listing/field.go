package listing

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/html/atom"
)

// completeFields gives each label that stands alone the value that stands in
// the elements behind it.
func (p *page) completeFields() {
	taken := map[int]bool{}
	for i := 0; i < len(p.pieces); i++ {
		field := &p.pieces[i]
		if field.kind == free || len(field.values) > 0 {
			continue
		}
		values, n := p.valueBehind(i)
		field.values, field.last = values, p.pieces[i+n].line
		for range n {
			i++
			taken[i] = true
		}
	}
	if len(taken) > 0 {
		at := -1
		p.pieces = slices.DeleteFunc(p.pieces, func(piece) bool { at++; return taken[at] })
	}
}

// valueBehind returns the value of the lone label at piece i and how many
// pieces it takes. Several make a list, whose items look alike.
func (p *page) valueBehind(i int) (values []value, taken int) {
	k := p.pieces[i].kind
	end := p.valueReach(i)
	for j := i + 1; j < end && p.pieces[j].kind == free; j++ {
		piece := &p.pieces[j]
		if taken > 0 && !p.listed(&p.pieces[i], &p.pieces[i+1], piece) {
			break
		}
		if p.isTitle(j) || p.isHeadline(j) || k != date && p.isProse(k, p.textOfPiece(j)) {
			break
		}
		values = append(values, p.valuesIn(&p.lines[piece.line], piece.from, piece.to)...)
		taken++
		if k == date || k == category {
			break
		}
	}
	return values, taken
}

// listed says that two pieces behind a label are items of one list: boxes of a
// kind and depth, made for lists or together in an element without the label.
func (p *page) listed(label, a, b *piece) bool {
	e, f := p.lines[a.line].elem, p.lines[b.line].elem
	if p.elems[e].depth != p.elems[f].depth || p.nameOf(p.elems[e].node) != p.nameOf(p.elems[f].node) {
		return false
	}
	switch p.elems[e].tag {
	case atom.Li, atom.Dd:
		return true
	}
	return e == f || !p.within(label.elem, p.elems[e].parent)
}

// valueReach returns the piece before which the value of the lone label at
// piece i must end: where the box around both ends, else the element behind the
// label, and for a definition list all definitions of the term.
func (p *page) valueReach(i int) int {
	if i+1 >= len(p.pieces) {
		return i + 1
	}
	label, next := p.pieces[i], p.pieces[i+1]
	if !p.adjoin(i) {
		return i + 1
	}
	box := p.lines[label.line].elem
	for e := box; e >= 0 && !p.holdsOther(e, i); e = p.elems[e].parent {
		box = e
	}
	if end := p.pieceAt(p.elems[box].to); end > i+1 {
		return end
	}
	sibling := p.lines[next.line].elem
	for e := sibling; e >= 0 && p.elems[e].from >= next.line && !p.holdsOther(e, i); e = p.elems[e].parent {
		sibling = e
	}
	end := p.elems[sibling].to
	for e := p.following(sibling); e >= 0 && p.elems[e].tag == atom.Dd; e = p.following(e) {
		end = p.elems[e].to
	}
	return max(p.pieceAt(end), i+2)
}

// adjoin says that the piece behind the lone label at piece i stands beside it:
// up to the element around both, there is only the label.
func (p *page) adjoin(i int) bool {
	around := p.shared(i, i+1)
	own := p.childOf(around, p.pieces[i].elem)
	from, to := p.piecesOf(own)
	return own == around || from == i && to == i+1
}

// following returns the element that begins where e ends, under the same
// parent; -1 if there is none.
func (p *page) following(e int) int {
	for f := e + 1; f < len(p.elems); f++ {
		if p.elems[f].parent == p.elems[e].parent {
			return f
		}
		if p.elems[f].depth < p.elems[e].depth {
			return -1
		}
	}
	return -1
}

// holdsOther says that element e holds a field other than piece i, a title, or
// a heading.
func (p *page) holdsOther(e, i int) bool {
	from, to := p.piecesOf(e)
	for j := from; j < to; j++ {
		if j != i && (p.pieces[j].kind != free || p.isTitle(j) || p.isHeadline(j)) {
			return true
		}
	}
	return false
}

// verifyFields reads dates, and turns back into text what only looks like a
// field: a sentence that begins with a label's words.
func (p *page) verifyFields() {
	for i := range p.pieces {
		field := &p.pieces[i]
		switch {
		case field.kind == free:
		case field.kind == date:
			p.readDate(field)
		case len(field.values) == 0:
		default:
			for _, v := range field.values {
				if !v.linked && p.isProse(field.kind, v.text) {
					field.kind, field.values, field.denied = free, nil, true
					break
				}
			}
		}
	}
}

// readDate reads the text of a date, or the datetime attribute beside it.
func (p *page) readDate(field *piece) {
	text := textOfValues(field.values)
	day, err := p.parseDate(text)
	if err != nil {
		if attr, ok := p.datetime(field); ok {
			day, err = p.parseDate(attr[:min(len(attr), len("2006-01-02"))])
		}
	}
	field.day = day
	switch {
	case err != nil || day.Year < 1900:
		field.wrong = fmt.Errorf("date %q can't be read", shorten(text, 60))
	case day.After(p.latest):
		field.wrong = fmt.Errorf("the date %s lies more than a year ahead", day.Noon().Format("2 January 2006"))
	}
}

// textOfValues returns the values of a field as one text.
func textOfValues(values []value) string {
	if len(values) == 1 {
		return values[0].text
	}
	var text strings.Builder
	for _, v := range values {
		text.WriteString(v.text)
	}
	return text.String()
}

// datetime returns the attribute of a <time> in the lines of a field.
func (p *page) datetime(field *piece) (string, bool) {
	last := max(field.line, field.last)
	for e := field.elem; e < len(p.elems) && p.elems[e].from <= last; e++ {
		if p.elems[e].tag == atom.Time && p.elems[e].from >= field.line {
			if attr, ok := p.attribute(p.elems[e].node, "datetime"); ok {
				return attr, true
			}
		}
	}
	return "", false
}
