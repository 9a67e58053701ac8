package listing

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"communique/scraper/sources"
	"communique/store"
)

// kind is what a label says about the value beside it.
type kind int

const (
	free kind = iota // text without a label
	date
	office
	topic
	category // the type of release
)

// words is a source's vocabulary, prepared for comparing.
type words struct {
	labels  []label // the longest first, so that none hides another
	initial [256]bool
	names   map[kind]names
	closed  []string
	more    map[string]bool
	next    map[string]bool
	layouts []string
}

type label struct {
	text string
	kind kind
}

// names are the known names of one kind.
type names struct {
	list  []string          // the longest first
	today map[string]string // folded name, today's or older → today's
}

func newWords(s *sources.Source) *words {
	w := &words{
		names: map[kind]names{
			office:   newNames(s.Offices, s.Aliases.Offices),
			topic:    newNames(s.Topics, s.Aliases.Topics),
			category: newNames(s.Types, s.Aliases.Types),
		},
		more: foldSet(s.Labels.More), next: foldSet(s.Labels.Next), layouts: s.Dates,
	}
	for _, mark := range s.Closed {
		w.closed = append(w.closed, strings.ToLower(mark))
	}
	w.label(date, s.Labels.Date)
	w.label(office, s.Labels.Office)
	w.label(topic, s.Labels.Topic)
	w.label(category, s.Labels.Type)
	slices.SortStableFunc(w.labels, func(a, b label) int { return cmp.Compare(len(b.text), len(a.text)) })
	return w
}

func (w *words) label(k kind, texts []string) {
	for _, text := range texts {
		text = foldCase(text)
		w.labels = append(w.labels, label{text, k})
		w.initial[text[0]] = true
		first, _ := utf8.DecodeRuneInString(text)
		w.initial[string(unicode.ToUpper(first))[0]] = true
	}
}

func newNames(list []string, aliases map[string]string) names {
	n := names{today: map[string]string{}}
	for _, name := range list {
		n.today[foldCase(name)] = name
		n.list = append(n.list, name)
	}
	for older, name := range aliases {
		n.today[foldCase(older)] = name
		n.list = append(n.list, older)
	}
	slices.SortFunc(n.list, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), strings.Compare(a, b))
	})
	return n
}

func foldSet(list []string) map[string]bool {
	set := make(map[string]bool, len(list))
	for _, text := range list {
		set[foldCase(text)] = true
	}
	return set
}

// match is a label found in a text.
type match struct {
	kind     kind
	end      int  // of the label's words
	value    int  // where a value would begin: behind colon and space
	hasColon bool // or stands alone
}

// matchLabel finds a label that begins at an offset of a text.
func (w *words) matchLabel(text string, at int) (match, bool) {
	return w.matchIn(text, at, func(int) bool { return false })
}

// matchIn is matchLabel for a text in which words also end where ends says so.
func (w *words) matchIn(text string, at int, ends func(int) bool) (match, bool) {
	if at >= len(text) || !w.initial[text[at]] {
		return match{}, false
	}
	for _, l := range w.labels {
		end := at + len(l.text)
		if end > len(text) || !strings.EqualFold(text[at:end], l.text) ||
			continuesWord(text[end:]) && !ends(end) {
			continue
		}
		m := match{kind: l.kind, end: end, value: end}
		rest := strings.TrimLeft(text[end:], " ")
		for _, colon := range []string{":", "：", "﹕"} {
			if strings.HasPrefix(rest, colon) {
				rest, m.hasColon = strings.TrimLeft(rest[len(colon):], " "), true
				break
			}
		}
		m.value = len(text) - len(rest)
		return m, true
	}
	return match{}, false
}

func continuesWord(rest string) bool {
	r, size := utf8.DecodeRuneInString(rest)
	return size > 0 && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '’' || r == '\'')
}

// parseDate reads a whole text as a day, in the forms of the source.
func (w *words) parseDate(text string) (store.Day, error) {
	text = strings.Trim(text, " .,;|·•–—-")
	var first error
	for _, layout := range w.layouts {
		t, err := time.Parse(layout, text)
		if err == nil {
			return store.DayOf(t), nil
		}
		if first == nil || strings.Contains(err.Error(), "out of range") {
			first = err
		}
	}
	return store.Day{}, first
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
	_, ok := w.names[k].today[foldCase(name)]
	return ok
}

// tag turns a name as it is shown into the name of today.
func (w *words) tag(k kind, shown string) store.Tag {
	name, closed := w.unmark(cleanText(shown, maxName))
	if today, ok := w.names[k].today[foldCase(name)]; ok {
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

// isName says that a text could be the name of an office or topic: its first
// word begins like one and it is no sentence.
func isName(text string) bool {
	word, _, _ := strings.Cut(text, " ")
	return strings.ContainsFunc(word, isInitial) && utf8.RuneCountInString(text) <= 120 &&
		!strings.ContainsAny(text[len(text)-1:], ".!?") && !strings.Contains(text, ". ") && len(strings.Fields(text)) <= 16
}

// isInitial says that a rune may begin a name: a capital, a digit, or a letter
// of a script without capitals.
func isInitial(r rune) bool {
	return unicode.IsUpper(r) || unicode.IsTitle(r) || unicode.IsDigit(r) || unicode.IsLetter(r) && !unicode.IsLower(r)
}
