package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"

	"github.com/spf13/cobra"

	"communique/cmd/communique/settings"
	"communique/server"
)

// serving is what the flags of serve say.
type serving struct {
	visit     *visiting
	listen    settings.Endpoint
	base, hub settings.Address
	idle      bool
	admin     settings.Endpoint // for operators, none for no address of their own
}

func (a *app) serveCommand() *cobra.Command {
	f := &serving{visit: newVisiting(), listen: settings.Endpoint{Text: "127.0.0.1:8080"}}
	a.serving = f
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Collect on a schedule and serve the feeds over HTTP",
		Long: `Serve makes a collection at once and then on the source's schedule, and gives
the feeds over HTTP all the while. It ends cleanly on SIGINT and SIGTERM. Of
several sources each has its own schedule, a minute later than the one before.

It reads its settings and sources again when their files change, and on SIGHUP.
New ones are in force at once and all together; no connection and no collection
is broken off. If anything is wrong with them, or if they would change --data,
--listen, --admin-listen, --log-format, limits.connections or
limits.trusted_proxies, the old ones stay and the log says why. A source that
can't be read when serve starts is off: the others go on, and its feeds stay as
they were.

With a WebSub hub, the feeds name it, and it is told of each feed that changed.
What changed is also told by /NEWSROOM/changes.ndjson?since=CURSOR&wait=30s.`,
		Example: "  communique serve --listen :8080 --base-url https://feeds.example.org",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.serve(cmd.Context(), f) },
	}
	f.visit.add(cmd)
	f.visit.addFilters(cmd)
	a.addInit(cmd)
	cmd.Flags().Var(&f.listen, "listen", "answer at this `ADDR`")
	cmd.Flags().Var(&f.base, "base-url", "the `URL` under which readers find the feeds (default: the address that is listened at)")
	cmd.Flags().Var(&f.hub, "hub", "tell the WebSub hub at this `URL` of feeds that changed")
	cmd.Flags().Var(&f.admin, "admin-listen", "answer operators at this `ADDR`: /status, /status.html, /status.atom, /metrics, /healthz, /readyz; without it --listen answers them too if that is a loopback address, else only /healthz and /readyz (behind a proxy, give it)")
	cmd.Flags().BoolVar(&f.idle, "no-collect", false, "only serve what is stored")
	return cmd
}

// serve opens what stands as long as the process does, and runs on it.
func (a *app) serve(ctx context.Context, f *serving) error {
	r, err := a.newsrooms()
	if err == nil {
		err = r.usable()
	}
	if err != nil {
		return err
	}
	ln, err := listenAt(ctx, f.listen.Text)
	if err != nil {
		return err
	}
	defer ln.Close()
	limits := a.config.readers()
	ln = server.Limit(ln, server.Connections{Most: limits.Connections, Proxies: limits.Proxies}, a.log)
	desk, err := a.openDesk(ctx, f, ln)
	if err != nil {
		return err
	}
	defer desk.close()
	db, err := a.writeStore("serve")
	if err != nil {
		return a.tellOfNoStore(ctx, r.sources[0], err)
	}
	defer boundMemory()()
	d := &service{started: a, readers: ln, desk: desk, db: db, turns: newTurns(), hangup: make(chan os.Signal, 1)}
	return errors.Join(d.runSupervised(ctx), db.Close())
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
