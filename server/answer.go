package server

import (
	"net/http"
	"strconv"
	"time"
)

// answer is a whole response, decided before its first byte is written.
// Its fields and body are shared between requests and never changed.
type answer struct {
	status int
	fields []field
	body   []byte
	// sent, if not nil, is called when the reader has the answer or is gone.
	sent func()
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
	exposed    = newField("Access-Control-Expose-Headers", "ETag, Last-Modified, Link")
	varies     = newField("Vary", "Accept-Encoding")
	// A document that is no page has nothing to load, to run or to be framed.
	inert      = newField("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	noReferrer = newField("Referrer-Policy", "no-referrer")
)

// piece is how much of a body a reader is given writeTimeout for: whoever takes
// about a kilobyte a second keeps up.
const piece = 64 << 10

// send writes a to w, without its body when method is HEAD.
func (a answer) send(w http.ResponseWriter, method string) {
	header := w.Header()
	for _, f := range a.fields {
		header[f.name] = f.values
	}
	w.WriteHeader(a.status)
	if method != http.MethodHead {
		write(w, a.body)
	}
}

// write sends body. A long one may take as long as its reader goes on taking it:
// each piece has a time limit of its own.
func write(w http.ResponseWriter, body []byte) {
	if len(body) > piece {
		connection := http.NewResponseController(w)
		for ; len(body) > piece; body = body[piece:] {
			// One that can't do it has no limits.
			_ = connection.SetWriteDeadline(time.Now().Add(writeTimeout))
			if _, err := w.Write(body[:piece]); err != nil {
				return // the reader is gone: nobody is left to be told
			}
		}
		_ = connection.SetWriteDeadline(time.Now().Add(writeTimeout))
	}
	_, _ = w.Write(body)
}

// refuse is the answer to a request that gets no document, and gets none from
// a cache later. Nothing of the request is repeated in it.
func refuse(status int, reason string, more ...field) answer {
	return explain(status, reason, append(more, notCached)...)
}

// explain is an answer of a few words. It must repeat nothing of the request.
func explain(status int, reason string, more ...field) answer {
	text := strconv.Itoa(status) + " " + http.StatusText(status) + "\n" + reason + "\n"
	fields := append([]field{plainText, contentLength(len(text)), noSniff, inert, noReferrer, anyOrigin}, more...)
	return answer{status: status, fields: fields, body: []byte(text)}
}

func mistaken() answer {
	return refuse(http.StatusInternalServerError, "The server made a mistake; it is noted in its log.")
}

func unavailable(reason string) answer {
	return refuse(http.StatusServiceUnavailable, reason, retryAfter)
}

func contentLength(n int) field { return newField("Content-Length", strconv.Itoa(n)) }
