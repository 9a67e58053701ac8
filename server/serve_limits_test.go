package server

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

// A request that would not end is waited for as long as Serve says, and no longer.
// The clock of this test is not the machine's.
func TestServeDrainsInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		listener, handler := single{make(chan net.Conn), make(chan struct{})}, newBusy()
		ctx, stop := context.WithCancel(context.Background())
		ended := make(chan error, 1)
		go func() { ended <- Serve(ctx, listener, handler, quiet) }()
		ours, theirs := net.Pipe()
		listener.connections <- theirs
		go func() { _, _ = io.WriteString(ours, "GET / HTTP/1.1\r\nHost: x\r\n\r\n") }()
		<-handler.running
		began := time.Now()
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if took := time.Since(began); took != 3*time.Second {
			t.Errorf("it was waited for %v", took)
		}
		close(handler.free)
		ours.Close()
	})
}

// A listener that nobody bounded is bounded by Serve: one connection more than
// there may be takes the place of the first.
func TestServeBoundsByItself(t *testing.T) {
	defer goleak.VerifyNone(t)
	listener := single{make(chan net.Conn), make(chan struct{})}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- Serve(ctx, listener, http.NotFoundHandler(), quiet) }()
	var ours []net.Conn
	for range usualConnections + 1 {
		our, their := net.Pipe()
		listener.connections <- their
		ours = append(ours, our)
	}
	_ = ours[0].SetReadDeadline(time.Now().Add(3 * time.Second)) // less than a slow request is given
	if _, err := ours[0].Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("%d connections are open; the first one ended with %v", len(ours), err)
	}
	for _, our := range ours {
		our.Close()
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
