package store

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"
)

const asideName = "damaged"

// SetAside is how many records of a newsroom were found damaged and lie aside
// now: they are told nowhere. A release that the listing shows again, and a note
// that is put again, is counted no longer.
type SetAside struct {
	Releases int `json:"releases"`
	Versions int `json:"versions"`
	Notes    int `json:"notes"`
}

// SetAside counts what was set aside.
func (n *Newsroom) SetAside() (count SetAside, err error) {
	err = n.view(func(t *tables) error {
		for p, err := range t.aside.all() {
			if err != nil {
				return err
			}
			switch of, _ := splitAside(p.key); of {
			case "releases":
				count.Releases++
			case "versions":
				count.Versions++
			case "notes":
				count.Notes++
			}
		}
		return nil
	})
	if err != nil {
		return SetAside{}, fmt.Errorf("counting what was set aside of %s: %w", n.name, err)
	}
	return count, nil
}

func asideKey(of string, key []byte) []byte { return append(append([]byte(of), 0), key...) }

func splitAside(key []byte) (of string, rest []byte) {
	name, rest, _ := bytes.Cut(key, []byte{0})
	return string(name), rest
}

// setAside moves what a table has under a key out of the way, as it is.
func (t *tables) setAside(from table, key, sealed []byte) (err error) {
	if t.aside.bucket == nil {
		if t.aside.bucket, err = t.root.CreateBucket([]byte(asideName)); err != nil {
			return fmt.Errorf("creating table %s: %w", asideName, err)
		}
	}
	if err := t.aside.put(asideKey(from.name, key), sealed); err != nil {
		return err
	}
	return from.delete(key)
}

// takeBack forgets what was set aside of a table under a key, since there is
// something sound now.
func (t *tables) takeBack(of string, key []byte) error {
	if t.aside.bucket == nil {
		return nil
	}
	return t.aside.delete(asideKey(of, key))
}

// recall gives a release that was set aside, and is shown again, what a page does
// not tell: when it was published, as far as that is beyond doubt, and its
// versions, with the instant at which it was updated last.
func (t *tables) recall(r *record) error {
	if t.aside.bucket == nil {
		return nil
	}
	sealed, err := t.aside.get(asideKey("releases", []byte(r.Key)))
	if err != nil || sealed == nil {
		return err
	}
	if published, seen, ok := datesIn(sealed, r.Key); ok && !seen.After(r.FirstSeen) {
		r.Published, r.FirstSeen = published, seen
	}
	if err := t.recallVersions(r); err != nil {
		return err
	}
	return t.takeBack("releases", []byte(r.Key))
}

// datesIn reads when a damaged record was published and seen first. Since its
// checksum is wrong, that is taken only if another part of it says the same.
func datesIn(sealed []byte, key string) (published, seen time.Time, ok bool) {
	var r record
	if len(sealed) < sumSize || json.Unmarshal(sealed[sumSize:], &r) != nil || r.Key != key {
		return time.Time{}, time.Time{}, false
	}
	minted := r.Published.Equal(r.FirstSeen) || r.Published.Equal(r.Day.Noon())
	if !minted || r.published() != r.Day || r.FirstSeen.Before(r.Published) {
		return time.Time{}, time.Time{}, false
	}
	return frozen(r.Published), r.FirstSeen.UTC(), true
}

// recallVersions gives the record the versions that are there of its key. The
// newest of them says when it was updated last.
func (t *tables) recallVersions(r *record) error {
	prefix := append([]byte(r.Key), 0)
	for p, err := range t.versions.from(prefix, prefix) {
		if err != nil {
			return err
		}
		var v version
		if err := json.Unmarshal(p.value, &v); err != nil {
			return fmt.Errorf("version %q is %w: %w", p.key, ErrDamaged, err)
		}
		number := p.key[len(prefix):]
		if len(number) == 8 {
			r.Revision, r.Updated = ^binary.BigEndian.Uint64(number), v.Until // zero if that is lost
		}
		return nil
	}
	return nil
}
