package server_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"communique/feed"
	"communique/server"
	"communique/store"
)

// crawl reads a byte each pause, until stop is closed.
func crawl(connection net.Conn, pause time.Duration, stop chan struct{}) {
	ticks := time.NewTicker(pause)
	defer ticks.Stop()
	for letter := make([]byte, 1); ; {
		select {
		case <-stop:
			return
		case <-ticks.C:
			if _, err := connection.Read(letter); err != nil {
				return
			}
		}
	}
}

// narrow is a listener on whose connections little is under way: what a reader
// does not take, the server still has.
type narrow struct{ net.Listener }

func (l narrow) Accept() (net.Conn, error) {
	connection, err := l.Listener.Accept()
	if err == nil {
		err = connection.(*net.TCPConn).SetWriteBuffer(1 << 10)
	}
	return connection, err
}

// Readers that take a byte now and then, of a feed and of the change log, delay
// no commit and hold no page of the store: it grows no more than without them.
func TestSlowSubscribers(t *testing.T) {
	var sizes []int64
	var slowest []time.Duration
	for _, readers := range []int{0, 20} {
		path := storePath(t)
		_, room := newsroom(t, path)
		var page []store.Release
		for n := range 500 {
			page = append(page, written(n, strings.Repeat("What the mission saw. ", 40)))
		}
		put(t, room, page...)
		press, err := feed.NewPress(base, feed.DefaultLimits(), feed.Room{Store: room, Newsroom: feed.Newsroom{
			Name: "osce", Title: "OSCE", Home: "https://www.osce.org/press-releases", Language: "en", IDPrefix: "tag:osce.org,1999:",
		}})
		if err != nil {
			t.Fatal(err)
		}
		o := based(press)
		o.Logs = map[string]server.ChangeLog{"osce": room}
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		serveOn(t, narrow{listener}, server.New(o))
		stop := make(chan struct{})
		for n := range readers {
			connection, err := net.Dial("tcp", listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer connection.Close()
			if err := connection.(*net.TCPConn).SetReadBuffer(1 << 10); err != nil {
				t.Fatal(err)
			}
			target := []string{all, changesPath}[n%2]
			if _, err := fmt.Fprintf(connection, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", target); err != nil {
				t.Fatal(err)
			}
			if _, err := connection.Read(make([]byte, 1)); err != nil { // it is being answered
				t.Fatal(err)
			}
			go crawl(connection, 50*time.Millisecond, stop)
		}
		var worst time.Duration
		for n := range 200 {
			r := written(n, fmt.Sprintf("Corrected for the %d. time. %s", n, strings.Repeat("What the mission saw. ", 40)))
			began := time.Now()
			put(t, room, r)
			worst = max(worst, time.Since(began))
		}
		close(stop)
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		sizes, slowest = append(sizes, info.Size()), append(slowest, worst)
	}
	t.Logf("without and with slow readers: the slowest of 200 commits took %v, the file has %v bytes", slowest, sizes)
	if sizes[1] > sizes[0]+sizes[0]/10 {
		t.Errorf("slow readers let the file grow from %d to %d bytes", sizes[0], sizes[1])
	}
	if slowest[1] > 5*time.Second {
		t.Errorf("a commit took %v", slowest[1])
	}
}

// A long document goes to a slow reader in full, however long that takes in
// all; one that stops taking it is let go. The clock of this test is not the
// machine's, and its connections have no buffers.
func TestLongDocumentSlowReader(t *testing.T) {
	for name, tt := range map[string]struct {
		pause time.Duration // after each 4 KiB
		whole bool
	}{
		"3 kilobytes a second": {1300 * time.Millisecond, true},
		"80 bytes a second":    {50 * time.Second, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			p := newPress()
			long := strings.Repeat(entry, 1200)
			p.set(all, atomType, long)
			ours, ended, stop := servePipe(server.New(options(p)))
			go fmt.Fprintf(ours, "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", all)
			began := time.Now()
			var got bytes.Buffer
			for {
				if _, err := io.CopyN(&got, ours, 4<<10); err != nil {
					break
				}
				time.Sleep(tt.pause)
			}
			took := time.Since(began)
			if whole := strings.HasSuffix(got.String(), long); whole != tt.whole {
				t.Errorf("%s: got %d of %d bytes in %v", name, got.Len(), len(long), took)
			}
			if tt.whole && took < 90*time.Second || !tt.whole && took > 5*time.Minute {
				t.Errorf("%s: the connection was there for %v", name, took)
			}
			ours.Close()
			stop()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		})
	}
}

// servePipe serves one connection without a network.
func servePipe(handler http.Handler) (ours net.Conn, ended chan error, stop func()) {
	connections, ended := make(chan net.Conn), make(chan error, 1)
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		ended <- server.Serve(ctx, server.ListenTo(connections), handler, slog.New(slog.DiscardHandler))
	}()
	ours, theirs := net.Pipe()
	connections <- theirs
	return ours, ended, stop
}

// A request that waits for changes and never sends the body that it announced
// is not held for longer than any other.
func TestWaitWithABody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db, err := store.Open(storePath(t), store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		room, err := db.Newsroom("osce")
		if err != nil {
			t.Fatal(err)
		}
		ours, ended, stop := servePipe(server.New(logging(room)))
		began := time.Now()
		go fmt.Fprintf(ours, "GET %s?wait=60s HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc", changesPath)
		_, _ = io.Copy(io.Discard, ours)
		if took := time.Since(began); took > 11*time.Second {
			t.Errorf("the connection was there for %v", took)
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
}
