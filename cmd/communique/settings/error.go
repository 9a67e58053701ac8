package settings

import (
	"fmt"
	"regexp"
	"strings"

	"communique/cmd/communique/logging"
)

// Error says what is wrong in a settings file or a source, and where: its
// text ends with the line, and a caret below the place. What may be a secret is
// left out of the line.
type Error struct {
	what         string // that is read
	file         string
	line, column int // from 1 on
	lines        []string
	reason       error
	cut          bool // leave out what follows the key
}

// NewError says what is wrong in a file that was read as what, such as "source".
func NewError(what, file, text string, line, column int, reason error) error {
	return &Error{what: what, file: file, line: line, column: column, lines: strings.Split(text, "\n"), reason: reason}
}

// Error returns the reason, the place and the line.
func (e *Error) Error() string {
	return fmt.Sprintf("reading the %s %s:%d:%d: %v%s", e.what, e.file, e.line, e.column, e.reason, e.excerpt())
}

// Unwrap returns the reason.
func (e *Error) Unwrap() error { return e.reason }

var (
	anyKey    = regexp.MustCompile(`([\w-]+)["']?\s*:(?:\s|$)`)
	secretKey = regexp.MustCompile(`(?i)^(?:.*(?:secret|token|password|webhook))$`)
)

// excerptWidth is how much of a long line is shown.
const excerptWidth = 120

// excerpt returns the line and the caret, "" if the file has no such line.
func (e *Error) excerpt() string {
	if e.line < 1 || e.line > len(e.lines) {
		return ""
	}
	line := []rune(logging.Masked(e.shown()))
	at := min(max(e.column-1, 0), len(line))
	from := max(0, at-excerptWidth/2)
	line = line[from:min(len(line), from+excerptWidth)]
	indent := strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, string(line[:at-from]))
	number := fmt.Sprintf("%4d", e.line)
	return fmt.Sprintf("\n%s | %s\n%s | %s^", number, string(line), strings.Repeat(" ", len(number)), indent)
}

// shown returns the line without secrets: those that stand beside a key in it,
// and all of it if it goes on with the value of such a key.
func (e *Error) shown() string {
	line := e.lines[e.line-1]
	keys := anyKey.FindAllStringSubmatchIndex(line, -1)
	for _, key := range keys {
		if e.cut || secretKey.MatchString(line[key[2]:key[3]]) {
			if e.cut && column(line, key[2]) < e.column-1 {
				continue // a key before the one that is meant
			}
			return strings.TrimRight(line[:key[1]], " \t") + " " + logging.Redacted
		}
	}
	if len(keys) > 0 {
		return line
	}
	for above := e.line - 2; above >= 0; above-- {
		if keys := anyKey.FindAllStringSubmatch(e.lines[above], -1); len(keys) > 0 {
			if secretKey.MatchString(keys[len(keys)-1][1]) {
				return logging.Redacted
			}
			break
		}
	}
	return line
}

// column returns how many runes stand before a byte of a line.
func column(line string, at int) int { return len([]rune(line[:at])) }
