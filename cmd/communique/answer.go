package main

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"

	"communique/collector"
	"communique/scraper"
	"communique/server"
	"communique/server/local"
	"communique/store"
)

// answerLocally listens for other processes that need the store, and returns
// what answers them until its context ends. Where no socket can be, that is
// logged: they are told then who has the store.
func (d *service) answerLocally() (answer func(context.Context), err error) {
	a := d.started
	listener, err := local.Listen(a.socketPath())
	if err != nil {
		a.log.Warn("other commands can't use the store while this one runs", "error", err)
		return func(context.Context) {}, nil
	}
	handler := local.New(local.Options{
		Store: d.db, Folder: filepath.Dir(a.storePath()),
		Newsrooms: func() []*store.Newsroom { return d.current.Load().rooms() },
		Collect:   d.collectOrdered, Log: a.log,
		Changes: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { d.current.Load().user.ServeHTTP(w, r) }),
	})
	return func(ctx context.Context) {
		if err := local.Serve(ctx, listener, handler, a.log); err != nil {
			a.log.Error("answering other commands", "error", err)
		}
	}, nil
}

// changesForUser returns what gives the change log to the user whose store it is:
// no limit and no token is for them.
func (a *app) changesForUser(db *store.DB) (http.Handler, error) {
	press, err := a.press(db, "http://localhost", "")
	if err != nil {
		return nil, err
	}
	list, err := a.storedNewsrooms(db)
	if err != nil {
		return nil, err
	}
	var rooms []*store.Newsroom
	for _, n := range list {
		rooms = append(rooms, n.room)
	}
	return server.New(server.Options{Press: press, Logs: changeLogs(rooms), Log: a.log}), nil
}

// collectOrdered makes a collection that another process orders, when none is
// under way, by the settings in force then where the order says nothing.
func (d *service) collectOrdered(ctx context.Context, order local.Order, tell func(local.News)) (collector.Report, error) {
	b, err := d.current.Load().beat(order.Source)
	if err != nil {
		return collector.Report{}, fmt.Errorf("collecting %.100q: %w; %w", order.Source, err, scraper.ErrTryLater)
	}
	leave, err := d.turns.take(ctx, b.source, func() { tell(local.News{Waiting: true}) })
	if err != nil {
		return collector.Report{}, err
	}
	defer leave()
	g := d.current.Load()
	if b, err = g.beat(b.name); err != nil {
		return collector.Report{}, fmt.Errorf("collecting %.100q: %w; %w", order.Source, err, scraper.ErrTryLater)
	}
	visit, err := g.flags.visit.ordered(order)
	if err != nil {
		return collector.Report{}, err
	}
	options := collector.Options{Pages: order.Pages, All: order.All, Accept: order.Accept, NoFilters: visit.noFilters}
	if order.Progress {
		options.Progress = func(p collector.Progress) { tell(local.News{Progress: &p}) }
	}
	return d.collectAndLog(ctx, g, b, visit, options)
}

// ordered returns the flags of a collection that is made for another process.
func (v *visiting) ordered(order local.Order) (*visiting, error) {
	own := *v
	if order.Listing != "" {
		if err := own.listing.Set(order.Listing); err != nil {
			return nil, fmt.Errorf("reading at %.200q: %w", order.Listing, err)
		}
	}
	if order.Delay != nil {
		own.delay.Value = *order.Delay
	}
	if order.Timeout != nil {
		own.timeout.Value = *order.Timeout
	}
	own.now = order.Now
	own.noFilters = v.noFilters || order.NoFilters
	return &own, nil
}
