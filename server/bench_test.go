package server_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"communique/feed"
	"communique/server"
)

// BenchmarkServe compares a cached document and a 304 with a bare net/http
// handler that writes the same fields and bytes, over keep-alive connections
// to a real server; the bare one has the same time limits and bounds neither
// connections nor clients. Beside the usual figures it prints requests a second, the
// latency that 99 of 100 requests stay below, and under "ratio" how many
// requests a second the server answers for one of the bare handler, measured
// in turns so that the machine's moods fall on both.
func BenchmarkServe(b *testing.B) {
	p := newPress()
	p.set(all, atomType, longFeed())
	p.alter(all, func(d *feed.Document) { d.Hub = "https://hub.example/" })
	o := based(p)
	o.Rate = server.Rate{Requests: 1e9, Burst: 1e9} // counted, never reached
	handler := server.New(o)
	tag := recorded(handler, http.Header{"Accept-Encoding": {"gzip, deflate"}}).Header().Get("ETag")
	browser := []string{"gzip, deflate, br, zstd"}
	for _, c := range []struct {
		name   string
		fields http.Header
	}{
		{"Document", nil},
		{"Gzip", http.Header{"Accept-Encoding": {"gzip, deflate"}}},
		{"Brotli", http.Header{"Accept-Encoding": browser}},
		{"NotModified", http.Header{"Accept-Encoding": {"gzip, deflate"}, "If-None-Match": {tag}}},
	} {
		known := bare(recorded(handler, c.fields))
		b.Run(c.name+"/server", func(b *testing.B) { serve(b, handler, c.fields) })
		b.Run(c.name+"/bare", func(b *testing.B) { serve(b, known, c.fields) })
		b.Run(c.name+"/ratio", func(b *testing.B) { compare(b, handler, known, c.fields) })
	}
}

const entry = `<entry><id>tag:newsroom.example,2026:1</id><title>Mission reports on the crossing points</title>` +
	`<updated>2026-11-23T09:15:07Z</updated><link rel="alternate" href="https://newsroom.example/node/1"/>` +
	`<summary>The mission reports on what it saw at the crossing points this week.</summary></entry>`

// longFeed is a document of 50 entries.
func longFeed() string { return "<feed>" + strings.Repeat(entry, 50) + "</feed>" }

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

// serve sends one request after another on each connection.
func serve(b *testing.B, handler http.Handler, fields http.Header) {
	serveAnswers(b, newQuestion(b, handler, fields))
}

func serveAnswers(b *testing.B, asked question) {
	var mu sync.Mutex
	var latencies []time.Duration
	b.SetBytes(int64(asked.length))
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		connection := asked.connect(b)
		defer connection.Close()
		answer, mine := make([]byte, asked.length), []time.Duration(nil)
		for pb.Next() {
			began := time.Now()
			asked.ask(b, connection, answer)
			mine = append(mine, time.Since(began))
		}
		mu.Lock()
		defer mu.Unlock()
		latencies = append(latencies, mine...)
	})
	b.StopTimer()
	slices.Sort(latencies)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
	b.ReportMetric(float64(latencies[len(latencies)*99/100].Microseconds()), "p99-µs")
}

// compare asks one and other in turns, a thousand times each, and reports how
// many requests one answers while other answers one.
func compare(b *testing.B, one, other http.Handler, fields http.Header) {
	const turns, requests = 10, 100
	var took [2]time.Duration
	questions := [2]question{newQuestion(b, one, fields), newQuestion(b, other, fields)}
	for range b.N * turns {
		for i, asked := range questions {
			connection := asked.connect(b)
			answer := make([]byte, asked.length)
			began := time.Now()
			for range requests {
				asked.ask(b, connection, answer)
			}
			took[i] += time.Since(began)
			connection.Close()
		}
	}
	b.ReportMetric(took[1].Seconds()/took[0].Seconds(), "of-bare")
	b.ReportMetric(0, "ns/op")
}

// question is a request to a server, as bytes. Asking it takes no HTTP client,
// so that most of what is measured is the server.
type question struct {
	address string
	request []byte
	length  int // of the whole answer
}

func newQuestion(b *testing.B, handler http.Handler, fields http.Header) question {
	b.Helper()
	if _, ours := handler.(*server.Handler); ours {
		return questionTo(b, startFor(b, handler, "192.0.2.7:4711"), fields)
	}
	return questionTo(b, startBare(b, handler), fields)
}

// startBare serves handler by net/http alone.
func startBare(b *testing.B, handler http.Handler) string {
	b.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	bare := &http.Server{
		Handler: handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second,
		WriteTimeout: time.Minute, IdleTimeout: 2 * time.Minute,
	}
	go func() { _ = bare.Serve(listener) }()
	b.Cleanup(func() { _ = bare.Close() })
	return listener.Addr().String()
}

func questionTo(b *testing.B, address string, fields http.Header) question {
	b.Helper()
	request := new(bytes.Buffer)
	fmt.Fprintf(request, "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: reader/1.0\r\n", all, address)
	_ = fields.Write(request)
	request.WriteString("\r\n")
	return question{address, request.Bytes(), answerLength(b, address, request.String())}
}

func (q question) connect(b *testing.B) net.Conn {
	connection, err := net.Dial("tcp", q.address)
	if err != nil {
		b.Error(err)
		runtime.Goexit()
	}
	return connection
}

// ask sends the question and reads the answer, which is as long as the buffer.
func (q question) ask(b *testing.B, connection net.Conn, answer []byte) {
	_, err := connection.Write(q.request)
	if err == nil {
		_, err = io.ReadFull(connection, answer)
	}
	if err != nil {
		b.Error(err)
		runtime.Goexit()
	}
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
