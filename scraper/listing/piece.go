package listing

import (
	"strings"

	"communique/store"
)

// piece is a stretch of one line: free text, or a label with its value. In
// reading order, the pieces are all that rows are read from.
type piece struct {
	kind     kind
	line     int
	from, to int // in the line's text
	elem     int // the element that the piece begins in
	values   []value
	day      store.Day // of a date
	wrong    error     // why the value of a date is none
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
		m, ok := p.labelAt(i, r)
		if !ok {
			continue
		}
		p.addFree(i, done, l.runs[r].from)
		done = p.addFields(i, r, m)
	}
	p.addFree(i, done, len(l.text))
}

// addFree adds what stands between two offsets as free text.
func (p *page) addFree(i, from, to int) {
	l := &p.lines[i]
	for _, r := range l.runs {
		if r.to <= from || r.from >= to {
			continue
		}
		from = max(from, r.from)
		if strings.TrimSpace(l.text[from:to]) != "" {
			p.pieces = append(p.pieces, piece{line: i, from: from, to: to, elem: r.elem})
		}
		return
	}
}

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
			kind: m.kind, line: i, from: at, to: stop, elem: l.runs[r].elem, values: l.values(m.value, stop, p.links),
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

// labelInside finds the next label with a colon within the value of a field.
func (p *page) labelInside(text string, m match) (next match, at int, ok bool) {
	for at = m.value + 1; at < len(text); at++ {
		if text[at-1] != ' ' {
			continue
		}
		if next, ok = p.matchLabel(text, at); ok && next.hasColon {
			return next, at, true
		}
	}
	return match{}, 0, false
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
		if begun && !open && r.link < 0 && strings.TrimLeft(text, separators) == text {
			return from
		}
		if m.kind == date || m.kind == category {
			return to
		}
		begun, open = true, r.link >= 0 || strings.TrimRight(text, separators) != text
	}
	return end
}

// labelAt says whether a label begins with run r of line i: one that is set off
// from what follows by a colon or by the end of its element, or whose value
// can't be mistaken. Titles hold none, sentences only quote them.
func (p *page) labelAt(i, r int) (match, bool) {
	l := &p.lines[i]
	m, ok := p.matchIn(l.text, l.runs[r].from, l.endsRun)
	if !ok || p.inTitle(i, r) {
		return m, false
	}
	rest := l.text[m.value:]
	switch {
	case p.recognised(m.kind, l.text[m.value:max(m.value, p.fieldEnd(i, r, m))]), p.recognised(m.kind, l.text[m.value:l.runEnd(m.value)]):
		return m, true
	case p.heading(l.runs[r].elem) >= 0:
		return m, rest == "" && r == 0
	case r > 0 && !p.hasField(i):
		return m, m.kind == date && m.hasColon
	}
	return m, m.hasColon || rest == "" || l.endsRun(m.end)
}

// hasField says that the newest piece is a field of line i.
func (p *page) hasField(i int) bool {
	last := len(p.pieces) - 1
	return last >= 0 && p.pieces[last].line == i && p.pieces[last].kind != free
}

// recognised says that a text is beyond doubt a value of the kind.
func (p *page) recognised(k kind, text string) bool {
	if k == date {
		_, err := p.parseDate(text)
		return err == nil
	}
	parts := p.split(k, text)
	for _, part := range parts {
		if !p.known(k, part) {
			return false
		}
	}
	return len(parts) > 0
}

func (l *line) endsRun(at int) bool {
	for _, r := range l.runs {
		if r.to == at {
			return true
		}
	}
	return false
}

// runAt returns the run that an offset falls into.
func (l *line) runAt(at int) run {
	for _, r := range l.runs {
		if at < r.to {
			return r
		}
	}
	return run{link: -1}
}

// runEnd returns the end of the run that an offset falls into.
func (l *line) runEnd(at int) int {
	for _, r := range l.runs {
		if at < r.to {
			return r.to
		}
	}
	return len(l.text)
}

// values collects the parts of a value between two offsets, a link at a time.
func (l *line) values(from, to int, links []link) []value {
	var list []value
	begin, last := 0, -2
	for _, r := range l.runs {
		a, b := max(r.from, from), min(r.to, to)
		if a >= b {
			continue
		}
		if r.link == last && last != -2 {
			list[len(list)-1].text = l.text[begin:b]
			continue
		}
		begin, last = a, r.link
		list = append(list, value{l.text[a:b], r.link >= 0 && !links[r.link].card})
	}
	return list
}
