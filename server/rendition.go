package server

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"time"

	"communique/feed"
)

// staleIfError is how long caches may go on answering while the server can't:
// a feed of yesterday is better than none.
const staleIfError = 24 * time.Hour

// rendition is one document made ready to be sent: its codings, and the
// header fields of every answer that it can get. It never changes.
type rendition struct {
	version uint64
	validators
	// plain is the document as it is; coded is with gzip, or nil when that
	// saves nothing.
	plain, coded *coding
}

// coding is a rendition's bytes in one content coding.
type coding struct {
	tag  string
	body []byte
	// full goes with the body, unchanged with 304.
	full, unchanged []field
}

// emptyMaxAge is how long a document may be kept that shows a store before its
// first release, which may come any moment.
const emptyMaxAge = 10 * time.Second

// newRendition prepares d. Its modification never lies after now, as RFC 9110,
// section 8.8.2.1 asks.
func newRendition(d feed.Document, maxAge time.Duration, now time.Time) *rendition {
	if d.Modified.After(now) {
		d.Modified = now
	}
	sum := sha256.Sum256(d.Body)
	hash := hex.EncodeToString(sum[:16])
	r := &rendition{version: d.Version}
	r.validators = validators{`"` + hash + `"`, `"` + hash + `-gzip"`, d.Modified.Truncate(time.Second)}
	if d.Version == 0 {
		maxAge = min(maxAge, emptyMaxAge)
	}
	caching := newField("Cache-Control", cacheControl(maxAge))
	r.plain = newCoding(d, r.plainTag, d.Body, caching)
	if body := gzipped(d.Body); body != nil {
		r.coded = newCoding(d, r.gzipTag, body, caching)
		r.coded.full = append(r.coded.full, newField("Content-Encoding", "gzip"))
	}
	return r
}

// cacheControl lets caches answer by themselves for maxAge, for as long again
// while they ask, and for a day while the server is down.
func cacheControl(maxAge time.Duration) string {
	seconds := max(0, int64(maxAge.Seconds()))
	return fmt.Sprintf("public, max-age=%d, stale-while-revalidate=%d, stale-if-error=%d",
		seconds, seconds, int64(staleIfError.Seconds()))
}

func newCoding(d feed.Document, tag string, body []byte, caching field) *coding {
	c := &coding{tag: tag, body: body}
	c.unchanged = []field{newField("ETag", tag), varies, caching, anyOrigin, exposed}
	if !d.Modified.IsZero() {
		c.unchanged = append(c.unchanged, newField("Last-Modified", d.Modified.UTC().Format(http.TimeFormat)))
	}
	c.full = append(c.full, c.unchanged...)
	c.full = append(c.full, newField("Content-Type", d.MediaType), contentLength(len(body)), noSniff)
	if isHTML(d.MediaType) {
		c.full = append(c.full, pageFields(d.Body)...)
	}
	return c
}

// answer chooses coding and status by the header of a request.
func (r *rendition) answer(header http.Header, clock func() time.Time) answer {
	chosen := r.plain
	if r.coded != nil && prefersGzip(header["Accept-Encoding"]) {
		chosen = r.coded
	}
	switch r.status(header, clock) {
	case http.StatusNotModified:
		return answer{http.StatusNotModified, r.asked(header, chosen).unchanged, nil}
	case http.StatusPreconditionFailed:
		return refuse(http.StatusPreconditionFailed, "The document is another one than the request asks for.")
	}
	return answer{http.StatusOK, chosen.full, chosen.body}
}

// asked returns the coding whose tag a 304 should carry. A cache may hold the
// other coding than the one that this request would get; it needs to hear the
// tag that it asked about to know which of its copies is good.
func (r *rendition) asked(header http.Header, chosen *coding) *coding {
	lines := header["If-None-Match"]
	if r.coded == nil || named(lines, chosen.tag) {
		return chosen
	}
	for _, other := range []*coding{r.plain, r.coded} {
		if named(lines, other.tag) {
			return other
		}
	}
	return chosen
}
