package store

import (
	"encoding/binary"
	"fmt"
)

// line is where the change log tells the latest change of a release.
type line struct {
	version uint64 // of the commit
	n       uint32 // within it
}

const lineSize = 12

// The lines of one commit are given from the highest down, since a page is
// written from its top: what the page shows, above what else changed with it.
const (
	firstLine    = 1 << 30
	firstRowLine = 1 << 31
)

func (l line) bytes() []byte {
	return binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint64(make([]byte, 0, lineSize), l.version), l.n)
}

// lineOf reads a line of which there are all bytes.
func lineOf(b []byte) line {
	return line{binary.BigEndian.Uint64(b), binary.BigEndian.Uint32(b[8:])}
}

// nextVersion is that of the commit that is being written.
func (t *tables) nextVersion() uint64 { return t.root.Sequence() + 1 }

// lineAt reads the line that an index entry knows of.
func (t *tables) lineAt(q Query, order []byte) (line, error) {
	key := filedKey(q, order)
	value, err := t.filed.get(key)
	if err == nil && len(value) != lineSize {
		err = fmt.Errorf("place %q is %w: it is not there or too short", key, ErrDamaged)
	}
	if err != nil {
		return line{}, err
	}
	return lineOf(value), nil
}

// tell notes in the change log what a release came to, in place of the line that
// told its change before, if there is one. It returns the bytes of the new line.
func (t *tables) tell(r *record, change Change, former line) ([]byte, error) {
	if former != (line{}) {
		if err := t.changes.delete(former.bytes()); err != nil {
			return nil, err
		}
	}
	if !r.Withdrawn.IsZero() {
		change = Removed
	}
	t.line--
	told := line{t.nextVersion(), t.line}.bytes()
	value := append(make([]byte, 0, 1+len(r.Key)), byte(change))
	return told, t.changes.put(told, append(value, r.Key...))
}
