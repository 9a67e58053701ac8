package admin

import (
	"io"
	"net/http"
)

// Count returns a transport that counts the bytes of bodies that are read through
// next for a source.
func (r *Runs) Count(source string, next http.RoundTripper) http.RoundTripper {
	bytes := r.bytes.WithLabelValues(source)
	return counting{next, func(n int) { bytes.Add(float64(n)) }}
}

// counting is a transport that tells how much is read.
type counting struct {
	next http.RoundTripper
	add  func(n int)
}

// RoundTrip implements http.RoundTripper.
func (c counting) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := c.next.RoundTrip(req)
	if err == nil && res.Body != nil {
		res.Body = countedBody{res.Body, c.add}
	}
	return res, err
}

// countedBody is a body that tells how much is read of it.
type countedBody struct {
	io.ReadCloser
	add func(n int)
}

// Read implements io.Reader.
func (b countedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.add(n)
	return n, err
}
