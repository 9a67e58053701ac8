package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"communique/collector/journal"
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
