package listing

import (
	"sort"
)

// title is a link to a release, as a place among the pieces.
type title struct {
	link  int
	piece int // its first
	end   int // behind its last
	key   string
	sign  sign
	text  string // the words of the link
	rank  rank
}

// rank says how well a link serves as the title of a row.
type rank int

const (
	unnamed rank = iota // around an image
	readOn
	named
	headed
)

// findTitles lists the links to releases in reading order, without those that
// stand in the value of a field or beside the listing.
func (p *page) findTitles() {
	list := make([]title, 0, p.releaseLinks())
	p.captions, p.echoes = map[int]int{}, make(map[string]bool, 2*cap(list))
	for i := range p.links {
		l := &p.links[i]
		if l.key == "" || l.from >= len(p.lines) {
			continue
		}
		at, own := p.pieceOf(i)
		if at < 0 || own && p.pieces[at].kind != free && !l.card || p.inChrome(l.elem) {
			continue
		}
		if caption := p.caption(i); caption >= 0 {
			p.captions[caption] = i
		}
		list = append(list, title{link: i, piece: at, end: max(at+1, p.pieceAt(l.to)), key: l.key, sign: p.sign(l.elem), text: p.titleText(i)})
		t := &list[len(list)-1]
		t.rank = p.rank(t)
		if t.rank >= named && p.inProse(i, at) {
			continue
		}
		p.echoes[t.text] = true
		p.titles = append(p.titles, t)
	}
	for e := range p.elems {
		if p.heading(e) == e {
			p.echoes[p.textOf(e)] = true
		}
	}
}

// releaseLinks counts the links to releases.
func (p *page) releaseLinks() int {
	n := 0
	for i := range p.links {
		if p.links[i].key != "" {
			n++
		}
	}
	return n
}

// inProse says that a link stands in the midst of a text that is piece at.
func (p *page) inProse(i, at int) bool {
	piece := p.pieces[at]
	for _, r := range p.lines[piece.line].runs {
		if r.link == i {
			return piece.kind == free && r.from-piece.from > shortText
		}
	}
	return false
}

// rank ranks a title by its words and by the heading in or around it.
func (p *page) rank(t *title) rank {
	e := p.links[t.link].elem
	switch {
	case t.text == "":
		return unnamed
	case p.isMore(t.text):
		return readOn
	case p.heading(e) >= 0 || p.headingIn(e) >= 0:
		return headed
	}
	return named
}

// titlesIn returns those of the titles that begin in the pieces [from, to).
func titlesIn(titles []*title, from, to int) []*title {
	a := sort.Search(len(titles), func(i int) bool { return titles[i].piece >= from })
	b := a + sort.Search(len(titles)-a, func(i int) bool { return titles[a+i].piece >= to })
	return titles[a:b]
}

// chooseTitle chooses among the links in a row: one to the release of its core
// if there is any, one in a heading, else the first with words that are not
// "Read more".
func (p *page) chooseTitle(r, core rowRange) *title {
	var best *title
	inside := titlesIn(p.titles, r.from, r.to)
	fits := func(t *title) bool { return core.title != nil && t.key == core.title.key }
	for _, t := range inside {
		if best == nil || fits(t) && !fits(best) || fits(t) == fits(best) && t.rank > best.rank {
			best = t
		}
	}
	return best
}

// pieceOf returns the first piece of a link and whether it has text of its own;
// else, as around an image, it is the piece that follows. -1 if there is none.
func (p *page) pieceOf(i int) (at int, own bool) {
	l := p.links[i]
	for n := l.from; n < min(l.to, len(p.lines)); n++ {
		for _, r := range p.lines[n].runs {
			if r.link != i {
				continue
			}
			for at := p.pieceAt(n); at < len(p.pieces) && p.pieces[at].line == n; at++ {
				if p.pieces[at].to > r.from {
					return at, true
				}
			}
		}
	}
	if at := p.pieceAt(l.from); at < len(p.pieces) && l.to == l.from {
		return at, false
	}
	return -1, false
}

// titleText returns the words of a link that are the title: its heading, or
// the first line of a card without one, or all of it.
func (p *page) titleText(i int) string {
	l := p.links[i]
	if h := p.headingIn(l.elem); h >= 0 {
		return p.textOf(h)
	}
	if !l.card && !p.manifold(l) {
		return p.textOf(l.elem)
	}
	if at := p.caption(i); at >= 0 {
		from, to := p.ownText(i, at)
		return p.lines[p.pieces[at].line].text[from:to]
	}
	return ""
}

// caption returns the piece that begins with the title of a link without a
// heading that holds more than the title, -1 for any other link.
func (p *page) caption(i int) int {
	l := p.links[i]
	if !l.card && !p.manifold(l) || p.headingIn(l.elem) >= 0 {
		return -1
	}
	for at := p.pieceAt(l.from); at < p.pieceAt(l.to); at++ {
		if p.pieces[at].kind == free && !p.known(category, p.textOfPiece(at)) {
			if from, to := p.ownText(i, at); from < to {
				return at
			}
		}
	}
	return -1
}

// ownText returns which part of piece at stands in one element with the first
// run of link i: a title and a summary may stand side by side in one card.
func (p *page) ownText(i, at int) (from, to int) {
	piece := p.pieces[at]
	l := &p.lines[piece.line]
	around := -1
	for _, r := range l.runs {
		if r.to <= piece.from || r.from >= piece.to || r.link != i {
			continue
		}
		if around < 0 {
			from, around = max(r.from, piece.from), p.childOf(max(p.links[i].elem, l.elem), r.elem)
		}
		if p.within(r.elem, around) {
			to = min(r.to, piece.to)
		}
	}
	return from, to
}

// sign describes an element by its tag and those of the two around it: rows of
// one listing look alike.
type sign [3]string

func (p *page) sign(e int) (tags sign) {
	for n := 0; n < len(tags) && e >= 0; n++ {
		tags[n] = p.nameOf(p.elems[e].node)
		e = p.elems[e].parent
	}
	return tags
}
