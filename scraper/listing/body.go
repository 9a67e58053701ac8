package listing

import (
	"slices"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// takeInBody follows the rules of the body, by which most of a page is read.
func (b *builder) takeInBody() bool {
	switch t := &b.token; t.kind {
	case html.TextToken:
		b.reopen()
		b.write()
	case html.StartTagToken:
		b.startInBody()
	case html.EndTagToken:
		b.endInBody()
	case html.CommentToken:
		b.comment()
	}
	return true
}

func (b *builder) startInBody() {
	t := &b.token
	switch n := t.nature; {
	case n&leading != 0:
		b.startLeading()
	case n&boxing != 0:
		b.closeParagraph()
		b.begin()
	case n&formatting != 0:
		b.startFormatting()
	case n&heading != 0:
		b.closeParagraph()
		if b.nodes[b.top()].nature&heading != 0 {
			b.pop()
		}
		b.begin()
	case n&item != 0:
		b.startItem()
	case n&empty != 0:
		b.startEmpty()
	case n&raw != 0:
		if t.tag == atom.Xmp {
			b.closeParagraph()
			b.reopen()
		}
		b.beginRaw()
	case n&stray != 0:
	case n&(implied|bounding|closing) != 0:
		b.startRare()
	default:
		b.startOther()
	}
}

// startOther begins an element that has rules of its own, or none.
func (b *builder) startOther() {
	t := &b.token
	switch t.tag {
	case atom.Form:
		if b.form != 0 && !b.inTemplate() {
			return
		}
		b.closeParagraph()
		if n := b.begin(); !b.inTemplate() {
			b.form = n
		}
	case atom.Image:
		t.tag = atom.Img
		t.nature = natures.of(t.tag)
		b.startEmpty()
	case atom.Svg:
		b.reopen()
		b.beginForeign(drawing)
	case atom.Math:
		b.reopen()
		b.beginForeign(formula)
	default:
		b.reopen()
		b.begin()
	}
}

// startRare begins an element of a form, an annotation, a table or an object.
func (b *builder) startRare() {
	switch b.token.tag {
	case atom.Button:
		if i := b.inScope(bounding, atom.Button); i >= 0 {
			b.close(i)
		}
	case atom.Select:
		if b.close(b.inScope(bounding, atom.Select)) {
			return
		}
	case atom.Option, atom.Optgroup:
		b.endOption()
	case atom.Rb, atom.Rtc, atom.Rp, atom.Rt:
		b.startAnnotation()
		return
	case atom.Table:
		if !b.old {
			b.closeParagraph()
		}
		b.begin()
		b.mode = inTable
		return
	}
	b.reopen()
	b.begin()
	switch b.token.tag {
	case atom.Applet, atom.Marquee, atom.Object:
		b.active = append(b.active, 0)
	}
}

// endOption ends the options before another, or before a group of them.
func (b *builder) endOption() {
	switch {
	case b.inScope(bounding, atom.Select) < 0:
		if b.isIn(atom.Option) {
			b.pop()
		}
	case b.token.tag == atom.Option:
		b.closeImplied(atom.Optgroup)
	default:
		b.closeImplied(0)
	}
}

// startAnnotation begins a part of a <ruby>.
func (b *builder) startAnnotation() {
	if b.inScope(bounding, atom.Ruby) >= 0 {
		var but atom.Atom
		if tag := b.token.tag; tag == atom.Rp || tag == atom.Rt {
			but = atom.Rtc
		}
		b.closeImplied(but)
	}
	b.begin()
}

// startItem begins an item of a list, and ends the one before.
func (b *builder) startItem() {
	tag := b.token.tag
	for i := len(b.open) - 1; i >= 0; i-- {
		n := &b.nodes[b.open[i]]
		if n.nature&item != 0 && (n.tag == atom.Li) == (tag == atom.Li) {
			b.close(i)
			break
		}
		if n.nature&special != 0 && n.tag != atom.Address && n.tag != atom.Div && n.tag != atom.P {
			break
		}
	}
	b.closeParagraph()
	b.begin()
}

// startEmpty adds an element that has no end tag.
func (b *builder) startEmpty() {
	switch b.token.tag {
	case atom.Param, atom.Source, atom.Track:
		b.leaf()
		return
	case atom.Hr:
		b.closeParagraph()
		if b.inScope(bounding, atom.Select) >= 0 {
			b.closeImplied(0)
		}
		b.leaf()
		return
	case atom.Input:
		b.close(b.inScope(bounding, atom.Select))
	}
	b.reopen()
	b.leaf()
}

func (b *builder) endInBody() {
	t := &b.token
	switch n := t.nature; {
	case n&closing != 0:
		b.close(b.inScope(bounding, t.tag))
	case n&formatting != 0:
		b.endFormatting(t.tag)
	case n&item != 0:
		scope := bounding
		if t.tag == atom.Li {
			scope |= enlisting
		}
		b.close(b.inScope(scope, t.tag))
	case n&heading != 0:
		b.close(b.inScopeOf(bounding, heading))
	default:
		b.endRare()
	}
}

// endRare ends an element that has rules of its own, or none.
func (b *builder) endRare() {
	switch t := &b.token; t.tag {
	case atom.P:
		if !b.close(b.inScope(bounding|pushed, atom.P)) {
			b.beginImplied(atom.P)
			b.pop()
		}
	case atom.Body, atom.Html:
		if b.inScope(bounding, atom.Body) >= 0 {
			b.mode = afterBody
		}
	case atom.Form:
		b.endForm()
	case atom.Applet, atom.Marquee, atom.Object:
		if b.close(b.inScope(bounding, t.tag)) {
			b.endActive()
		}
	case atom.Br:
		b.reopen()
		b.leaf()
	case atom.Template:
		b.endTemplate()
	default:
		b.endOther()
	}
}

// endOther ends the innermost element of the token's name, if no special one
// lies in it.
func (b *builder) endOther() {
	t := &b.token
	for i := len(b.open) - 1; i >= 0; i-- {
		n := &b.nodes[b.open[i]]
		if n.tag == t.tag && n.space == hypertext && (t.tag != 0 || string(b.marks[n.from:n.to]) == string(b.name())) {
			b.close(i)
			return
		}
		if n.nature&special != 0 {
			return
		}
	}
}

// endForm ends the form, but no other element that lies in it.
func (b *builder) endForm() {
	if b.inTemplate() {
		b.close(b.inScope(bounding, atom.Form))
		return
	}
	form := b.form
	b.form = 0
	if i := b.inScope(bounding, atom.Form); i >= 0 && b.open[i] == form {
		b.closeImplied(0)
		b.forget(&b.open, form)
	}
}

// inTemplate says that a template is open.
func (b *builder) inTemplate() bool { return len(b.modes) > 0 }

// forget takes a node off a list.
func (b *builder) forget(list *[]ref, n ref) {
	if i := lastIndex(*list, n); i >= 0 {
		*list = slices.Delete(*list, i, i+1)
	}
}

// lastIndex returns where a list has a node, from its end; -1 if nowhere.
func lastIndex(list []ref, n ref) int {
	for i := len(list) - 1; i >= 0; i-- {
		if list[i] == n {
			return i
		}
	}
	return -1
}
