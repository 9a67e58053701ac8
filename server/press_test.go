package server_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"communique/feed"
	"communique/server"
)

// press is a press whose documents, failures and pace the tests set.
type press struct {
	mu        sync.Mutex
	version   uint64
	documents map[string]feed.Document
	renders   map[string]int
	// broken is what Render returns, or panics with, instead of a document.
	broken map[string]any
	// absent is what VersionOf and Render return of documents that moved, ended
	// or have others near them.
	absent   map[string]error
	lost     error         // what VersionOf returns
	rendered chan struct{} // if not nil, Render waits for it
	asked    atomic.Int64  // calls of Version
	paths    []string      // that VersionOf was asked for
}

var (
	monday = time.Date(2026, time.November, 23, 9, 15, 7, 0, time.UTC)
	noon   = monday.Add(3 * time.Hour)
)

const (
	atomType = "application/atom+xml; charset=utf-8"
	htmlType = "text/html; charset=utf-8"
	longText = "The mission's report on the crossing points is out. "
	page     = "<!DOCTYPE html><html><head><style>body{margin:0}</style>\n<script type=\"module\">filter()</script><title>Feeds</title></head>" +
		"<body><p>Feeds</p><style>p{color:red}</style><script>steal()</script></body></html>"
)

func newPress() *press {
	p := &press{documents: map[string]feed.Document{}, renders: map[string]int{}, broken: map[string]any{}, absent: map[string]error{}}
	p.set("/osce/all.atom", atomType, "<feed>"+strings.Repeat(longText, 40)+"</feed>")
	p.set("/osce/topics/policing.atom", atomType, "<feed/>")
	p.set("/osce/all.json", "application/feed+json; charset=utf-8", `{"items":[]}`)
	p.set("/index.html", htmlType, page)
	return p
}

// set stores a document and moves its version.
func (p *press) set(path, mediaType, body string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.version++
	p.documents[path] = feed.Document{
		Path: path, MediaType: mediaType, Body: []byte(body), Modified: monday, Version: p.version,
	}
}

// change runs f on the press's state.
func (p *press) change(f func(*press)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.version++
	f(p)
}

func (p *press) text(path string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return string(p.documents[path].Body)
}

func (p *press) rendersOf(path string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.renders[path]
}

func (p *press) Version() uint64 {
	p.asked.Add(1)
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.version
}

func (p *press) VersionOf(path string) (uint64, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.paths = append(p.paths, path)
	if p.lost != nil {
		return 0, p.lost
	}
	d, err := p.document(path)
	return d.Version, err
}

func (p *press) Render(path string) (feed.Document, error) {
	if p.rendered != nil {
		<-p.rendered
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.renders[path]++
	switch broken := p.broken[path].(type) {
	case nil:
	case error:
		return feed.Document{}, broken
	default:
		panic(broken)
	}
	return p.document(path)
}

// document needs mu.
func (p *press) document(path string) (feed.Document, error) {
	if err := p.absent[path]; err != nil {
		return feed.Document{}, fmt.Errorf("looking for %s: %w", path, err)
	}
	d, known := p.documents[path]
	if !known {
		return feed.Document{}, feed.ErrNoDocument
	}
	return d, nil
}

func (p *press) Topics() ([]string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var paths []string
	for path, d := range p.documents {
		if d.Hub != "" {
			paths = append(paths, path)
		}
	}
	return paths, p.lost
}

// alter changes a document and moves its version.
func (p *press) alter(path string, f func(*feed.Document)) {
	p.change(func(p *press) {
		d := p.documents[path]
		d.Version = p.version
		f(&d)
		p.documents[path] = d
	})
}

// journal is a log that tests read while requests write it.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(line []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(line)
}

// lines returns the lines that hold part.
func (j *journal) lines(part string) []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	var found []string
	for line := range strings.Lines(j.text.String()) {
		if strings.Contains(line, part) {
			found = append(found, line)
		}
	}
	return found
}

func (j *journal) logger(level slog.Level) *slog.Logger {
	return slog.New(slog.NewTextHandler(j, &slog.HandlerOptions{Level: level}))
}

// options are those of most tests: it is noon of the day that everything was
// modified.
func options(p server.Press) server.Options {
	return server.Options{Press: p, MaxAge: 15 * time.Minute, Clock: func() time.Time { return noon }}
}

// start serves handler on loopback as the program does, and returns where.
func start(t testing.TB, handler http.Handler) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, listener, handler, slog.New(slog.DiscardHandler)) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("Serve ended with: %v", err)
		}
	})
	return listener.Addr().String()
}

// reply is a response with its body read.
type reply struct {
	*http.Response
	body string
}

// ask sends one request over a socket. No header is added to those of fields,
// in particular no Accept-Encoding.
func ask(t testing.TB, method, address, path string, fields map[string]string) reply {
	t.Helper()
	r, err := http.NewRequest(method, "http://"+address+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range maps.All(fields) {
		r.Header.Set(name, value)
	}
	transport := &http.Transport{DisableCompression: true, DisableKeepAlives: true}
	response, err := transport.RoundTrip(r)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatalf("%s %s: reading the body: %v", method, path, err)
	}
	return reply{response, string(body)}
}

// get is ask with GET and fields given as pairs.
func get(t testing.TB, address, path string, pairs ...string) reply {
	t.Helper()
	fields := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		fields[pairs[i]] = pairs[i+1]
	}
	return ask(t, http.MethodGet, address, path, fields)
}

// raw sends text as it is, asks for the connection's end and returns all that
// comes back.
func raw(t *testing.T, address, text string) string {
	t.Helper()
	connection, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	if err := connection.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(connection, text); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(connection)
	if err != nil {
		t.Fatalf("reading the answer to %q: %v", text, err)
	}
	return string(answer)
}
