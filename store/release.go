package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// Day is a calendar day without a time or a zone, which is all that a
// listing tells about when a release was published.
type Day struct {
	Year  int
	Month time.Month
	Day   int
}

// DayOf returns the calendar day that t falls on in its own location.
func DayOf(t time.Time) Day {
	y, m, d := t.Date()
	return Day{y, m, d}
}

// ParseDay reads the form YYYY-MM-DD.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || !DayOf(t).valid() {
		return Day{}, fmt.Errorf("reading day %q: want the form 2006-01-02", s)
	}
	return DayOf(t), nil
}

// valid reports whether the calendar has the day and YYYY-MM-DD can write it.
func (d Day) valid() bool {
	return d.Year >= 1 && d.Year <= 9999 && DayOf(d.Noon()) == d
}

// String returns the day as YYYY-MM-DD, and "" for the zero day.
func (d Day) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// IsZero reports whether d is no day at all.
func (d Day) IsZero() bool { return d == Day{} }

// Noon returns 12:00 UTC of the day: the instant that shows the same calendar
// day to readers from UTC-12 to UTC+11.
func (d Day) Noon() time.Time {
	return time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC)
}

// Publish mints the instant of a release that was dated d and first seen at
// now: the instant itself if that is the same day in the newsroom's zone, else
// noon of the day, and never later than now. The result is in the zone, in
// whole seconds.
func (d Day) Publish(now time.Time, zone *time.Location) time.Time {
	now = now.In(zone).Truncate(time.Second)
	noon := d.Noon().In(zone)
	if DayOf(now) == d || noon.After(now) {
		return now
	}
	return noon
}

// After reports whether d comes later than other.
func (d Day) After(other Day) bool { return d.Noon().After(other.Noon()) }

// MarshalText writes the form of String.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the form of String.
func (d *Day) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Day{}
		return nil
	}
	day, err := ParseDay(string(text))
	*d = day
	return err
}

// Kind is one of the three ways in which a newsroom files its releases.
type Kind string

// The kinds of tag; each is also the name of its folder of feeds.
const (
	Office Kind = "offices"
	Topic  Kind = "topics"
	Type   Kind = "types"
)

// Kinds lists every kind in the order in which people are shown them.
func Kinds() []Kind { return []Kind{Topic, Office, Type} }

// Tag is one office, topic or type. The zero Tag stands for "not told".
type Tag struct {
	// Name is what the newsroom calls it, without a mark such as "(closed)".
	Name string
	// Slug is its place in an address: safe, unique within its kind, given
	// when the store first sees the name and never taken away. A release
	// that was not read from a store has none.
	Slug string
	// Closed says that the newsroom marks it as ended.
	Closed bool
}

// Label returns the name as the newsroom shows it, with the mark of an office
// that was closed.
func (t Tag) Label() string {
	if t.Closed {
		return t.Name + " (closed)"
	}
	return t.Name
}

// Release is one press release, news item, statement or report, as the
// newsroom's listing shows it and as every feed tells it.
type Release struct {
	// ID is the tag: URI (RFC 4151) that feeds carry. It is minted once.
	ID string
	// Key is what stays the same when the address changes; within one
	// newsroom it names exactly one release.
	Key string
	// URL is the newest known address, absolute, at the newsroom itself.
	URL string
	// Title and Summary are plain text in NFC, without markup.
	Title, Summary string
	// Day is the listing's date, verbatim. It may be corrected later.
	Day Day
	// Published is the instant minted from the day when the release was first
	// seen; it is frozen from then on and in the newsroom's zone.
	Published time.Time
	// Updated moves when title, summary, type or day change materially. No two
	// releases of a newsroom share it.
	Updated time.Time
	// FirstSeen is when the release was first stored.
	FirstSeen time.Time
	// Type, Offices and Topics say how the newsroom files it.
	Type    Tag
	Offices []Tag
	Topics  []Tag
	// Position orders the releases of one day: the lower comes first in the
	// listing. Only comparisons mean anything, between releases read at once.
	Position int64
	// Aliases are older addresses, newest first, at most 20, without URL.
	Aliases []string
	// Withdrawn is when the newsroom was found to have taken the release back,
	// in whole seconds UTC; zero if it did not.
	Withdrawn time.Time
}

// Tags returns the release's tags of one kind.
func (r Release) Tags(kind Kind) []Tag {
	switch {
	case kind == Office:
		return r.Offices
	case kind == Topic:
		return r.Topics
	case r.Type.Name != "":
		return []Tag{r.Type}
	}
	return nil
}

// MarshalJSON writes the record that scripts hold to: names for tags, RFC 3339
// for instants, "" and [] for what is missing.
func (r Release) MarshalJSON() ([]byte, error) {
	return marshal(struct {
		ID        string   `json:"id"`
		Key       string   `json:"key"`
		URL       string   `json:"url"`
		Title     string   `json:"title"`
		Day       Day      `json:"day"`
		Published string   `json:"published"`
		Updated   string   `json:"updated"`
		FirstSeen string   `json:"first_seen"`
		Type      string   `json:"type"`
		Offices   []string `json:"offices"`
		Topics    []string `json:"topics"`
		Summary   string   `json:"summary"`
		Aliases   []string `json:"aliases"`
		Withdrawn string   `json:"withdrawn"`
	}{
		r.ID, r.Key, r.URL, r.Title, r.Day,
		instant(r.Published), instant(r.Updated), instant(r.FirstSeen),
		r.Type.Name, names(r.Offices), names(r.Topics), r.Summary,
		append([]string{}, r.Aliases...),
		instant(r.Withdrawn),
	})
}

// marshal is json.Marshal without the escapes that only a script element
// would need: titles are read by people too.
func marshal(v any) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), err
}

// instant renders t for scripts; an unknown instant is the empty string.
func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339Nano)
}

func names(tags []Tag) []string {
	list := make([]string, len(tags))
	for i, tag := range tags {
		list[i] = tag.Name
	}
	return list
}
