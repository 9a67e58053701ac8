package main

import (
	"context"
	"fmt"
	"net"
	"net/http"

	"communique/server"
	"communique/server/admin"
)

// adminDesk is where serve answers operators, and what it counted for them,
// which no new settings set back.
type adminDesk struct {
	ln     net.Listener // of its own; nil if there is none
	at     string       // the address under which operators find it
	shared bool         // whether the readers' address answers operators too

	runs     *admin.Runs
	requests *admin.Requests
}

// openDesk listens for operators if they have an address of their own, and says
// where. If not, they share that of readers, as long as only this machine reaches
// it.
func (a *app) openDesk(ctx context.Context, f *serving, readers net.Listener) (*adminDesk, error) {
	desk := &adminDesk{runs: admin.NewRuns(a.now), requests: admin.NewRequests()}
	if f.admin.Text == "" {
		desk.at, desk.shared = "http://"+reachable(readers.Addr()), isLoopback(readers.Addr())
		return desk, nil
	}
	var err error
	if desk.ln, err = listenAt(ctx, f.admin.Text); err != nil {
		return nil, err
	}
	desk.at = "http://" + reachable(desk.ln.Addr())
	fmt.Fprintf(a.out, "Telling the status at %s/status.html\n", desk.at)
	return desk, nil
}

// isLoopback reports whether only this machine reaches an address.
func isLoopback(addr net.Addr) bool {
	tcp, ok := addr.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

// handler makes what answers operators by the settings of a generation.
func (d *adminDesk) handler(of *service, g *generation) *admin.Handler {
	var list []admin.Source
	for _, b := range g.beats {
		list = append(list, b.told(!g.flags.idle))
	}
	return admin.New(admin.Options{
		Sources: list, Base: d.at, Runs: d.runs, Requests: d.requests, Clock: g.now, Log: g.log,
		Documents: g.site.handler.Kept, Undelivered: g.notifier.Undelivered,
		File: func() (size, free int64, err error) { free, size = of.db.Free(); return size, free, nil },
	})
}

// told is what operators are told of.
func (b *beat) told(collected bool) admin.Source {
	source := admin.Source{Name: b.name, Title: b.title, Store: b.room, Journal: b.journal, SetAside: func() (int, error) {
		aside, err := b.room.SetAside()
		return aside.Releases + aside.Versions + aside.Notes, err
	}}
	switch {
	case b.off != nil:
		source.Off = b.off.Error()
	case collected:
		source.Next = b.schedule.Next
	}
	return source
}

// serve answers at the operators' own address until ctx ends. That this fails is
// no reason to leave readers without their feeds.
func (d *adminDesk) serve(ctx context.Context, of *service) {
	if d.ln == nil {
		return
	}
	if err := server.Serve(ctx, d.ln, http.HandlerFunc(of.answerOperator), of.started.log); err != nil {
		of.started.log.Error("answering operators", "error", err)
	}
}

// close lets go of the operators' address.
func (d *adminDesk) close() {
	if d.ln != nil {
		_ = d.ln.Close() // closed already if it was served
	}
}
