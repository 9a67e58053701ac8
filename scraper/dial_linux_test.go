package scraper_test

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"communique/scraper"
)

// crowded is an address on loopback where nobody gets a connection: its listener
// has room for one that waits, and takes none.
func crowded(t *testing.T) *url.URL {
	t.Helper()
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Close(socket) })
	if err := errors.Join(unix.Bind(socket, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}), unix.Listen(socket, 0)); err != nil {
		t.Fatal(err)
	}
	name, err := unix.Getsockname(socket)
	if err != nil {
		t.Fatal(err)
	}
	at := fmt.Sprintf("127.0.0.1:%d", name.(*unix.SockaddrInet4).Port)
	waits, err := net.Dial("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = waits.Close() })
	return &url.URL{Scheme: "http", Host: at, Path: "/press-releases"}
}

// TestDialPhase dials a host that lets nobody in. It is asked many times, since a
// dialler has two errors for a limit of its own and takes either.
func TestDialPhase(t *testing.T) {
	at := crowded(t)
	options := optionsFor(t, at)
	transport := scraper.NewTransportWithin(at, 10*time.Millisecond)
	t.Cleanup(transport.CloseIdleConnections)
	options.Transport = transport
	for range 20 {
		_, err := scraper.New(osce(t), options).Visit(t.Context(), at, scraper.Validators{})
		if !errors.Is(err, scraper.ErrTryLater) || !strings.Contains(err.Error(), "no connection within 10ms: dial tcp "+at.Host) {
			t.Fatal(err)
		}
	}
}
