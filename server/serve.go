package server

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

const (
	// drainTime is how long requests may still run once Serve is told to end.
	drainTime = 3 * time.Second
	// writeTimeout is how long a reader may take for an answer, or for each piece
	// of a long one.
	writeTimeout = 60 * time.Second
)

// Serve answers the connections of listener with handler until ctx ends. Then
// it takes no more of them, ends the contexts of running requests, so that none
// of them waits for anything, lets them finish for up to 3 seconds, closes what
// is left and returns nil. It returns an error only when listener
// fails before that. The listener is closed in any case.
//
// Connections are bounded: by what Limit was told if it made the listener, else
// by its defaults.
func Serve(ctx context.Context, listener net.Listener, handler http.Handler, log *slog.Logger) error {
	server := newServer(handler, log)
	bounded, ok := listener.(*limited)
	if !ok {
		listener = Limit(listener, Connections{}, log)
		bounded, _ = listener.(*limited)
	}
	server.ConnState = bounded.observe
	server.BaseContext = func(net.Listener) context.Context { return ctx }
	return run(ctx, server, listener, drainTime, log)
}

// newServer sets a limit to each phase of a request: a reader that sends or
// takes its bytes too slowly is let go.
func newServer(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		// OPTIONS is refused like every other method that reads nothing.
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}

func run(ctx context.Context, server *http.Server, listener net.Listener, drain time.Duration, log *slog.Logger) error {
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		_ = server.Close()
		return fmt.Errorf("serving on %s: %w", listener.Addr(), err)
	case <-ctx.Done():
	}
	stop(server, drain, log)
	<-ended
	return nil
}

// stop lets running requests finish within drain and closes the rest. That a
// reader was too slow is worth a line, but no failure of the server's.
func stop(server *http.Server, drain time.Duration, log *slog.Logger) {
	ctx, cancel := context.WithTimeout(context.Background(), drain)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		log.Warn("closing connections that were still in use", "after", drain)
		_ = server.Close()
	}
}
