package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// record is a release as it lies in the file: tags by slug, so that a tag's
// name is written in one place, and the number of the run that found it.
type record struct {
	ID        string    `json:"id"`
	Key       string    `json:"key"`
	URL       string    `json:"url"`
	Title     string    `json:"title"`
	Summary   string    `json:"summary,omitempty"`
	Day       Day       `json:"day"`
	Published time.Time `json:"published"`
	Updated   time.Time `json:"updated"`
	FirstSeen time.Time `json:"first_seen"`
	Type      string    `json:"type,omitempty"`
	Offices   []string  `json:"offices,omitempty"`
	Topics    []string  `json:"topics,omitempty"`
	Position  int64     `json:"position"`
	Run       uint64    `json:"run"`
	Aliases   []string  `json:"aliases,omitempty"`
	Revision  uint64    `json:"revision,omitempty"` // the number of revisions whose versions were kept
	Withdrawn time.Time `json:"withdrawn,omitzero"`
	Attached  []Kind    `json:"attached,omitempty"` // whose tags no row stated, in order
	Sought    bool      `json:"sought,omitempty"`
}

// filings lists everything that the record is filed under.
func (r *record) filings() []Query {
	if !r.Withdrawn.IsZero() {
		return []Query{Withdrawn}
	}
	list := make([]Query, 0, 3+len(r.Offices)+len(r.Topics))
	list = append(list, Query{})
	if r.Type != "" {
		list = append(list, Query{Type, r.Type})
	}
	for _, slug := range r.Offices {
		list = append(list, Query{Office, slug})
	}
	for _, slug := range r.Topics {
		list = append(list, Query{Topic, slug})
	}
	if r.untold() {
		list = append(list, Untold)
	}
	return list
}

// tags returns the slugs of one kind.
func (r *record) tags(kind Kind) []string {
	switch {
	case kind == Office:
		return r.Offices
	case kind == Topic:
		return r.Topics
	case r.Type != "":
		return []string{r.Type}
	}
	return nil
}

// setTags gives the record the slugs of one kind, of which there is at least
// one. Slices are never written again: copies of a record share them.
func (r *record) setTags(kind Kind, slugs []string) {
	switch kind {
	case Office:
		r.Offices = slugs
	case Topic:
		r.Topics = slugs
	case Type:
		r.Type = slugs[0]
	}
}

// record reads the release of a key, nil where there is none.
func (t *tables) record(key string) (*record, error) {
	if r, ok := t.records[key]; ok {
		return r, nil
	}
	r, err := t.decode(key)
	if err == nil {
		t.records[key] = r
	}
	return r, err
}

// decode reads a record without remembering it.
func (t *tables) decode(key string) (*record, error) {
	value, err := t.releases.get([]byte(key))
	if err != nil || value == nil {
		return nil, err
	}
	r := new(record)
	if err := json.Unmarshal(value, r); err != nil {
		return nil, fmt.Errorf("release %q is %w: %w", key, ErrDamaged, err)
	}
	return r, nil
}

// indexed reads the release that an index has at a place.
func (t *tables) indexed(p place) (*record, error) {
	return p.holds(t.record(p.key()))
}

// passing reads a release as indexed does, but remembers none: for going
// through many.
func (t *tables) passing(p place) (*record, error) {
	return p.holds(t.glance(p.key()))
}

// glance reads the release of a key as record does, but does not remember it.
func (t *tables) glance(key string) (*record, error) {
	if r, ok := t.records[key]; ok {
		return r, nil
	}
	return t.decode(key)
}

// holds takes what was read for a place if it belongs there.
func (p place) holds(r *record, err error) (*record, error) {
	if err == nil && (r == nil || !bytes.Equal(r.order(), p.order)) {
		err = fmt.Errorf("release %q is %w: it is not what an index says", p.key(), ErrDamaged)
	}
	return r, err
}

// putRecord stores a record as it is now.
func (t *tables) putRecord(r *record) error {
	t.records[r.Key] = r
	return t.releases.seal([]byte(r.Key), r.appendJSON(make([]byte, sumSize, 512+len(r.Title)+len(r.Summary))))
}

// release turns a record's slugs into tags.
func (t *tables) release(r *record) (Release, error) {
	kind, err1 := t.tag(Type, r.Type)
	offices, err2 := t.tags(Office, r.Offices)
	topics, err3 := t.tags(Topic, r.Topics)
	return Release{
		ID: r.ID, Key: r.Key, URL: r.URL, Title: r.Title, Summary: r.Summary, Day: r.Day,
		Published: r.Published, Updated: r.Updated, FirstSeen: r.FirstSeen,
		Type: kind, Offices: offices, Topics: topics, Position: r.Position, Aliases: r.Aliases,
		Withdrawn: r.Withdrawn,
	}, errors.Join(err1, err2, err3)
}
