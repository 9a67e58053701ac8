// Package logging writes what the program has to say so that no text of a
// stranger's can do harm: a line of the log stays one line, a terminal has nothing
// to act on, and secrets are left out.
package logging

import (
	"fmt"
	"io"
	"log/slog"
	"regexp"
	"strings"
	"sync"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// New returns a log in a format, text or json: one line an event, with an
// escape for each control character, line separator and invisible mark, whatever
// strangers wrote; and without secrets, the given ones and those that a text
// shows to be secret by its form.
func New(w io.Writer, format string, level slog.Leveler, secrets []string) *slog.Logger {
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: redactor{secrets}.replace}
	w = NewWriter(w)
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// Redacted stands for what is not shown.
const Redacted = "[redacted]"

// redactor takes secrets out of what is logged.
type redactor struct{ secrets []string }

var (
	userinfo  = regexp.MustCompile(`(://)[^/?#\s"]*@`)
	tokenPath = regexp.MustCompile(`(/private/)[^/?#\s"]+`)
	tokenPart = regexp.MustCompile(`(?i)([?&](?:token|access_token|secret|password|key)=)[^&#\s"]+`)
)

// replace is what slog asks of each attribute.
func (r redactor) replace(_ []string, a slog.Attr) slog.Attr {
	switch a.Value.Kind() {
	case slog.KindString:
		a.Value = slog.StringValue(r.clean(a.Value.String()))
	case slog.KindAny:
		value := a.Value.Any()
		if _, ok := value.(slog.Level); !ok {
			a.Value = slog.StringValue(r.clean(fmt.Sprint(value)))
		}
	}
	return a
}

func (r redactor) clean(text string) string {
	for _, secret := range r.secrets {
		text = strings.ReplaceAll(text, secret, Redacted)
	}
	if !strings.ContainsAny(text, "/=") {
		return text
	}
	return WithoutPasswords(tokenPath.ReplaceAllString(text, "${1}"+Redacted))
}

// WithoutPasswords leaves out what may be secret of the addresses in a text.
func WithoutPasswords(text string) string {
	text = userinfo.ReplaceAllString(text, "${1}"+Redacted+"@")
	return tokenPart.ReplaceAllString(text, "${1}"+Redacted)
}

// Masked returns a line with as many asterisks for what is secret in addresses, so
// that the caret stays where it belongs, however much of the line is shown.
func Masked(line string) string {
	for _, secret := range []*regexp.Regexp{userinfo, tokenPart} {
		line = secret.ReplaceAllStringFunc(line, func(found string) string {
			begin := secret.FindStringSubmatch(found)[1]
			return begin + strings.Repeat("*", utf8.RuneCountInString(found[len(begin):]))
		})
	}
	return line
}

// Writer passes text on for a terminal. What a terminal would act on, or
// not show, becomes an escape as in JSON, \u and four digits, so that JSON stays
// what it is; only line feeds and tabs stay as they are. Bytes that are no UTF-8
// become the escape of the replacement character.
type Writer struct {
	to io.Writer

	mu   sync.Mutex
	rest []byte // of a character whose end was not written yet
}

// NewWriter returns one that passes text on to another.
func NewWriter(to io.Writer) *Writer { return &Writer{to: to} }

// Write writes the text, but for a character at its end that is not complete.
func (p *Writer) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	whole := text
	if len(p.rest) > 0 {
		whole = append(p.rest, text...)
	}
	end := len(whole) - incomplete(whole)
	p.rest = append([]byte(nil), whole[end:]...)
	if _, err := p.to.Write(plain(whole[:end])); err != nil {
		return 0, err
	}
	return len(text), nil
}

// Close writes what is left of a character that was never completed.
func (p *Writer) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, err := p.to.Write(plain(p.rest))
	p.rest = nil
	return err
}

// incomplete returns how many bytes at the end begin a character that is not
// all there.
func incomplete(text []byte) int {
	for n := 1; n <= min(utf8.UTFMax, len(text)); n++ {
		if last := text[len(text)-n:]; utf8.RuneStart(last[0]) {
			if utf8.FullRune(last) {
				return 0
			}
			return n
		}
	}
	return 0
}

// plain returns the text with escapes, the very same if it needs none.
func plain(text []byte) []byte {
	clean := 0
	for clean < len(text) {
		r, size := utf8.DecodeRune(text[clean:])
		if isActive(r, size) {
			break
		}
		clean += size
	}
	if clean == len(text) {
		return text
	}
	out := append(make([]byte, 0, len(text)+64), text[:clean]...)
	for rest := text[clean:]; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		if isActive(r, size) {
			out = appendEscape(out, r)
		} else {
			out = append(out, rest[:size]...)
		}
		rest = rest[size:]
	}
	return out
}

// isActive reports whether a rune, of so many bytes, is more or less than what
// it looks like: control characters of both ranges, line and paragraph
// separators, marks of direction and others that can't be seen, and bytes that
// are no UTF-8.
func isActive(r rune, size int) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case r == utf8.RuneError:
		return size <= 1
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}

func appendEscape(out []byte, r rune) []byte {
	if high, low := utf16.EncodeRune(r); high != utf8.RuneError {
		return fmt.Appendf(out, `\u%04x\u%04x`, high, low)
	}
	return fmt.Appendf(out, `\u%04x`, r)
}

// Complaint is an error as it is told at the end: its lines but for the first
// are indented, so that none can pass for one of the log. It may repeat what was
// typed, but for passwords.
func Complaint(err error) string {
	text := WithoutPasswords(strings.TrimRight(err.Error(), "\n"))
	return string(plain([]byte(strings.ReplaceAll(text, "\n", "\n  "))))
}
