package listing

import (
	"iter"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"communique/store"
)

// names are the known names of one kind.
type names struct {
	today   map[string]string // name, as known and folded, today's or older → today's
	lengths []bool            // by how many bytes there are such names
	longest int               // bytes of the longest, folded or not
	marked  int               // and with the mark that the office is closed
}

func newNames(list []string, aliases map[string]string, marks []string) names {
	n := names{today: map[string]string{}}
	for _, name := range list {
		n.today[name], n.today[foldCase(name)] = name, name
	}
	for older, name := range aliases {
		n.today[older], n.today[foldCase(older)] = name, name
	}
	for name := range n.today {
		n.longest = max(n.longest, len(name))
	}
	n.lengths = make([]bool, n.longest+1)
	for name := range n.today {
		n.lengths[len(name)] = true
	}
	n.marked = n.longest
	for _, mark := range marks {
		n.marked = max(n.marked, n.longest+len(" ")+len(mark))
	}
	return n
}

// now returns today's name for a known one, as a page shows it: folded.
func (n *names) now(name string) (today string, ok bool) {
	if len(name) >= len(n.lengths) || !n.lengths[len(name)] {
		return "", false
	}
	if today, ok = n.today[name]; !ok {
		today, ok = n.today[foldCase(name)]
	}
	return today, ok
}

// split cuts a text into names: at known names first, since those may hold a
// comma, then at commas and other separators.
func (w *words) split(k kind, text string) []string { return slices.Collect(w.namesIn(k, text)) }

// namesIn is split, a name at a time.
func (w *words) namesIn(k kind, text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		text := trimSeparators(text)
		for n := 0; text != "" && n <= maxTags; n++ {
			end := w.knownPrefix(k, text)
			if end == 0 {
				end = strings.IndexAny(text, joiners)
			}
			if end <= 0 {
				end = len(text)
			}
			if !yield(strings.TrimSpace(text[:end])) {
				return
			}
			text = trimSeparators(text[end:])
		}
	}
}

// joiners stand between names.
const joiners = ",;|•·\u3001"

func trimSeparators(text string) string {
	return strings.TrimFunc(text, func(r rune) bool { return r == ' ' || isSeparator(r) })
}

// isSeparator says that a rune is a joiner, or one of the dashes that may stand
// around one or instead of it.
func isSeparator(r rune) bool {
	switch r {
	case ',', ';', '|', '•', '·', '\u3001', '–', '—', '-':
		return true
	}
	return false
}

// knownPrefix returns how long the known name is that a text begins with,
// together with a mark that the office is closed; 0 if there is none. It ends
// where the text does, or before a separator.
func (w *words) knownPrefix(k kind, text string) int {
	limit := w.names[k].marked
	end := len(text)
	if end > limit {
		end = beforeSeparator(text[:min(end, limit+utf8.UTFMax+1)])
	}
	for end > 0 && !w.known(k, text[:end]) {
		end = beforeSeparator(text[:end])
	}
	return end
}

// beforeSeparator returns where the text before the last separator ends, 0 if
// there is none.
func beforeSeparator(text string) int {
	return len(strings.TrimRight(text[:max(strings.LastIndexFunc(text, isSeparator), 0)], " "))
}

// known says that a text is a name of the kind and nothing else.
func (w *words) known(k kind, text string) bool {
	if len(text) > w.names[k].marked {
		return false
	}
	name, _ := w.unmark(text)
	_, ok := w.names[k].now(name)
	return ok
}

// tag turns a name as it is shown into the name of today.
func (w *words) tag(k kind, shown string) store.Tag {
	name, closed := w.unmark(cleanText(shown, maxName))
	if today, ok := w.names[k].now(name); ok {
		name = today
	}
	return store.Tag{Name: name, Closed: closed}
}

// unmark takes the mark of a closed office off a name.
func (w *words) unmark(name string) (string, bool) {
	name = strings.TrimSpace(name)
	for _, mark := range w.closed {
		if at := len(name) - len(mark); at > 0 && strings.EqualFold(name[at:], mark) {
			return strings.TrimSpace(name[:at]), true
		}
	}
	return name, false
}

// isName says that a text could be the name of an office or topic: it is no
// sentence, and its first word begins like one. Two words may begin in lower
// case, and some more behind another name.
func isName(text string, behind bool) bool {
	words := strings.Fields(text)
	if len(words) == 0 || len(words) > 16 || endsSentence(text) || strings.Contains(text, ". ") {
		return false
	}
	return strings.ContainsFunc(words[0], isInitial) || len(words) <= 2 || behind && len(words) <= 4
}

func endsSentence(text string) bool {
	end, _ := utf8.DecodeLastRuneInString(text)
	return strings.ContainsRune(".!?…", end)
}

// isInitial says that a rune may begin a name: a capital, a digit, or a letter
// of a script without capitals.
func isInitial(r rune) bool {
	return unicode.IsUpper(r) || unicode.IsTitle(r) || unicode.IsDigit(r) || unicode.IsLetter(r) && !unicode.IsLower(r)
}

// isProse says that a text is no value of a kind: not all of it is known, and
// some part can't be a name.
func (p *page) isProse(k kind, text string) bool {
	unknown, behind := 0, false
	for part := range p.namesIn(k, text) {
		if !p.known(k, part) {
			if unknown += len(strings.Fields(part)); !isName(part, behind) {
				return true
			}
		}
		behind = true
	}
	return k == category && unknown > 5
}
