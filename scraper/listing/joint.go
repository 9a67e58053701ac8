package listing

// joints are the places between two dates where their rows may part: before
// which pieces, and how deep the element is that goes on there.
type joints struct {
	before []int
	depth  int
}

// jointsIn finds the joints among the places before the pieces (from, to].
func (p *page) jointsIn(from, to int) joints {
	j := joints{depth: 1 << 30}
	for at := from + 1; at <= to && at < len(p.pieces); at++ {
		switch depth := p.sharedDepth(at-1, at); {
		case depth < j.depth:
			j = joints{append(j.before[:0], at), depth}
		case depth == j.depth:
			j.before = append(j.before, at)
		}
	}
	return j
}

// shared returns the innermost element that holds both pieces, -1 if none does.
func (p *page) shared(a, b int) int {
	e, f := p.pieces[a].elem, p.pieces[b].elem
	for e != f {
		if e > f {
			e = p.elems[e].parent
		} else {
			f = p.elems[f].parent
		}
	}
	return e
}

// sharedDepth returns the depth of that element.
func (p *page) sharedDepth(a, b int) int {
	if e := p.shared(a, b); e >= 0 {
		return p.elems[e].depth
	}
	return -1
}

// jointsAbove lists the places above a date where an element of at most that
// depth goes on, the first piece among them.
func (p *page) jointsAbove(d, depth int) []int {
	list := []int{0}
	for at := 1; at <= d; at++ {
		if p.sharedDepth(at-1, at) <= depth {
			list = append(list, at)
		}
	}
	return list
}

// jointBehind returns the first such place behind a date.
func (p *page) jointBehind(d, depth int) int {
	for at := d + 1; at < len(p.pieces); at++ {
		if p.sharedDepth(at-1, at) <= depth {
			return at
		}
	}
	return len(p.pieces)
}
