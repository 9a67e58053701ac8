package listing

import (
	"cmp"
	"slices"
	"sort"
	"strings"
)

// title is a link to a release, as a place among the pieces.
type title struct {
	link   int
	piece  int // its first
	end    int // behind its last
	key    string
	sign   string // the tags around it
	strong bool   // in or around a heading
}

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
		if at > r.from && l.text[at-1] != ' ' {
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
		if isHeading(p.elems[f].node) {
			return f
		}
	}
	return -1
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

// isTitle says that a piece begins with a title.
func (p *page) isTitle(at int) bool {
	piece := p.pieces[at]
	for r, run := range p.lines[piece.line].runs {
		if piece.from < run.to {
			return p.inTitle(piece.line, r) || p.captions[at]
		}
	}
	return false
}

// findTitles lists the links to releases in reading order, without those that
// stand in the value of a field or beside the listing.
func (p *page) findTitles() {
	p.captions, p.echoes = map[int]bool{}, map[string]bool{}
	for i, l := range p.links {
		if l.key == "" || l.from >= len(p.lines) {
			continue
		}
		at := p.pieceOf(i)
		if at < 0 || p.pieces[at].kind != free && !l.card || p.inChrome(l.elem) {
			continue
		}
		if caption := p.caption(i); caption >= 0 {
			p.captions[caption] = true
		}
		p.echoes[p.titleText(i)] = true
		p.titles = append(p.titles, title{
			link: i, piece: at, end: max(at+1, p.pieceAt(l.to)), key: l.key, sign: p.sign(l.elem),
			strong: p.heading(l.elem) >= 0 || l.card && p.headingIn(l.elem) >= 0,
		})
	}
}

// titlesIn returns those of the titles that begin in the pieces [from, to).
func titlesIn(titles []title, from, to int) []title {
	order := func(t title, at int) int { return cmp.Compare(t.piece, at) }
	a, _ := slices.BinarySearchFunc(titles, from, order)
	b, _ := slices.BinarySearchFunc(titles, to, order)
	return titles[a:max(a, b)]
}

// chooseTitle chooses among the links to releases in a row: the release that a
// heading names, else the first; and among the links to that release one in a
// heading, else the first with words that are not "Read more".
func (p *page) chooseTitle(r rowRange) int {
	best, bestRank := -1, 0
	for _, t := range titlesIn(p.titles, r.from, r.to) {
		if rank := p.titleRank(t); best < 0 || rank > bestRank {
			best, bestRank = t.link, rank
		}
	}
	return best
}

func (p *page) titleRank(t title) int {
	text := p.titleText(t.link)
	switch {
	case text == "":
		return 1
	case p.isMore(text):
		return 2
	case t.strong:
		return 4
	}
	return 3
}

// pieceOf returns the first piece of a link; that of a link around an image is
// the piece that follows.
func (p *page) pieceOf(i int) int {
	l := p.links[i]
	for n := l.from; n < min(l.to, len(p.lines)); n++ {
		for _, r := range p.lines[n].runs {
			if r.link != i {
				continue
			}
			for at := p.pieceAt(n); at < len(p.pieces) && p.pieces[at].line == n; at++ {
				if p.pieces[at].to > r.from {
					return at
				}
			}
		}
	}
	if at := p.pieceAt(l.from); at < len(p.pieces) && l.to == l.from {
		return at
	}
	return -1
}

// pieceAt returns the first piece of line i or of one below it.
func (p *page) pieceAt(i int) int {
	return sort.Search(len(p.pieces), func(at int) bool { return p.pieces[at].line >= i })
}

// sign describes the tags of an element and of those around it: rows of one
// listing look alike.
func (p *page) sign(e int) string {
	var tags []string
	for n := 0; n < 3 && e >= 0; n++ {
		tags = append(tags, p.elems[e].node.Data)
		e = p.elems[e].parent
	}
	return strings.Join(tags, "<")
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
		return p.ownText(i, p.pieces[at])
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
		if text := p.textOfPiece(at); p.pieces[at].kind == free && !p.known(category, text) && p.ownText(i, p.pieces[at]) != "" {
			return at
		}
	}
	return -1
}

// ownText returns the part of a piece that stands in one element with the
// link's first run: a title and a summary may stand side by side in one card.
func (p *page) ownText(i int, piece piece) string {
	l := &p.lines[piece.line]
	from, to, around := 0, 0, -1
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
	return l.text[from:to]
}

// childOf returns the element below outer that holds inner, outer itself if
// inner is no deeper.
func (p *page) childOf(outer, inner int) int {
	for inner > outer && p.elems[inner].parent > outer {
		inner = p.elems[inner].parent
	}
	return max(inner, outer)
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

// isMore says that the text of a link tells to read on instead of what about.
func (p *page) isMore(text string) bool {
	return p.more[strings.Trim(foldCase(text), " .…:›»→>")]
}
