package store

import (
	"encoding/hex"
	"errors"
	"fmt"
)

// ErrCursor says that no reading of this newsroom returned such a cursor.
var ErrCursor = errors.New("unknown cursor")

// ChangeCursor says where a reading of Changes goes on. The empty one is the
// beginning; any other comes from an earlier reading and stays good for ever,
// whatever became of the release that it was made at.
type ChangeCursor string

func (l line) cursor() ChangeCursor { return ChangeCursor(hex.EncodeToString(l.bytes())) }

// line returns the line after which a reading goes on.
func (c ChangeCursor) line() (line, error) {
	b, err := hex.DecodeString(string(c))
	if err != nil || len(b) != lineSize && c != "" {
		return line{}, fmt.Errorf("%w %.50q", ErrCursor, string(c))
	}
	if c == "" {
		return line{}, nil
	}
	return lineOf(b), nil
}

// Changed is a release whose latest change was that one, and the cursor to go on
// with after it.
type Changed struct {
	Release Release
	// Change is Added, Revised, Refiled, Restored or Removed. Refiled stands for
	// all that moves no Updated: another address, other tags, attached or called
	// otherwise. A release that was added and refiled since is told as Refiled;
	// one that was withdrawn is told as Removed, also if its tags changed since.
	Change Change
	Cursor ChangeCursor
}

// Changes returns at most limit releases that changed after a cursor, and the
// cursor to go on with: that of the last of them; without any, after itself.
//
// They come in the order of the commits that changed them, those of one commit
// from the bottom of its page to the top. Each release is there once, as it is
// now, at its latest change. So who read all up to a cursor, and takes what is
// told then, whatever the change, over what he had of the same key, has all that
// the store has. What is Sought did not change.
//
// The error wraps ErrCursor if after is no cursor of this newsroom.
func (n *Newsroom) Changes(after ChangeCursor, limit int) (list []Changed, next ChangeCursor, err error) {
	last, err := after.line()
	if err == nil && limit < 1 {
		err = errors.New("the limit must be at least 1")
	}
	if err == nil {
		var end uint64
		err = n.view(func(t *tables) (err error) {
			end = t.root.Sequence()
			list, err = t.changed(last, limit)
			return err
		})
		if err == nil && last.version > end {
			err = fmt.Errorf("%w %q: it is from the future", ErrCursor, after)
		}
	}
	if err != nil {
		return nil, "", fmt.Errorf("reading changes of %s: %w", n.name, err)
	}
	if len(list) == 0 {
		return nil, last.cursor(), nil
	}
	return list, list[len(list)-1].Cursor, nil
}

// Latest returns the cursor after all changes that there are.
func (n *Newsroom) Latest() (ChangeCursor, error) {
	var last line
	err := n.view(func(t *tables) error {
		k, _ := t.changes.bucket.Cursor().Last()
		switch {
		case len(k) == lineSize:
			last = lineOf(k)
		case k != nil:
			return fmt.Errorf("change %x is %w", k, ErrDamaged)
		}
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("reading changes of %s: %w", n.name, err)
	}
	return last.cursor(), nil
}

// changed reads the change log after a line.
func (t *tables) changed(after line, limit int) (list []Changed, err error) {
	start := append(after.bytes(), 0) // the least that is greater
	for p, err := range t.changes.from(nil, start) {
		if err != nil {
			return nil, err
		}
		if len(list) == limit {
			return list, nil
		}
		c, err := t.changedAt(p)
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, nil
}

// changedAt reads what one line of the change log tells.
func (t *tables) changedAt(p pair) (Changed, error) {
	damaged := func() error { return fmt.Errorf("change %x is %w", p.key, ErrDamaged) }
	if len(p.key) != lineSize || len(p.value) < 2 || p.value[0] < byte(Refiled) || p.value[0] > byte(Removed) {
		return Changed{}, damaged()
	}
	change := Change(p.value[0])
	r, err := t.record(string(p.value[1:]))
	if err != nil {
		return Changed{}, err
	}
	if r == nil || r.Withdrawn.IsZero() == (change == Removed) {
		return Changed{}, damaged()
	}
	release, err := t.release(r)
	return Changed{release, change, lineOf(p.key).cursor()}, err
}
