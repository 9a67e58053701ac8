package feed

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// rules are what is known of a format: the name of the element that holds all
// others, what each prefix stands for, and what each element may hold, by its
// name and that of the element around it, or by its name alone.
type rules struct {
	root     string
	spaces   map[string]string
	elements map[place]*element
}

// place is where an element stands; without parent it is anywhere.
type place struct{ parent, name string }

// element is what an element must be like.
type element struct {
	// once are the elements that must stand in it exactly once, many those that
	// may stand there any number of times. Without any it holds text.
	once, optional, many []string
	// last is the one that no other may follow.
	last string
	// attributes are those that it must have.
	attributes []string
	// check looks at an element that is whole otherwise.
	check func(*node) error
}

// node is an element that is being read.
type node struct {
	name     string
	rule     *element
	attr     []attribute
	text     string
	children []string // their names; a link leaves "@" and its relation too
	parent   *node
}

func (n *node) attribute(name string) string {
	for _, a := range n.attr {
		if a.name == name {
			return a.value
		}
	}
	return ""
}

const declaration = `<?xml version="1.0" encoding="UTF-8"?>`

// checkXML reads a document and holds it against rules. What they don't name
// must not stand in it.
func checkXML(body string, known rules) error {
	rest, ok := strings.CutPrefix(body, declaration)
	if !ok {
		return errors.New("it does not begin with the XML declaration")
	}
	s := &scanner{text: rest}
	document := &node{rule: &element{once: []string{known.root}}}
	for top := document; ; {
		t, err := s.next()
		if err == nil && t.kind == endOfText {
			if top != document {
				return fmt.Errorf("<%s> does not end", top.name)
			}
			return document.complete()
		}
		if err == nil {
			top, err = known.read(top, t)
		}
		if err != nil {
			return fmt.Errorf("%w (byte %d)", err, len(declaration)+s.at)
		}
	}
}

// read takes one token and returns the element that is open after it.
func (known rules) read(top *node, t token) (*node, error) {
	switch {
	case t.kind == startTag:
		return known.begin(top, t)
	case t.kind == endTag && t.name != top.name:
		return nil, fmt.Errorf("<%s> ends as </%s>", top.name, t.name)
	case t.kind == endTag:
		if err := top.end(); err != nil {
			return nil, fmt.Errorf("<%s>: %w", top.name, err)
		}
		return top.parent, nil
	case top.rule.leaf():
		top.text += t.text
		return top, nil
	case strings.TrimSpace(t.text) != "":
		return nil, fmt.Errorf("text stands in <%s> beside its elements", top.name)
	}
	return top, nil
}

func (known rules) begin(top *node, t token) (*node, error) {
	rule, ok := known.elements[place{top.name, t.name}]
	if !ok {
		rule, ok = known.elements[place{"", t.name}]
	}
	switch before := top.last(); {
	case !ok || !top.rule.allows(t.name):
		return nil, fmt.Errorf("<%s> has no place in <%s>", t.name, top.name)
	case top.rule.last != "" && before == top.rule.last && t.name != before:
		return nil, fmt.Errorf("<%s> follows <%s>", t.name, before)
	}
	n := &node{name: t.name, rule: rule, attr: t.attr, parent: top}
	for i, a := range t.attr {
		if slices.ContainsFunc(t.attr[:i], func(b attribute) bool { return a.name == b.name }) {
			return nil, fmt.Errorf("<%s> has %s twice", t.name, a.name)
		}
		if err := errors.Join(plain(a.value), known.declared(n, a.name)); err != nil {
			return nil, fmt.Errorf("<%s %s>: %w", t.name, a.name, err)
		}
	}
	top.children = append(top.children, t.name)
	return n, known.declared(n, t.name)
}

// declared checks that a name's prefix is one, and stands for what it should.
func (known rules) declared(n *node, name string) error {
	prefix, own, found := strings.Cut(name, ":")
	switch {
	case name == "xmlns" && n.attribute(name) != known.spaces[""], prefix == "xmlns" && found && n.attribute(name) != known.spaces[own]:
		return fmt.Errorf("%s is %q", name, n.attribute(name))
	case !found || prefix == "xmlns" || prefix == "xml":
		return nil
	}
	for n.parent != nil {
		if n.attribute("xmlns:"+prefix) != "" {
			return nil
		}
		n = n.parent
	}
	return fmt.Errorf("the prefix of %s is not declared", name)
}

// last returns the name of the last child.
func (n *node) last() string {
	if len(n.children) == 0 {
		return ""
	}
	return n.children[len(n.children)-1]
}

func (e *element) allows(name string) bool {
	return slices.Contains(e.once, name) || slices.Contains(e.many, name) || slices.Contains(e.optional, name)
}

// leaf reports whether the element holds text and nothing else.
func (e *element) leaf() bool { return len(e.once)+len(e.optional)+len(e.many) == 0 }

// end checks an element that is whole.
func (n *node) end() error {
	if err := n.complete(); err != nil {
		return err
	}
	for _, name := range n.rule.attributes {
		if n.attribute(name) == "" {
			return fmt.Errorf("it has no %s", name)
		}
	}
	if err := plain(n.text); err != nil || n.rule.check == nil {
		return err
	}
	return n.rule.check(n)
}

// complete checks which elements an element has.
func (n *node) complete() error {
	for _, name := range n.rule.once {
		if c := n.count(name); c != 1 {
			return fmt.Errorf("it has %d of <%s>, want 1", c, name)
		}
	}
	for _, name := range n.rule.optional {
		if c := n.count(name); c > 1 {
			return fmt.Errorf("it has %d of <%s>, want at most 1", c, name)
		}
	}
	return nil
}

// count returns how many children have a name.
func (n *node) count(name string) int {
	c := 0
	for _, child := range n.children {
		if child == name {
			c++
		}
	}
	return c
}
