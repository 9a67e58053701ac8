package server

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"

	"communique/feed"
)

// rendition is one document made ready to be sent: its bytes in every coding
// that is worth it, and the header fields of every answer that it can get. It
// never changes.
type rendition struct {
	// about is the document without its body.
	about feed.Document
	// hash tells the bytes of the document from any other.
	hash string
	validators
	forms [codingCount]form
	// weight is about how many bytes of memory it takes.
	weight int
}

// form is a rendition in one content coding.
type form struct {
	// body is nil in a coding that the rendition is not kept in.
	body []byte
	// full goes with the body, unchanged with 304.
	full, unchanged []field
}

// frame is about what a rendition takes beside its bodies, in bytes.
const frame = 6 << 10

// newRendition prepares d, whose bytes coded holds, for a server at base.
func newRendition(d feed.Document, hash string, coded [codingCount][]byte, base string, caching field) *rendition {
	r := &rendition{about: d, hash: hash, validators: newValidators(hash, d.Modified), weight: frame}
	r.about.Body = nil
	common := []field{varies, caching, anyOrigin, exposed}
	if !d.Modified.IsZero() {
		common = append(common, newField("Last-Modified", d.Modified.UTC().Format(http.TimeFormat)))
	}
	whole := []field{newField("Content-Type", d.MediaType), noSniff, noReferrer}
	if d.Hub != "" {
		whole = append(whole, hubLinks(d.Hub, base+d.Path))
	}
	if isHTML(d.MediaType) {
		whole = append(whole, pagePolicy(d.Body))
	} else {
		whole = append(whole, inert)
	}
	for c, body := range coded {
		r.forms[c] = newForm(coding(c), r.tags[c], body, common, whole)
		r.weight += cap(body)
	}
	return r
}

// newForm puts together the fields of one coding: its own, those that come
// with a 304 too, and those that only go with the whole document.
func newForm(c coding, tag string, body []byte, common, whole []field) form {
	f := form{body: body, unchanged: append([]field{newField("ETag", tag)}, common...)}
	if body == nil {
		return f
	}
	f.full = append(append(f.full, f.unchanged...), whole...)
	f.full = append(f.full, contentLength(len(body)))
	if c != identity {
		f.full = append(f.full, newField("Content-Encoding", c.String()))
	}
	return f
}

// hashOf returns what a document's entity tags are made of.
func hashOf(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:16])
}

// coded returns the bodies of r.
func (r *rendition) coded() (bodies [codingCount][]byte) {
	for c := range r.forms {
		bodies[c] = r.forms[c].body
	}
	return bodies
}

// answer chooses coding and status by the header of a request.
func (r *rendition) answer(header http.Header, now clock) answer {
	chosen := r.choose(header["Accept-Encoding"])
	switch r.status(header, now) {
	case http.StatusNotModified:
		return answer{status: http.StatusNotModified, fields: r.forms[r.asked(header, chosen)].unchanged}
	case http.StatusPreconditionFailed:
		return refuse(http.StatusPreconditionFailed, "The document is another one than the request asks for.")
	}
	return answer{status: http.StatusOK, fields: r.forms[chosen].full, body: r.forms[chosen].body}
}

// choose returns the coding that a reader likes best of those that there are,
// the smallest of several that it likes as much. The document as it is may
// always be sent, whatever the reader says: one that refuses everything is
// better off with it than with an error.
func (r *rendition) choose(accepted []string) coding {
	if len(accepted) == 0 {
		return identity
	}
	weights, best := acceptEncoding(accepted), identity
	for c := identity + 1; c < codingCount; c++ {
		body := r.forms[c].body
		if body == nil || weights[c] == 0 || weights[c] < weights[best] {
			continue
		}
		if weights[c] > weights[best] || len(body) < len(r.forms[best].body) {
			best = c
		}
	}
	return best
}
