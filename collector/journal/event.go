package journal

import (
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Kind says what an event is about. Programs of operators hold to these words.
type Kind string

// The kinds of event. Those of a pair stand together, the good one second.
const (
	// Suspect and Broken are the collector's states of a listing.
	Suspect   Kind = "suspect"
	Broken    Kind = "broken"
	Recovered Kind = "recovered"
	// Blocked: the site asked to be left alone, refused us or was silent until
	// it was paused, or its robots.txt forbids the listing.
	Blocked   Kind = "blocked"
	Unblocked Kind = "unblocked"
	// Stale: the newsroom is silent for three times longer than usual.
	Stale Kind = "stale"
	Fresh Kind = "fresh"
	// StoreTrouble: the store can't be written or read.
	StoreTrouble Kind = "store-trouble"
	StoreWell    Kind = "store-well"
	// KeptBack: a document could not be made, or is not valid; the one before it
	// stays.
	KeptBack  Kind = "kept-back"
	Published Kind = "published"
	// Withdrawn: the newsroom took a release back; Restored: it is there again.
	Withdrawn Kind = "withdrawn"
	Restored  Kind = "restored"
	// Damaged: records of the store were damaged and lie aside; Mended: none does.
	Damaged Kind = "damaged"
	Mended  Kind = "mended"
	// Off: the source is not collected since what describes it can't be read; On:
	// it is again.
	Off Kind = "off"
	On  Kind = "on"
)

// Kinds lists every kind.
func Kinds() []Kind {
	return []Kind{
		Suspect, Broken, Recovered, Blocked, Unblocked, Stale, Fresh, StoreTrouble, StoreWell,
		KeptBack, Published, Withdrawn, Restored, Damaged, Mended, Off, On,
	}
}

// Event is one thing that happened to a source. It never changes.
type Event struct {
	// Seq numbers the events of a source in the order in which they were found
	// out, with gaps.
	Seq uint64 `json:"seq"`
	// ID is a tag: URI (RFC 4151) without a full stop, unique among all sources.
	ID     string `json:"id"`
	Source string `json:"source"`
	Kind   Kind   `json:"kind"`
	// At is when it happened, in whole seconds of UTC.
	At time.Time `json:"at"`
	// Title and Text are one line of plain text each, at most 300 and 1,000
	// bytes long.
	Title string `json:"title"`
	Text  string `json:"text"`
	// Release is the key of the release that it is about and Link its address,
	// "" for other events.
	Release string `json:"release,omitempty"`
	Link    string `json:"link,omitempty"`
}

// ofRelease says that the event tells of one release, of which there may be many
// at once.
func (e Event) ofRelease() bool { return e.Kind == Withdrawn || e.Kind == Restored }

// Feed is the id of the feed of all events, which those of events begin with.
const Feed = "tag:communique,2026:status"

// id returns an id that the same event always gets. Trouble of the store may have
// to be told by processes that can't remember each other: within a day it is the
// same event.
func (e Event) id() string {
	at := fmt.Sprint(e.At.Unix())
	if e.Kind == StoreTrouble {
		at = e.At.Format("20060102")
	}
	id := Feed + "/" + segment(e.Source) + "/" + string(e.Kind) + "/" + at
	if e.Release != "" {
		id += "/" + segment(e.Release)
	}
	return id
}

// segment makes a segment of a path. Webhooks sign an id with full stops around
// it, so that it can't have any.
func segment(text string) string { return strings.ReplaceAll(url.PathEscape(text), ".", "%2E") }

// What of a text is kept, in bytes.
const (
	maxTitle = 300
	maxText  = 1000
)

// plain makes one line of text, without what XML or a terminal must not get, of
// at most so many bytes.
func plain(text string, most int) string {
	kept := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == utf8.RuneError, unicode.IsControl(r), r&0xFFFE == 0xFFFE, r == 0xFEFF, isDirection(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	kept = strings.Join(strings.Fields(kept), " ")
	if len(kept) <= most {
		return kept
	}
	const rest = "…"
	return strings.ToValidUTF8(kept[:most-len(rest)], "") + rest
}

// isDirection reports whether a character turns the direction in which the text
// around it is shown (UAX #9).
func isDirection(r rune) bool {
	return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 || r == 0x200E || r == 0x200F || r == 0x061C
}
