// Package notify tells an operator of events at once, by a webhook and by a
// command of the operator's.
//
// [New] takes the journals of the sources and the ways to tell, [Notifier.Begin]
// says that what happens from now on is to be told, and [Notifier.Run] tells until its context ends; [Notifier.Flush] tells what waits
// and returns, for a process that lives no longer than a collection. Both tell
// beside what else goes on: a way that is slow or down delays neither a
// collection nor another way.
//
// What went which way is remembered in the journals, so that each event goes each
// way once, over restarts too. A process that is killed between telling and
// remembering tells again: a receiver knows an event that it had by its id, which
// never changes. A way that is new begins with the next event; what happened
// before is not told.
//
// The queue of a way is the journal, which keeps 400 events of a source. When a
// way is down that is logged once; it is tried again after a minute, and later
// and later up to an hour. An event that is older than a week is left out.
package notify

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"communique/collector/journal"
)

// ErrRefused says that an event was refused for what it is: it would be again.
var ErrRefused = errors.New("refused")

// Way is a way to tell an event.
type Way interface {
	// Name is a word under which is remembered what went that way.
	Name() string
	// Tell tells an event and returns when the other end has taken it, within a
	// bounded time. The error wraps ErrRefused if there is no use in trying again.
	Tell(ctx context.Context, e journal.Event) error
}

// Options say what is told, and how.
type Options struct {
	Journals []*journal.Journal
	Ways     []Way
	// Pause is how long a way that is down rests at first; it doubles up to an
	// hour. 0 means a minute.
	Pause time.Duration
	// Clock tells the time. nil means the system's.
	Clock func() time.Time
	// Log takes what goes wrong. nil discards it.
	Log *slog.Logger
}

// Notifier tells what the journals have.
type Notifier struct {
	journals []*journal.Journal
	lines    []*line
	clock    func() time.Time
}

// New returns a notifier, which does nothing yet.
func New(o Options) *Notifier {
	if o.Pause <= 0 {
		o.Pause = time.Minute
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	n := &Notifier{journals: o.Journals, clock: o.Clock}
	for _, way := range o.Ways {
		n.lines = append(n.lines, &line{way: way, journals: o.Journals, pause: o.Pause, clock: o.Clock, log: o.Log})
	}
	return n
}

// Begin has the journals know by which ways they are told: what happens from now
// on goes each way that is new, and a way that is no more is forgotten. It is to
// be called before a collection; calling it again does nothing.
func (n *Notifier) Begin() {
	var names []string
	for _, l := range n.lines {
		names = append(names, l.way.Name())
	}
	for _, j := range n.journals {
		j.Begin(n.clock(), names...)
	}
}

// Run tells until ctx ends.
func (n *Notifier) Run(ctx context.Context) {
	n.Begin()
	var running sync.WaitGroup
	for _, l := range n.lines {
		running.Go(func() { l.run(ctx) })
	}
	running.Wait()
}

// Flush tells what waits, each way until it is down, and returns when that is
// done or ctx ends. What still waits then is told by the next notifier.
func (n *Notifier) Flush(ctx context.Context) {
	n.Begin()
	var running sync.WaitGroup
	for _, l := range n.lines {
		running.Go(func() { _ = l.flush(ctx) }) // which it has logged
	}
	running.Wait()
}

// Undelivered returns how many events wait for each way.
func (n *Notifier) Undelivered() map[string]int {
	counts := make(map[string]int, len(n.lines))
	for _, l := range n.lines {
		name := l.way.Name()
		counts[name] = 0
		for _, j := range n.journals {
			waiting, _ := j.Waiting(name) // then what is in memory
			counts[name] += len(waiting)
		}
	}
	return counts
}

// Down says of each way whether the last attempt failed.
func (n *Notifier) Down() map[string]bool {
	down := make(map[string]bool, len(n.lines))
	for _, l := range n.lines {
		down[l.way.Name()] = l.down.Load()
	}
	return down
}

// line is one way, and what waits for it.
type line struct {
	way      Way
	journals []*journal.Journal
	pause    time.Duration
	clock    func() time.Time
	log      *slog.Logger
	down     atomic.Bool
}
