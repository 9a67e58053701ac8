package listing

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"communique/store"
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

// TestEntityText is decoded once, wherever it stands: what it says then may look
// like a reference again, and is text.
func TestEntityText(t *testing.T) {
	const once, want = "R&amp;amp;D &amp;lt;b&amp;gt; &amp;#65;", "R&amp;D &lt;b&gt; &#65;"
	const name, named = "All &amp;copy rights", "All &copy rights" // a semicolon parts names
	page, err := readAll(t, `<h3><a href="/odihr/7">`+once+`</a></h3><p>Publishing date: 3 May 2024</p><p>Content type: `+name+
		`</p><p>Where we are: `+name+`</p><p>What we do: `+name+`</p><p>It is said, `+once+`.</p>`)
	if err != nil || len(page.Releases) != 1 {
		t.Fatal(err, page.Problems)
	}
	r := page.Releases[0]
	if r.Title != want || r.Summary != "It is said, "+want+"." {
		t.Errorf("title %q, summary %q", r.Title, r.Summary)
	}
	for _, tag := range slices.Concat(r.Offices, r.Topics, []store.Tag{r.Type}) {
		if tag.Name != named {
			t.Errorf("%q, want %q", tag.Name, named)
		}
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
