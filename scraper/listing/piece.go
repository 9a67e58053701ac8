package listing

import (
	"slices"
	"sort"
	"strings"
	"unicode"

	"communique/store"
)

// piece is a stretch of one line: free text, or a label with its value. In
// reading order, the pieces are all that rows are read from.
type piece struct {
	kind     kind
	line     int
	from, to int // in the line's text
	last     int // line that a field's value ends in, if that is not its own
	elem     int // the element that the piece begins in
	values   []value
	day      store.Day // of a date
	wrong    error     // why the value of a date is none
	denied   bool      // a label's words, but no value of it
	kicker   bool      // a type in one line with the title
}

// value is a part of a field's value: a link's text, or text between links.
type value struct {
	text   string
	linked bool
}

// cut turns the lines into pieces.
func (p *page) cut() {
	for i := range p.lines {
		if cell, k := p.cell(i); cell >= 0 {
			p.cutCell(i, cell, k)
		} else if p.lines[i].elem != skipped {
			p.cutLine(i)
		}
	}
	p.completeFields()
	p.verifyFields()
	p.joinFree()
}

// cutLine cuts a line at the labels in it.
func (p *page) cutLine(i int) {
	l := &p.lines[i]
	done := 0
	for r := range l.runs {
		if l.runs[r].from < done {
			continue
		}
		if p.besideTitle(i, r) {
			p.addFree(i, done, l.runs[r].from)
			done = l.runs[r].to
			p.pieces = append(p.pieces, piece{line: i, from: l.runs[r].from, to: done, elem: l.runs[r].elem, kicker: true})
			continue
		}
		m, ok := p.labelAt(i, r)
		if !ok {
			continue
		}
		p.addFree(i, done, l.runs[r].from)
		done = p.addFields(i, r, m)
	}
	p.addFree(i, done, len(l.text))
}

// besideTitle says that run r is the type of a release, and stands in one line
// with its title.
func (p *page) besideTitle(i, r int) bool {
	l := &p.lines[i]
	this := &l.runs[r]
	if len(l.runs) == 1 || this.link >= 0 {
		return false
	}
	linked := slices.ContainsFunc(l.runs, func(other run) bool {
		return other.link >= 0 && p.links[other.link].key != "" && !p.links[other.link].card
	})
	return linked && p.known(category, l.text[this.from:this.to])
}

// addFree adds what stands between two offsets as free text, if it has words.
func (p *page) addFree(i, from, to int) {
	l := &p.lines[i]
	for _, r := range l.runs {
		if r.to <= from || r.from >= to {
			continue
		}
		from = max(from, r.from)
		if strings.ContainsFunc(l.text[from:to], isWordly) {
			p.pieces = append(p.pieces, piece{line: i, from: from, to: to, elem: r.elem})
		}
		return
	}
}

func isWordly(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// addFields adds the field whose label begins with run r, and those whose
// labels follow in the same text. It returns where the last value ends.
func (p *page) addFields(i, r int, m match) int {
	l := &p.lines[i]
	at, end := l.runs[r].from, p.fieldEnd(i, r, m)
	for {
		next, stop, more := p.labelInside(l.text[:end], m)
		if !more {
			stop = p.valueEnd(l, m, end)
		}
		p.pieces = append(p.pieces, piece{
			kind: m.kind, line: i, from: at, to: stop, elem: l.runs[r].elem, values: p.valuesIn(l, m.value, stop),
		})
		if !more {
			return stop
		}
		at, m = stop, next
	}
}

// fieldEnd returns where a field must end: where the next label begins, or the
// innermost element ends that holds the label and something behind it.
func (p *page) fieldEnd(i, r int, m match) int {
	l := &p.lines[i]
	end := len(l.text)
	for e := l.runs[r].elem; e > l.elem; e = p.elems[e].parent {
		if reach := p.reach(l, e); reach > m.value {
			end = reach
			break
		}
	}
	for q := r + 1; q < len(l.runs) && l.runs[q].from < end; q++ {
		next, ok := p.matchIn(l.text, l.runs[q].from, l.endsRun)
		if ok && l.runs[q].from >= m.value && (next.hasColon || l.endsRun(next.end)) && !p.inTitle(i, q) {
			return l.runs[q].from
		}
	}
	return end
}

// reach returns where the text of an inline element ends in a line.
func (p *page) reach(l *line, e int) (end int) {
	for _, r := range l.runs {
		if p.within(r.elem, e) {
			end = r.to
		}
	}
	return end
}

// valueEnd returns where a value ends before end. Whatever is known as a whole
// goes that far; else a date or a type is one run of text, and names go on for
// as long as separators or links join them.
func (p *page) valueEnd(l *line, m match, end int) int {
	if p.recognised(m.kind, l.text[m.value:end]) {
		return end
	}
	begun, open := false, true
	for _, r := range l.runs {
		from, to := max(r.from, m.value), min(r.to, end)
		if from >= to {
			continue
		}
		text := strings.TrimSpace(l.text[from:to])
		if begun && !open && r.link < 0 && strings.TrimLeftFunc(text, isSeparator) == text {
			return from
		}
		if m.kind == date || m.kind == category {
			return to
		}
		begun, open = true, r.link >= 0 || strings.TrimRightFunc(text, isSeparator) != text
	}
	return end
}

// recognised says that a text is beyond doubt a value of the kind.
func (p *page) recognised(k kind, text string) bool {
	if k == date {
		_, err := p.parseDate(text)
		return err == nil
	}
	text = trimSeparators(text)
	for n := 0; text != "" && n <= maxTags; n++ {
		end := p.knownPrefix(k, text)
		if end == 0 {
			return false
		}
		if text = trimSeparators(text[end:]); text == "" {
			return true
		}
	}
	return false
}

// joinFree makes one piece of free text that was cut at what only looked like
// a field.
func (p *page) joinFree() {
	joins := func(a, b *piece) bool {
		return a.kind == free && b.kind == free && a.line == b.line && !a.kicker && !b.kicker
	}
	n := 0
	for i := range p.pieces {
		next := &p.pieces[i]
		switch {
		case n > 0 && joins(&p.pieces[n-1], next):
			p.pieces[n-1].to = next.to
			continue
		case n < i:
			p.pieces[n] = *next
		}
		n++
	}
	p.pieces = p.pieces[:n]
}

func (p *page) textOfPiece(i int) string {
	piece := &p.pieces[i]
	return p.lines[piece.line].text[piece.from:piece.to]
}

// pieceAt returns the first piece of line i or of one below it.
func (p *page) pieceAt(i int) int {
	return sort.Search(len(p.pieces), func(at int) bool { return p.pieces[at].line >= i })
}

// piecesOf returns the pieces of an element.
func (p *page) piecesOf(e int) (from, to int) {
	return p.pieceAt(p.elems[e].from), p.pieceAt(p.elems[e].to)
}
