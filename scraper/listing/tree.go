package listing

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// tree is a page's markup: elements, texts and comments, in nodes that refer to
// each other by number. It lies in few slices, which the next page uses again.
type tree struct {
	nodes []node // the first is the document
	attrs []attr
	text  []byte // of all texts
	marks []byte // names that are no atoms, and values of attributes
	said  string // the same, when the tree is whole
}

// ref is the number of a node; 0, the document, stands for none.
type ref int32

// node is an element, a text or a comment.
type node struct {
	kind   html.NodeType
	space  space
	tag    atom.Atom // 0 for an element that HTML does not know
	nature nature

	parent, first, last, prev, next ref

	kept // of a text, what it says
}

// kept is where a tree keeps the name of an element without a tag, and its
// attributes.
type kept struct{ from, to, firstAttr, endAttr int32 }

// space is the language that an element belongs to.
type space uint8

const (
	hypertext space = iota
	drawing
	formula
)

// attr is an attribute: its name unless that is an atom, and behind it the value.
type attr struct {
	atom     atom.Atom
	from, to int32 // the name
	end      int32 // of the value
}

// add makes a node without a place.
func (t *tree) add(n node) ref {
	t.nodes = append(t.nodes, n)
	return ref(len(t.nodes) - 1)
}

// insert puts a node into a parent, before another or, if that is 0, at the end.
func (t *tree) insert(n, parent, before ref) {
	after := t.before(parent, before)
	t.nodes[n].parent, t.nodes[n].prev, t.nodes[n].next = parent, after, before
	if after != 0 {
		t.nodes[after].next = n
	} else {
		t.nodes[parent].first = n
	}
	if before != 0 {
		t.nodes[before].prev = n
	} else {
		t.nodes[parent].last = n
	}
}

// before returns the child of a parent before another or, if that is 0, the last.
func (t *tree) before(parent, other ref) ref {
	if other != 0 {
		return t.nodes[other].prev
	}
	return t.nodes[parent].last
}

// remove takes a node out of its place, with all that is in it.
func (t *tree) remove(n ref) {
	parent, prev, next := t.nodes[n].parent, t.nodes[n].prev, t.nodes[n].next
	if prev != 0 {
		t.nodes[prev].next = next
	} else if t.nodes[parent].first == n {
		t.nodes[parent].first = next
	}
	if next != 0 {
		t.nodes[next].prev = prev
	} else if t.nodes[parent].last == n {
		t.nodes[parent].last = prev
	}
	t.nodes[n].parent, t.nodes[n].prev, t.nodes[n].next = 0, 0, 0
}

// move puts all that is in one node into another, which is empty.
func (t *tree) move(from, to ref) {
	t.nodes[to].first, t.nodes[to].last = t.nodes[from].first, t.nodes[from].last
	t.nodes[from].first, t.nodes[from].last = 0, 0
	for c := t.nodes[to].first; c != 0; c = t.nodes[c].next {
		t.nodes[c].parent = to
	}
}

// copyOf makes an element like another, empty and without a place.
func (t *tree) copyOf(n ref) ref {
	like := t.nodes[n]
	like.parent, like.first, like.last, like.prev, like.next = 0, 0, 0, 0, 0
	return t.add(like)
}

func (t *tree) isElement(n ref) bool { return t.nodes[n].kind == html.ElementNode }

func (t *tree) isText(n ref) bool { return n != 0 && t.nodes[n].kind == html.TextNode }

// nameOf returns the name of an element.
func (t *tree) nameOf(n ref) string {
	if tag := t.nodes[n].tag; tag != 0 {
		return tag.String()
	}
	return t.said[t.nodes[n].from:t.nodes[n].to]
}

// textIn returns what a text says.
func (t *tree) textIn(n ref) []byte { return t.text[t.nodes[n].from:t.nodes[n].to] }

// attributes returns those of an element.
func (t *tree) attributes(n ref) []attr { return t.attrs[t.nodes[n].firstAttr:t.nodes[n].endAttr] }

func (t *tree) key(a attr) string {
	if a.atom != 0 {
		return a.atom.String()
	}
	return t.said[a.from:a.to]
}

func (t *tree) value(a attr) string { return t.said[a.to:a.end] }

// attribute returns the value of an element's attribute, if it has that.
func (t *tree) attribute(n ref, name string) (string, bool) {
	for _, a := range t.attributes(n) {
		if t.key(a) == name {
			return t.value(a), true
		}
	}
	return "", false
}

// hasWord says that an attribute holds a word among others, in any case.
func (t *tree) hasWord(n ref, name, word string) bool {
	text, _ := t.attribute(n, name)
	for w := range strings.FieldsSeq(text) {
		if strings.EqualFold(w, word) {
			return true
		}
	}
	return false
}

// appendText adds the text in an element to b, seen or not, up to the first that
// makes b longer than a limit.
func (t *tree) appendText(b []byte, n ref, limit int) []byte {
	for c := t.nodes[n].first; c != 0 && len(b) <= limit; c = t.nodes[c].next {
		if t.isText(c) {
			b = append(b, t.textIn(c)...)
		} else {
			b = t.appendText(b, c, limit)
		}
	}
	return b
}
