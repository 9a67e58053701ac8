package store

import "bytes"

// Note returns what PutNote kept under name, nil where there is nothing. Notes
// are the collector's memory; they are no part of any feed.
func (n *Newsroom) Note(name string) ([]byte, error) {
	var note []byte
	err := n.view(func(t *tables) error {
		kept, err := t.notes.get([]byte(name))
		note = bytes.Clone(kept)
		return err
	})
	return note, err
}

// PutNote keeps a note under a name, and forgets the name if the note is empty.
func (n *Newsroom) PutNote(name string, note []byte) error {
	return n.update(func(t *tables) (bool, error) { return t.putNote(name, note) })
}

// putNotes keeps notes and says whether any is new.
func (t *tables) putNotes(notes map[string][]byte) (changed bool, err error) {
	for name, note := range notes {
		put, err := t.putNote(name, note)
		if err != nil {
			return false, err
		}
		changed = changed || put
	}
	return changed, nil
}

func (t *tables) putNote(name string, note []byte) (changed bool, err error) {
	key := []byte(name)
	kept, err := t.notes.get(key)
	if err != nil || bytes.Equal(kept, note) {
		return false, err
	}
	if err := t.takeBack("notes", key); err != nil {
		return false, err
	}
	if len(note) == 0 {
		return true, t.notes.delete(key)
	}
	return true, t.notes.put(key, note)
}
