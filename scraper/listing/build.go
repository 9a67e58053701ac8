package listing

import (
	"errors"
	"slices"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Bounds of a page's markup, far beyond those of a page with maxRows releases.
// Browsers and html.Parse know the first as well.
const (
	maxOpen  = 512
	maxNodes = 4 * maxElems
)

var errDeep = errors.New("more than 512 elements lie in each other")

// builder makes a tree of a page's tokens, as browsers do: by the rules of tree
// construction in https://html.spec.whatwg.org/multipage/parsing.html, but for
// framesets, which are left out, and doctypes older than HTML 4.
type builder struct {
	*tree
	scanner
	mode      mode
	behind    mode   // raw text
	modes     []mode // of templates
	open      []ref  // elements, the innermost last
	active    []ref  // formatting elements that go on, and 0 where none goes on
	head      ref
	form      ref
	old       bool // without a doctype tables may stand in paragraphs
	misplaced bool // what comes is not for the table that it stands in
	deep      bool
}

// mode is where in a page the tokens are.
type mode uint8

const (
	beforeHead mode = iota
	inHead
	afterHead
	inRaw
	inBody
	inTable
	inCaption
	inColumns
	inSection
	inRow
	inCell
	inTemplate
	afterBody
)

// parse makes the tree of a page, as far as maxNodes reach.
func (t *tree) parse(body []byte) error {
	b := builder{tree: t, scanner: scanner{body: body}, old: true}
	b.add(node{kind: html.DocumentNode})
	for len(b.nodes) < maxNodes && b.read() {
		for !b.take() {
		}
		if b.deep {
			return errDeep
		}
	}
	for b.endTemplate() {
	}
	b.token = token{kind: html.ErrorToken}
	for b.mode <= inRaw && !b.take() {
	}
	t.said = string(t.marks)
	return nil
}

// take follows the rules for the token. It says whether that is done with, or
// has to be taken again in another mode.
func (b *builder) take() bool {
	if b.isForeign() {
		return b.takeForeign()
	}
	return b.takeInMode()
}

func (b *builder) takeInMode() bool {
	switch b.mode {
	case beforeHead:
		return b.takeBeforeHead()
	case inHead:
		return b.takeInHead()
	case afterHead:
		return b.takeAfterHead()
	case inRaw:
		return b.takeInRaw()
	case inTable:
		return b.takeInTable()
	case inCaption:
		return b.takeInCaption()
	case inColumns:
		return b.takeInColumns()
	case inSection:
		return b.takeInSection()
	case inRow:
		return b.takeInRow()
	case inCell:
		return b.takeInCell()
	case inTemplate:
		return b.takeInTemplate()
	case afterBody:
		return b.takeAfterBody()
	}
	return b.takeInBody()
}

func (b *builder) top() ref {
	if len(b.open) == 0 {
		return 0
	}
	return b.open[len(b.open)-1]
}

func (b *builder) tagOf(n ref) atom.Atom { return b.nodes[n].tag }

// is says that the innermost element is an HTML one with a tag.
func (b *builder) isIn(tag atom.Atom) bool {
	n := &b.nodes[b.top()]
	return n.tag == tag && n.space == hypertext
}

func (b *builder) pop() { b.open = b.open[:len(b.open)-1] }

// place returns where a new node belongs: at the end of the innermost element
// or, for what is misplaced in a table, before that.
func (b *builder) place() (parent, before ref) {
	if b.misplaced && b.nodes[b.top()].nature&fostering != 0 {
		return b.beforeTable()
	}
	return b.top(), 0
}

// beforeTable returns the place before the innermost table.
func (b *builder) beforeTable() (parent, before ref) {
	for i := len(b.open) - 1; i > 0; i-- {
		switch n := b.open[i]; b.tagOf(n) {
		case atom.Template:
			return n, 0
		case atom.Table:
			if parent := b.nodes[n].parent; parent != 0 {
				return parent, n
			}
			return b.open[i-1], 0
		}
	}
	return b.open[0], 0
}

// begin adds an element for the token, and opens it.
func (b *builder) begin() ref {
	n := b.add(b.token.element())
	b.put(n)
	return n
}

// put places an element and opens it.
func (b *builder) put(n ref) {
	parent, before := b.place()
	b.insert(n, parent, before)
	b.open = append(b.open, n)
	b.deep = b.deep || len(b.open) > maxOpen
}

// beginImplied is begin for an element whose start tag is missing.
func (b *builder) beginImplied(tag atom.Atom) ref {
	n := b.add(node{kind: html.ElementNode, tag: tag, nature: natures.of(tag)})
	b.put(n)
	return n
}

// leaf adds an element that holds nothing.
func (b *builder) leaf() ref {
	n := b.begin()
	b.pop()
	return n
}

// write adds the token's text, to the text before it if there is one.
func (b *builder) write() {
	parent, before := b.place()
	from, to := b.keepText(b.content(), b.token.coded)
	if prev := b.before(parent, before); b.isText(prev) && b.nodes[prev].to == from {
		b.nodes[prev].to = to
		return
	}
	b.insert(b.add(node{kind: html.TextNode, kept: kept{from: from, to: to}}), parent, before)
}

// comment adds a comment: it parts the texts around it.
func (b *builder) comment() {
	parent, before := b.place()
	b.insert(b.add(node{kind: html.CommentNode}), parent, before)
}

// inScope returns which open element has a tag, -1 if none has, or if one that
// ends the scope is inside of it.
func (b *builder) inScope(end nature, tag atom.Atom) int {
	for i := len(b.open) - 1; i >= 0; i-- {
		n := &b.nodes[b.open[i]]
		if n.tag == tag && n.space == hypertext {
			return i
		}
		if n.nature&end != 0 {
			return -1
		}
	}
	return -1
}

// inScopeOf is inScope for an element of a nature instead of a tag.
func (b *builder) inScopeOf(end, such nature) int {
	for i := len(b.open) - 1; i >= 0; i-- {
		n := &b.nodes[b.open[i]]
		if n.nature&such != 0 {
			return i
		}
		if n.nature&end != 0 {
			return -1
		}
	}
	return -1
}

// close ends open element i and those inside, and says whether there is one.
func (b *builder) close(i int) bool {
	if i >= 0 {
		b.open = b.open[:i]
	}
	return i >= 0
}

// closeParagraph ends a paragraph before a box.
func (b *builder) closeParagraph() { b.close(b.inScope(bounding|pushed, atom.P)) }

// closeImplied ends elements that need no end tag, but none with a tag.
func (b *builder) closeImplied(but atom.Atom) {
	for n := &b.nodes[b.top()]; n.nature&implied != 0 && n.tag != but; n = &b.nodes[b.top()] {
		b.pop()
	}
}

// closeUpTo ends all elements inside of the innermost that is such, or that
// ends the scope of tables.
func (b *builder) closeUpTo(such nature, tags ...atom.Atom) {
	for i := len(b.open) - 1; i >= 0; i-- {
		n := &b.nodes[b.open[i]]
		if n.nature&such != 0 || slices.Contains(tags, n.tag) {
			b.open = b.open[:i+1]
			return
		}
	}
}
