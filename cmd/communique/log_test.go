package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"communique/cmd/communique/logging"
	"communique/scraper/sample"
)

// forgeries are texts that would forge a line of a log, or move, hide or colour
// what a terminal shows: escape sequences of both ranges, line ends of all sorts,
// marks of direction, tags that can't be seen, bytes that are no UTF-8.
func forgeries() []string {
	return []string{
		"a\ntime=2026-01-01 level=INFO msg=collected", "a\r\x1b[2K\rlevel=INFO", "\x1b]0;title\a\x1b[31mred", "\u009b31mred\u009d0;x\u009c",
		"one\u2028two\u2029three\u0085four", "\u202eevil\u202c\u2066x\u2069", "a\u200bb\u00adc\ufeffd", "tag\U000e0041\U000e0042", "\x7f\b\v\f\x00", "bad\xff\x9b31mbytes\xe2\x80",
	}
}

// checkPlain looks that nothing in a text is for the terminal to act on, and that
// it has as many lines as it should, if lines is not below 0.
func checkPlain(t *testing.T, what, text string, lines int) {
	t.Helper()
	if !utf8.ValidString(text) {
		t.Errorf("%s is not UTF-8: %q", what, text)
	}
	for _, r := range text {
		if r != '\n' && r != '\t' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			t.Errorf("%s holds %U: %q", what, r, text)
			return
		}
	}
	if n := strings.Count(text, "\n"); lines >= 0 && n != lines {
		t.Errorf("%s has %d lines, want %d: %q", what, n, lines, text)
	}
}

func TestLogIsOneLineAnEvent(t *testing.T) {
	for _, format := range []string{"text", "json"} {
		for _, text := range forgeries() {
			var out bytes.Buffer
			log := logging.New(&out, format, slog.LevelInfo, nil)
			log.With("before", text).WithGroup("group").Info(text, "title", text, "error", fmt.Errorf("reading %s", text), text, 1, "list", []string{text})
			checkPlain(t, format, out.String(), 1)
			var event map[string]any
			if err := json.Unmarshal(out.Bytes(), &event); format == "json" && err != nil {
				t.Errorf("%v: %s", err, out.String())
			} else if format == "json" && utf8.ValidString(text) && event["msg"] != text {
				t.Errorf("the message is %q, not %q", event["msg"], text)
			}
		}
	}
}

func TestLogKeepsSecrets(t *testing.T) {
	const secret = "hunter2hunter2"
	for _, format := range []string{"text", "json"} {
		var out bytes.Buffer
		log := logging.New(&out, format, slog.LevelInfo, []string{secret})
		address := "https://me:" + secret[:9] + "@hub.example/private/abcdefgh/osce/all.atom?x=1&token=abcdefgh"
		log.Info("signed with "+secret, "address", address, "error", errors.New("asking "+address+" with "+secret))
		log.With("path", "/private/abcdefgh/all.atom").Error("x", "list", []string{secret}, "group", slog.GroupValue(slog.String("inner", secret)))
		for _, told := range []string{"hunter2", "abcdefgh"} {
			if strings.Contains(out.String(), told) {
				t.Errorf("the log in %s tells %q:\n%s", format, told, out.String())
			}
		}
		for _, kept := range []string{"hub.example/private/[redacted]/osce/all.atom", "x=1"} {
			if !strings.Contains(out.String(), kept) {
				t.Errorf("the log in %s has lost %q:\n%s", format, kept, out.String())
			}
		}
	}
}

// TestPlainWriter writes the same in one piece and byte by byte.
func TestPlainWriter(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"Plain – naïve Ø 日本 🙂\n\tx", "Plain – naïve Ø 日本 🙂\n\tx"},
		{"a\x1b[31m\r\n", `a\u001b[31m\u000d` + "\n"},
		{"\u009b\u202e\U000e0041", `\u009b\u202e\udb40\udc41`},
		{"\x9b31m\xff", `\ufffd31m\ufffd`},
		{"one\u2028two\u2029three\u0085", `one\u2028two\u2029three\u0085`},
		{"\ufffd", "\ufffd"},
		{"cut \xe2\x80", `cut \ufffd\ufffd`},
	} {
		var whole, pieces bytes.Buffer
		for to, size := range map[*bytes.Buffer]int{&whole: len(test.text), &pieces: 1} {
			w := logging.NewWriter(to)
			for rest := []byte(test.text); len(rest) > 0; rest = rest[size:] {
				if n, err := w.Write(rest[:size]); n != size || err != nil {
					t.Fatal(n, err)
				}
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if whole.String() != test.want || pieces.String() != test.want {
			t.Errorf("%q became %q and, byte by byte, %q; want %q", test.text, whole.String(), pieces.String(), test.want)
		}
	}
}

// TestHostileTitles has every command show a newsroom whose titles are meant for
// the terminal and the log.
func TestHostileTitles(t *testing.T) {
	releases := sample.Releases(60, time.Date(2026, 9, 30, 0, 0, 0, 0, time.UTC))
	for i, text := range forgeries() {
		releases[i].Title, releases[i].Summary = "Title "+text, "Summary "+text
		releases[i].Bare, releases[i].Offices, releases[i].Topics = false, []string{"Office " + text}, []string{"Topic " + text}
	}
	site := sample.NewSite(releases)
	served := httptest.NewServer(site)
	defer served.Close()
	data, listing := t.TempDir(), served.URL+"/press-releases"
	visit := []string{"--listing", listing, "--delay", "0s", "--no-filters"}
	for _, format := range []string{"text", "json"} {
		for _, args := range [][]string{
			append([]string{"collect", "--all", "--log-level", "debug"}, visit...),
			append([]string{"collect", "--json"}, visit...),
			{"inspect", listing},
			{"inspect", listing, "--json"},
			{"export"},
			{"feeds"},
			{"feeds", "--json"},
			{"changes"},
			{"store", "check"},
			{"store", "check", "--json"},
			{"history", fmt.Sprint(releases[0].Number)},
			{"history", fmt.Sprint(releases[0].Number), "--json"},
			{"history", forgeries()[0]},
			{"history", forgeries()[2]},
			{forgeries()[0]},
			{"collect", forgeries()[3]},
			{"inspect", filepath.Join(data, forgeries()[0])},
			{"inspect", filepath.Join(data, forgeries()[1])},
			{"publish", "--out", filepath.Join(data, "web"), "--base-url", "https://example.org"},
		} {
			_, out, errs := capture(t, append(args, "--data", data, "--log-format", format)...)
			what := fmt.Sprintf("%q in %s", args, format)
			checkPlain(t, what+": the output", out, -1)
			checkPlain(t, what+": the rest", errs, -1)
			checkEvents(t, what, errs)
		}
	}
	for _, r := range releases[:len(forgeries())] {
		site.Withdraw(r.Number)
	}
	_, _, errs := capture(t, append([]string{"collect", "--all", "--data", data}, visit...)...)
	checkPlain(t, "the log of withdrawals", errs, -1)
}

// checkEvents looks that each line is an event of the log, the last complaint, or
// a line that goes on with it, and so begins with blanks.
func checkEvents(t *testing.T, what, errs string) {
	t.Helper()
	complained := false
	for line := range strings.Lines(errs) {
		switch {
		case strings.HasPrefix(line, "communique: "), strings.HasPrefix(line, "See '"):
			complained = true
		case complained && strings.HasPrefix(line, "  "):
		case !complained && (strings.HasPrefix(line, "time=20") || strings.HasPrefix(line, `{"time":"`)):
		default:
			t.Errorf("%s: the line %q is nobody's", what, line)
		}
		if strings.Contains(line, "time=2026-01-01 level=INFO") && strings.HasPrefix(line, "time=2026-01-01") {
			t.Errorf("%s: a forged line: %q", what, line)
		}
	}
}
