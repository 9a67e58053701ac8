package server_test

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"communique/server"
)

// elsewhere is a listener on loopback whose peers seem to be in another place.
type elsewhere struct {
	net.Listener
	peer string
}

type farConnection struct {
	*net.TCPConn
	peer *net.TCPAddr
}

func (l elsewhere) Accept() (net.Conn, error) {
	connection, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return farConnection{connection.(*net.TCPConn), net.TCPAddrFromAddrPort(netip.MustParseAddrPort(l.peer))}, nil
}

func (c farConnection) RemoteAddr() net.Addr { return c.peer }

// startFor serves handler to peers that seem to be at an address.
func startFor(t testing.TB, handler http.Handler, peer string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	serveOn(t, elsewhere{listener, peer}, handler)
	return listener.Addr().String()
}

// serveOn serves until the test ends.
func serveOn(t testing.TB, listener net.Listener, handler http.Handler) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, listener, handler, slog.New(slog.DiscardHandler)) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("Serve ended with: %v", err)
		}
	})
}

// calendar is a clock that tests set.
type calendar struct {
	mu  sync.Mutex
	now time.Time
}

func (c *calendar) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *calendar) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// A flood is answered 429 with the time to wait, and nobody else suffers.
func TestFlood(t *testing.T) {
	log, clock := new(journal), &calendar{now: noon}
	o := options(newPress())
	o.Clock, o.Log, o.Rate = clock.read, log.logger(slog.LevelInfo), server.Rate{Requests: 0.5, Burst: 20}
	handler := server.New(o)
	address, other := startFor(t, handler, "192.0.2.7:4711"), startFor(t, handler, "192.0.2.8:4711")
	for n := range 30 {
		got := get(t, address, all)
		switch {
		case n < 20 && got.StatusCode != http.StatusOK:
			t.Fatalf("request %d: status %d", n, got.StatusCode)
		case n < 20:
		case got.StatusCode != http.StatusTooManyRequests || got.Header.Get("Retry-After") != "2" || got.Header.Get("Cache-Control") != "no-store":
			t.Fatalf("request %d: status %d, fields %v", n, got.StatusCode, got.Header)
		}
	}
	for _, method := range []string{"HEAD", "POST"} {
		if got := ask(t, method, address, "/nothing", nil); got.StatusCode != http.StatusTooManyRequests {
			t.Errorf("%s: status %d", method, got.StatusCode)
		}
	}
	if got := get(t, address, all, "X-Forwarded-For", "198.51.100.7"); got.StatusCode != http.StatusTooManyRequests {
		t.Errorf("a client that says it is another: status %d", got.StatusCode)
	}
	if got := get(t, other, all); got.StatusCode != http.StatusOK {
		t.Errorf("another client: status %d", got.StatusCode)
	}
	if lines := log.lines("turned away"); len(lines) != 1 || !strings.Contains(lines[0], "client=192.0.2.7 ") {
		t.Errorf("the log says %q", lines)
	}
	clock.pass(2 * time.Second)
	if got := get(t, address, all); got.StatusCode != http.StatusOK {
		t.Errorf("after the wait: status %d", got.StatusCode)
	}
	clock.pass(time.Minute)
	for range 31 {
		get(t, address, all)
	}
	if lines := log.lines("turned away"); len(lines) != 2 || !strings.Contains(lines[1], "requests=13") {
		t.Errorf("the log says %q", lines)
	}
}

// Behind a proxy that the operator names, each reader counts for itself.
func TestFloodBehindAProxy(t *testing.T) {
	o := options(newPress())
	o.Rate, o.Proxies = server.Rate{Requests: 1, Burst: 3}, server.Proxies{netip.MustParsePrefix("127.0.0.0/8")}
	address := start(t, server.New(o))
	flood := func(client string) (last int) {
		for range 4 {
			last = get(t, address, all, "X-Forwarded-For", client).StatusCode
		}
		return last
	}
	for client, want := range map[string]int{
		"198.51.100.7": 429, "203.0.113.1, 198.51.100.8": 429, "2001:db8::1": 429, "10.0.0.5": 200, "127.0.0.1": 200, "nonsense": 200,
	} {
		if got := flood(client); got != want {
			t.Errorf("behind the proxy %s got %d, want %d", client, got, want)
		}
	}
	if got := get(t, address, all, "X-Forwarded-For", "2001:db8::ffff:2"); got.StatusCode != http.StatusTooManyRequests {
		t.Errorf("another address of the same household: status %d", got.StatusCode)
	}
}

// A proxy that nobody named must not make all of its readers one. That is told
// once.
func TestUnnamedProxy(t *testing.T) {
	log := new(journal)
	o := options(newPress())
	o.Log, o.Rate = log.logger(slog.LevelInfo), server.Rate{Requests: 1, Burst: 3}
	handler := server.New(o)
	for _, address := range []string{start(t, handler), startFor(t, handler, "172.17.0.1:80")} {
		for range 10 {
			if got := get(t, address, all, "X-Forwarded-For", "198.51.100.7"); got.StatusCode != http.StatusOK {
				t.Fatalf("status %d", got.StatusCode)
			}
		}
	}
	if lines := log.lines("not among the trusted"); len(lines) != 1 {
		t.Errorf("the log says %q", lines)
	}
}

// An aggregator that asks for 300 feeds in three formats at once is answered,
// and so is anybody when there is no bound.
func TestAggregator(t *testing.T) {
	for name, tt := range map[string]struct {
		rate  server.Rate
		times int
	}{
		"defaults": {times: 900},
		"no bound": {server.Rate{Requests: -1, Burst: 1}, 2000},
	} {
		o := options(newPress())
		o.Rate = tt.rate
		client := &http.Client{Transport: &http.Transport{MaxConnsPerHost: 100}}
		address := startFor(t, server.New(o), "192.0.2.7:4711")
		var crowd sync.WaitGroup
		for range 100 {
			crowd.Go(func() {
				for range tt.times / 100 {
					response, err := client.Get("http://" + address + all)
					if err != nil {
						t.Error(name, err)
						return
					}
					_, _ = new(bytes.Buffer).ReadFrom(response.Body)
					response.Body.Close()
					if response.StatusCode != http.StatusOK {
						t.Errorf("%s: status %d", name, response.StatusCode)
						return
					}
				}
			})
		}
		crowd.Wait()
		client.CloseIdleConnections()
	}
}
