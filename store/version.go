package store

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"
)

// maxVersions is how many versions of a release are kept.
const maxVersions = 20

// Version is what a release said until it was revised.
type Version struct {
	// Until is the Updated that the revision gave the release.
	Until          time.Time
	Title, Summary string
	// Type is called as it is today; the zero Tag if it was not told yet.
	Type Tag
	Day  Day
}

// MarshalJSON writes a version the way a Release is written.
func (v Version) MarshalJSON() ([]byte, error) {
	return marshal(struct {
		Until   string `json:"until"`
		Title   string `json:"title"`
		Day     Day    `json:"day"`
		Type    string `json:"type"`
		Summary string `json:"summary"`
	}{instant(v.Until), v.Title, v.Day, v.Type.Name, v.Summary})
}

// Versions returns what the release of a key said before each of its latest 20
// revisions, newest first; none if it was never revised or is not known.
// Revisions from before the store kept versions are not among them.
func (n *Newsroom) Versions(key string) ([]Version, error) {
	var list []Version
	err := n.view(func(t *tables) error {
		r, err := t.record(key)
		if err != nil || r == nil {
			return err
		}
		list, err = t.versionsOf(r)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reading versions of %s: %w", n.name, err)
	}
	return list, nil
}

// version is a Version as it lies in the file.
type version struct {
	Until   time.Time `json:"until"`
	Title   string    `json:"title"`
	Summary string    `json:"summary,omitempty"`
	Type    string    `json:"type,omitempty"`
	Day     Day       `json:"day"`
	// Lost says that the version was damaged and set aside; then it has nothing
	// else.
	Lost bool `json:"lost,omitempty"`
}

// versionsOf reads the versions that the record says it has, without those that
// are lost.
func (t *tables) versionsOf(r *record) ([]Version, error) {
	var list []Version
	for revision := r.Revision; revision > 0 && len(list) < maxVersions; revision-- {
		v, err := t.version(r.Key, revision)
		if err != nil {
			return nil, fmt.Errorf("version %d of release %q: %w", revision, r.Key, err)
		}
		if v != (Version{}) {
			list = append(list, v)
		}
	}
	return list, nil
}

// version reads what a revision replaced, the zero Version if that is lost.
func (t *tables) version(key string, revision uint64) (Version, error) {
	value, err := t.versions.get(versionKey(key, revision))
	if err != nil {
		return Version{}, err
	}
	if value == nil {
		return Version{}, fmt.Errorf("%w: it is not there", ErrDamaged)
	}
	var v version
	if err := json.Unmarshal(value, &v); err != nil {
		return Version{}, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	kind, err := t.tag(Type, v.Type)
	return Version{v.Until, v.Title, v.Summary, kind, v.Day}, err
}

// keepVersion keeps what a revised release said before, and forgets the oldest
// version of it if there are too many.
func (t *tables) keepVersion(old, new *record) error {
	new.Revision = old.Revision + 1
	value, err := marshal(version{Until: new.Updated, Title: old.Title, Summary: old.Summary, Type: old.Type, Day: old.Day})
	if err != nil {
		return fmt.Errorf("encoding a version of release %q: %w", old.Key, err)
	}
	if err := t.versions.put(versionKey(old.Key, new.Revision), value); err != nil {
		return err
	}
	if new.Revision <= maxVersions {
		return nil
	}
	return t.versions.delete(versionKey(old.Key, new.Revision-maxVersions))
}

// versionKey returns the key of what a revision replaced. No key of a release
// has a NUL, so that its versions stand together.
func versionKey(key string, revision uint64) []byte {
	b := make([]byte, 0, len(key)+9)
	b = append(b, key...)
	b = append(b, 0)
	return binary.BigEndian.AppendUint64(b, ^revision)
}
