package listing

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/net/html/atom"

	"communique/store"
)

const (
	often   = 3 // times that words stand beside values before they may be a label
	maxNear = 3 // that are told of one label
)

// nearMisses tells, for each label that no release shows, which words stand
// before values of its kind: a label that got another name is among them.
func (p *page) nearMisses() []string {
	missing := slices.DeleteFunc([]kind{date, category, office, topic}, p.shows)
	if len(missing) == 0 {
		return nil
	}
	said, alone := p.sayings()
	var near []string
	for _, k := range missing {
		words := mostSaid(said, k)
		switch {
		case len(words) > 0:
			near = append(near, fmt.Sprintf("no %s; %s", p.quoteLabels(k), strings.Join(words, ", ")))
		case k == date && alone >= often:
			near = append(near, fmt.Sprintf("no %s; %d dates stand alone", p.quoteLabels(k), alone))
		case k == date:
			near = append(near, fmt.Sprintf("no %s, and no other words before a date", p.quoteLabels(k)))
		}
	}
	for _, words := range mostSaid(said, free) {
		near = append(near, words+", which is no label")
	}
	return near
}

// shows says that a release shows a kind of value or, if there is no release,
// that the labels of it have values as often as those of rows do, and not only
// those of menus and filters.
func (p *page) shows(k kind) bool {
	if k == date && p.Unread > 0 {
		return true
	}
	if len(p.Releases) > 0 {
		return slices.ContainsFunc(p.Releases, func(r store.Release) bool {
			return k == date || k == category && r.Type.Name != "" || k == office && len(r.Offices) > 0 || k == topic && len(r.Topics) > 0
		})
	}
	n := 0
	for i := range p.pieces {
		if p.pieces[i].kind == k && len(p.pieces[i].values) > 0 {
			n++
		}
	}
	return n >= max(often, len(p.titles)/4)
}

func (p *page) quoteLabels(k kind) string {
	labels := map[kind][]string{
		date: p.source.Labels.Date, office: p.source.Labels.Office, topic: p.source.Labels.Topic, category: p.source.Labels.Type,
	}[k]
	quoted := make([]string, len(labels))
	for i, label := range labels {
		quoted[i] = fmt.Sprintf("%q", label)
	}
	return strings.Join(quoted, " or ")
}

// saying is how often words stand before a value of each kind; free is a value
// that nobody knows.
type saying [category + 1]int

// sayings counts the words that stand before values, and the dates before
// which there are none.
func (p *page) sayings() (said map[string]*saying, alone int) {
	said = map[string]*saying{}
	heads := p.columnHeads()
	for i := range p.lines {
		if p.lines[i].elem == skipped || p.inTitle(i, 0) {
			continue
		}
		for part := range strings.FieldsFuncSeq(p.lines[i].text, func(r rune) bool { return strings.ContainsRune("|·•", r) }) {
			words, value := p.cutSaying(i, part)
			k := p.kindOf(value)
			if words == "" && k != free {
				words = p.wordsAbove(i, heads)
			}
			switch {
			case words == "" && k == date:
				alone++
			case words != "" && value != "" && (k != free || p.heading(p.lines[i].runs[0].elem) < 0):
				if said[words] == nil {
					said[words] = new(saying)
				}
				said[words][k]++
			}
		}
	}
	return said, alone
}

// cutSaying cuts a part of line i into the few words that it begins with before
// a colon, or before the end of their element, and the value behind them.
// Without such words, all of it is the value.
func (p *page) cutSaying(i int, part string) (words, value string) {
	l := &p.lines[i]
	words, value, found := strings.Cut(part, ":")
	if end := l.runs[0].to; strings.HasPrefix(l.text, part) && len(words) > end && end < len(part) {
		words, value, found = part[:end], part[end:], true
	}
	if words = strings.TrimSpace(words); !found || !p.isSaying(words) {
		return "", strings.TrimSpace(part)
	}
	return words, strings.TrimSpace(value)
}

// isSaying says that words might be a label, but are none.
func (p *page) isSaying(words string) bool {
	_, label := p.matchLabel(words, 0)
	return !label && len(words) >= 3 && len(words) <= 40 && len(strings.Fields(words)) <= 4 && p.kindOf(words) == free
}

// kindOf says what a value is of that is known, or a date.
func (p *page) kindOf(value string) kind {
	if _, err := p.parseDate(value); err == nil {
		return date
	}
	for _, k := range []kind{office, topic, category} {
		if p.knownPrefix(k, value) > 0 {
			return k
		}
	}
	return free
}

// wordsAbove returns the words above line i that may say what it is: those at
// the head of its column, or the line before.
func (p *page) wordsAbove(i int, heads map[int]string) string {
	for e := p.lines[i].elem; e >= 0; e = p.elems[e].parent {
		if words, ok := heads[e]; ok {
			return words
		}
	}
	if i > 0 && p.lines[i-1].elem != skipped && !p.inTitle(i-1, 0) && p.isSaying(p.lines[i-1].text) {
		return p.lines[i-1].text
	}
	return ""
}

// columnHeads returns, for each cell of a table below the first row, the words
// above it in that row.
func (p *page) columnHeads() map[int]string {
	heads := map[int]string{}
	for table := range p.elems {
		if p.elems[table].tag != atom.Table {
			continue
		}
		rows := p.rowsOf(table)
		if len(rows) < 2 {
			continue
		}
		first := p.cellsOf(rows[0])
		for _, row := range rows[1:] {
			for at, cell := range p.cellsOf(row) {
				if at < len(first) && p.isSaying(p.textOf(first[at])) {
					heads[cell] = p.textOf(first[at])
				}
			}
		}
	}
	return heads
}

// mostSaid tells the words that stand most often before values of a kind, if
// that is the kind that they stand before most often.
func mostSaid(said map[string]*saying, k kind) []string {
	times := func(a, b string) int { return cmp.Or(cmp.Compare(said[b][k], said[a][k]), cmp.Compare(a, b)) }
	var list []string
	for _, words := range slices.SortedFunc(maps.Keys(said), times) {
		if n := said[words]; n[k] >= often && n[k] == slices.Max(n[:]) && len(list) < maxNear {
			list = append(list, fmt.Sprintf("%d blocks say %q", n[k], words))
		}
	}
	return list
}
