package server_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"communique/server"
)

// BenchmarkServe compares a cached document and a 304 with a bare net/http
// handler that writes the same fields and bytes, over keep-alive connections
// to a real server.
func BenchmarkServe(b *testing.B) {
	p := newPress()
	p.set(all, atomType, "<feed>"+strings.Repeat(entry, 50)+"</feed>")
	handler := server.New(options(p))
	tag := recorded(handler, nil).Header().Get("ETag")
	for _, c := range []struct {
		name   string
		fields http.Header
	}{
		{"Document", nil},
		{"Gzip", http.Header{"Accept-Encoding": {"gzip, deflate"}}},
		{"NotModified", http.Header{"Accept-Encoding": {"gzip, deflate"}, "If-None-Match": {tag}}},
	} {
		b.Run(c.name+"/server", func(b *testing.B) { serve(b, handler, c.fields) })
		b.Run(c.name+"/bare", func(b *testing.B) { serve(b, bare(recorded(handler, c.fields)), c.fields) })
	}
}

const entry = `<entry><id>tag:newsroom.example,2026:1</id><title>Mission reports on the crossing points</title>` +
	`<updated>2026-11-23T09:15:07Z</updated><link rel="alternate" href="https://newsroom.example/node/1"/>` +
	`<summary>The mission reports on what it saw at the crossing points this week.</summary></entry>`

// recorded is what handler answers to a request for the document.
func recorded(handler http.Handler, fields http.Header) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, all, nil)
	for name, values := range fields {
		r.Header[name] = values
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w
}

// bare is a handler that knows its one answer beforehand.
func bare(known *httptest.ResponseRecorder) http.Handler {
	fields, status, body := known.Header(), known.Code, known.Body.Bytes()
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		header := w.Header()
		for name, values := range fields {
			header[name] = values
		}
		w.WriteHeader(status)
		_, _ = w.Write(body)
	})
}

// serve sends one request after another on each connection. It is no HTTP
// client, so that most of what is measured is the server.
func serve(b *testing.B, handler http.Handler, fields http.Header) {
	address := start(b, handler)
	request := new(bytes.Buffer)
	fmt.Fprintf(request, "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: reader/1.0\r\n", all, address)
	_ = fields.Write(request)
	request.WriteString("\r\n")
	length := answerLength(b, address, request.String())
	b.SetBytes(int64(length))
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		connection, err := net.Dial("tcp", address)
		if err != nil {
			b.Error(err)
			return
		}
		defer connection.Close()
		answer := make([]byte, length)
		for pb.Next() {
			if _, err := connection.Write(request.Bytes()); err != nil {
				b.Error(err)
				return
			}
			if _, err := io.ReadFull(connection, answer); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

// answerLength is the length of the whole answer to request, which stays the
// same: Date is the only field that changes.
func answerLength(b *testing.B, address, request string) int {
	b.Helper()
	connection, err := net.Dial("tcp", address)
	if err != nil {
		b.Fatal(err)
	}
	defer connection.Close()
	const last = "Connection: close\r\n"
	closing := strings.TrimSuffix(request, "\r\n") + last + "\r\n"
	if _, err := io.WriteString(connection, closing); err != nil {
		b.Fatal(err)
	}
	answer, err := io.ReadAll(connection)
	if err != nil {
		b.Fatal(err)
	}
	return len(answer) - len(last)
}
