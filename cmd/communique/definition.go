package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"communique/collector/journal"
	"communique/feed"
	"communique/scraper/sources"
	"communique/server/local"
	"communique/store"
)

// definitionNote is where the store has the text of a source as it was last good.
const definitionNote = "definition"

// remember keeps the definition of a source, so that its feeds go on as they were
// when it can't be read any more. That this fails is no reason not to collect.
func (a *app) remember(room *store.Newsroom, s *sources.Source) {
	known, err := room.Note(definitionNote)
	if err == nil && !bytes.Equal(known, s.Text()) {
		err = room.PutNote(definitionNote, s.Text())
	}
	if err != nil {
		a.log.Warn("the definition of a source is not remembered", "source", s.Name, "error", err)
	}
}

// remembered returns a source as it was last good, nil if it never was.
func remembered(room *store.Newsroom) (*sources.Source, error) {
	text, err := room.Note(definitionNote)
	if err != nil || text == nil {
		return nil, err
	}
	s, err := sources.Load(text)
	if err != nil {
		return nil, fmt.Errorf("reading what is remembered of it: %w", err)
	}
	return s, nil
}

// titleOfOff returns what people called a source that is off now, its name if it
// was never on.
func titleOfOff(room *store.Newsroom, name string) string {
	if was, err := remembered(room); err == nil && was != nil {
		return was.Title
	}
	return name
}

// tellOff tells the operator that a source is off, unless the process that has the
// store does so.
func (a *app) tellOff(ctx context.Context, off sources.Unusable) error {
	_, err := askOr(ctx, a, func(*local.Client) (none struct{}, err error) { return }, func(wait time.Duration) (none struct{}, err error) {
		db, err := a.writeStoreWithin("collect", wait)
		if err != nil {
			return none, err
		}
		room, err := db.Newsroom(off.Name)
		if err == nil {
			err = a.tellOffIn(ctx, room, off)
		}
		return none, errors.Join(err, db.Close())
	})
	return err
}

func (a *app) tellOffIn(ctx context.Context, room *store.Newsroom, off sources.Unusable) error {
	j := a.journal(off.Name, titleOfOff(room, off.Name), room)
	n, end, err := a.notifier([]*journal.Journal{j})
	if err != nil {
		return err
	}
	defer end()
	n.Begin()
	j.Bad(journal.Definition, journal.Off, off.Why.Error(), a.now())
	a.tellOperator(ctx, n)
	return nil
}

// press returns what renders the feeds of the store; they name the hub, unless
// it is "". A source that is off has the feeds that it had.
func (a *app) press(db *store.DB, base, hub string) (*feed.Press, error) {
	r, err := a.newsrooms()
	if err != nil {
		return nil, err
	}
	var rooms []feed.Room
	for _, s := range r.sources {
		room, err := a.room(db, s, hub)
		if err != nil {
			return nil, err
		}
		rooms = append(rooms, room)
	}
	for _, off := range r.off {
		room, found, err := a.roomOfOff(db, off, hub)
		if err != nil {
			a.log.Error("the feeds of a source that is off can't be made", "source", off.Name, "error", err)
		}
		if found && err == nil {
			rooms = append(rooms, room)
		}
	}
	press, err := feed.NewPress(base, a.config.limits(), rooms...)
	if err != nil {
		return nil, usageError{err}
	}
	return press, nil
}

// roomOfOff is room for a source that is off; found is false if it was never on.
func (a *app) roomOfOff(db *store.DB, off sources.Unusable, hub string) (room feed.Room, found bool, err error) {
	newsroom, err := db.Newsroom(off.Name)
	if err != nil {
		return room, false, err
	}
	s, err := remembered(newsroom)
	if err != nil || s == nil {
		return room, false, err
	}
	room, err = a.room(db, s, hub)
	return room, true, err
}

// room pairs a source with its part of the store.
func (a *app) room(db *store.DB, s *sources.Source, hub string) (feed.Room, error) {
	newsroom, err := db.Newsroom(s.Name)
	if err != nil {
		return feed.Room{}, err
	}
	schedule, err := a.config.schedule(s)
	if err != nil {
		return feed.Room{}, err
	}
	ended, err := endedFeeds(newsroom, a.config.saved())
	if err != nil {
		return feed.Room{}, err
	}
	return feed.Room{Store: newsroom, Newsroom: feed.Newsroom{
		Name: s.Name, Title: s.Title, Home: s.Listing.URL, Language: s.Language, IDPrefix: s.IDPrefix,
		Interval: schedule.Interval(), Hub: hub,
	}, Saved: a.config.saved(), Ended: ended}, nil
}
