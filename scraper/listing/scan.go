package listing

import (
	"bytes"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// scanner cuts a page into tokens, by the rules of tokenization in
// https://html.spec.whatwg.org/multipage/parsing.html. A tag without an end is
// none.
type scanner struct {
	body  []byte
	at    int
	token token
	found []rawAttr // of the token, if that is a start tag
	raw   atom.Atom // element whose text comes next, up to its end tag
	cdata bool      // sections of text that may hold anything are allowed
	lower []byte    // room for a name in lower case
}

// token is a tag, a text, a comment or a doctype. It holds until the next one.
type token struct {
	kind   html.TokenType // a tag that closes itself is a start tag
	closed bool           // the tag closes itself
	coded  bool           // the text may hold references to characters
	tag    atom.Atom      // 0 for a name that HTML does not know
	nature nature
	from   int // in the page, of the text or the name
	to     int
	kept   kept // of a start tag
}

// rawAttr is an attribute as it stands in the page.
type rawAttr struct{ key, endKey, value, end int }

func (t *token) starts() bool { return t.kind == html.StartTagToken }
func (t *token) ends() bool   { return t.kind == html.EndTagToken }

// next reads the next token, and says whether there is one.
func (s *scanner) next() bool {
	s.token, s.found = token{}, s.found[:0]
	if s.raw != 0 && s.readRaw() {
		return true
	}
	begin := s.at
	end := s.markup(begin)
	if end > begin {
		s.makeText(begin, end)
		s.token.coded, s.at = true, end
		return true
	}
	if end == len(s.body) {
		return false
	}
	return s.readMarkup()
}

// makeText makes a part of the page the token.
func (s *scanner) makeText(from, to int) {
	s.token.kind, s.token.from, s.token.to = html.TextToken, from, to
}

// content returns the text or the name of the token, as it stands in the page.
func (s *scanner) content() []byte { return s.body[s.token.from:s.token.to] }

// name returns the name of the token, in lower case.
func (s *scanner) name() []byte { return s.lowered(s.content()) }

// markup returns where the next tag or comment begins.
func (s *scanner) markup(from int) int {
	for at := from; ; at++ {
		i := bytes.IndexByte(s.body[at:], '<')
		if i < 0 || at+i+1 == len(s.body) {
			return len(s.body)
		}
		at += i
		switch c := s.body[at+1]; {
		case isLetter(c), c == '!', c == '?', c == '/' && at+2 < len(s.body):
			return at
		}
	}
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// isBetween says that a byte is white space between words of the markup.
func isBetween(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' }

// readMarkup reads the tag or comment that begins here.
func (s *scanner) readMarkup() bool {
	rest := s.body[s.at+1:]
	switch {
	case isLetter(rest[0]):
		return s.readTag(html.StartTagToken, 1)
	case rest[0] == '/' && isLetter(rest[1]):
		return s.readTag(html.EndTagToken, 2)
	case bytes.HasPrefix(rest, []byte("!--")):
		s.skipComment(rest[len("!--"):])
	case len(rest) > len("!doctype") && bytes.EqualFold(rest[:len("!doctype")], []byte("!doctype")):
		s.upTo("!doctype", ">")
		s.token.kind = html.DoctypeToken
	case s.cdata && bytes.HasPrefix(rest, []byte("![CDATA[")):
		s.upTo("![CDATA[", "]]>")
	default:
		s.upTo("", ">")
		s.token.kind = html.CommentToken
	}
	return true
}

// upTo makes the text between a bracket with a begin and an end the token.
func (s *scanner) upTo(begin, end string) {
	from := s.at + len("<") + len(begin)
	before, behind, _ := bytes.Cut(s.body[from:], []byte(end))
	s.makeText(from, from+len(before))
	s.at = len(s.body) - len(behind)
}

// skipComment goes on behind a comment.
func (s *scanner) skipComment(rest []byte) {
	s.token.kind = html.CommentToken
	for from := 0; ; {
		i := bytes.IndexByte(rest[from:], '>')
		if i < 0 {
			s.at = len(s.body)
			return
		}
		text := rest[:from+i]
		from += i + 1
		if bytes.HasSuffix(text, []byte("--")) || bytes.HasSuffix(text, []byte("--!")) || len(text) == 0 || string(text) == "-" {
			s.at = len(s.body) - len(rest) + from
			return
		}
	}
}

// readTag reads a tag whose name begins some bytes behind here.
func (s *scanner) readTag(kind html.TokenType, behind int) bool {
	s.token.kind = kind
	at := s.at + behind
	s.token.from = at
	for at < len(s.body) && s.body[at] != '>' && s.body[at] != '/' && !isBetween(s.body[at]) {
		at++
	}
	s.token.to = at
	if at = s.readAttributes(at); at < 0 {
		return false
	}
	s.at = at
	s.token.tag = atom.Lookup(s.name())
	s.token.nature = natures.of(s.token.tag)
	if kind == html.EndTagToken {
		return true
	}
	if s.token.nature&raw != 0 || s.token.tag == atom.Plaintext {
		s.raw = s.token.tag
	}
	return true
}

// lowered returns a name in lower case.
func (s *scanner) lowered(name []byte) []byte {
	for _, c := range name {
		if 'A' <= c && c <= 'Z' {
			s.lower = s.lower[:0]
			for _, c := range name {
				if 'A' <= c && c <= 'Z' {
					c |= 0x20
				}
				s.lower = append(s.lower, c)
			}
			return s.lower
		}
	}
	return name
}

// maxAttrs is how many attributes of an element are read.
const maxAttrs = 100

// readAttributes reads what stands between name and end of a tag, and returns
// where that ends; -1 if it has no end. An attribute counts where it is first.
func (s *scanner) readAttributes(at int) int {
	for at < len(s.body) {
		switch c := s.body[at]; {
		case c == '>':
			return at + 1
		case isBetween(c):
			at++
		case c == '/':
			at++
			s.token.closed = at < len(s.body) && s.body[at] == '>'
		default:
			var a rawAttr
			if a, at = s.readAttribute(at); s.token.kind == html.StartTagToken && len(s.found) < maxAttrs {
				s.found = append(s.found, a)
			}
		}
	}
	return -1
}

// readAttribute reads one attribute, and returns where it ends.
func (s *scanner) readAttribute(from int) (a rawAttr, end int) {
	at := from + 1
	for at < len(s.body) && s.body[at] != '=' && s.body[at] != '/' && s.body[at] != '>' && !isBetween(s.body[at]) {
		at++
	}
	a = rawAttr{key: from, endKey: at}
	value := s.skipBetween(at)
	if value >= len(s.body) || s.body[value] != '=' {
		return a, at
	}
	at = s.skipBetween(value + 1)
	if at >= len(s.body) || s.body[at] == '>' {
		return a, at
	}
	if quote := s.body[at]; quote == '"' || quote == '\'' {
		i := bytes.IndexByte(s.body[at+1:], quote)
		if i < 0 {
			return a, len(s.body)
		}
		a.value, a.end = at+1, at+1+i
		return a, a.end + 1
	}
	a.value = at
	for at < len(s.body) && s.body[at] != '>' && !isBetween(s.body[at]) {
		at++
	}
	a.end = at
	return a, at
}

func (s *scanner) skipBetween(at int) int {
	for at < len(s.body) && isBetween(s.body[at]) {
		at++
	}
	return at
}
