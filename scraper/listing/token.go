package listing

import (
	"bytes"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// read reads the next token, and says whether there is one.
func (b *builder) read() bool {
	b.cdata = b.nodes[b.top()].space != hypertext
	if !b.next() {
		return false
	}
	if b.token.starts() {
		b.keepTag(&b.token)
	}
	return true
}

// keepTag takes into the tree what a start tag says.
func (b *builder) keepTag(t *token) {
	if t.tag == 0 {
		t.kept.from, t.kept.to = b.keep(b.name())
	}
	t.kept.firstAttr = int32(len(b.attrs))
	for _, a := range b.found {
		b.keepAttr(b.lowered(b.body[a.key:a.endKey]), b.body[a.value:a.end], t.kept.firstAttr)
	}
	t.kept.endAttr = int32(len(b.attrs))
}

// keepAttr takes an attribute into the tree, unless one of those from the first
// has its name already.
func (t *tree) keepAttr(name, value []byte, first int32) {
	at := int32(len(t.marks))
	a := attr{atom: atom.Lookup(name), from: at, to: at}
	if a.atom == 0 {
		a.from, a.to = t.keep(name)
	}
	for _, other := range t.attrs[first:] {
		if other.atom == a.atom && string(t.marks[other.from:other.to]) == string(t.marks[a.from:a.to]) {
			return
		}
	}
	if bytes.IndexByte(value, 0) >= 0 {
		value = bytes.ReplaceAll(value, []byte{0}, []byte("\ufffd"))
	}
	t.marks = appendValue(t.marks, value)
	a.end = int32(len(t.marks))
	t.attrs = append(t.attrs, a)
}

// keep takes a name into the tree.
func (t *tree) keep(name []byte) (from, to int32) {
	from = int32(len(t.marks))
	t.marks = append(t.marks, name...)
	return from, int32(len(t.marks))
}

// keepText takes a text into the tree, with the characters that it refers to if
// it is coded.
func (t *tree) keepText(text []byte, coded bool) (from, to int32) {
	from = int32(len(t.text))
	if coded {
		t.text = appendText(t.text, text)
	} else {
		t.text = append(t.text, text...)
	}
	return from, int32(len(t.text))
}

// element is the node that a start tag asks for.
func (t *token) element() node {
	return node{kind: html.ElementNode, tag: t.tag, nature: t.nature, kept: t.kept}
}

// isBlank says that the token is white space.
func (s *scanner) isBlank() bool {
	if s.token.kind != html.TextToken {
		return false
	}
	text := s.content()
	if s.token.coded && bytes.IndexByte(text, '&') >= 0 {
		text = appendText(nil, text)
	}
	for _, c := range text {
		if !isBetween(c) {
			return false
		}
	}
	return true
}
