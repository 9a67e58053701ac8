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
}

// filings lists everything that the record is filed under.
func (r *record) filings() []Query {
	list := make([]Query, 0, 2+len(r.Offices)+len(r.Topics))
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
	return list
}

// record reads the release of a key, nil where there is none.
func (t *tables) record(key string) (*record, error) {
	if r, ok := t.records[key]; ok {
		return r, nil
	}
	value, err := t.releases.get([]byte(key))
	if err != nil || value == nil {
		return nil, err
	}
	r := new(record)
	if err := json.Unmarshal(value, r); err != nil {
		return nil, fmt.Errorf("release %q is %w: %w", key, ErrDamaged, err)
	}
	t.records[key] = r
	return r, nil
}

// indexed reads the release that an index has at a place.
func (t *tables) indexed(p place) (*record, error) {
	r, err := t.record(p.key)
	if err == nil && (r == nil || !bytes.Equal(r.order(), p.order)) {
		err = fmt.Errorf("release %q is %w: it is not what an index says", p.key, ErrDamaged)
	}
	return r, err
}

// putRecord stores a record as it is now.
func (t *tables) putRecord(r *record) error {
	value, err := marshal(r)
	if err != nil {
		return fmt.Errorf("encoding release %q: %w", r.Key, err)
	}
	t.records[r.Key] = r
	return t.releases.put([]byte(r.Key), value)
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
	}, errors.Join(err1, err2, err3)
}
