package server

import (
	"net/http"
	"strconv"
	"strings"
)

// answer is a whole response, decided before its first byte is written.
// Its fields and body are shared between requests and never changed.
type answer struct {
	status int
	fields []field
	body   []byte
}

// field is one header field; name is in canonical form.
type field struct {
	name   string
	values []string
}

func newField(name, value string) field {
	return field{http.CanonicalHeaderKey(name), []string{value}}
}

// Fields of refusals, and those that every response carries. Readers that
// live in a browser may read all of it, validators included.
var (
	allow      = newField("Allow", "GET, HEAD")
	retryAfter = newField("Retry-After", strconv.Itoa(int(retryPause.Seconds())))
	notCached  = newField("Cache-Control", "no-store")
	plainText  = newField("Content-Type", "text/plain; charset=utf-8")
	noSniff    = newField("X-Content-Type-Options", "nosniff")
	anyOrigin  = newField("Access-Control-Allow-Origin", "*")
	exposed    = newField("Access-Control-Expose-Headers", "ETag, Last-Modified")
	varies     = newField("Vary", "Accept-Encoding")
)

// send writes a to w, without its body when method is HEAD.
func (a answer) send(w http.ResponseWriter, method string) {
	header := w.Header()
	for _, f := range a.fields {
		header[f.name] = f.values
	}
	w.WriteHeader(a.status)
	if method != http.MethodHead {
		// An error means that the reader is gone: nobody is left to be told.
		_, _ = w.Write(a.body)
	}
}

// refuse is the answer to a request that gets no document. Nothing of the
// request is repeated in it.
func refuse(status int, reason string, more ...field) answer {
	text := strconv.Itoa(status) + " " + http.StatusText(status) + "\n" + reason + "\n"
	fields := append([]field{plainText, contentLength(len(text)), notCached, noSniff, anyOrigin}, more...)
	return answer{status, fields, []byte(text)}
}

func notFound() answer {
	return refuse(http.StatusNotFound, "There is nothing at this address. The list of all feeds is at /")
}

func mistaken() answer {
	return refuse(http.StatusInternalServerError, "The server made a mistake; it is noted in its log.")
}

func contentLength(n int) field { return newField("Content-Length", strconv.Itoa(n)) }

// isHTML reports whether a media type, with or without parameters, is HTML.
func isHTML(mediaType string) bool {
	essence, _, _ := strings.Cut(mediaType, ";")
	return strings.EqualFold(strings.TrimSpace(essence), "text/html")
}
