package admin

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"net/http"
	"time"
)

const (
	feedID   = "tag:communique,2026:status"
	atomType = "application/atom+xml"
)

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
	ID        string     `xml:"id"`
	Title     string     `xml:"title"`
	Updated   string     `xml:"updated"`
	Published string     `xml:"published"`
	Author    atomAuthor `xml:"author"`
	Link      atomLink   `xml:"link"`
	Content   string     `xml:"content"`
}

type atomAuthor struct {
	Name string `xml:"name"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

// statusFeed gives the events as a feed that changes only when they do.
func (h *Handler) statusFeed(w http.ResponseWriter, r *http.Request) {
	body, updated, err := renderFeed(h.sources, h.base)
	if err != nil {
		h.log.Error("rendering the feed of what happened", "error", err)
		w.Header().Set("Retry-After", "60")
		say(w, http.StatusServiceUnavailable, "The store can't be read; /status says why.")
		return
	}
	sum := sha256.Sum256(body)
	header := w.Header()
	header.Set("Content-Type", atomType)
	header.Set("Cache-Control", "no-cache")
	header.Set("ETag", `"`+hex.EncodeToString(sum[:16])+`"`)
	http.ServeContent(w, r, "", updated, bytes.NewReader(body))
}

// renderFeed returns the feed and when it changed last. The same store gives the
// same bytes.
func renderFeed(sources []Source, base string) ([]byte, time.Time, error) {
	list, err := events(sources)
	if err != nil {
		return nil, time.Time{}, err
	}
	updated := lastEvent(list)
	author := atomAuthor{"Communique"}
	feed := atomFeed{
		Space: "http://www.w3.org/2005/Atom", Language: "en", ID: feedID, Title: "Communique: status",
		Subtitle: "What broke, what recovered and what was withdrawn", Updated: atomTime(updated), Author: author,
		Links: []atomLink{{"self", atomType, base + "/status.atom"}, {"alternate", "text/html", base + "/status.html"}}, Generator: "Communique",
	}
	for _, e := range list {
		if e.link == "" {
			e.link = base + "/status.html"
		}
		at := atomTime(e.at)
		feed.Entries = append(feed.Entries, atomEntry{e.id, e.title, at, at, author, atomLink{"alternate", "text/html", e.link}, e.text})
	}
	out := bytes.NewBufferString(xml.Header)
	encoder := xml.NewEncoder(out)
	encoder.Indent("", "  ")
	if err := encoder.Encode(feed); err != nil {
		return nil, time.Time{}, fmt.Errorf("writing the feed of what happened: %w", err)
	}
	out.WriteByte('\n')
	return out.Bytes(), updated, nil
}

// lastEvent returns when the newest event was. A feed must have a date: one
// without any event has the earliest that there is.
func lastEvent(list []event) time.Time {
	if len(list) == 0 {
		return time.Unix(0, 0)
	}
	return list[0].at
}

func atomTime(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
