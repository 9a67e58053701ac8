package listing

import (
	"slices"
)

// isTitle says that a piece begins with a title.
func (p *page) isTitle(at int) bool {
	piece := &p.pieces[at]
	if piece.kicker {
		return false
	}
	for r, run := range p.lines[piece.line].runs {
		if piece.from < run.to {
			_, caption := p.captions[at]
			return caption || p.inTitle(piece.line, r)
		}
	}
	return false
}

// isHeadline says that a piece stands in a heading.
func (p *page) isHeadline(i int) bool { return p.heading(p.pieces[i].elem) >= 0 }

// isKicker says that a piece is a type without a label.
func (p *page) isKicker(i int) bool {
	return p.pieces[i].kicker || p.pieces[i].kind == free && p.known(category, p.textOfPiece(i)) && !p.isHeadline(i) && !p.isTitle(i)
}

// findChrome finds the elements that are by their nature beside a listing, and
// hold no date.
func (p *page) findChrome() {
	p.chrome = map[int]bool{}
	dates := slices.DeleteFunc(p.datePieces(), func(d int) bool { return p.pieces[d].wrong != nil })
	for e := range p.elems {
		if p.elems[e].chrome {
			from, to := p.piecesOf(e)
			next, _ := slices.BinarySearch(dates, from)
			p.chrome[e] = next == len(dates) || dates[next] >= to
		}
	}
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
