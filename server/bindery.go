package server

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"communique/feed"
)

// How long caches may answer for the server, in the cases that have their own
// reason.
const (
	// emptyMaxAge is for a document that shows a store before its first
	// release, which may come any moment.
	emptyMaxAge = 10 * time.Second
	// archiveMaxAge is for the archive of a period that is over. Its address
	// and its set of entries stay for ever, but a correction changes an entry
	// and a withdrawal takes one away. Both are told in the live feed at once;
	// whoever walks the archive hears of them within a day.
	archiveMaxAge = 24 * time.Hour
	// staleIfError is how long caches may go on answering while the server
	// can't: a feed of yesterday is better than none.
	staleIfError = 24 * time.Hour
)

// clock tells the time.
type clock func() time.Time

// bindery makes renditions of documents.
type bindery struct {
	base   string
	maxAge time.Duration
	now    clock
	coders sync.Pool // of *coder
}

// bind makes a rendition of d. Where the bytes are still those of old, which
// may be nil, they are not coded again.
func (b *bindery) bind(d feed.Document, old *rendition) *rendition {
	// RFC 9110, section 8.8.2.1 asks for it.
	if now := b.now(); d.Modified.After(now) {
		d.Modified = now
	}
	hash, caching := hashOf(d.Body), newField("Cache-Control", b.cacheControl(d))
	if old != nil && old.hash == hash {
		return newRendition(d, hash, old.coded(), b.base, caching)
	}
	if cap(d.Body)-len(d.Body) > len(d.Body)/8 {
		d.Body = bytes.Clone(d.Body)
	}
	c, _ := b.coders.Get().(*coder)
	if c == nil {
		c = newCoder()
	}
	defer b.coders.Put(c)
	return newRendition(d, hash, c.code(d.Body), b.base, caching)
}

// cacheControl lets caches answer by themselves for some time, for as long
// again while they ask, and for a day while the server is down.
func (b *bindery) cacheControl(d feed.Document) string {
	age, immutable := max(0, b.maxAge), ""
	switch {
	case d.Complete:
		age, immutable = max(age, archiveMaxAge), ", immutable"
	case d.Version == 0:
		age = min(age, emptyMaxAge)
	}
	seconds := int64(age.Seconds())
	return fmt.Sprintf("public, max-age=%d%s, stale-while-revalidate=%d, stale-if-error=%d",
		seconds, immutable, seconds, int64(staleIfError.Seconds()))
}

// hubLinks are how subscribers find the hub of a document, and the address to
// name to it (WebSub, section 4).
func hubLinks(hub, self string) field {
	return field{http.CanonicalHeaderKey("Link"), []string{"<" + hub + `>; rel="hub", <` + self + `>; rel="self"`}}
}

// isHTML reports whether a media type, with or without parameters, is HTML.
func isHTML(mediaType string) bool {
	essence, _, _ := strings.Cut(mediaType, ";")
	return strings.EqualFold(strings.TrimSpace(essence), "text/html")
}
