package main

import (
	"communique/feed"
	"communique/store"
)

// press returns what renders the feeds of the store; they name the hub, unless
// it is "". A source that is off has the feeds that it had; those of a newsroom
// that is closed have ended.
func (a *app) press(db *store.DB, base, hub string) (*feed.Press, error) {
	list, err := a.storedNewsrooms(db)
	if err != nil {
		return nil, err
	}
	var rooms []feed.Room
	for _, n := range list {
		if n.source == nil {
			continue // it never had a feed
		}
		room, err := a.room(n, hub)
		switch {
		case err == nil:
			rooms = append(rooms, room)
		case n.off == nil:
			return nil, err
		default:
			a.log.Error("the feeds of a source that is off can't be made", "source", n.name, "error", err)
		}
	}
	press, err := feed.NewPress(base, a.config.limits(), rooms...)
	if err != nil {
		return nil, usageError{err}
	}
	return press, nil
}

// room returns what feeds are made of.
func (a *app) room(n stored, hub string) (feed.Room, error) {
	s := n.source
	schedule, err := a.config.schedule(s)
	if err != nil {
		return feed.Room{}, err
	}
	ended, err := endedFeeds(n.room, a.config.saved())
	if err != nil {
		return feed.Room{}, err
	}
	return feed.Room{Store: n.room, Newsroom: feed.Newsroom{
		Name: s.Name, Title: s.Title, Home: s.Listing.URL, Language: s.Language, IDPrefix: s.IDPrefix,
		Interval: schedule.Interval(), Hub: hub,
	}, Saved: a.config.saved(), Ended: ended, Closed: n.closed}, nil
}
