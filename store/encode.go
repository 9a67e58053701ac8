package store

import (
	"strconv"
	"time"
)

// Records and filings are written by hand, as encoding/json would read them
// back: most of what a page costs beside bbolt was finding out by reflection
// what they look like.

// appendJSON writes the record as it lies in the file.
func (r *record) appendJSON(b []byte) []byte {
	b = appendText(append(b, `{"id":`...), r.ID)
	b = appendText(append(b, `,"key":`...), r.Key)
	b = appendText(append(b, `,"url":`...), r.URL)
	b = appendText(append(b, `,"title":`...), r.Title)
	b = appendTold(b, `,"summary":`, r.Summary)
	b = r.Day.Noon().AppendFormat(append(b, `,"day":"`...), time.DateOnly)
	b = appendTime(append(b, `","published":`...), r.Published)
	b = appendTime(append(b, `,"updated":`...), r.Updated)
	b = appendTime(append(b, `,"first_seen":`...), r.FirstSeen)
	b = appendTold(b, `,"type":`, r.Type)
	b = appendList(b, `,"offices":`, r.Offices)
	b = appendList(b, `,"topics":`, r.Topics)
	b = strconv.AppendInt(append(b, `,"position":`...), r.Position, 10)
	b = strconv.AppendUint(append(b, `,"run":`...), r.Run, 10)
	b = appendList(b, `,"aliases":`, r.Aliases)
	if r.Revision > 0 {
		b = strconv.AppendUint(append(b, `,"revision":`...), r.Revision, 10)
	}
	if !r.Withdrawn.IsZero() {
		b = appendTime(append(b, `,"withdrawn":`...), r.Withdrawn)
	}
	b = appendList(b, `,"attached":`, r.Attached)
	if r.Sought {
		b = append(b, `,"sought":true`...)
	}
	return append(b, '}')
}

// appendJSON writes the filing as it lies in the file.
func (f *filing) appendJSON(b []byte) []byte {
	b = strconv.AppendInt(append(b, `{"releases":`...), int64(f.Releases), 10)
	b = strconv.AppendUint(append(b, `,"version":`...), f.Version, 10)
	b = appendTime(append(b, `,"changed":`...), f.Changed)
	b = appendTold(b, `,"name":`, f.Name)
	if f.Closed {
		b = append(b, `,"closed":true`...)
	}
	b = appendTold(b, `,"moved":`, f.Moved)
	if f.Unsure {
		b = append(b, `,"unsure":true`...)
	}
	return append(b, '}')
}

func appendTime(b []byte, t time.Time) []byte {
	return append(t.AppendFormat(append(b, '"'), time.RFC3339Nano), '"')
}

// appendTold writes a field unless its text is empty.
func appendTold(b []byte, field, text string) []byte {
	if text == "" {
		return b
	}
	return appendText(append(b, field...), text)
}

// appendList writes a field unless its list is empty.
func appendList[T ~string](b []byte, field string, list []T) []byte {
	if len(list) == 0 {
		return b
	}
	b = append(b, field...)
	before := byte('[')
	for _, text := range list {
		b = appendText(append(b, before), string(text))
		before = ','
	}
	return append(b, ']')
}

// appendText writes a string, which is UTF-8, as JSON.
func appendText(b []byte, text string) []byte {
	const digits = "0123456789abcdef"
	b = append(b, '"')
	written := 0
	for i := range len(text) {
		if c := text[i]; c < ' ' || c == '"' || c == '\\' {
			b = append(b, text[written:i]...)
			b = append(b, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
			written = i + 1
		}
	}
	b = append(b, text[written:]...)
	return append(b, '"')
}
