package main

import (
	"context"
	"fmt"
	"sync"

	"communique/scraper/sources"
)

// collectionsAtOnce bounds the collections that a process makes at a time.
const collectionsAtOnce = 8

// turns let one collection of a source go at a time, one visit of a site, and so
// many of all. Who has to wait waits in the same order for each of these, so that
// no two wait for each other.
type turns struct {
	mu    sync.Mutex
	holds map[string]chan struct{}
	all   chan struct{}
}

func newTurns() *turns {
	return &turns{holds: map[string]chan struct{}{}, all: make(chan struct{}, collectionsAtOnce)}
}

// ofSource is taken by each collection of a source; who holds it knows that none
// is under way.
func (t *turns) ofSource(name string) chan struct{} { return t.hold("source " + name) }

func (t *turns) hold(name string) chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.holds[name] == nil {
		t.holds[name] = make(chan struct{}, 1)
	}
	return t.holds[name]
}

// take waits until a source may be collected, or ctx ends, and returns what lets
// others. It calls waiting, if that is not nil, before it waits for the first time.
func (t *turns) take(ctx context.Context, s *sources.Source, waiting func()) (leave func(), err error) {
	var held []chan struct{}
	leave = func() {
		for _, hold := range held {
			<-hold
		}
	}
	for _, hold := range []chan struct{}{t.ofSource(s.Name), t.hold("site " + s.First().Host), t.all} {
		select {
		case hold <- struct{}{}:
			held = append(held, hold)
			continue
		default:
		}
		if waiting != nil {
			waiting()
			waiting = nil
		}
		select {
		case hold <- struct{}{}:
			held = append(held, hold)
		case <-ctx.Done():
			leave()
			return nil, fmt.Errorf("waiting for the collection that runs already: %w", context.Cause(ctx))
		}
	}
	return leave, nil
}
