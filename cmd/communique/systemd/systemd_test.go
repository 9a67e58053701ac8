package systemd

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

// init1 is the end of the socket that systemd holds.
type init1 struct{ *net.UnixConn }

// supervised returns a supervisor with these variables, and what hears it.
func supervised(t *testing.T, env map[string]string) (*Supervisor, init1) {
	t.Helper()
	dir, err := os.MkdirTemp("", "sd") // t.TempDir is too long a name for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	name := filepath.Join(dir, "notify")
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: name, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	s, err := New(func(key string) string {
		if key == "NOTIFY_SOCKET" {
			return name
		}
		return env[key]
	}, 42)
	if err != nil {
		t.Fatal(err)
	}
	return s, init1{conn}
}

// hear returns the next datagram, "" if none comes in time.
func (i init1) hear(t *testing.T, within time.Duration) string {
	t.Helper()
	if err := i.SetReadDeadline(time.Now().Add(within)); err != nil {
		t.Fatal(err)
	}
	datagram := make([]byte, 4096)
	n, err := i.Read(datagram)
	if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatal(err)
	}
	return string(datagram[:n])
}

func TestSupervisorIsTold(t *testing.T) {
	s, systemd := supervised(t, nil)
	for _, c := range []struct {
		say  func() error
		want string
	}{
		{func() error { return s.Ready("serving OSCE at :8080") }, `^READY=1\nSTATUS=serving OSCE at :8080$`},
		{s.Reloading, `^RELOADING=1\nMONOTONIC_USEC=[1-9][0-9]*$`},
		{func() error { return s.status("a\nREADY=1\r\x1b[2Jb") }, `^STATUS=a READY=1 \[2Jb$`},
		{s.Stopping, `^STOPPING=1$`},
	} {
		if err := c.say(); err != nil {
			t.Fatal(err)
		}
		if got := systemd.hear(t, 10*time.Second); !regexp.MustCompile(c.want).MatchString(got) {
			t.Errorf("told %q, want %s", got, c.want)
		}
	}
}

func TestWatchdogVariables(t *testing.T) {
	for _, c := range []struct {
		usec, pid string
		want      time.Duration
		wrong     bool
	}{
		{},
		{usec: "120000000", want: 2 * time.Minute},
		{usec: "120000000", pid: "42", want: 2 * time.Minute},
		{usec: "120000000", pid: "7"},
		{usec: "0", wrong: true},
		{usec: "-5", wrong: true},
		{usec: "soon", wrong: true},
		{usec: "9223372036854775807", wrong: true},
	} {
		env := map[string]string{"NOTIFY_SOCKET": "/run/notify", "WATCHDOG_USEC": c.usec, "WATCHDOG_PID": c.pid}
		s, err := New(func(key string) string { return env[key] }, 42)
		if (err != nil) != c.wrong {
			t.Errorf("%+v: error %v", c, err)
		} else if err == nil && s.watchdog != c.want {
			t.Errorf("%+v: got %v", c, s.watchdog)
		}
	}
}

// Nobody who asked: nothing is told, and nothing fails.
func TestNoSupervisor(t *testing.T) {
	s, err := New(func(string) string { return "" }, 42)
	if err != nil {
		t.Fatal(err)
	}
	s.Watch(t.Context(), slog.New(slog.DiscardHandler), nil)
	if err := errors.Join(s.Ready(""), s.Reloading(), s.status(""), s.Stopping()); err != nil {
		t.Error(err)
	}
}

// A sign of life is given only by a process that answers.
func TestBeat(t *testing.T) {
	s, systemd := supervised(t, map[string]string{"WATCHDOG_USEC": "100000"})
	unwell := errors.New("unwell")
	if err := s.beat(t.Context(), func(context.Context) error { return unwell }); !errors.Is(err, unwell) {
		t.Errorf("error %v", err)
	}
	release := make(chan struct{})
	if err := s.beat(t.Context(), func(context.Context) error { <-release; return nil }); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("hanging: error %v", err)
	}
	close(release)
	if err := s.status("in between"); err != nil {
		t.Fatal(err)
	}
	if err := s.beat(t.Context(), func(context.Context) error { return nil }); err != nil {
		t.Error(err)
	}
	got := []string{systemd.hear(t, 10*time.Second), systemd.hear(t, 10*time.Second)}
	if diff := cmp.Diff([]string{"STATUS=in between", "WATCHDOG=1"}, got); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}

func TestWatchGoesOnUntilTheEnd(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	s, systemd := supervised(t, map[string]string{"WATCHDOG_USEC": "20000"})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		s.Watch(ctx, slog.New(slog.DiscardHandler), func(context.Context) error { return nil })
		close(ended)
	}()
	for range 3 {
		if got := systemd.hear(t, 10*time.Second); got != "WATCHDOG=1" {
			t.Errorf("told %q", got)
		}
	}
	stop()
	<-ended
}

func TestAnswering(t *testing.T) {
	handler := http.NewServeMux()
	handler.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("alive\n")) })
	read := func() error { return nil }
	if err := Answering(handler, read)(t.Context()); err != nil {
		t.Error(err)
	}
	if err := Answering(http.NotFoundHandler(), read)(t.Context()); err == nil {
		t.Error("a handler without /healthz passes for alive")
	}
	gone := errors.New("store gone")
	if err := Answering(handler, func() error { return gone })(t.Context()); !errors.Is(err, gone) {
		t.Errorf("error %v", err)
	}
}
