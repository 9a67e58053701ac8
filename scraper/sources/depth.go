package sources

import (
	"bytes"
	"errors"
)

// deepest is how far lists and mappings may be within each other. Sources and
// settings are some four deep.
const deepest = 50

// TooDeep says where a text in YAML is nested so deeply that it is neither a source
// nor a settings file; nil if it is nowhere. A parser needs memory by the square of
// that depth.
func TooDeep(text []byte) *Error {
	number, open := 0, 0
	for line := range bytes.Lines(text) {
		number++
		hyphens, begun := 0, false
		for column, c := range line {
			switch c {
			case '[', '{':
				open++
			case ']', '}':
				open = max(0, open-1)
			}
			begun = begun || c != ' ' && c != '-' && c != '?'
			if !begun && c != ' ' {
				hyphens++
			}
			if open > deepest || hyphens > deepest {
				return &Error{number, column + 1, errors.New("too many lists or mappings stand within each other")}
			}
		}
	}
	return nil
}
