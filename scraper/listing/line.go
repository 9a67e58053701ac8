package listing

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
