package listing

import "unicode/utf8"

// plainPrefix returns how much of a text begins with words of ASCII letters and
// signs, one space between two.
func plainPrefix[T string | []byte](text T) int {
	i, spaced := plainEights(text)
	if spaced && i > 0 && (i == len(text) || !isPlain(text[i])) {
		return i - 1
	}
	for ; i < len(text); i++ {
		if isPlain(text[i]) {
			continue
		}
		if text[i] != ' ' || i == 0 || i+1 == len(text) || !isPlain(text[i+1]) {
			return i
		}
	}
	return len(text)
}

// Eight bytes at a time: each, its high bit, and a space.
const (
	each  = 0x0101010101010101
	highs = 0x80 * each
	blank = ' ' * each
)

// plainEights returns how many bytes, in steps of eight, are letters, signs and
// single spaces, and whether the last one is a space.
func plainEights[T string | []byte](text T) (n int, spaced bool) {
	for spaced = true; n+8 <= len(text); n += 8 {
		w := uint64(text[n]) | uint64(text[n+1])<<8 | uint64(text[n+2])<<16 | uint64(text[n+3])<<24 |
			uint64(text[n+4])<<32 | uint64(text[n+5])<<40 | uint64(text[n+6])<<48 | uint64(text[n+7])<<56
		if (w|(w+each)|(w-blank))&highs != 0 { // beyond ~, or below a space
			break
		}
		spaces := ^(w ^ blank + 0x7F*each) & highs
		if spaces&(spaces<<8) != 0 || spaced && spaces&0x80 != 0 {
			break
		}
		spaced = spaces>>63 != 0
	}
	return n, spaced
}

func isPlain(c byte) bool { return c > ' ' && c <= '~' }

func isASCII[T string | []byte](text T) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
