package main

import (
	"context"
	"net/http"
	"net/url"
	"sync"
	"time"

	"communique/feed"
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

	press   *feed.Press
	handler *server.Handler
}

// open makes the press and what serves its documents.
func (s *serverSite) open(a *app, db *store.DB) (err error) {
	hub := ""
	if s.hub != nil {
		hub = s.hub.String()
	}
	if err := rememberFeeds(s.room, a.config.saved()); err != nil {
		return err
	}
	if s.press, err = a.press(db, s.base, hub); err != nil {
		return err
	}
	s.handler = server.New(server.Options{
		Press: s.press, Base: s.base, Logs: map[string]server.ChangeLog{s.room.Name(): s.room},
		MaxAge: s.interval, Bytes: keptDocuments, Log: a.log,
	})
	return nil
}

// tellHub has the hub told of what changes, until ctx ends.
func (s *serverSite) tellHub(ctx context.Context, a *app) {
	if s.hub == nil {
		return
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.Proxy = nil // what the environment says is not what the operator configured
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
