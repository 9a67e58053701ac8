package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"communique/collector"
	"communique/scraper/sources"
	"communique/server"
	"communique/store"
)

func (a *app) serveCommand() *cobra.Command {
	visit := newVisiting()
	var listen string
	var base address
	var idle bool
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Collect on a schedule and serve the feeds over HTTP",
		Long: `Serve makes a collection at once and then on the source's schedule, and gives
the feeds over HTTP all the while. It ends cleanly on SIGINT and SIGTERM.`,
		Example: "  communique serve --listen :8080 --base-url https://feeds.example.org",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := source("")
			if err != nil {
				return err
			}
			ln, err := listenAt(cmd.Context(), listen)
			if err != nil {
				return err
			}
			defer ln.Close()
			db, err := a.writeStore("serve")
			if err != nil {
				return err
			}
			return errors.Join(a.serve(cmd.Context(), ln, db, s, visit, base.String(), !idle), db.Close())
		},
	}
	visit.add(cmd)
	visit.addFilters(cmd)
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:8080", "answer at this `ADDR`")
	cmd.Flags().Var(&base, "base-url", "the `URL` under which readers find the feeds (default: the address that is listened at)")
	cmd.Flags().BoolVar(&idle, "no-collect", false, "only serve what is stored")
	return cmd
}

// serve collects beside answering, and ends in the opposite order.
func (a *app) serve(ctx context.Context, ln net.Listener, db *store.DB, s *sources.Source, visit *visiting, base string, collect bool) error {
	schedule, err := a.config.schedule(s)
	if err != nil {
		return err
	}
	room, err := db.Newsroom(s.Name)
	if err != nil {
		return err
	}
	at := "http://" + reachable(ln.Addr())
	if base == "" {
		base = at
	}
	fmt.Fprintf(a.out, "Serving the feeds of %s at %s/\n", s.Title, at)
	ctx, stop := context.WithCancel(ctx)
	var collecting sync.WaitGroup
	if collect {
		collecting.Go(func() {
			schedule.Run(ctx, a.log, func(ctx context.Context) (again bool) { return a.collectAndLog(ctx, s, room, visit) })
		})
	}
	err = a.answer(ctx, ln, db, base, schedule.Interval())
	stop()
	collecting.Wait()
	return err
}

// collectAndLog makes one collection, says in one line how it went, and whether
// to look again soon.
func (a *app) collectAndLog(ctx context.Context, s *sources.Source, room *store.Newsroom, visit *visiting) (again bool) {
	report, err := a.collectOnce(ctx, s, room, visit, collector.Options{NoFilters: visit.noFilters})
	switch {
	case ctx.Err() != nil:
		a.log.Info("collection interrupted; what was stored stays stored", "source", s.Name)
	case err != nil:
		a.log.Error("collection failed; the feeds stay as they are", "error", err)
	default:
		a.log.Info("collected", "source", s.Name, "pages", report.Pages, "seen", report.Seen,
			"new", report.New, "updated", report.Updated, "withdrawn", report.Withdrawn, "problems", len(report.Problems))
	}
	return errors.Is(err, collector.ErrSuspect)
}

// answer serves the feeds until ctx ends.
func (a *app) answer(ctx context.Context, ln net.Listener, db *store.DB, base string, interval time.Duration) error {
	press, err := a.press(db, base)
	if err != nil {
		return err
	}
	handler := server.New(server.Options{Press: press, MaxAge: interval, Log: a.log})
	return server.Serve(ctx, ln, handler, a.log)
}

// listenAt listens before anything else is done, so that a server that can't
// be reached does nothing.
func listenAt(ctx context.Context, listen string) (net.Listener, error) {
	if _, _, err := net.SplitHostPort(listen); err != nil {
		return nil, usagef("listening at %q: %w; want a host and a port such as 127.0.0.1:8080, or :8080 for every host", listen, err)
	}
	var config net.ListenConfig
	ln, err := config.Listen(ctx, "tcp", listen)
	if err != nil {
		return nil, fmt.Errorf("listening at %s: %w", listen, err)
	}
	return ln, nil
}

// reachable turns the address of a listener into one that a browser opens.
func reachable(addr net.Addr) string {
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return addr.String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}
