package listing

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// Limits of what one release may hold, in runes and in tags of one kind.
const (
	maxTitle   = 500
	maxSummary = 4000
	maxName    = 200
	maxTags    = 64
)

// legible returns the rune as it belongs into a feed, or -1 for one that does
// not: what XML 1.0 forbids, what nobody sees, what turns the direction of
// foreign text. C1 controls are Windows-1252 in disguise.
func legible(r rune) rune {
	switch {
	case r == ' ' || r == '\n':
		return ' '
	case r >= 0x80 && r <= 0x9F:
		return repaired(r)
	case r == '\t' || r == '\r' || r == 0xA0:
		return ' '
	case r < 0x20, r == 0x7F, r == utf8.RuneError, r&0xFFFE == 0xFFFE,
		r == 0xAD, r == 0x200B, r == 0x2060, r == 0xFEFF, r == 0x180E,
		r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069:
		return -1
	case unicode.IsSpace(r):
		return ' '
	}
	return r
}

func repaired(r rune) rune {
	if meant := charmap.Windows1252.DecodeByte(byte(r)); meant != utf8.RuneError && (meant < 0x80 || meant > 0x9F) {
		return meant
	}
	return -1
}

// fold appends text to b with white space folded to single spaces, none before
// the offset start; space says whether one is due before the next letter.
func fold[T string | []byte](b []byte, start int, text T, space bool) (out []byte, due bool) {
	for len(text) > 0 {
		if n := plainPrefix(text); n > 0 {
			b, space = append(appendSpace(b, start, space), text[:n]...), false
			text = text[n:]
			continue
		}
		r, size := utf8.DecodeRuneInString(string(text[:min(len(text), utf8.UTFMax)]))
		text = text[size:]
		switch r = legible(r); r {
		case -1:
		case ' ':
			space = true
		default:
			b, space = utf8.AppendRune(appendSpace(b, start, space), r), false
		}
	}
	return b, space
}

func appendSpace(b []byte, start int, due bool) []byte {
	if due && len(b) > start {
		return append(b, ' ')
	}
	return b
}

// cleanText returns text as a feed may carry it: legible, folded, in NFC, at
// most limit runes long.
func cleanText(text string, limit int) string {
	if isClean(text) {
		return shorten(text, limit)
	}
	folded, _ := fold(make([]byte, 0, len(text)), 0, text, false)
	return shorten(norm.NFC.String(string(folded)), limit)
}

// isClean says that cleaning leaves a text as it is.
func isClean(text string) bool {
	spaced, plain := true, true
	for rest := text; rest != ""; {
		if n := plainPrefix(rest); n > 0 {
			rest, spaced = rest[n:], false
			continue
		}
		r, size := utf8.DecodeRuneInString(rest)
		if r == ' ' && spaced || legible(r) != r {
			return false
		}
		rest, spaced, plain = rest[size:], r == ' ', plain && r == ' '
	}
	return text == "" || !spaced && (plain || norm.NFC.IsNormalString(text))
}

// joining are the joiners that feed readers show as boxes.
var joining = strings.NewReplacer("\u200c", "", "\u200d", "")

// cleanTitle is cleanText without joiners.
func cleanTitle(text string) string {
	if plainPrefix(text) == len(text) {
		return shorten(text, maxTitle)
	}
	return cleanText(joining.Replace(text), maxTitle)
}

func shorten(text string, limit int) string {
	if len(text) <= limit || utf8.RuneCountInString(text) <= limit {
		return text
	}
	runes := []rune(text)
	return strings.TrimSpace(string(runes[:limit-1])) + "…"
}

// foldCase is how two spellings of a word or name are recognised.
func foldCase(text string) string {
	return strings.ToLower(cleanText(text, maxTitle))
}
