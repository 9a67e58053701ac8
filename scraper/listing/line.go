package listing

import "slices"

// length is where the text of a line ends.
func (l *line) length() int { return l.runs[len(l.runs)-1].to }

func (l *line) endsRun(at int) bool {
	for _, r := range l.runs {
		if r.to == at {
			return true
		}
	}
	return false
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

// valuesIn collects the parts of a value between two offsets of a line, a link
// at a time.
func (p *page) valuesIn(l *line, from, to int) []value {
	begin, last := 0, -2
	first := len(p.values)
	for _, r := range l.runs {
		a, b := max(r.from, from), min(r.to, to)
		if a >= b {
			continue
		}
		if r.link == last && last != -2 {
			p.values[len(p.values)-1].text = l.text[begin:b]
			continue
		}
		begin, last = a, r.link
		p.values = append(p.values, value{l.text[a:b], r.link >= 0 && !p.links[r.link].card})
	}
	return slices.Clip(p.values[first:])
}
