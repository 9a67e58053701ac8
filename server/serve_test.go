package server

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

var quiet = slog.New(slog.DiscardHandler)

func listen(t *testing.T) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return listener
}

// request opens a connection and sends a whole request.
func request(t *testing.T, address net.Addr) net.Conn {
	t.Helper()
	connection, err := net.Dial("tcp", address.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { connection.Close() })
	if _, err := io.WriteString(connection, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	return connection
}

// busy is a handler that says when it runs and waits to be let go.
type busy struct{ running, free chan struct{} }

func newBusy() busy { return busy{make(chan struct{}), make(chan struct{})} }

func (b busy) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	b.running <- struct{}{}
	<-b.free
	_, _ = io.WriteString(w, "done")
}

func TestServeDrains(t *testing.T) {
	defer goleak.VerifyNone(t)
	listener, handler := listen(t), newBusy()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- Serve(ctx, listener, handler, quiet) }()
	connection := request(t, listener.Addr())
	<-handler.running
	stop()
	for refused := false; !refused; {
		late, err := net.Dial("tcp", listener.Addr().String())
		if refused = err != nil; !refused {
			late.Close()
			time.Sleep(time.Millisecond)
		}
	}
	close(handler.free)
	response, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil {
		t.Fatalf("the running request was not finished: %v", err)
	}
	body, _ := io.ReadAll(response.Body)
	if err := <-ended; err != nil || string(body) != "done" {
		t.Errorf("Serve returned %v, the running request got %q", err, body)
	}
}

func TestServeClosesWhatIsLeft(t *testing.T) {
	defer goleak.VerifyNone(t)
	listener, handler := listen(t), newBusy()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, newServer(handler, quiet), listener, 20*time.Millisecond, quiet) }()
	connection := request(t, listener.Addr())
	<-handler.running
	stop()
	if err := <-ended; err != nil {
		t.Errorf("a reader that would not end made Serve return %v", err)
	}
	if rest, err := io.ReadAll(connection); len(rest) > 0 && err == nil {
		t.Errorf("the connection was not closed: %q", rest)
	}
	close(handler.free)
}

func TestServeOfNobodyEndsAtOnce(t *testing.T) {
	defer goleak.VerifyNone(t)
	ctx, stop := context.WithCancel(context.Background())
	stop()
	began := time.Now()
	if err := Serve(ctx, listen(t), http.NotFoundHandler(), quiet); err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took > time.Second {
		t.Errorf("ending took %v", took)
	}
}

// broken is a listener whose network goes away.
type broken struct{ net.Listener }

func (broken) Accept() (net.Conn, error) { return nil, errors.New("network is down") }

func TestServeTellsOfABrokenListener(t *testing.T) {
	defer goleak.VerifyNone(t)
	err := Serve(context.Background(), broken{listen(t)}, http.NotFoundHandler(), quiet)
	if err == nil || !strings.Contains(err.Error(), "network is down") || !strings.HasPrefix(err.Error(), "serving on 127.0.0.1:") {
		t.Errorf("Serve returned %v", err)
	}
}

func TestEveryPhaseIsLimited(t *testing.T) {
	s := newServer(http.NotFoundHandler(), quiet)
	for name, limit := range map[string]time.Duration{
		"ReadHeaderTimeout": s.ReadHeaderTimeout, "ReadTimeout": s.ReadTimeout,
		"WriteTimeout": s.WriteTimeout, "IdleTimeout": s.IdleTimeout,
	} {
		if limit <= 0 || limit > 2*time.Minute {
			t.Errorf("%s is %v", name, limit)
		}
	}
	if s.MaxHeaderBytes <= 0 || s.MaxHeaderBytes > 64<<10 {
		t.Errorf("MaxHeaderBytes is %d", s.MaxHeaderBytes)
	}
}

// single accepts the connections of a channel.
type single struct {
	connections chan net.Conn
	closed      chan struct{}
}

func (l single) Accept() (net.Conn, error) {
	select {
	case c := <-l.connections:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l single) Close() error { close(l.closed); return nil }

func (l single) Addr() net.Addr { return &net.TCPAddr{} }

// A reader that sends a letter a second is let go when its time is over. The
// clock of this test is not the machine's, so the real limits can be used.
func TestSlowReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		listener := single{make(chan net.Conn), make(chan struct{})}
		ctx, stop := context.WithCancel(context.Background())
		ended := make(chan error, 1)
		go func() { ended <- Serve(ctx, listener, http.NotFoundHandler(), quiet) }()
		ours, theirs := net.Pipe()
		listener.connections <- theirs
		began := time.Now()
		go func() { _, _ = io.Copy(io.Discard, ours) }()
		for _, letter := range "GET /" + strings.Repeat("a", 600) {
			time.Sleep(time.Second)
			if _, err := io.WriteString(ours, string(letter)); err != nil {
				break
			}
		}
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("a slow reader was kept for %v", took)
		}
		ours.Close()
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// Of several connections that ask for nothing, the one goes first that has done
// so for longest.
func TestLongestIdleGoesFirst(t *testing.T) {
	connections := make(chan net.Conn, 3)
	l := Limit(single{connections, make(chan struct{})}, Connections{Most: 2}, quiet).(*limited)
	var ours, accepted [3]net.Conn
	for i := range ours {
		var theirs net.Conn
		ours[i], theirs = net.Pipe()
		connections <- theirs
		defer ours[i].Close()
	}
	accept := func(i int) {
		t.Helper()
		var err error
		if accepted[i], err = l.Accept(); err != nil {
			t.Fatal(err)
		}
		l.observe(accepted[i], http.StateNew)
	}
	accept(0)
	accept(1)
	l.observe(accepted[0], http.StateActive)
	l.observe(accepted[0], http.StateIdle)
	accept(2)
	closed := func(i int) bool {
		_ = ours[i].SetReadDeadline(time.Now().Add(10 * time.Millisecond))
		_, err := ours[i].Read(make([]byte, 1))
		return errors.Is(err, io.EOF)
	}
	if closed(0) || !closed(1) || closed(2) {
		t.Errorf("closed are %v, %v and %v", closed(0), closed(1), closed(2))
	}
	_ = errors.Join(accepted[0].Close(), accepted[2].Close(), l.Close())
	if l.open != 0 || l.useless.Len() != 0 || len(l.by) != 0 {
		t.Errorf("after all were closed, %d are open, %d of no use, %d clients have some", l.open, l.useless.Len(), len(l.by))
	}
}

// A server whose places are all taken ends like any other, while a newcomer
// waits for one.
func TestServeEndsWhenFull(t *testing.T) {
	defer goleak.VerifyNone(t)
	listener, handler := Limit(listen(t), Connections{Most: 1}, quiet), newBusy()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	server := newServer(handler, quiet)
	server.ConnState = listener.(*limited).observe
	go func() { ended <- run(ctx, server, listener, 20*time.Millisecond, quiet) }()
	request(t, listener.Addr())
	<-handler.running
	waiting := request(t, listener.Addr())
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := io.ReadAll(waiting); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("the newcomer is still waiting")
	}
	close(handler.free)
}
