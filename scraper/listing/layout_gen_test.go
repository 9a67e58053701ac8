package listing

import (
	"math/rand/v2"
	"slices"
	"strings"

	"communique/scraper/sources"
)

// layout is one way to write a listing page, the same for all of its rows, as
// a template would. It holds only what a person who reads the rendered page
// understands without doubt. Left out as ambiguous:
//   - rows without a box or separator that begin with a field which may be
//     missing, since it could as well end the row above;
//   - a summary above the title, and one that is no more than a label and a name;
//   - a title that is neither a link nor a heading, or is a type's name;
//   - an unknown type without a label, and a name that holds a comma;
//   - a table with a column for each release;
//   - an open li in another li's box: it ends that box, whatever was meant.
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
	loose    bool   // end tags that may be missing are
	aside    string // in each row, something that is none of its fields
	between  string // after the second row, something that is no row
	featured bool   // the first row stands apart, larger
	repeated bool   // the first release is shown again at the end
	bare     bool   // rows have no summary
	inPairs  bool   // two rows share an element
	classes  bool
	depth    int // of needless wrappers
	seed     uint64
}

// shape is how the parts of a row hold together.
type shape int

const (
	boxed     shape = iota // an element around each row
	flat                   // nothing around a row
	halfBoxed              // an element around the head of a row only
	terms                  // one <dl>, a <dt> for each title
	cards                  // a link around each row
	columns                // a table with a header
	facts                  // a table for each release
	lines                  // text and <br> only
	unclosed               // an element around each row that is never closed
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
	asidePart
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
	l.aside = pick(d, "", "", "", "", "Vienna", "3 min read", "Photo: OSCE/Press", "Last updated: 4 May 2026", `<a href="/share">Share</a> <a href="/print">Print</a>`, "<span hidden>Publishing date: 1 May 2020</span>", `<p style="display: none">Issued on: 1 May 2020</p>`)
	l.between = pick(d, "", "", "", "", "", `<div class="ad">Subscribe to our <a href="/newsletter">newsletter</a></div>`, "<p>Advertisement</p>", `<template><a href="/x/1">x</a> Publishing date: 1 May 2020</template>`, "<hr>")
	l.featured, l.repeated, l.bare, l.inPairs = d.chance(8), d.chance(5), d.chance(4), d.chance(8)
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
