package listing

import (
	"bytes"

	"golang.org/x/net/html/atom"
)

// readRaw reads the text of an element that holds no elements, up to its end
// tag, and says whether there is any.
func (s *scanner) readRaw() bool {
	begin, end := s.at, len(s.body)
	switch tag := s.raw; tag {
	case atom.Plaintext:
	case atom.Script:
		end = s.scriptEnd()
	default:
		end = s.endOf(tag.String())
		s.token.coded = tag == atom.Title || tag == atom.Textarea
	}
	s.raw = 0
	s.makeText(begin, end)
	s.at = end
	return end > begin
}

// endOf returns where the next end tag of a name begins.
func (s *scanner) endOf(name string) int {
	for at := s.at; ; at++ {
		i := bytes.IndexByte(s.body[at:], '<')
		if i < 0 {
			return len(s.body)
		}
		if at += i; s.isTag(at, "</", name) {
			return at
		}
	}
}

// isTag says that a tag begins at a place.
func (s *scanner) isTag(at int, open, name string) bool {
	rest := s.body[at:]
	n := len(open) + len(name)
	if len(rest) <= n || string(rest[:len(open)]) != open {
		return false
	}
	return (rest[n] == '>' || rest[n] == '/' || isBetween(rest[n])) && bytes.EqualFold(rest[len(open):n], []byte(name))
}

// scriptEnd returns where the end tag of a program begins. Behind "<!--" a
// program may hold others, with their tags.
func (s *scanner) scriptEnd() int {
	hidden, inner := false, false
	for at := s.at; at < len(s.body); at++ {
		switch rest := s.body[at:]; {
		case rest[0] == '-' && hidden && bytes.HasPrefix(rest, []byte("-->")):
			hidden, inner = false, false
		case rest[0] != '<':
		case s.isTag(at, "</", "script"):
			if !inner {
				return at
			}
			inner = false
		case hidden && s.isTag(at, "<", "script"):
			inner = true
		case bytes.HasPrefix(rest, []byte("<!--")):
			hidden = true
		}
	}
	return len(s.body)
}
