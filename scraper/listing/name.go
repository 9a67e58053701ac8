package listing

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"communique/store"
)

// names are the known names of one kind.
type names struct {
	list    []string          // the longest first
	today   map[string]string // name, as known and folded, today's or older → today's
	longest int               // bytes of the longest, folded or not
}

func newNames(list []string, aliases map[string]string) names {
	n := names{today: map[string]string{}}
	for _, name := range list {
		n.today[name], n.today[foldCase(name)] = name, name
		n.list = append(n.list, name)
	}
	for older, name := range aliases {
		n.today[older], n.today[foldCase(older)] = name, name
		n.list = append(n.list, older)
	}
	slices.SortFunc(n.list, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), strings.Compare(a, b))
	})
	for _, name := range n.list {
		n.longest = max(n.longest, len(name), len(foldCase(name)))
	}
	return n
}

// now returns today's name for a known one.
func (n names) now(name string) (today string, ok bool) {
	if len(name) > n.longest {
		return "", false
	}
	if today, ok = n.today[name]; !ok {
		today, ok = n.today[foldCase(name)]
	}
	return today, ok
}

// split cuts a text into names: at known names first, since those may hold a
// comma, then at commas and other separators.
func (w *words) split(k kind, text string) []string {
	var list []string
	for text = trimSeparators(text); text != "" && len(list) <= maxTags; text = trimSeparators(text) {
		end := w.knownPrefix(k, text)
		if end == 0 {
			end = strings.IndexAny(text, joiners)
		}
		if end <= 0 {
			end = len(text)
		}
		list = append(list, strings.TrimSpace(text[:end]))
		text = text[end:]
	}
	return list
}

// joiners stand between names; around them, and instead of a missing one, there
// may be dashes too.
const (
	joiners    = ",;|•·\u3001"
	separators = joiners + "–—-"
)

func trimSeparators(text string) string {
	return strings.Trim(text, separators+" ")
}

// knownPrefix returns how long the known name is that a text begins with,
// together with a mark that the office is closed; 0 if there is none.
func (w *words) knownPrefix(k kind, text string) int {
	for _, name := range w.names[k].list {
		if len(name) > len(text) || !strings.EqualFold(text[:len(name)], name) {
			continue
		}
		rest := text[len(name):]
		end := len(name)
		for _, mark := range w.closed {
			trimmed := strings.TrimLeft(rest, " ")
			if len(trimmed) >= len(mark) && strings.EqualFold(trimmed[:len(mark)], mark) {
				end = len(text) - len(trimmed) + len(mark)
			}
		}
		rest = strings.TrimLeft(text[end:], " ")
		if rest == "" || strings.IndexAny(rest, separators) == 0 {
			return end
		}
	}
	return 0
}

// known says that a text is a name of the kind and nothing else.
func (w *words) known(k kind, text string) bool {
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
	unknown := 0
	for i, part := range p.split(k, text) {
		if p.known(k, part) {
			continue
		}
		if unknown += len(strings.Fields(part)); !isName(part, i > 0) {
			return true
		}
	}
	return k == category && unknown > 5
}
