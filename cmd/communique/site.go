package main

import (
	"context"
	"net/url"
	"strings"
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
	hub      *url.URL          // nil if there is none
	rooms    []*store.Newsroom // the first remembers what the hub was told
	interval time.Duration
	// journals are told of documents that are kept back, each of its newsroom's
	// and the first of those that are of none.
	journals []*journal.Journal

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
		Press: s.press, Base: s.base, Logs: changeLogs(s.rooms),
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
	if len(s.journals) > 0 {
		options.Rendered = func(path string, err error) { s.journalOf(path).Rendered(path, err, a.now()) }
	}
	s.handler = server.New(options)
	for _, room := range s.rooms { // at last, so that only what is served counts
		if err := rememberFeeds(room, a.config.saved()); err != nil {
			return err
		}
	}
	return nil
}

func changeLogs(rooms []*store.Newsroom) map[string]server.ChangeLog {
	logs := map[string]server.ChangeLog{}
	for _, room := range rooms {
		logs[room.Name()] = room
	}
	return logs
}

// journalOf returns the journal of the newsroom that a document belongs to.
func (s *serverSite) journalOf(path string) *journal.Journal {
	name, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	for _, j := range s.journals {
		if j.Source() == name {
			return j
		}
	}
	return s.journals[0]
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
		Hub: s.hub, Base: s.base, Site: s.handler, Memory: s.rooms[0],
		Transport: transport, UserAgent: a.userAgent(), Log: a.log,
	})
	var waiting sync.WaitGroup
	for _, room := range s.rooms {
		waiting.Go(func() {
			for version := room.Version(); room.Wait(ctx, version) == nil; publisher.Changed() {
				version = room.Version()
			}
		})
	}
	publisher.Run(ctx)
	waiting.Wait()
}
