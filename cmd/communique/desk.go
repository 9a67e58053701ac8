package main

import (
	"context"
	"fmt"
	"net"

	"communique/collector"
	"communique/scraper/sources"
	"communique/server"
	"communique/server/admin"
	"communique/store"
)

// adminDesk is where serve answers operators.
type adminDesk struct {
	ln     net.Listener // of its own; nil if there is none
	at     string       // the address under which operators find it
	shared bool         // whether the readers' address answers operators too

	runs    *admin.Runs
	handler *admin.Handler
}

// openDesk listens for operators if they have an address of their own. If not,
// they share that of readers, as long as only this machine reaches it.
func (f *serving) openDesk(ctx context.Context, readers net.Listener) (*adminDesk, error) {
	if f.admin == "" {
		return &adminDesk{at: "http://" + reachable(readers.Addr()), shared: isLoopback(readers.Addr())}, nil
	}
	ln, err := listenAt(ctx, f.admin)
	if err != nil {
		return nil, err
	}
	return &adminDesk{ln: ln, at: "http://" + reachable(ln.Addr())}, nil
}

// isLoopback reports whether only this machine reaches an address.
func isLoopback(addr net.Addr) bool {
	tcp, ok := addr.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

// open makes the handler of a source that is collected on a schedule, and says
// where it will answer.
func (d *adminDesk) open(a *app, s *sources.Source, room *store.Newsroom, schedule *collector.Schedule, f *serving) {
	d.runs = admin.NewRuns(a.now)
	source := admin.Source{Name: s.Name, Title: s.Title, Store: room}
	if !f.idle {
		source.Next = schedule.Next
	}
	d.handler = admin.New(admin.Options{
		Sources: []admin.Source{source}, Base: d.at, Runs: d.runs, Requests: admin.NewRequests(), Clock: a.now, Log: a.log,
	})
	if d.ln != nil {
		fmt.Fprintf(a.out, "Telling the status at %s/status.html\n", d.at)
	}
}

// serve answers at the operators' own address until ctx ends. That this fails is
// no reason to leave readers without their feeds.
func (d *adminDesk) serve(ctx context.Context, a *app) {
	if d.ln == nil {
		return
	}
	if err := server.Serve(ctx, d.ln, d.handler, a.log); err != nil {
		a.log.Error("answering operators", "error", err)
	}
}

// close lets go of the operators' address.
func (d *adminDesk) close() {
	if d.ln != nil {
		_ = d.ln.Close() // closed already if it was served
	}
}
