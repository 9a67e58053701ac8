package main

import (
	"context"
	"net/url"
	"sync"
	"time"

	"communique/collector/journal"
	"communique/feed"
	"communique/scraper"
	"communique/server"
	"communique/server/websub"
	"communique/store"
)

// serverSite is what serve gives to readers, and who is told when it changes.
type serverSite struct {
	base     string
	hub      *url.URL // nil if there is none
	room     *store.Newsroom
	interval time.Duration
	journal  *journal.Journal // told of documents that are kept back; nil for none

	press   *feed.Press
	handler *server.Handler
}

// open makes the press and what serves its documents.
func (s *serverSite) open(a *app, db *store.DB) (err error) {
	hub := ""
	if s.hub != nil {
		hub = s.hub.String()
	}
	if s.press, err = a.press(db, s.base, hub); err != nil {
		return err
	}
	options := server.Options{
		Press: s.press, Base: s.base, Logs: map[string]server.ChangeLog{s.room.Name(): s.room},
		MaxAge: s.interval, Bytes: keptDocuments, Private: a.config.readersOnly(), Log: a.log,
	}
	limits := a.config.readers()
	options.Rate, options.Proxies = server.Rate{Requests: float64(limits.Requests), Burst: limits.Burst}, limits.Proxies
	if options.Tokens, err = a.tokens(); err != nil {
		return err
	}
	if hub != "" { // which is not to learn of private addresses
		if options.Hubless, err = a.press(db, s.base, ""); err != nil {
			return err
		}
	}
	if s.journal != nil {
		options.Rendered = func(path string, err error) { s.journal.Rendered(path, err, a.now()) }
	}
	s.handler = server.New(options)
	return rememberFeeds(s.room, a.config.saved()) // at last, so that only what is served counts
}

// tellHub has the hub told of what changes, until ctx ends. One that can't have
// the feeds learns nothing of them either.
func (s *serverSite) tellHub(ctx context.Context, a *app) {
	if s.hub == nil || a.config.readersOnly() {
		return
	}
	transport := scraper.NewTransport(s.hub)
	defer transport.CloseIdleConnections()
	publisher := websub.New(websub.Options{
		Hub: s.hub, Base: s.base, Site: s.handler, Memory: s.room,
		Transport: transport, UserAgent: a.userAgent(), Log: a.log,
	})
	var waiting sync.WaitGroup
	waiting.Go(func() {
		for version := s.room.Version(); s.room.Wait(ctx, version) == nil; publisher.Changed() {
			version = s.room.Version()
		}
	})
	publisher.Run(ctx)
	waiting.Wait()
}
