package feed

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// scanner reads XML as strictly as we write it, which is a small part of the
// language: elements with a start and an end tag, attributes in double quotes
// with one blank before each, text, and references to the five named characters
// and to numbered ones. Comments, instructions, CDATA, declarations and
// anything else are errors, so that what it lets through every parser reads
// alike.
type scanner struct {
	text string
	at   int
	attr []attribute // of the whole document
}

// attribute is one of a tag's, its value without escapes.
type attribute struct{ name, value string }

// tokenKind is what a token is.
type tokenKind int

const (
	startTag tokenKind = iota
	endTag
	charData
	endOfText
)

// token is a tag or a text.
type token struct {
	kind tokenKind
	name string      // of a tag
	attr []attribute // of a start tag
	text string      // without escapes
}

// next returns the next token.
func (s *scanner) next() (token, error) {
	switch {
	case s.at == len(s.text):
		return token{kind: endOfText}, nil
	case s.text[s.at] != '<':
		text, err := s.upTo('<')
		return token{kind: charData, text: text}, err
	case strings.HasPrefix(s.text[s.at:], "</"):
		s.at += 2
		name, err := s.name()
		return token{kind: endTag, name: name}, errors.Join(err, s.take(">"))
	}
	s.at++
	name, err := s.name()
	if err != nil {
		return token{}, err
	}
	first := len(s.attr)
	for strings.HasPrefix(s.text[s.at:], " ") {
		s.at++
		if err := s.attribute(); err != nil {
			return token{}, err
		}
	}
	return token{kind: startTag, name: name, attr: s.attr[first:len(s.attr):len(s.attr)]}, s.take(">")
}

func (s *scanner) attribute() error {
	name, err := s.name()
	if err != nil {
		return err
	}
	if err := s.take(`="`); err != nil {
		return err
	}
	value, err := s.upTo('"')
	if err != nil {
		return err
	}
	s.attr = append(s.attr, attribute{name, value})
	return s.take(`"`)
}

func (s *scanner) take(mark string) error {
	if !strings.HasPrefix(s.text[s.at:], mark) {
		return fmt.Errorf("want %s, not %.20q", mark, s.text[s.at:])
	}
	s.at += len(mark)
	return nil
}

// name reads a name, with a prefix or without.
func (s *scanner) name() (string, error) {
	begin, colons := s.at, 0
	for s.at < len(s.text) && nameByte(s.text[s.at], s.at == begin) {
		if s.text[s.at] == ':' {
			colons++
		}
		s.at++
	}
	name := s.text[begin:s.at]
	if name == "" || colons > 1 || strings.HasSuffix(name, ":") {
		return "", fmt.Errorf("want a name, not %.20q", s.text[begin:])
	}
	return name, nil
}

func nameByte(c byte, first bool) bool {
	letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
	return letter || !first && (c == ':' || c == '-' || '0' <= c && c <= '9')
}

// upTo reads text up to a mark, or to the end.
func (s *scanner) upTo(mark byte) (string, error) {
	raw := s.text[s.at:]
	if end := strings.IndexByte(raw, mark); end >= 0 {
		raw = raw[:end]
	}
	s.at += len(raw)
	if strings.ContainsAny(raw, "<>\r") {
		return "", fmt.Errorf("%.40q is not escaped", raw)
	}
	return unescape(raw)
}

// unescape resolves the references of a text.
func unescape(raw string) (string, error) {
	head, rest, found := strings.Cut(raw, "&")
	if !found {
		return raw, nil
	}
	var out strings.Builder
	out.Grow(len(raw))
	out.WriteString(head)
	for found {
		var reference string
		reference, rest, found = strings.Cut(rest, ";")
		r, ok := referred(reference)
		if !found || !ok {
			return "", fmt.Errorf("&%.20s refers to nothing", reference)
		}
		out.WriteRune(r)
		head, rest, found = strings.Cut(rest, "&")
		out.WriteString(head)
	}
	return out.String(), nil
}

// referred returns the character that a reference stands for.
func referred(reference string) (rune, bool) {
	switch reference {
	case "amp":
		return '&', true
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "quot", "#34":
		return '"', true
	case "apos", "#39":
		return '\'', true
	}
	number, found := strings.CutPrefix(reference, "#x")
	n, err := strconv.ParseUint(number, 16, 32)
	return rune(n), found && err == nil && n <= utf8.MaxRune && legalRune(rune(n))
}
