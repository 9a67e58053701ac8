package server_test

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"communique/server"
)

// bounded serves handler with so many connections at most, as an address tells
// of peers there.
func bounded(t *testing.T, handler http.Handler, peer string, bound server.Connections, log *slog.Logger) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	if peer != "" {
		listener = elsewhere{listener, peer}
	}
	serveOn(t, server.Limit(listener, bound, log), handler)
	return address
}

func dial(t *testing.T, address, text string) net.Conn {
	t.Helper()
	connection, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { connection.Close() })
	if err := connection.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(connection, text); err != nil {
		t.Fatal(err)
	}
	return connection
}

// answered reads one answer, and reports whether there was one.
func answered(connection net.Conn) bool {
	response, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil {
		return false
	}
	_, err = io.Copy(io.Discard, response.Body)
	return err == nil && response.StatusCode == http.StatusOK
}

// Slow-loris: many more connections than there are places, none of which ever
// sends a whole request, keep nobody from a feed, not even for their 5 seconds.
func TestSlowLoris(t *testing.T) {
	log := new(journal)
	address := bounded(t, server.New(options(newPress())), "", server.Connections{Most: 32}, log.logger(slog.LevelInfo))
	began := time.Now()
	for range 5 {
		for range 32 {
			dial(t, address, "GET "+all+" HTTP/1.1\r\nHost: x\r\nX-Slow: ")
		}
		if got := get(t, address, all); got.StatusCode != http.StatusOK {
			t.Fatalf("status %d", got.StatusCode)
		}
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("five readers were kept waiting, %v in all", took)
	}
	if lines := log.lines("all connections are taken"); len(lines) != 1 {
		t.Errorf("the log says %q", lines)
	}
}

// A connection that waits for its reader's next request gives its place away,
// one that is being answered never.
func TestIdleConnectionsMakeRoom(t *testing.T) {
	handler := newGated()
	address := bounded(t, handler, "", server.Connections{Most: 3}, slog.New(slog.DiscardHandler))
	const request = "GET /%s HTTP/1.1\r\nHost: x\r\n\r\n"
	working := dial(t, address, fmt.Sprintf(request, "slow"))
	<-handler.running
	for n := range 20 {
		if !answered(dial(t, address, fmt.Sprintf(request, ""))) {
			t.Fatalf("newcomer %d got nothing", n)
		}
	}
	close(handler.free)
	if !answered(working) {
		t.Error("the request that was being answered was cut off")
	}
}

// When every connection is answered something, a newcomer waits until one of them
// is not.
func TestNewcomerWaits(t *testing.T) {
	handler := newGated()
	address := bounded(t, handler, "", server.Connections{Most: 2}, slog.New(slog.DiscardHandler))
	const request = "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"
	var crowd []net.Conn
	for range 2 {
		crowd = append(crowd, dial(t, address, request))
		<-handler.running
	}
	crowd = append(crowd, dial(t, address, request))
	select {
	case <-handler.running:
		t.Error("there are more connections than places")
	case <-time.After(50 * time.Millisecond):
	}
	handler.free <- struct{}{}
	<-handler.running
	close(handler.free)
	for n, connection := range crowd {
		if !answered(connection) {
			t.Errorf("reader %d got nothing", n)
		}
	}
}

// One client gets half of all places and leaves the rest to others; what is a
// proxy, by name or perhaps, gets what it asks for.
func TestPlacesOfOneClient(t *testing.T) {
	proxies := server.Proxies{netip.MustParsePrefix("198.51.100.0/24")}
	for peer, want := range map[string]int{"192.0.2.7:1": 6, "": 12, "10.0.0.1:1": 12, "198.51.100.9:1": 12} {
		handler := newGated()
		address := bounded(t, handler, peer, server.Connections{Most: 12, Proxies: proxies}, slog.New(slog.DiscardHandler))
		for range 12 {
			dial(t, address, "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
		}
		running := 0
		for patience := 20 * time.Second; ; running++ {
			if running == want {
				patience = 100 * time.Millisecond // for one too many
			}
			select {
			case <-handler.running:
				continue
			case <-time.After(patience):
			}
			break
		}
		if running != want {
			t.Errorf("from %q, %d requests are answered at once, want %d", peer, running, want)
		}
		close(handler.free)
	}
}

// A request that is too large is told so, though it goes on being sent.
func TestHugeHeader(t *testing.T) {
	address := start(t, server.New(options(newPress())))
	for _, field := range []string{"X-Huge: " + strings.Repeat("a", 1<<20), strings.Repeat("X-Many: b\r\n", 1<<16) + "X-Last: c"} {
		got := raw(t, address, "GET "+all+" HTTP/1.1\r\nHost: x\r\n"+field+"\r\n\r\n")
		if !strings.HasPrefix(got, "HTTP/1.1 431 ") || len(got) > 300 {
			t.Errorf("a huge header gave %.300q", got)
		}
	}
}

// gated answers at once, but for /slow.
type gated struct{ running, free chan struct{} }

func newGated() gated { return gated{make(chan struct{}, 100), make(chan struct{})} }

func (g gated) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/slow" {
		g.running <- struct{}{}
		<-g.free
	}
	_, _ = io.WriteString(w, "done")
}
