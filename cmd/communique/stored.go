package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"communique/scraper/sources"
	"communique/store"
)

// stored is what the store has of a newsroom, whatever the settings say of it now.
type stored struct {
	name   string
	source *sources.Source // as it was last good; nil if that is not known
	room   *store.Newsroom
	off    error // why it can't be collected, nil if it can
	// closed says that the settings name others and not it: its feeds have ended.
	closed bool
}

// errUndescribed is why a newsroom is off whose file was taken away. That may be a
// mistake, so its feeds stay as they were.
var errUndescribed = errors.New("there is no file any more that describes it; if its feeds are to end, name all others in newsrooms")

// title returns what people call it, its name if that is not known.
func (n stored) title() string {
	if n.source == nil {
		return n.name
	}
	return n.source.Title
}

// hasID reports whether an id is one of the newsroom's.
func (n stored) hasID(id string) bool {
	return n.source != nil && strings.HasPrefix(id, n.source.ID(""))
}

// key returns the key of a release from its id, or from the key itself.
func (n stored) key(id string) string {
	if n.hasID(id) {
		return strings.TrimPrefix(id, n.source.ID(""))
	}
	return id
}

// storedNewsrooms returns all newsrooms that the settings or the store have: first
// those that can be collected, in the order of the settings.
func (a *app) storedNewsrooms(db *store.DB) ([]stored, error) {
	r, err := a.newsrooms()
	if err != nil {
		return nil, err
	}
	var list []stored
	for _, s := range r.sources {
		list = append(list, stored{name: s.Name, source: s})
	}
	for _, off := range r.off {
		list = append(list, stored{name: off.Name, off: off.Why})
	}
	names, err := db.Newsrooms()
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if !slices.ContainsFunc(list, func(n stored) bool { return n.name == name }) {
			list = append(list, stored{name: name, off: errUndescribed, closed: len(a.config.newsrooms.List) > 0})
		}
	}
	for i := range list {
		if err := list[i].open(a, db); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// open takes the newsroom's part of the store, and from there its source if that
// is not in force.
func (n *stored) open(a *app, db *store.DB) (err error) {
	if n.room, err = db.Newsroom(n.name); err != nil || n.source != nil {
		return err
	}
	if n.source, err = remembered(n.room); err != nil {
		a.log.Warn("how a newsroom was read is not known any more; its releases are kept", "source", n.name, "error", err)
	}
	n.closed = n.closed || n.off == errUndescribed && n.source == nil // it has no feeds that could go on
	return nil
}

// storedOf returns the newsroom of a name.
func storedOf(list []stored, name string) (stored, error) {
	for _, n := range list {
		if n.name == name {
			return n, nil
		}
	}
	var names []string
	for _, n := range list {
		names = append(names, n.name)
	}
	return stored{}, usagef("neither the settings nor the store have a newsroom %q; there is %s", name, strings.Join(names, ", "))
}

// readStored opens the store for reading and lets read have the newsrooms that it and the
// settings have.
func (a *app) readStored(ctx context.Context, read func([]stored) error) error {
	db, err := a.readStore(ctx)
	if err != nil {
		return err
	}
	list, err := a.storedNewsrooms(db)
	if err == nil {
		err = read(list)
	}
	return errors.Join(err, db.Close())
}
