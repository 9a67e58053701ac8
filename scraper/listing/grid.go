package listing

import (
	"bytes"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// takeInTable follows the rules between the parts of a table. What is none of
// them is read as in the body, but stands before the table.
func (b *builder) takeInTable() bool {
	t := &b.token
	switch t.kind {
	case html.TextToken:
		if b.isBlank() && b.nodes[b.top()].nature&fostering != 0 {
			b.write()
			return true
		}
	case html.StartTagToken:
		if done, known := b.startInTable(); known {
			return done
		}
	case html.EndTagToken:
		switch t.tag {
		case atom.Table:
			b.endTable()
			return true
		case atom.Body, atom.Caption, atom.Col, atom.Colgroup, atom.Html, atom.Tbody, atom.Td, atom.Tfoot, atom.Th,
			atom.Thead, atom.Tr:
			return true
		case atom.Template:
			b.endTemplate()
			return true
		}
	case html.CommentToken:
		b.comment()
		return true
	case html.DoctypeToken:
		return true
	}
	b.misplaced = true
	done := b.takeInBody()
	b.misplaced = false
	return done
}

// startInTable begins a part of a table, if the token is known as one.
func (b *builder) startInTable() (done, known bool) {
	switch t := &b.token; t.tag {
	case atom.Caption:
		b.closeUpTo(tabling)
		b.active = append(b.active, 0)
		b.begin()
		b.mode = inCaption
	case atom.Colgroup:
		b.closeUpTo(tabling)
		b.begin()
		b.mode = inColumns
	case atom.Col:
		b.closeUpTo(tabling)
		b.beginImplied(atom.Colgroup)
		b.mode = inColumns
		return false, true
	case atom.Tbody, atom.Tfoot, atom.Thead:
		b.closeUpTo(tabling)
		b.begin()
		b.mode = inSection
	case atom.Td, atom.Th, atom.Tr:
		b.closeUpTo(tabling)
		b.beginImplied(atom.Tbody)
		b.mode = inSection
		return false, true
	case atom.Table:
		return !b.endTable(), true
	case atom.Style, atom.Script, atom.Template:
		b.startLeading()
	case atom.Input:
		if !b.isHidden() {
			return false, false
		}
		b.leaf()
	case atom.Form:
		if b.form == 0 && !b.inTemplate() {
			b.form = b.leaf()
		}
	default:
		return false, false
	}
	return true, true
}

// endTable ends the innermost table, if there is one.
func (b *builder) endTable() bool {
	if !b.close(b.inScope(tabling, atom.Table)) {
		return false
	}
	b.resetMode()
	return true
}

// isHidden says that the token is an input that nobody sees.
func (b *builder) isHidden() bool {
	for _, a := range b.attrs[b.token.kept.firstAttr:b.token.kept.endAttr] {
		if a.atom == atom.Type {
			return bytes.EqualFold(b.marks[a.to:a.end], []byte("hidden"))
		}
	}
	return false
}

func (b *builder) takeInCaption() bool {
	t := &b.token
	switch t.tag {
	case atom.Caption:
		return !b.endCaption() || t.ends()
	case atom.Col, atom.Colgroup, atom.Tbody, atom.Td, atom.Tfoot, atom.Th, atom.Thead, atom.Tr:
		return t.ends() || !b.endCaption()
	case atom.Table:
		if t.ends() {
			return !b.endCaption()
		}
	case atom.Body, atom.Html:
		if t.ends() {
			return true
		}
	}
	return b.takeInBody()
}

func (b *builder) endCaption() bool {
	if !b.close(b.inScope(tabling, atom.Caption)) {
		return false
	}
	b.endActive()
	b.mode = inTable
	return true
}

func (b *builder) takeInColumns() bool {
	t := &b.token
	switch t.kind {
	case html.CommentToken, html.DoctypeToken:
		return true
	case html.TextToken:
		if b.isBlank() {
			return true
		}
	case html.StartTagToken:
		switch t.tag {
		case atom.Html:
			return true
		case atom.Col:
			b.leaf()
			return true
		case atom.Template:
			b.startLeading()
			return true
		}
	case html.EndTagToken:
		switch t.tag {
		case atom.Colgroup, atom.Col:
			if t.tag == atom.Colgroup && b.isIn(atom.Colgroup) {
				b.pop()
				b.mode = inTable
			}
			return true
		case atom.Template:
			b.endTemplate()
			return true
		}
	}
	if !b.isIn(atom.Colgroup) {
		return true
	}
	b.pop()
	b.mode = inTable
	return false
}

func (b *builder) takeInSection() bool {
	t := &b.token
	switch t.tag {
	case atom.Tr, atom.Td, atom.Th:
		if !t.starts() {
			return true
		}
		b.closeUpTo(section, atom.Html, atom.Template)
		b.mode = inRow
		if t.tag == atom.Tr {
			b.begin()
			return true
		}
		b.beginImplied(atom.Tr)
		return false
	case atom.Tbody, atom.Tfoot, atom.Thead:
		if t.ends() {
			if b.inScope(tabling, t.tag) >= 0 {
				b.closeUpTo(section, atom.Html, atom.Template)
				b.endPart(inTable)
			}
			return true
		}
		return !b.endSection()
	case atom.Caption, atom.Col, atom.Colgroup:
		return t.ends() || !b.endSection()
	case atom.Table:
		if t.ends() {
			return !b.endSection()
		}
	case atom.Body, atom.Html:
		if t.ends() {
			return true
		}
	}
	return b.takeInTable()
}

// endSection ends the rows of a table before another part of it.
func (b *builder) endSection() bool {
	if !b.close(b.inScopeOf(tabling, section)) {
		return false
	}
	b.mode = inTable
	return true
}

// endPart ends the innermost element, and goes on with the rules around it.
func (b *builder) endPart(around mode) {
	b.pop()
	b.mode = around
}

func (b *builder) takeInRow() bool {
	t := &b.token
	switch t.tag {
	case atom.Td, atom.Th:
		if t.starts() {
			b.closeUpTo(0, atom.Tr, atom.Html, atom.Template)
			b.begin()
			b.active = append(b.active, 0)
			b.mode = inCell
		}
		return true
	case atom.Tr:
		return !b.endRow() || t.ends()
	case atom.Tbody, atom.Tfoot, atom.Thead:
		if t.ends() && b.inScope(tabling, t.tag) < 0 {
			return true
		}
		return !b.endRow()
	case atom.Caption, atom.Col, atom.Colgroup:
		return t.ends() || !b.endRow()
	case atom.Table:
		if t.ends() {
			return !b.endRow()
		}
	case atom.Body, atom.Html:
		if t.ends() {
			return true
		}
	}
	return b.takeInTable()
}

func (b *builder) endRow() bool {
	if b.inScope(tabling, atom.Tr) < 0 {
		return false
	}
	b.closeUpTo(0, atom.Tr, atom.Html, atom.Template)
	b.endPart(inSection)
	return true
}

func (b *builder) takeInCell() bool {
	t := &b.token
	switch t.tag {
	case atom.Td, atom.Th:
		if t.starts() {
			return !b.endCell()
		}
		if b.close(b.inScope(tabling, t.tag)) {
			b.endActive()
			b.mode = inRow
		}
		return true
	case atom.Caption, atom.Col, atom.Colgroup:
		return t.ends() || !b.endCell()
	case atom.Tbody, atom.Tfoot, atom.Thead, atom.Tr:
		if t.ends() && b.inScope(tabling, t.tag) < 0 {
			return true
		}
		return !b.endCell()
	case atom.Table:
		if t.ends() {
			return b.inScope(tabling, t.tag) < 0 || !b.endCell()
		}
	case atom.Body, atom.Html:
		if t.ends() {
			return true
		}
	}
	return b.takeInBody()
}

// endCell ends the cell before another part of its table.
func (b *builder) endCell() bool {
	if !b.close(b.inScopeOf(tabling, cell)) {
		return false
	}
	b.endActive()
	b.mode = inRow
	return true
}

// resetMode finds the rules of the innermost element that has some.
func (b *builder) resetMode() {
	for i := len(b.open) - 1; i >= 0; i-- {
		n := &b.nodes[b.open[i]]
		switch {
		case n.nature&cell != 0:
			b.mode = inCell
		case n.tag == atom.Tr:
			b.mode = inRow
		case n.nature&section != 0:
			b.mode = inSection
		case n.tag == atom.Caption:
			b.mode = inCaption
		case n.tag == atom.Colgroup:
			b.mode = inColumns
		case n.tag == atom.Table:
			b.mode = inTable
		case n.tag == atom.Template:
			b.mode = b.modes[len(b.modes)-1]
		case n.tag == atom.Head:
			b.mode = inHead
		case n.tag == atom.Html && b.head != 0:
			b.mode = afterHead
		case n.tag == atom.Body || i == 0:
			b.mode = inBody
		default:
			continue
		}
		return
	}
}
