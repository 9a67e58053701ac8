package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"sync"

	"github.com/spf13/cobra"

	"communique/collector"
	"communique/scraper/sources"
	"communique/server"
	"communique/server/admin"
	"communique/store"
)

// serving is what the flags of serve say.
type serving struct {
	visit     *visiting
	listen    string
	base, hub address
	idle      bool
	admin     string // the address for operators, "" for none of their own
}

func (a *app) serveCommand() *cobra.Command {
	f := &serving{visit: newVisiting()}
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Collect on a schedule and serve the feeds over HTTP",
		Long: `Serve makes a collection at once and then on the source's schedule, and gives
the feeds over HTTP all the while. It ends cleanly on SIGINT and SIGTERM.

With a WebSub hub, the feeds name it, and it is told of each feed that changed.
What changed is also told by /NEWSROOM/changes.ndjson?since=CURSOR&wait=30s.`,
		Example: "  communique serve --listen :8080 --base-url https://feeds.example.org",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := source("")
			if err != nil {
				return err
			}
			ln, err := listenAt(cmd.Context(), f.listen)
			if err != nil {
				return err
			}
			defer ln.Close()
			desk, err := f.openDesk(cmd.Context(), ln)
			if err != nil {
				return err
			}
			defer desk.close()
			db, err := a.writeStore("serve")
			if err != nil {
				return err
			}
			defer boundMemory()()
			return errors.Join(a.serve(cmd.Context(), ln, desk, db, s, f), db.Close())
		},
	}
	f.visit.add(cmd)
	f.visit.addFilters(cmd)
	cmd.Flags().StringVar(&f.listen, "listen", "127.0.0.1:8080", "answer at this `ADDR`")
	cmd.Flags().Var(&f.base, "base-url", "the `URL` under which readers find the feeds (default: the address that is listened at)")
	cmd.Flags().Var(&f.hub, "hub", "tell the WebSub hub at this `URL` of feeds that changed")
	cmd.Flags().StringVar(&f.admin, "admin-listen", "", "answer operators at this `ADDR`: /status, /status.html, /status.atom, /metrics, /healthz, /readyz; without it --listen answers them too if that is a loopback address, else only /healthz and /readyz (behind a proxy, give it)")
	cmd.Flags().BoolVar(&f.idle, "no-collect", false, "only serve what is stored")
	return cmd
}

// serve collects beside answering, and ends in the opposite order.
func (a *app) serve(ctx context.Context, ln net.Listener, desk *adminDesk, db *store.DB, s *sources.Source, f *serving) error {
	schedule, err := a.config.schedule(s)
	if err != nil {
		return err
	}
	room, err := db.Newsroom(s.Name)
	if err != nil {
		return err
	}
	at := "http://" + reachable(ln.Addr())
	site := &serverSite{base: cmp.Or(f.base.String(), at), hub: f.hub.url, room: room, interval: schedule.Interval()}
	if err := site.open(a, db); err != nil {
		return err
	}
	desk.open(a, s, room, schedule, f)
	fmt.Fprintf(a.out, "Serving the feeds of %s at %s/\n", s.Title, at)
	ctx, stop := context.WithCancel(ctx)
	var beside sync.WaitGroup
	if !f.idle {
		beside.Go(func() {
			schedule.Run(ctx, a.log, func(ctx context.Context) (again bool) { return a.collectAndLog(ctx, s, room, f.visit, desk.runs) })
		})
	}
	beside.Go(func() { site.tellHub(ctx, a) })
	beside.Go(func() { desk.serve(ctx, a) })
	err = server.Serve(ctx, ln, desk.handler.Beside(site.handler, desk.shared), a.log)
	stop()
	beside.Wait()
	return err
}

// collectAndLog makes one collection, says in one line how it went, and whether
// to look again soon.
func (a *app) collectAndLog(ctx context.Context, s *sources.Source, room *store.Newsroom, visit *visiting, runs *admin.Runs) (again bool) {
	report, err := runs.Watch(s.Name, func() (collector.Report, error) {
		return a.collectOnce(ctx, s, room, visit, collector.Options{NoFilters: visit.noFilters})
	})
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
