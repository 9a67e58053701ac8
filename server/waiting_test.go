package server_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"communique/server"
	"communique/store"
)

// watched is a change log that says when a request has begun to wait.
type watched struct {
	*store.Newsroom
	waiting chan struct{}
}

func (w watched) Wait(ctx context.Context, after uint64) error {
	w.waiting <- struct{}{}
	return w.Newsroom.Wait(ctx, after)
}

func watch(room *store.Newsroom) watched { return watched{room, make(chan struct{}, 100)} }

// later asks in a goroutine of its own.
func later(t *testing.T, address, path string) <-chan reply {
	answered := make(chan reply, 1)
	go func() { answered <- get(t, address, path) }()
	return answered
}

func TestWaitForChange(t *testing.T) {
	_, room := newsroom(t, storePath(t))
	log := watch(room)
	address := start(t, server.New(logging(log)))
	put(t, room, written(1, "long known"))
	answered := later(t, address, changesPath+"?since=latest&wait=60s")
	<-log.waiting
	put(t, room, written(2, "new"))
	list, _ := lines(t, <-answered)
	if len(list) != 1 || list[0].Change != "added" || !strings.Contains(string(list[0].Release), "500002") {
		t.Errorf("after the wait: %s", list)
	}
}

// Many wait for one change, and each gets it.
func TestCrowdWaits(t *testing.T) {
	_, room := newsroom(t, storePath(t))
	log := watch(room)
	address := start(t, server.New(logging(log)))
	var crowd []<-chan reply
	for range 50 {
		crowd = append(crowd, later(t, address, changesPath+"?wait=60s"))
	}
	for range crowd {
		<-log.waiting
	}
	put(t, room, written(1, "new"))
	for _, answered := range crowd {
		if list, _ := lines(t, <-answered); len(list) != 1 {
			t.Errorf("one of the crowd was told %d changes", len(list))
		}
	}
}

func TestTooManyWait(t *testing.T) {
	_, room := newsroom(t, storePath(t))
	log := watch(room)
	o := logging(log)
	o.Waiting = 1
	address := start(t, server.New(o))
	connection, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(connection, "GET %s?wait=60s HTTP/1.1\r\nHost: x\r\n\r\n", changesPath)
	<-log.waiting
	got := get(t, address, changesPath+"?wait=60s")
	if got.StatusCode != http.StatusServiceUnavailable || got.Header.Get("Retry-After") == "" {
		t.Errorf("status %d, fields %v", got.StatusCode, got.Header)
	}
	lines(t, get(t, address, changesPath)) // who doesn't wait is answered
	connection.Close()
	// The place of a reader who is gone is free as soon as that is noticed.
	for status := http.StatusServiceUnavailable; status != http.StatusOK; {
		status = get(t, address, changesPath+"?wait=1ms").StatusCode
	}
}

// A server that ends lets go of those who wait, with an answer to go on from.
func TestWaitEndsWithTheServer(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	_, room := newsroom(t, storePath(t))
	log := watch(room)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, listener, server.New(logging(log)), slog.New(slog.DiscardHandler)) }()
	answered := later(t, listener.Addr().String(), changesPath+"?wait=60s")
	<-log.waiting
	began := time.Now()
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took > 2*time.Second { // it gives others 3
		t.Errorf("the server waited %v for its readers", took)
	}
	if list, _ := lines(t, <-answered); len(list) > 0 {
		t.Errorf("told of %s", list)
	}
}

// A wait is longer than the server's limits for reading and writing; the clock
// of this test is not the machine's, so it can be seen.
func TestLongWait(t *testing.T) {
	for _, at := range []time.Duration{59 * time.Second, time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			db, err := store.Open(storePath(t), store.Options{})
			if err != nil {
				t.Fatal(err)
			}
			room, err := db.Newsroom("osce")
			if err != nil {
				t.Fatal(err)
			}
			connections := make(chan net.Conn)
			ctx, stop := context.WithCancel(context.Background())
			ended := make(chan error, 1)
			go func() {
				ended <- server.Serve(ctx, server.ListenTo(connections), server.New(logging(room)), slog.New(slog.DiscardHandler))
			}()
			ours, theirs := net.Pipe()
			connections <- theirs
			began := time.Now()
			go func() { time.Sleep(at); put(t, room, written(1, "late")) }()
			go fmt.Fprintf(ours, "GET %s?wait=1h HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", changesPath)
			answer, err := io.ReadAll(ours)
			if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 200 ") {
				t.Errorf("a change after %v: %q, %v", at, answer, err)
			}
			if took := time.Since(began); took != min(at, time.Minute) {
				t.Errorf("a change after %v was waited for %v", at, took)
			}
			if told := strings.Contains(string(answer), "late"); told != (at < time.Minute) {
				t.Errorf("a change after %v: told is %v", at, told)
			}
			time.Sleep(at)
			stop()
			if err := <-ended; err != nil {
				t.Error(err)
			}
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}
