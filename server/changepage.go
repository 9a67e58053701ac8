package server

import (
	"bytes"
	"encoding/json"
	"fmt"

	"communique/store"
)

const (
	// pageBytes is what a page has when it ends early.
	pageBytes = 1 << 20
	// portion is how many changes are read from the store at once.
	portion = 100
)

// ChangePage is a piece of a change log, as readers get it.
type ChangePage struct {
	// Lines are the changes, a line of JSON each.
	Lines []byte
	// Changes says how many there are.
	Changes int
	// Next is the cursor to go on from.
	Next store.ChangeCursor
}

// End returns the line that ends a page for its readers: the cursor alone.
func (p ChangePage) End() []byte { return fmt.Appendf(nil, "{\"cursor\":%q}\n", string(p.Next)) }

// changeLine is a change as readers get it.
type changeLine struct {
	Cursor  store.ChangeCursor `json:"cursor"`
	Change  string             `json:"change"`
	Release store.Release      `json:"release"`
}

// ReadChanges returns the changes of log after a cursor, at most limit, and
// fewer if they take more than 1 MiB. A page without changes is the log's
// present end. The error wraps store.ErrCursor if the log has no such cursor.
func ReadChanges(log ChangeLog, since store.ChangeCursor, limit int) (ChangePage, error) {
	page := ChangePage{Next: since}
	var lines bytes.Buffer
	encoder := json.NewEncoder(&lines)
	encoder.SetEscapeHTML(false)
	for page.Changes < limit && lines.Len() < pageBytes {
		changed, next, err := log.Changes(page.Next, min(portion, limit-page.Changes))
		if err != nil {
			return ChangePage{}, fmt.Errorf("reading changes after %q: %w", page.Next, err)
		}
		page.Next = next
		for _, c := range changed {
			if lines.Len() >= pageBytes {
				break
			}
			if err := encoder.Encode(changeLine{c.Cursor, c.Change.String(), c.Release}); err != nil {
				return ChangePage{}, fmt.Errorf("writing release %s: %w", c.Release.Key, err)
			}
			page.Changes++
			page.Next = c.Cursor
		}
		if len(changed) == 0 {
			break
		}
	}
	page.Lines = lines.Bytes()
	return page, nil
}
