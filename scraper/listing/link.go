package listing

// resolveLinks resolves all links, and finds those that are a whole card and the
// headings that hold a link to a release.
func (p *page) resolveLinks() {
	p.titled = map[int]bool{}
	for i := range p.links {
		l := &p.links[i]
		l.url, l.key = p.place.release(l.href)
		if l.key == "" {
			continue
		}
		l.card = p.isCard(i)
		if h := p.heading(l.elem); h >= 0 {
			p.titled[h] = true
		}
	}
}

// isCard says that a link is around more than a title: around a heading, or
// around a date with its label.
func (p *page) isCard(i int) bool {
	l := &p.links[i]
	if p.headingIn(l.elem) >= 0 {
		return true
	}
	for n := l.from; n < min(l.to, len(p.lines)); n++ {
		for _, run := range p.lines[n].runs {
			if run.link == i && p.showsDate(n, run) {
				return true
			}
		}
	}
	return false
}

// showsDate says that somewhere in a run the label of a date begins, with a
// date behind it or with nothing more in the line.
func (p *page) showsDate(n int, r run) bool {
	l := &p.lines[n]
	for at := r.from; at < r.to; at++ {
		if at > r.from && l.text[at-1] != ' ' || !p.initial[l.text[at]] {
			continue
		}
		m, ok := p.matchIn(l.text, at, l.endsRun)
		if !ok || m.kind != date {
			continue
		}
		end := l.runEnd(m.value)
		if _, next, more := p.labelInside(l.text[:end], m); more {
			end = next
		}
		if m.value == len(l.text) && len(l.text) == r.to && at == 0 || p.recognised(date, l.text[m.value:end]) {
			return true
		}
	}
	return false
}

// headingIn returns the first heading inside of element e, -1 if none.
func (p *page) headingIn(e int) int {
	for f := e + 1; f < len(p.elems) && p.elems[f].depth > p.elems[e].depth; f++ {
		if p.elems[f].heads {
			return f
		}
	}
	return -1
}

// manifold says that a link holds lines in boxes of their own, so that the first
// is the title and the others are not.
func (p *page) manifold(l link) bool {
	for n := l.from + 1; n < min(l.to, len(p.lines)); n++ {
		if e := p.lines[n].elem; e > l.elem && e != p.lines[l.from].elem {
			return true
		}
	}
	return false
}

// inTitle says that run r of line i belongs to a title by its link or heading:
// there, words that are labels elsewhere are just words.
func (p *page) inTitle(i, r int) bool {
	run := p.lines[i].runs[r]
	h := p.heading(run.elem)
	if h >= 0 && p.titled[h] {
		return true
	}
	return run.link >= 0 && p.links[run.link].key != "" && (!p.links[run.link].card || h >= 0)
}

// isMore says that the text of a link tells to read on instead of what about.
func (p *page) isMore(text string) bool { return p.more.has(text) }
