package listing

import "strings"

// shortText is as many bytes as a text usually has that is no summary: a place,
// the credit of a photo.
const shortText = 40

// settleTexts decides what may be a summary: long texts; short ones where they
// stand in the same elements as the long ones of other rows or, if most rows
// have no long one, in the same elements in most rows. It returns the rows,
// which may part elsewhere then.
func (p *page) settleTexts() []rowRange {
	rows := p.rows()
	long := 0
	for _, r := range rows {
		if at := p.find(r, p.isText); at >= 0 {
			long++
			p.looks[p.surroundings(at)] = true
		}
	}
	if 2*long >= len(rows) {
		return rows
	}
	p.repeated = map[string]int{}
	for i := range p.pieces {
		p.repeated[p.textOfPiece(i)]++
	}
	count := map[sign]int{}
	for _, r := range rows {
		at := p.find(r, p.isPhrase)
		if at < 0 {
			continue
		}
		look := p.surroundings(at)
		if count[look]++; 2*count[look] >= len(rows) {
			p.terse, p.looks[look] = true, true
			return p.rows()
		}
	}
	return rows
}

// find returns the first piece of a row that is such, -1 if none is.
func (p *page) find(r rowRange, such func(i int) bool) int {
	for i := r.from; i < r.to; i++ {
		if such(i) {
			return i
		}
	}
	return -1
}

// surroundings describes the elements that a piece stands in.
func (p *page) surroundings(i int) sign { return p.sign(p.pieces[i].elem) }

// isPhrase says that a piece is some words, a sentence or such that stand on the
// page once, and may be a summary if short texts may.
func (p *page) isPhrase(i int) bool {
	text := p.textOfPiece(i)
	return p.isBody(i) && strings.Contains(text, " ") && (p.repeated[text] < 2 || endsSentence(text))
}

// isBody says that a piece is free text, no title, no type, and tells more than
// to read on.
func (p *page) isBody(i int) bool {
	return p.pieces[i].kind == free && !p.isTitle(i) && !p.isHeadline(i) && !p.isKicker(i) && !p.isMore(p.textOfPiece(i))
}

// isSentence says that a text is one, which the credit of a photo is not.
func isSentence(text string) bool { return len(text) > len("Text") && endsSentence(text) }

// isText says that a piece is free text that can be a summary.
func (p *page) isText(i int) bool {
	piece := &p.pieces[i]
	return p.isBody(i) && (piece.to-piece.from > shortText || p.echoes[p.textOfPiece(i)] || isSentence(p.textOfPiece(i)) ||
		p.terse && p.looks[p.surroundings(i)] && p.isPhrase(i))
}

// isSummary says that a paragraph that begins with piece i can be a summary.
func (p *page) isSummary(i int, text string) bool {
	return len(text) > shortText || p.echoes[text] || isSentence(text) || text != "" && p.looks[p.surroundings(i)]
}
