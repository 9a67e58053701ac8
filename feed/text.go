package feed

import (
	"strings"
	"unicode/utf8"
)

// legal returns s without what XML 1.0 forbids (its section 2.2: most controls,
// surrogates, U+FFFE and U+FFFF), without the controls that it discourages and
// without U+FFFD, which bytes that are no UTF-8 turn into. Every text passes
// here once on its way to a writer, whatever the store holds.
func legal(s string) string {
	plain := 0
	for plain < len(s) && ' ' <= s[plain] && s[plain] < 0x7F {
		plain++
	}
	for i, r := range s[plain:] {
		if !legalRune(r) {
			return s[:plain+i] + strings.Map(dropIllegal, s[plain+i:])
		}
	}
	return s
}

func dropIllegal(r rune) rune {
	if legalRune(r) {
		return r
	}
	return -1
}

func legalRune(r rune) bool {
	switch {
	case r < ' ':
		return r == '\t' || r == '\n' || r == '\r'
	case r < 0x7F:
		return true
	case r <= 0x9F, r == utf8.RuneError, r == '\uFEFF':
		return false
	}
	return r&0xFFFE != 0xFFFE && (r < 0xFDD0 || r > 0xFDEF)
}

// markup escapes text for where a reader takes it as HTML. Quotes need none
// between tags.
var markup = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
