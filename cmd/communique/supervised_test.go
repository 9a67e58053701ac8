package main

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestSupervised is a serve from its start to its end as systemd hears it.
func TestSupervised(t *testing.T) {
	dir, err := os.MkdirTemp("", "sd") // t.TempDir is too long a name for a socket
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	address := &net.UnixAddr{Name: filepath.Join(dir, "notify"), Net: "unixgram"}
	supervisor, err := net.ListenUnixgram("unixgram", address)
	if err != nil {
		t.Fatal(err)
	}
	defer supervisor.Close()
	t.Setenv("NOTIFY_SOCKET", address.Name)
	t.Setenv("WATCHDOG_USEC", "2000000")
	t.Setenv("WATCHDOG_PID", "")
	r := startReloaded(t, "contact: one\n", "--no-collect")
	// hears waits for what begins so. Signs of life may come between all others.
	hears := func(beginning string) string {
		t.Helper()
		for {
			if err := supervisor.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
				t.Fatal(err)
			}
			datagram := make([]byte, 4096)
			n, err := supervisor.Read(datagram)
			if err != nil {
				t.Fatal(err)
			}
			told := string(datagram[:n])
			if strings.HasPrefix(told, beginning) {
				return told
			}
			if told != "WATCHDOG=1" {
				t.Fatalf("systemd was told %q, want %s; the log:\n%s", told, beginning, r.stderr.String())
			}
		}
	}
	if told := hears("READY=1"); !strings.Contains(told, "\nSTATUS=Serving the feeds of OSCE at http://") {
		t.Errorf("told %q", told)
	}
	hears("WATCHDOG=1")
	hears("WATCHDOG=1")
	if err := r.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	hears("RELOADING=1\nMONOTONIC_USEC=")
	hears("READY=1")
	r.stop(t, syscall.SIGTERM)
	hears("STOPPING=1")
}
