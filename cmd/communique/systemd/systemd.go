// Package systemd tells the systemd that started a process how that is.
package systemd

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
)

// Supervisor is the systemd that started this process and asked to be told how
// it is; see sd_notify(3). One that asked for nothing is told nothing: then every
// method does nothing and succeeds.
type Supervisor struct {
	socket *net.UnixAddr // nil if there is nobody to tell
	// watchdog is how long it waits for a sign of life; 0 if it does not.
	watchdog time.Duration
}

// New reads what the process was started with: the variables
// NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID, of which the last says for which
// process the watchdog is meant.
func New(getenv func(string) string, pid int) (*Supervisor, error) {
	name := getenv("NOTIFY_SOCKET")
	if name == "" {
		return &Supervisor{}, nil
	}
	s := &Supervisor{socket: &net.UnixAddr{Name: name, Net: "unixgram"}}
	text := getenv("WATCHDOG_USEC")
	if text == "" || cmp.Or(getenv("WATCHDOG_PID"), strconv.Itoa(pid)) != strconv.Itoa(pid) {
		return s, nil
	}
	usec, err := strconv.ParseInt(text, 10, 64)
	if err != nil || usec <= 0 || usec > int64(24*time.Hour/time.Microsecond) {
		return nil, fmt.Errorf("reading WATCHDOG_USEC: %q is no number of microseconds up to a day", text)
	}
	s.watchdog = time.Duration(usec) * time.Microsecond
	return s, nil
}

// Ready tells that requests are answered from now on, and status in a line. It
// also ends a reload.
func (s *Supervisor) Ready(status string) error {
	return s.tell(daemon.SdNotifyReady, statusLine(status))
}

// Reloading tells that new settings are being read; ready must follow.
func (s *Supervisor) Reloading() error {
	return s.tell(daemon.SdNotifyReloading, strings.TrimSuffix(daemon.SdNotifyMonotonicUsec(), "\n"))
}

// Stopping tells that the process is about to end.
func (s *Supervisor) Stopping() error { return s.tell(daemon.SdNotifyStopping) }

// status tells in a line what the process does; systemctl status shows it.
func (s *Supervisor) status(text string) error { return s.tell(statusLine(text)) }

// Watch gives a sign of life twice in each watchdog period for as long as alive
// returns nil, until ctx ends. If alive hangs or fails, no sign is given, and
// systemd restarts the process.
func (s *Supervisor) Watch(ctx context.Context, log *slog.Logger, alive func(context.Context) error) {
	if s.watchdog == 0 {
		return
	}
	tick := time.NewTicker(s.watchdog / 2)
	defer tick.Stop()
	for {
		if err := s.beat(ctx, alive); err != nil && ctx.Err() == nil {
			log.Error("giving no sign of life to systemd", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// beat gives one sign of life if alive says so before the period is over.
func (s *Supervisor) beat(ctx context.Context, alive func(context.Context) error) error {
	ctx, stop := context.WithTimeout(ctx, s.watchdog)
	defer stop()
	answer := make(chan error, 1)
	go func() { answer <- alive(ctx) }()
	select {
	case err := <-answer:
		if err != nil {
			return err
		}
		return s.tell(daemon.SdNotifyWatchdog)
	case <-ctx.Done():
		return fmt.Errorf("looking whether all is alive: %w", ctx.Err())
	}
}

// tell sends one datagram of assignments, a line each.
func (s *Supervisor) tell(assignments ...string) error {
	if s.socket == nil {
		return nil
	}
	conn, err := net.DialUnix(s.socket.Net, nil, s.socket)
	if err != nil {
		return fmt.Errorf("telling systemd: %w", err)
	}
	defer conn.Close()
	if _, err := conn.Write([]byte(strings.Join(assignments, "\n"))); err != nil {
		return fmt.Errorf("telling systemd: %w", err)
	}
	return nil
}

// statusLine is a status as an assignment, in one line whatever stands in it.
func statusLine(text string) string {
	return "STATUS=" + strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r < ' ' }), " ")
}

// Answering is what a process must do to be alive: the handler answers /healthz
// with 200, and read, which reads something in the store, succeeds. The handler is
// asked without the network: that many readers hold connections is no reason for
// a restart.
func Answering(handler http.Handler, read func() error) func(context.Context) error {
	return func(ctx context.Context) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "/healthz", http.NoBody)
		if err != nil {
			return err
		}
		request.RemoteAddr = "127.0.0.1:0"
		answer := &probed{header: http.Header{}}
		handler.ServeHTTP(answer, request)
		if status := cmp.Or(answer.status, http.StatusOK); status != http.StatusOK {
			return fmt.Errorf("asking for /healthz: status %d", status)
		}
		if err := read(); err != nil {
			return fmt.Errorf("reading the store: %w", err)
		}
		return nil
	}
}

// probed is an answer of which only the status counts.
type probed struct {
	header http.Header
	status int
}

// Header returns the fields, which nobody reads.
func (p *probed) Header() http.Header { return p.header }

// WriteHeader keeps the first final status.
func (p *probed) WriteHeader(status int) {
	if p.status == 0 && status >= http.StatusOK {
		p.status = status
	}
}

// Write drops the body.
func (p *probed) Write(body []byte) (int, error) {
	p.WriteHeader(http.StatusOK)
	return len(body), nil
}
