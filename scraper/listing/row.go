package listing

import (
	"errors"
	"fmt"
	"strings"

	"communique/store"
)

// errNoRow says that what looked like a row has nothing of a release.
var errNoRow = errors.New("no row")

// release reads one row.
func (p *page) release(r rowRange) (store.Release, error) {
	var release store.Release
	if r.title == nil {
		if p.pieces[r.date].wrong != nil {
			return release, errNoRow
		}
		return release, fmt.Errorf("no link to a release of %s", p.source.Addresses.Host)
	}
	link := p.links[r.title.link]
	release.URL, release.Key, release.ID = link.url, link.key, p.source.ID(link.key)
	release.Title = p.title(r)
	if release.Title == "" {
		return release, errors.New("no title")
	}
	if err := p.pieces[r.date].wrong; err != nil {
		return release, err
	}
	release.Day = p.pieces[r.date].day
	release.Published = release.Day.Publish(p.now, p.source.Zone())
	release.Offices = p.tags(r, office)
	release.Topics = p.tags(r, topic)
	if types := p.tags(r, category); len(types) > 0 {
		release.Type = types[0]
	} else {
		release.Type = p.kicker(r)
	}
	release.Summary = p.summary(r)
	return release, nil
}

// title returns the words of the row's link, or of its heading if the link says
// no more than to read on.
func (p *page) title(r rowRange) string {
	if r.title.rank >= named {
		return cleanTitle(r.title.text)
	}
	if h := p.headline(r); h >= 0 {
		return cleanTitle(p.textOf(h))
	}
	for i := r.from; i < r.to; i++ {
		if text := p.textOfPiece(i); p.pieces[i].kind == free && !p.isMore(text) && !p.known(category, text) {
			return cleanTitle(text)
		}
	}
	return ""
}

// headline returns the heading of a row whose link has no words of its own: the
// first between date and link, else the last above them; -1 if there is none.
func (p *page) headline(r rowRange) int {
	at := r.title.piece
	found := -1
	for i := r.from; i < r.to; i++ {
		h := p.heading(p.pieces[i].elem)
		if h < 0 || p.pieces[i].kind != free || p.isMore(p.textOf(h)) {
			continue
		}
		if i >= min(at, r.date) {
			if found < 0 || i <= max(at, r.date) {
				return h
			}
			break
		}
		found = h
	}
	return found
}

// tags returns the names in the row's first field of a kind.
func (p *page) tags(r rowRange, k kind) []store.Tag {
	var list []store.Tag
	for i := r.from; i < r.to; i++ {
		if p.pieces[i].kind != k {
			continue
		}
		for _, v := range p.pieces[i].values {
			list = p.appendTags(list, k, v)
		}
		if len(list) > 0 {
			break
		}
	}
	if len(list) > maxTags {
		p.problem("a row has more than %d values of one kind; the rest was left", maxTags)
		list = list[:maxTags]
	}
	return list
}

// appendTags adds the names in a value. A link is one name, unless all of it is
// made of known ones.
func (p *page) appendTags(list []store.Tag, k kind, v value) []store.Tag {
	if v.linked && !p.recognised(k, v.text) {
		return p.appendTag(list, k, v.text)
	}
	for name := range p.namesIn(k, v.text) {
		list = p.appendTag(list, k, name)
	}
	return list
}

func (p *page) appendTag(list []store.Tag, k kind, name string) []store.Tag {
	tag := p.tag(k, trimSeparators(name))
	if tag.Name == "" || hasTag(list, tag) {
		return list
	}
	return append(list, tag)
}

func hasTag(list []store.Tag, tag store.Tag) bool {
	for _, other := range list {
		if strings.EqualFold(other.Name, tag.Name) {
			return true
		}
	}
	return false
}

// kicker returns the type that stands in the row without a label.
func (p *page) kicker(r rowRange) store.Tag {
	for i := r.from; i < r.to; i++ {
		if p.isKicker(i) {
			return p.tag(category, p.textOfPiece(i))
		}
	}
	return store.Tag{}
}

// summary returns the longest paragraph of a row that is nothing else. One that
// begins with a label's words gives way to any sentence.
func (p *page) summary(r rowRange) string {
	best, denied := "", ""
	for i := r.from; i < r.to; i++ {
		text, last := p.paragraph(i, r)
		switch {
		case !p.isSummary(i, text):
		case p.pieces[i].denied && len(text) > len(denied):
			denied = text
		case !p.pieces[i].denied && len(text) > len(best):
			best = text
		}
		i = last
	}
	if denied != "" && len(best) <= shortText && !isSentence(best) {
		best = denied
	}
	return cleanText(best, maxSummary)
}

// paragraph returns the free text that begins at piece i and goes on in the
// same element, and the last piece of it.
func (p *page) paragraph(i int, r rowRange) (text string, last int) {
	text = p.plainText(i, r.title.key)
	for last = i; text != "" && last+1 < r.to && p.flows(last); last++ {
		more := p.plainText(last+1, r.title.key)
		if more == "" {
			break
		}
		text += " " + more
	}
	return text, last
}

// flows says that piece i and the next stand in one box, and there in no
// elements of their own, so that only a line break parts them.
func (p *page) flows(i int) bool {
	a, b := &p.pieces[i], &p.pieces[i+1]
	box := p.lines[a.line].elem
	return box == p.lines[b.line].elem && p.childOf(box, a.elem) == p.childOf(box, b.elem)
}

// plainText returns the text of a free piece but for links to the release, or
// to turn the page; "" for a heading or a type.
func (p *page) plainText(i int, key string) string {
	piece := &p.pieces[i]
	if piece.kind != free || p.isHeadline(i) || p.known(category, p.textOfPiece(i)) {
		return ""
	}
	l := &p.lines[piece.line]
	from, to := 0, 0
	if link, ok := p.captions[i]; ok {
		from, to = p.ownText(link, i)
	}
	text, done := "", piece.from
	for r, run := range l.runs {
		a, b := max(run.from, piece.from), min(run.to, piece.to)
		if a >= b || !p.leadsAway(piece.line, r, key) && (a < from || b > to) {
			continue
		}
		text += l.text[done:max(a, done)]
		done = b
	}
	return strings.Trim(text+l.text[done:piece.to], " –—|·")
}

// isNumber says that a text is the number of a page.
func isNumber(text string) bool {
	return strings.Trim(text, " 0123456789") == ""
}

// leadsAway says that run r of line i links to the release with a key, or to
// other pages of the listing.
func (p *page) leadsAway(i, r int, key string) bool {
	run := p.lines[i].runs[r]
	if run.link < 0 {
		return false
	}
	text := p.lines[i].text[run.from:run.to]
	return p.links[run.link].key == key && p.inTitle(i, r) || p.isMore(text) || p.isNext(text) || isNumber(text)
}
