package listing

import (
	"math/rand/v2"
	"slices"
	"strings"

	"communique/scraper/sources"
)

// layout is one way to write a listing page, the same for all of its rows, as
// a template would. It holds only what a person who reads the rendered page
// understands without doubt. Left out as ambiguous: rows without any box or
// separator that begin with a field which may be missing; a summary that is
// one line of the form "Label: name"; unlinked titles without a heading; names
// that hold a comma.
type layout struct {
	dice
	shape    shape
	order    []part
	labels   map[kind]string
	style    style
	joined   string // between names: text, or an element for each
	wrapper  string // of one part
	box      string // of a row
	list     string // around all rows
	group    bool   // rows stand in groups with a heading
	title    titleStyle
	heading  string
	dateForm string
	timed    bool // dates stand in <time>
	kicker   bool // the type has no label
	image    bool
	more     bool
	loose    bool // end tags that may be missing are
	classes  bool
	depth    int // of needless wrappers
	seed     uint64
}

// shape is how the parts of a row hold together.
type shape int

const (
	boxed    shape = iota // an element around each row
	flat                  // nothing around a row
	headed                // an element around the head of a row only
	terms                 // one <dl>, a <dt> for each title
	cards                 // a link around each row
	columns               // a table with a header
	facts                 // a table for each release
	lines                 // text and <br> only
	unclosed              // an element around each row that is never closed
	shapes
)

// part is what a row is made of.
type part int

const (
	picture part = iota
	kickerPart
	titlePart
	datePart
	typePart
	officePart
	topicPart
	summaryPart
	morePart
)

// style is how a label stands beside its value.
type style int

const (
	sameText  style = iota // Label: value
	ownInline              // <b>Label</b> value
	ownBlock               // <div>Label</div><div>value</div>
	termPair               // <dl><dt>Label<dd>value</dl>
	cellPair               // <table><tr><th>Label<td>value</table>
	oneLine                // all fields in one paragraph
	styles
)

type titleStyle int

const (
	linkInHeading titleStyle = iota
	headingInLink
	linkOnly
	headingOnly // the link says "Read more"
)

// fixed draws the same for each row of the layout.
func (l layout) fixed() dice { return dice{rand.New(rand.NewPCG(l.seed, 1))} }

// inventLayout draws a layout.
func inventLayout(d dice, s *sources.Source) layout {
	l := layout{dice: d, seed: d.Uint64(), shape: shape(d.IntN(int(shapes))), style: style(d.IntN(int(styles)))}
	l.labels = inventLabels(d, s)
	l.joined = pick(d, ", ", ", ", "; ", "links", "links", "spans", "list")
	l.wrapper = pick(d, "div", "p", "span", "div", "section", "x-field", "li")
	l.box = pick(d, "div", "li", "article", "section", "x-release", "tr", "main-item")
	l.list = pick(d, "div", "section", "main", "x-list", "")
	l.title = titleStyle(d.IntN(4))
	l.heading = pick(d, "h1", "h2", "h3", "h4", "h5", "h6")
	l.dateForm = pick(d, "2 January 2006", "2 January 2006", "2 January 2006", "2 Jan 2006", "Monday, 2 January 2006", "January 2, 2006", "2006-01-02", "02.01.2006")
	l.group, l.timed, l.kicker = d.chance(20), d.chance(30), d.chance(20)
	l.image, l.more, l.loose, l.classes = d.chance(25), d.chance(35), d.chance(25), d.chance(50)
	l.depth = pick(d, 0, 0, 1, 2, 3)
	l.order = inventOrder(d)
	l.settle()
	return l
}

// inventLabels draws the words of the labels, of either generation, and how
// they are written.
func inventLabels(d dice, s *sources.Source) map[kind]string {
	generation := d.IntN(2)
	spell := pick(d, strings.ToUpper, strings.ToLower, strings.Clone, strings.Clone, strings.Clone)
	space := pick(d, " ", " ", "&nbsp;", "\n  ", " &#32;", "&#xA0;")
	if d.chance(20) {
		softly := spell
		spell = func(text string) string {
			return strings.NewReplacer("lish", "l&shy;ish", "wh", "w&shy;h", "of", "o\u00adf", "Wh", "Wh\u200b").Replace(softly(text))
		}
	}
	write := func(list []string) string {
		return strings.ReplaceAll(spell(list[generation%len(list)]), " ", space)
	}
	return map[kind]string{
		date: write(s.Labels.Date), office: write(s.Labels.Office), topic: write(s.Labels.Topic), category: write(s.Labels.Type),
	}
}

// inventOrder draws the order of parts in a row.
func inventOrder(d dice) []part {
	fields := []part{datePart, typePart, officePart, topicPart}
	d.Shuffle(len(fields), func(i, j int) { fields[i], fields[j] = fields[j], fields[i] })
	rest := slices.DeleteFunc(slices.Clone(fields), func(p part) bool { return p == datePart })
	switch d.IntN(7) {
	case 0, 1:
		return slices.Concat([]part{titlePart}, fields, []part{summaryPart})
	case 2:
		return slices.Concat([]part{titlePart, summaryPart}, fields)
	case 3:
		return slices.Concat([]part{datePart}, rest, []part{titlePart, summaryPart})
	case 4:
		return slices.Concat([]part{datePart, titlePart, summaryPart}, rest)
	case 5:
		return slices.Concat([]part{titlePart, datePart, summaryPart}, rest)
	}
	return slices.Concat(fields, []part{titlePart, summaryPart})
}

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
	case flat, headed, unclosed:
		if l.wrapper == "span" {
			l.wrapper = "div"
		}
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
	boxless := l.shape == flat || l.shape == headed || l.shape == terms || l.shape == unclosed || l.shape == lines || l.shape == facts
	first := slices.IndexFunc(l.order, func(p part) bool { return p >= datePart && p <= topicPart })
	if boxless && first < slices.Index(l.order, titlePart) && l.order[first] != datePart {
		at := slices.Index(l.order, datePart)
		l.order[first], l.order[at] = l.order[at], l.order[first]
	}
	if l.image {
		l.order = slices.Insert(l.order, slices.Index(l.order, titlePart), picture)
	}
	if l.more || l.title == headingOnly {
		l.order = append(l.order, morePart)
	}
}
