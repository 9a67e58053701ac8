package listing

import (
	"slices"

	"golang.org/x/net/html/atom"
)

// startFormatting begins an element that goes on where the one around it ends.
func (b *builder) startFormatting() {
	switch tag := b.token.tag; tag {
	case atom.A:
		if i := b.activeTag(tag); i >= 0 {
			n := b.active[i]
			b.endFormatting(tag)
			b.forget(&b.open, n)
			b.forget(&b.active, n)
		}
	case atom.Nobr:
		b.reopen()
		if b.inScope(bounding, tag) >= 0 {
			b.endFormatting(tag)
		}
	}
	b.reopen()
	n := b.begin()
	b.limitAlike(n)
	b.active = append(b.active, n)
}

// activeTag returns the last element with a tag that goes on; -1 if there is
// none since the last one where none goes on.
func (b *builder) activeTag(tag atom.Atom) int {
	for i := len(b.active) - 1; i >= 0 && b.active[i] != 0; i-- {
		if b.tagOf(b.active[i]) == tag {
			return i
		}
	}
	return -1
}

// isActive returns where an element is that goes on, -1 for any other.
func (b *builder) isActive(n ref) int {
	for i := len(b.active) - 1; i >= 0 && b.active[i] != 0; i-- {
		if b.active[i] == n {
			return i
		}
	}
	return -1
}

// limitAlike lets only two elements like one go on beside it.
func (b *builder) limitAlike(n ref) {
	alike := 0
	for i := len(b.active) - 1; i >= 0 && b.active[i] != 0; i-- {
		if b.tagOf(b.active[i]) == b.tagOf(n) && b.sameAttributes(b.active[i], n) {
			if alike++; alike >= 3 {
				b.active = slices.Delete(b.active, i, i+1)
				return
			}
		}
	}
}

func (b *builder) sameAttributes(m, n ref) bool {
	return slices.EqualFunc(b.attributes(m), b.attributes(n), func(x, y attr) bool {
		return x.atom == y.atom && string(b.marks[x.from:x.end]) == string(b.marks[y.from:y.end])
	})
}

// reopen begins the elements again that go on and are not open.
func (b *builder) reopen() {
	i := len(b.active)
	for i > 0 && b.active[i-1] != 0 && lastIndex(b.open, b.active[i-1]) < 0 {
		i--
	}
	for ; i < len(b.active); i++ {
		n := b.copyOf(b.active[i])
		b.put(n)
		b.active[i] = n
	}
}

// endActive lets none go on of the elements since the last one where none does.
func (b *builder) endActive() {
	b.active = b.active[:max(lastIndex(b.active, 0), 0)]
}

// endFormatting ends the last element with a tag that goes on. What lies in it
// and began before its end is made to go on without it: the standard's
// adoption agency.
func (b *builder) endFormatting(tag atom.Atom) {
	if top := b.top(); b.tagOf(top) == tag && b.isActive(top) < 0 {
		b.pop()
		return
	}
	for range 8 {
		i := b.activeTag(tag)
		if i < 0 {
			b.endOther()
			return
		}
		n := b.active[i]
		at := lastIndex(b.open, n)
		if at < 0 {
			b.active = slices.Delete(b.active, i, i+1)
			return
		}
		if b.inScope(bounding, tag) < 0 {
			return
		}
		box := b.specialIn(at)
		if box < 0 {
			b.close(at)
			b.active = slices.Delete(b.active, i, i+1)
			return
		}
		b.adopt(i, at, box)
	}
}

// specialIn returns the outermost open element inside of another that no
// formatting ends in; -1 if there is none.
func (b *builder) specialIn(at int) int {
	for i := at + 1; i < len(b.open); i++ {
		if b.nodes[b.open[i]].nature&special != 0 {
			return i
		}
	}
	return -1
}

// adopt ends the formatting element at a place among the active and the open,
// though the box at another place goes on: the box moves out of it and gets a
// copy of it around all it holds so far.
func (b *builder) adopt(i, at, box int) {
	n, around, inner := b.active[i], b.open[at-1], b.open[box]
	outer, next := b.carry(n, inner, box, i)
	b.remove(outer)
	parent, before := around, ref(0)
	if b.nodes[around].nature&fostering != 0 {
		parent, before = b.beforeTable()
	}
	b.insert(outer, parent, before)

	again := b.copyOf(n)
	b.move(inner, again)
	b.insert(again, inner, 0)

	if i = b.isActive(n); i >= 0 && i < next {
		next--
	}
	b.forget(&b.active, n)
	b.active = slices.Insert(b.active, min(next, len(b.active)), again)
	b.forget(&b.open, n)
	b.open = slices.Insert(b.open, lastIndex(b.open, inner)+1, again)
}

// carry puts the box into copies of the formatting elements between it and the
// one that ends, the nearest three. It returns the outermost of them and where
// among the active ones the copy of the one that ends belongs.
func (b *builder) carry(n, inner ref, box, next int) (outer ref, place int) {
	outer = inner
	for j, x := 1, box-1; b.open[x] != n; j, x = j+1, x-1 {
		m := b.open[x]
		i := b.isActive(m)
		if i >= 0 && j > 3 {
			b.active = slices.Delete(b.active, i, i+1)
			if i <= next {
				next--
			}
			i = -1
		}
		if i < 0 {
			b.open = slices.Delete(b.open, x, x+1)
			continue
		}
		again := b.copyOf(m)
		b.active[i], b.open[x] = again, again
		if outer == inner {
			next = i + 1
		}
		b.remove(outer)
		b.insert(outer, again, 0)
		outer = again
	}
	return outer, next
}
