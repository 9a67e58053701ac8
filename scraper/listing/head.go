package listing

import (
	"bytes"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// takeBeforeHead begins the page and its head, if they begin or not.
func (b *builder) takeBeforeHead() bool {
	t := &b.token
	switch t.kind {
	case html.DoctypeToken:
		if len(b.open) == 0 {
			b.old = !isModern(b.content())
		}
		return true
	case html.CommentToken:
		return true
	case html.TextToken:
		if b.isBlank() {
			return true
		}
	case html.StartTagToken:
		switch t.tag {
		case atom.Html:
			if len(b.open) == 0 {
				b.begin()
			}
			return true
		case atom.Head:
			b.beginPage()
			b.head, b.mode = b.begin(), inHead
			return true
		}
	case html.EndTagToken:
		switch t.tag {
		case atom.Head, atom.Body, atom.Html, atom.Br:
		default:
			return true
		}
	}
	b.beginPage()
	b.head, b.mode = b.beginImplied(atom.Head), inHead
	return false
}

func (b *builder) beginPage() {
	if len(b.open) == 0 {
		b.beginImplied(atom.Html)
	}
}

// isModern says that a doctype is not one of those, all of HTML 4 and older,
// with which browsers let tables stand in paragraphs.
func isModern(doctype []byte) bool {
	doctype = bytes.TrimLeft(bytes.ToLower(doctype), " \t\r\n\f")
	name, rest, _ := bytes.Cut(doctype, []byte(" "))
	if string(name) != "html" {
		return false
	}
	_, version, old := bytes.Cut(rest, []byte("//dtd html "))
	strict := bytes.HasPrefix(version, []byte("4.01//"))
	addressed := bytes.HasPrefix(version, []byte("4.01")) && bytes.Contains(version, []byte("http:"))
	return !old || strict || addressed
}

// takeInHead follows the rules of the head, where all but white space that is
// not for it begins the body.
func (b *builder) takeInHead() bool {
	t := &b.token
	switch t.kind {
	case html.CommentToken, html.DoctypeToken:
		return true
	case html.TextToken:
		if b.isBlank() {
			return true
		}
	case html.StartTagToken:
		switch {
		case t.nature&leading != 0 || t.tag == atom.Noscript:
			b.startLeading()
			return true
		case t.tag == atom.Html || t.tag == atom.Head:
			return true
		}
	case html.EndTagToken:
		switch t.tag {
		case atom.Head, atom.Body, atom.Html, atom.Br:
		case atom.Template:
			b.endTemplate()
			return true
		default:
			return true
		}
	}
	b.pop()
	b.mode = afterHead
	return t.ends() && t.tag == atom.Head
}

// startLeading begins an element that belongs into the head.
func (b *builder) startLeading() {
	switch t := &b.token; {
	case t.nature&raw != 0:
		b.beginRaw()
	case t.tag == atom.Template:
		b.begin()
		b.active = append(b.active, 0)
		b.mode = inTemplate
		b.modes = append(b.modes, inTemplate)
	default:
		b.leaf()
	}
}

// beginRaw begins an element that holds text and no elements.
func (b *builder) beginRaw() {
	b.begin()
	b.behind, b.mode = b.mode, inRaw
}

// takeInRaw takes the text of such an element, unless that is a program.
func (b *builder) takeInRaw() bool {
	switch b.token.kind {
	case html.TextToken:
		if tag := b.tagOf(b.top()); tag != atom.Script && tag != atom.Style {
			b.write()
		}
		return true
	case html.EndTagToken:
		b.pop()
		b.mode = b.behind
		return true
	}
	b.pop()
	b.mode = b.behind
	return false
}

// takeAfterHead begins the body, if it begins or not.
func (b *builder) takeAfterHead() bool {
	t := &b.token
	switch t.kind {
	case html.CommentToken, html.DoctypeToken:
		return true
	case html.TextToken:
		if b.isBlank() {
			return true
		}
	case html.StartTagToken:
		switch {
		case t.tag == atom.Body:
			b.begin()
			b.mode = inBody
			return true
		case t.nature&leading != 0:
			b.startLate()
			return true
		case t.tag == atom.Html || t.tag == atom.Head:
			return true
		}
	case html.EndTagToken:
		switch t.tag {
		case atom.Body, atom.Html, atom.Br:
		case atom.Template:
			b.endTemplate()
			return true
		default:
			return true
		}
	}
	b.beginImplied(atom.Body)
	b.mode = inBody
	return false
}

// startLate puts an element into the head that has ended already.
func (b *builder) startLate() {
	b.open = append(b.open, b.head)
	b.startLeading()
	b.forget(&b.open, b.head)
}

// takeInTemplate goes on with the rules for what a template begins with.
func (b *builder) takeInTemplate() bool {
	t := &b.token
	switch {
	case t.ends() && t.tag == atom.Template, t.starts() && t.nature&leading != 0:
		return b.takeTemplateTag()
	case t.ends():
		return true
	case !t.starts():
		return b.takeInBody()
	}
	b.mode = inBody
	switch t.tag {
	case atom.Caption, atom.Colgroup, atom.Tbody, atom.Tfoot, atom.Thead:
		b.mode = inTable
	case atom.Col:
		b.mode = inColumns
	case atom.Tr:
		b.mode = inSection
	case atom.Td, atom.Th:
		b.mode = inRow
	}
	b.modes[len(b.modes)-1] = b.mode
	return false
}

// takeTemplateTag takes what has its rules from the head wherever it stands.
func (b *builder) takeTemplateTag() bool {
	if b.token.ends() {
		b.endTemplate()
	} else {
		b.startLeading()
	}
	return true
}

// endTemplate ends the innermost template, and says whether there was one.
func (b *builder) endTemplate() bool {
	if !b.close(b.inScope(0, atom.Template)) {
		return false
	}
	b.endActive()
	b.modes = b.modes[:len(b.modes)-1]
	b.resetMode()
	return true
}

// takeAfterBody lets what follows the body be a part of it.
func (b *builder) takeAfterBody() bool {
	t := &b.token
	switch {
	case t.kind == html.CommentToken, t.tag == atom.Html:
		return true
	case b.isBlank():
		return b.takeInBody()
	}
	b.mode = inBody
	return false
}
