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
	changes, err := d.changesForUser()
	if err != nil {
		return nil, err
	}
	listener, err := local.Listen(a.socketPath())
	if err != nil {
		a.log.Warn("other commands can't use the store while this one runs", "error", err)
		return func(context.Context) {}, nil
	}
	handler := local.New(local.Options{
		Store: d.db, Folder: filepath.Dir(a.storePath()), Newsrooms: []*store.Newsroom{d.room},
		Collect: d.collectOrdered, Changes: changes, Log: a.log,
	})
	return func(ctx context.Context) {
		if err := local.Serve(ctx, listener, handler, a.log); err != nil {
			a.log.Error("answering other commands", "error", err)
		}
	}, nil
}

// changesForUser returns what gives the change log to the user whose store it is:
// no limit and no token is for them.
func (d *service) changesForUser() (http.Handler, error) {
	press, err := d.started.press(d.db, "http://localhost", "")
	if err != nil {
		return nil, err
	}
	logs := map[string]server.ChangeLog{d.room.Name(): d.room}
	return server.New(server.Options{Press: press, Logs: logs, Log: d.started.log}), nil
}

// collectOrdered makes a collection that another process orders, when none is
// under way, by the settings in force then where the order says nothing.
func (d *service) collectOrdered(ctx context.Context, order local.Order, tell func(local.News)) (collector.Report, error) {
	if order.Source != d.source.Name && order.Source != "" {
		return collector.Report{}, fmt.Errorf("collecting %.100q: this process does not collect it; %w", order.Source, scraper.ErrTryLater)
	}
	leave, err := d.takeTurn(ctx, func() { tell(local.News{Waiting: true}) })
	if err != nil {
		return collector.Report{}, err
	}
	defer leave()
	g := d.current.Load()
	visit, err := g.flags.visit.ordered(order)
	if err != nil {
		return collector.Report{}, err
	}
	options := collector.Options{Pages: order.Pages, All: order.All, Accept: order.Accept, NoFilters: visit.noFilters}
	if order.Progress {
		options.Progress = func(p collector.Progress) { tell(local.News{Progress: &p}) }
	}
	return d.collectAndLog(ctx, g, visit, options)
}

// takeTurn waits until nobody else collects, or ctx ends, and returns what lets
// others. It calls waiting if somebody does.
func (d *service) takeTurn(ctx context.Context, waiting func()) (leave func(), err error) {
	leave = func() { <-d.turn }
	select {
	case d.turn <- struct{}{}:
		return leave, nil
	default:
		waiting()
	}
	select {
	case d.turn <- struct{}{}:
		return leave, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("waiting for the collection that runs already: %w", context.Cause(ctx))
	}
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
		own.delay.value = *order.Delay
	}
	if order.Timeout != nil {
		own.timeout.value = *order.Timeout
	}
	own.now = order.Now
	own.noFilters = v.noFilters || order.NoFilters
	return &own, nil
}
