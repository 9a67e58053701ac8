package main

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"communique/collector"
	"communique/collector/journal"
	"communique/scraper/sources"
	"communique/store"
)

// standing is what a running serve has of a newsroom, whatever the settings.
type standing struct {
	room    *store.Newsroom
	journal *journal.Journal // what happens to the source

	// Only who holds the source's turn reads and writes these.
	collected bool // once at least, or begun
	again     bool // the latest collection asked to look again soon
}

// standings are those of all newsrooms that there were since the start. The zero
// ones are ready.
type standings struct {
	mu     sync.Mutex
	byName map[string]*standing
}

// of returns that of a newsroom, a new one for the first time.
func (all *standings) of(name string, begin func() *standing) *standing {
	all.mu.Lock()
	defer all.mu.Unlock()
	if all.byName == nil {
		all.byName = map[string]*standing{}
	}
	if all.byName[name] == nil {
		all.byName[name] = begin()
	}
	return all.byName[name]
}

// beat is a newsroom as one generation of settings has it.
type beat struct {
	*standing
	name, title string
	source      *sources.Source     // nil if it is off
	schedule    *collector.Schedule // nil if it is off
	off         error               // why it is, nil if it is not
}

// beats returns those of the settings, each with a schedule of its own, and those
// that are off.
func (d *service) beats(a *app) ([]*beat, error) {
	r, err := a.newsrooms()
	if err == nil {
		err = errors.Join(r.usable(), a.serving.visit.fits(r.sources))
	}
	if err != nil {
		return nil, err
	}
	all, err := a.storedNewsrooms(d.db)
	if err != nil {
		return nil, err
	}
	var list []*beat
	for i, n := range all {
		if n.closed {
			continue
		}
		b, err := d.beat(a, n)
		if err != nil {
			return nil, err
		}
		if b.schedule != nil {
			b.schedule = b.schedule.Spread(i, len(r.sources))
		}
		list = append(list, b)
	}
	return list, nil
}

func (d *service) beat(a *app, n stored) (b *beat, err error) {
	b = &beat{name: n.name, title: n.title(), off: n.off}
	if n.off == nil {
		b.source = n.source
		if b.schedule, err = a.config.schedule(n.source); err != nil {
			return nil, err
		}
	}
	b.standing = d.standings.of(n.name, func() *standing {
		return &standing{room: n.room, journal: a.journal(n.name, b.title, n.room)}
	})
	return b, nil
}

// tellDefinitions tells of sources that are off, or on again, and remembers what
// those say that are on.
func (g *generation) tellDefinitions() {
	for _, b := range g.beats {
		if b.off != nil {
			b.journal.Bad(journal.Definition, journal.Off, b.off.Error(), g.now())
			continue
		}
		b.journal.Well(journal.Definition, g.now())
		g.remember(b.room, b.source)
	}
}

// beat returns the one of a name that is on, the first for "".
func (g *generation) beat(name string) (*beat, error) {
	for _, b := range g.beats {
		switch {
		case b.name != name && name != "":
		case b.off != nil:
			return nil, sourceOff{fmt.Errorf("source %s is off: %w", b.name, b.off)}
		default:
			return b, nil
		}
	}
	return nil, errors.New("this process does not collect it")
}

// journals returns those of all beats.
func (g *generation) journals() []*journal.Journal {
	var list []*journal.Journal
	for _, b := range g.beats {
		list = append(list, b.journal)
	}
	return list
}

// rooms returns the parts of the store of all beats.
func (g *generation) rooms() []*store.Newsroom {
	var list []*store.Newsroom
	for _, b := range g.beats {
		list = append(list, b.room)
	}
	return list
}

// titles says whose feeds are served.
func (g *generation) titles() string {
	var titles []string
	for _, b := range g.beats {
		if b.off == nil {
			titles = append(titles, b.title)
		}
	}
	if n := len(titles); n > 3 {
		return fmt.Sprintf("%s and %d others", strings.Join(titles[:2], ", "), n-2)
	}
	return strings.Join(titles, ", ")
}
