package listing

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestCleanText(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"plain":                {"OSCE trains judges", "OSCE trains judges"},
		"white space":          {" \tOSCE\r\n  trains\u00a0\u2003judges ", "OSCE trains judges"},
		"soft hyphens":         {"Pub\u00adlishing", "Publishing"},
		"zero width":           {"a\u200bb\u2060c\ufeffd", "abcd"},
		"turned direction":     {"\u202eabc\u202c \u2066d\u2069", "abc d"},
		"Windows-1252":         {"\u0093safe\u0094 \u0096 it\u0092s", "“safe” – it’s"},
		"undefined control":    {"a\u0081b", "ab"},
		"controls":             {"a\x00b\x07c\x1bd\x7fe", "abcde"},
		"no characters":        {"a\ufffeb\uffffc\U0001fffed", "abcd"},
		"invalid UTF-8":        {"a\xffb\xc3", "ab"},
		"composed":             {"Bălți", "Bălți"},
		"decomposed":           {"Ba\u0306lt\u0326i", "Bălți"},
		"astral":               {"peace 🕊 now", "peace 🕊 now"},
		"joiners kept":         {"می\u200cخواهم", "می\u200cخواهم"},
		"nothing but spaces":   {" \n\u00a0 ", ""},
		"spaces around nought": {" \u200b ", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := cleanText(tt.text, 100); got != tt.want {
				t.Errorf("cleanText(%q) = %q, want %q", tt.text, got, tt.want)
			}
		})
	}
}

func TestCleanTitle(t *testing.T) {
	if got := cleanTitle("a\u200cb\u200dc"); got != "abc" {
		t.Errorf("joiners stay: %q", got)
	}
	long := cleanTitle(strings.Repeat("щ ", maxTitle))
	if n := utf8.RuneCountInString(long); n > maxTitle || !strings.HasSuffix(long, "щ…") {
		t.Errorf("%d runes, ending in %q", n, long[len(long)-8:])
	}
}

func TestShorten(t *testing.T) {
	for _, tt := range []struct {
		text, want string
		limit      int
	}{
		{"abc", "abc", 3},
		{"abcd", "ab…", 3},
		{"ab cd", "ab…", 4},
		{"äöü", "äöü", 3},
		{"äöüß", "äö…", 3},
		{"", "", 3},
	} {
		if got := shorten(tt.text, tt.limit); got != tt.want {
			t.Errorf("shorten(%q, %d) = %q, want %q", tt.text, tt.limit, got, tt.want)
		}
	}
}

// TestPlainPrefix compares with the same question asked a byte at a time.
func TestPlainPrefix(t *testing.T) {
	slow := func(text string) int {
		for i := range len(text) {
			plain := text[i] > ' ' && text[i] < 0x7F
			if !plain && (text[i] != ' ' || i == 0 || i+1 == len(text) || text[i+1] <= ' ' || text[i+1] >= 0x7F) {
				return i
			}
		}
		return len(text)
	}
	d := seeded(1)
	for range 100_000 {
		text := []byte(strings.Repeat("a bc", 8)[:d.IntN(32)])
		for range d.IntN(3) {
			if len(text) > 0 {
				text[d.IntN(len(text))] = pick[byte](d, ' ', ' ', '!', '~', 0x7F, 0x80, 0xFF, 0, '\n', 0x1F, 'x')
			}
		}
		if got, want := plainPrefix(text), slow(string(text)); got != want || plainPrefix(string(text)) != want {
			t.Fatalf("%q: %d, want %d", text, got, want)
		}
	}
}
