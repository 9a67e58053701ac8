package local

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

const (
	// answerTime is how long another process may take for an answer, or for the
	// next piece of one that comes in pieces.
	answerTime = 30 * time.Second
	// drainTime is how long requests may still run when Serve is told to end:
	// long enough for a collection to say how it was interrupted.
	drainTime = 3 * time.Second
)

// Serve answers the connections of listener with handler until ctx ends. Then it
// takes no more of them, ends the contexts of running requests, lets these finish
// for up to 3 seconds and closes what is left. It returns an error only when the
// listener fails before that, and closes it in any case.
func Serve(ctx context.Context, listener net.Listener, handler http.Handler, log *slog.Logger) error {
	server := &http.Server{
		Handler:           handler,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      answerTime,
		IdleTimeout:       10 * time.Second,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		_ = server.Close()
		return fmt.Errorf("serving on %s: %w", listener.Addr(), err)
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	if server.Shutdown(last) != nil {
		_ = server.Close()
	}
	<-ended
	return nil
}
