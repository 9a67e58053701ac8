package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"communique/collector"
	"communique/scraper/sample"
	"communique/server"
	"communique/store"
)

// sampleSize is how many releases the sample newsroom has.
const sampleSize = 400

func (a *app) demoCommand() *cobra.Command {
	var listen string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Do all of it on a sample newsroom, without internet",
		Long: `Demo runs a small web site with a newsroom of invented releases on loopback,
collects it page by page as it would a real one, and serves its feeds. Without
--data it keeps nothing when it ends.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().Changed("data") {
				return a.demo(cmd, listen)
			}
			var err error
			if a.data, err = os.MkdirTemp("", "communique-demo-"); err != nil {
				return fmt.Errorf("making a folder for the demo: %w", err)
			}
			return errors.Join(a.demo(cmd, listen), os.RemoveAll(a.data))
		},
	}
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:8080", "answer at this `ADDR`, or at a free port if it is taken")
	return cmd
}

func (a *app) demo(cmd *cobra.Command, listen string) error {
	site, err := a.startSite(cmd.Context())
	if err != nil {
		return err
	}
	builtin, err := gather("")
	if err != nil {
		return err
	}
	a.roster, builtin.sources = builtin, builtin.sources[:1]
	s := builtin.sources[0]
	db, err := a.writeStore("demo")
	if err != nil {
		return err
	}
	defer db.Close()
	room, err := db.Newsroom(s.Name)
	if err != nil {
		return err
	}
	visit := newVisiting()
	visit.listing.URL, visit.delay.Value = site, 0
	report, err := a.collectOnce(cmd.Context(), s, room, visit, collector.Options{All: true, Progress: func(collector.Progress) {}}, uncounted)
	if err != nil {
		return err
	}
	ln, err := listenNear(cmd.Context(), listen)
	if err != nil {
		return err
	}
	defer ln.Close()
	base := "http://" + reachable(ln.Addr())
	fmt.Fprintf(a.out, "Sample newsroom   %s\nCollected         %d releases from %d pages, and from %d filtered ones the %d offices and topics that rows hide\nFeeds             %s/\nFor example       %s/osce/all.atom\nCtrl-C ends it.\n",
		site, report.New+report.Updated+report.Unchanged, report.Pages, report.FilterPages, report.Attached, base, base)
	shown := &serverSite{base: base, rooms: []*store.Newsroom{room}, interval: 30 * time.Minute}
	if err := shown.open(a, db); err != nil {
		return err
	}
	return server.Serve(cmd.Context(), ln, shown.handler, a.log)
}

// startSite serves the sample newsroom on loopback until ctx ends, and returns
// the address of its listing.
func (a *app) startSite(ctx context.Context) (*url.URL, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("starting the sample newsroom: %w", err)
	}
	var site http.Handler = sample.NewSite(sample.Releases(sampleSize, a.now().UTC()))
	go func() {
		if err := server.Serve(ctx, ln, site, a.log); err != nil {
			a.log.Error("the sample newsroom ended", "error", err)
		}
	}()
	return &url.URL{Scheme: "http", Host: ln.Addr().String(), Path: "/press-releases"}, nil
}

// listenNear listens at an address, or at a free port of its host if the port
// is taken.
func listenNear(ctx context.Context, listen string) (net.Listener, error) {
	ln, err := listenAt(ctx, listen)
	if errors.Is(err, syscall.EADDRINUSE) {
		host, _, _ := net.SplitHostPort(listen) // listenAt has split it before
		return listenAt(ctx, net.JoinHostPort(host, "0"))
	}
	return ln, err
}
