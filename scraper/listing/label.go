package listing

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// label is a phrase that says what the value beside it is.
type label struct {
	text string // folded
	kind kind
}

// label adds the phrases for a kind.
func (w *words) label(k kind, texts []string) {
	for _, text := range texts {
		text = foldCase(text)
		w.labels = append(w.labels, label{text, k})
		w.initial[text[0]] = true
		first, _ := utf8.DecodeRuneInString(text)
		w.initial[string(unicode.ToUpper(first))[0]] = true
	}
}

// match is a label found in a text.
type match struct {
	kind     kind
	end      int  // of the label's words
	value    int  // where a value would begin: behind colon and space
	hasColon bool // or stands alone
}

// matchLabel finds a label that begins at an offset of a text.
func (w *words) matchLabel(text string, at int) (match, bool) {
	return w.matchIn(text, at, func(int) bool { return false })
}

// matchIn is matchLabel for a text in which words also end where ends says so.
func (w *words) matchIn(text string, at int, ends func(int) bool) (match, bool) {
	if at >= len(text) || !w.initial[text[at]] {
		return match{}, false
	}
	for _, l := range w.labels {
		end := at + len(l.text)
		if first := l.text[0] | text[at]; first < utf8.RuneSelf && l.text[0]|' ' != text[at]|' ' {
			continue
		}
		if end > len(text) || !strings.EqualFold(text[at:end], l.text) ||
			continuesWord(text[end:]) && !ends(end) {
			continue
		}
		m := match{kind: l.kind, end: end, value: end}
		rest := strings.TrimLeft(text[end:], " ")
		for _, colon := range []string{":", "：", "﹕"} {
			if strings.HasPrefix(rest, colon) {
				rest, m.hasColon = strings.TrimLeft(rest[len(colon):], " "), true
				break
			}
		}
		m.value = len(text) - len(rest)
		return m, true
	}
	return match{}, false
}

func continuesWord(rest string) bool {
	r, size := utf8.DecodeRuneInString(rest)
	return size > 0 && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '’' || r == '\'')
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
	setOff := m.hasColon || rest == "" || l.endsRun(m.end)
	headed, lonely := p.heading(l.runs[r].elem) >= 0, r > 0 && !p.hasField(i)
	switch {
	case setOff && !headed && !lonely:
		return m, true
	case p.recognised(m.kind, l.text[m.value:max(m.value, p.fieldEnd(i, r, m))]), p.recognised(m.kind, l.text[m.value:l.runEnd(m.value)]):
		return m, true
	case headed:
		return m, rest == "" && r == 0
	case lonely:
		return m, m.kind == date && m.hasColon
	}
	return m, false
}

// hasField says that the newest piece is a field of line i.
func (p *page) hasField(i int) bool {
	last := len(p.pieces) - 1
	return last >= 0 && p.pieces[last].line == i && p.pieces[last].kind != free
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
