package sources

import (
	"regexp"
	"slices"
	"strings"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// Hints are CSS selectors of a release on the listing: its row, and in a row
// its title and its date, which may have more around it. Releases are read
// without them; they are a second witness of what was read. All may be
// missing, or all but Row.
type Hints struct {
	Row   string `yaml:"row"`
	Title string `yaml:"title"`
	Date  string `yaml:"date"`

	row, title, date selector
}

// IsRow reports whether an element is a row by the hints.
func (h *Hints) IsRow(n *html.Node) bool { return h.row.matches(n) }

// IsTitle reports whether an element in a row is, or holds, the title.
func (h *Hints) IsTitle(n *html.Node) bool { return h.title.matches(n) }

// IsDate reports whether an element in a row holds the date.
func (h *Hints) IsDate(n *html.Node) bool { return h.date.matches(n) }

func (h *Hints) compile() error {
	for _, hint := range []struct {
		key, text string
		parsed    *selector
	}{
		{"row", h.Row, &h.row}, {"title", h.Title, &h.title}, {"date", h.Date, &h.date},
	} {
		if err := hint.parsed.parse(hint.text); err != nil {
			return wrong("hints."+hint.key, "%q must be a CSS selector: %w", hint.text, err)
		}
	}
	if h.Row == "" && h.Title+h.Date != "" {
		return wrong("hints.row", "is needed: titles and dates are looked for in rows")
	}
	return nil
}

// selector is a parsed hint; the zero one matches nothing.
type selector struct {
	group cascadia.SelectorGroup
	class string // that an element must have, "" if the hint asks for more or less than that
}

var oneClass = regexp.MustCompile(`^\.[A-Za-z][A-Za-z0-9_-]*$`)

func (s *selector) parse(text string) (err error) {
	if text == "" {
		return nil
	}
	if oneClass.MatchString(text) {
		s.class = text[1:]
	}
	s.group, err = cascadia.ParseGroup(text)
	return err
}

// matches spares most elements the full matching of a hint that is one class.
func (s *selector) matches(n *html.Node) bool {
	if s.class != "" && !slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return strings.Contains(a.Val, s.class) }) {
		return false
	}
	return s.group.Match(n)
}
