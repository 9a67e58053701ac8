package listing

import (
	"bytes"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// isForeign says that the token is read by the rules of drawings and formulas.
func (b *builder) isForeign() bool {
	n, t := &b.nodes[b.top()], &b.token
	inside := t.starts() || t.kind == html.TextToken
	switch {
	case n.space == hypertext || t.kind == html.ErrorToken:
		return false
	case n.nature&special == 0 || !inside:
		return true
	case n.tag == atom.AnnotationXml:
		return !b.isHypertext(n) && !(t.starts() && t.tag == atom.Svg)
	}
	return n.space == formula && (t.tag == atom.Mglyph || t.tag == atom.Malignmark)
}

// isHypertext says that the annotation of a formula is written in HTML.
func (b *builder) isHypertext(n *node) bool {
	for _, a := range b.attrs[n.firstAttr:n.endAttr] {
		if string(b.marks[a.from:a.to]) == "encoding" {
			value := b.marks[a.to:a.end]
			return bytes.EqualFold(value, []byte("text/html")) || bytes.EqualFold(value, []byte("application/xhtml+xml"))
		}
	}
	return false
}

func (b *builder) takeForeign() bool {
	switch t := &b.token; t.kind {
	case html.TextToken:
		b.write()
	case html.CommentToken:
		b.comment()
	case html.StartTagToken:
		if t.nature&breakout != 0 || t.tag == atom.Font && b.isStyled() {
			b.leaveForeign()
			return b.takeInMode()
		}
		b.beginForeign(b.nodes[b.top()].space)
		b.raw = 0
	case html.EndTagToken:
		if t.tag == atom.P || t.tag == atom.Br {
			b.leaveForeign()
			return b.takeInMode()
		}
		return b.endForeign()
	}
	return true
}

func (b *builder) isStyled() bool {
	for _, a := range b.attrs[b.token.kept.firstAttr:b.token.kept.endAttr] {
		switch a.atom {
		case atom.Color, atom.Face, atom.Size:
			return true
		}
	}
	return false
}

// beginForeign begins an element of a drawing or a formula, of which some may
// hold hypertext.
func (b *builder) beginForeign(s space) {
	n := b.begin()
	e := &b.nodes[n]
	e.space, e.nature = s, 0
	switch e.tag {
	case atom.Foreignobject, atom.Desc, atom.Title:
		if s == drawing {
			e.nature = special | bounding
		}
	case atom.AnnotationXml, atom.Mi, atom.Mo, atom.Mn, atom.Ms, atom.Mtext:
		if s == formula {
			e.nature = special | bounding
		}
	case atom.Svg, atom.Math:
		e.nature = unseen
	}
	if b.token.closed {
		b.pop()
	}
}

// leaveForeign ends all drawings and formulas up to the hypertext around.
func (b *builder) leaveForeign() {
	for n := &b.nodes[b.top()]; n.space != hypertext && n.nature&special == 0; n = &b.nodes[b.top()] {
		b.pop()
	}
}

// endForeign ends the innermost element of the token's name, if no hypertext
// lies in it.
func (b *builder) endForeign() bool {
	t := &b.token
	for i := len(b.open) - 1; i > 0; i-- {
		n := &b.nodes[b.open[i]]
		if n.tag == t.tag && (t.tag != 0 || string(b.marks[n.from:n.to]) == string(b.name())) {
			b.close(i)
			return true
		}
		if b.nodes[b.open[i-1]].space == hypertext {
			break
		}
	}
	return b.takeInMode()
}
