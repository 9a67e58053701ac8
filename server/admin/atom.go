package admin

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"communique/collector/journal"
)

const atomType = "application/atom+xml"

// atomFeed is an Atom feed (RFC 4287, section 4.1.1).
type atomFeed struct {
	XMLName   xml.Name    `xml:"feed"`
	Space     string      `xml:"xmlns,attr"`
	Language  string      `xml:"xml:lang,attr"`
	ID        string      `xml:"id"`
	Title     string      `xml:"title"`
	Subtitle  string      `xml:"subtitle"`
	Updated   string      `xml:"updated"`
	Author    atomAuthor  `xml:"author"`
	Links     []atomLink  `xml:"link"`
	Generator string      `xml:"generator"`
	Entries   []atomEntry `xml:"entry"`
}

// atomEntry is an entry (RFC 4287, section 4.1.2). All its text is without
// markup and so without a type.
type atomEntry struct {
	ID        string       `xml:"id"`
	Title     string       `xml:"title"`
	Updated   string       `xml:"updated"`
	Published string       `xml:"published"`
	Author    atomAuthor   `xml:"author"`
	Category  atomCategory `xml:"category"`
	Link      atomLink     `xml:"link"`
	Content   string       `xml:"content"`
}

// atomCategory has the kind of an event.
type atomCategory struct {
	Term string `xml:"term,attr"`
}

type atomAuthor struct {
	Name string `xml:"name"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

// feedCache is the feed as it was made last, and for which state of the journals.
type feedCache struct {
	mu      sync.Mutex
	of      []uint64
	body    []byte
	tag     string
	updated time.Time
}

// statusFeed gives the events as a feed that changes only when they do.
func (h *Handler) statusFeed(w http.ResponseWriter, r *http.Request) {
	body, tag, updated, err := h.currentFeed()
	if err != nil {
		h.o.Log.Error("rendering the feed of what happened", "error", err)
		w.Header().Set("Retry-After", "60")
		say(w, http.StatusServiceUnavailable, "The store can't be read; /status says why.")
		return
	}
	header := w.Header()
	header.Set("Content-Type", atomType)
	header.Set("Cache-Control", "no-cache")
	header.Set("ETag", tag)
	http.ServeContent(w, r, "", updated, bytes.NewReader(body))
}

// currentFeed returns the feed, made anew if something happened since it was
// made. Where the store can't be read, it tells what is in memory, if that is
// anything.
func (h *Handler) currentFeed() (body []byte, tag string, updated time.Time, err error) {
	c := &h.feed
	c.mu.Lock()
	defer c.mu.Unlock()
	versions := make([]uint64, len(h.o.Sources))
	var unread error
	for i, s := range h.o.Sources {
		versions[i], err = s.Journal.Version()
		unread = errors.Join(unread, err)
	}
	if c.body != nil && slices.Equal(c.of, versions) {
		return c.body, c.tag, c.updated, nil
	}
	list := events(h.o.Sources)
	if unread != nil && len(list) == 0 {
		return nil, "", time.Time{}, unread
	}
	if body, err = renderFeed(list, h.o.Base); err != nil {
		return nil, "", time.Time{}, err
	}
	sum := sha256.Sum256(body)
	c.of, c.body, c.tag, c.updated = versions, body, `"`+hex.EncodeToString(sum[:16])+`"`, lastEvent(list)
	return c.body, c.tag, c.updated, nil
}

// events returns what happened to the sources, the newest first, no two at the
// same instant: those of one second are a millisecond apart.
func events(sources []Source) []journal.Event {
	var list []journal.Event
	for _, s := range sources {
		of, _ := s.Journal.Events() // then what is in memory
		list = append(list, of...)
	}
	slices.SortFunc(list, func(a, b journal.Event) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.ID, b.ID))
	})
	rank := time.Duration(0)
	for i := range list {
		if rank++; i == 0 || list[i-1].At.Unix() != list[i].At.Unix() {
			rank = 0
		}
		list[i].At = list[i].At.Add(rank * time.Millisecond)
	}
	slices.Reverse(list)
	return list
}

// renderFeed returns the feed of some events. The same ones give the same bytes.
func renderFeed(list []journal.Event, base string) ([]byte, error) {
	author, page := atomAuthor{"Communique"}, base+"/status.html"
	feed := atomFeed{
		Space: "http://www.w3.org/2005/Atom", Language: "en", ID: journal.Feed, Title: "Communique: status",
		Subtitle: "What broke, what recovered and what was withdrawn", Updated: atomTime(lastEvent(list)), Author: author,
		Links: []atomLink{{"self", atomType, base + "/status.atom"}, {"alternate", "text/html", page}}, Generator: "Communique",
	}
	for _, e := range list {
		at := atomTime(e.At)
		link := atomLink{"alternate", "text/html", cmp.Or(e.Link, page)}
		feed.Entries = append(feed.Entries, atomEntry{e.ID, e.Title, at, at, author, atomCategory{string(e.Kind)}, link, cmp.Or(e.Text, e.Title)})
	}
	out := bytes.NewBufferString(xml.Header)
	encoder := xml.NewEncoder(out)
	encoder.Indent("", "  ")
	if err := encoder.Encode(feed); err != nil {
		return nil, fmt.Errorf("writing the feed of what happened: %w", err)
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

// lastEvent returns when the newest event was. A feed must have a date: one
// without any event has the earliest that there is.
func lastEvent(list []journal.Event) time.Time {
	if len(list) == 0 {
		return time.Unix(0, 0)
	}
	return list[0].At
}

func atomTime(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
