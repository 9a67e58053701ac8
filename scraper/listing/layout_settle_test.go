package listing

import (
	"slices"
	"strings"
)

// settle removes what can't stand together.
func (l *layout) settle() {
	switch l.shape {
	case cards:
		l.joined = pick(l.dice, ", ", "; ", "spans")
		l.title, l.more = pick(l.dice, headingInLink, linkOnly), false
		if l.wrapper == "p" || l.wrapper == "li" {
			l.wrapper = "div"
		}
	case columns, facts:
		l.kicker, l.wrapper = false, "div"
		if l.title == headingOnly {
			l.title = linkInHeading
		}
	case lines:
		l.wrapper = "span"
		l.title, l.group = linkOnly, false
		l.style = pick(l.dice, sameText, ownInline, oneLine)
		if l.joined == "list" {
			l.joined = "links"
		}
	case terms:
		l.wrapper = "dd"
		l.style = pick(l.dice, sameText, ownInline, oneLine)
		l.order = slices.DeleteFunc(l.order, func(p part) bool { return p == titlePart })
		l.order = slices.Insert(l.order, 0, titlePart)
	case flat, halfBoxed, unclosed:
		if l.wrapper == "span" {
			l.wrapper = "div"
		}
	}
	if l.shape == cards && strings.Contains(l.aside, "<a") {
		l.aside = ""
	}
	if l.shape != boxed || l.group {
		l.featured, l.inPairs = false, false
	}
	if l.group && (l.heading == "h1" || l.heading == "h2") {
		l.heading = "h3" // below the headings of the groups
	}
	l.settleStyle()
	l.settleOrder()
	if l.title == headingOnly {
		l.more = true
	}
}

func (l *layout) settleStyle() {
	if l.style == termPair || l.style == cellPair || l.style == ownBlock || l.joined == "list" {
		if l.wrapper == "p" || l.wrapper == "span" {
			l.wrapper = "div"
		}
	}
	if l.style == oneLine && l.joined == "list" {
		l.joined = "links"
	}
	if l.style == sameText && l.joined == "list" {
		l.style = ownInline
	}
	if l.style == termPair || l.style == cellPair || l.style == oneLine {
		l.together()
	}
	if l.box == "li" && l.wrapper == "li" {
		l.wrapper = "div" // an open li ends where the next begins
	}
	if l.box == "tr" && (l.shape == boxed || l.shape == unclosed) {
		if l.shape == unclosed || l.depth > 0 {
			l.box = "div"
		}
	}
}

// together moves the fields to where the date is.
func (l *layout) together() {
	rest := slices.DeleteFunc(slices.Clone(l.order), func(p part) bool { return p >= datePart && p <= topicPart })
	at := slices.IndexFunc(l.order, func(p part) bool { return p >= datePart && p <= topicPart })
	fields := slices.DeleteFunc(slices.Clone(l.order), func(p part) bool { return p < datePart || p > topicPart })
	l.order = slices.Insert(rest, min(at, len(rest)), fields...)
}

// settleOrder lets rows without a box begin with what is always there.
func (l *layout) settleOrder() {
	if l.kicker {
		l.order = slices.DeleteFunc(l.order, func(p part) bool { return p == typePart })
		l.order = slices.Insert(l.order, slices.Index(l.order, titlePart), kickerPart)
	}
	boxless := l.shape == flat || l.shape == halfBoxed || l.shape == terms || l.shape == unclosed || l.shape == lines || l.shape == facts
	first := slices.IndexFunc(l.order, func(p part) bool { return p >= datePart && p <= topicPart })
	if boxless && first < slices.Index(l.order, titlePart) && l.order[first] != datePart {
		at := slices.Index(l.order, datePart)
		l.order[first], l.order[at] = l.order[at], l.order[first]
	}
	if l.image {
		l.order = slices.Insert(l.order, slices.Index(l.order, titlePart), picture)
	}
	if l.aside != "" && l.shape != columns && l.shape != facts && l.shape != lines {
		l.order = slices.Insert(l.order, slices.Index(l.order, titlePart)+1, asidePart)
	}
	if l.more || l.title == headingOnly {
		l.order = append(l.order, morePart)
	}
}
