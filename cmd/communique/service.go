package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"syscall"

	"communique/collector"
	"communique/server"
	"communique/store"
)

// service is serve as it runs. Here is what stands as long as the process does:
// the addresses, the store, the counts, whose turn it is to be collected. What the
// settings decide on is a generation, made whole and then put in the place of the
// one before.
type service struct {
	started *app // the settings at the start
	readers net.Listener
	desk    *adminDesk
	db      *store.DB
	// standings are of the newsrooms; turns say which may be collected.
	standings standings
	turns     *turns

	current atomic.Pointer[generation]
	// observers are told of each phase, in their order.
	observers []func(phase)

	hangup chan os.Signal // asks to read the settings again
}

// phase is what a service comes to.
type phase string

const (
	ready     phase = "ready"     // it answers, for the first time or after reloading
	reloading phase = "reloading" // new settings are read; ready follows, taken or not
	stopping  phase = "stopping"  // it takes no more requests
)

func (d *service) enter(s phase) {
	for _, tell := range d.observers {
		tell(s)
	}
}

// beside are what runs as long as readers are answered, whatever the settings.
func (d *service) beside() []func(context.Context) {
	return []func(context.Context){
		func(ctx context.Context) { d.desk.serve(ctx, d) },
		d.live,
		d.keepCompact,
		func(ctx context.Context) { <-ctx.Done(); d.enter(stopping) },
	}
}

// run answers readers until ctx ends, and ends in the opposite order.
func (d *service) run(ctx context.Context) error {
	first, err := d.build(d.started)
	if err != nil {
		return err
	}
	d.current.Store(first)
	answer, err := d.answerLocally()
	if err != nil {
		return err
	}
	signal.Notify(d.hangup, syscall.SIGHUP) // from now on it ends nothing
	defer signal.Stop(d.hangup)
	fmt.Fprintf(d.started.out, "Serving the feeds of %s at http://%s/\n", first.titles(), reachable(d.readers.Addr()))
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	d.enter(ready)
	var beside sync.WaitGroup
	beside.Go(func() { answer(ctx) })
	for _, part := range d.beside() {
		beside.Go(func() { part(ctx) })
	}
	err = server.Serve(ctx, d.readers, http.HandlerFunc(d.answerReader), d.started.log)
	stop()
	beside.Wait()
	return err
}

// answerReader answers by the settings in force when a request comes.
func (d *service) answerReader(w http.ResponseWriter, r *http.Request) {
	d.current.Load().readers.ServeHTTP(w, r)
}

func (d *service) answerOperator(w http.ResponseWriter, r *http.Request) {
	d.current.Load().operators.ServeHTTP(w, r)
}

// keepSchedule collects a newsroom on a generation's schedule until that ends,
// which leaves a collection under way to itself: it goes on until ctx ends. A
// schedule begins with a collection if there was none before. Another begins by
// waiting for the one under way, to know whether to look again.
func (d *service) keepSchedule(ctx, schedule context.Context, g *generation, b *beat) {
	var begun sync.Once
	b.schedule.Run(schedule, g.log, func(context.Context) (again bool) {
		follows := false
		begun.Do(func() { again, follows = d.follow(schedule, b) })
		if follows {
			return again
		}
		return d.collect(ctx, schedule, b)
	})
}

// follow waits for the collection under way and says how it ended; follows is
// false if there was never one.
func (d *service) follow(ctx context.Context, b *beat) (again, follows bool) {
	turn := d.turns.ofSource(b.name)
	select {
	case turn <- struct{}{}:
		defer func() { <-turn }()
		return b.again, b.collected
	case <-ctx.Done():
		return false, true
	}
}

// collect makes one collection of a newsroom by the settings in force when it
// begins, when its turn has come, unless the schedule ends before that.
func (d *service) collect(ctx, schedule context.Context, b *beat) (again bool) {
	leave, err := d.turns.take(schedule, b.source, nil)
	if err != nil {
		return false
	}
	defer leave()
	g := d.current.Load()
	if b, err = g.beat(b.name); err != nil {
		return false
	}
	b.collected, b.again = true, false
	_, err = d.collectAndLog(ctx, g, b, g.flags.visit, collector.Options{NoFilters: g.flags.visit.noFilters})
	b.again = errors.Is(err, collector.ErrSuspect)
	return b.again
}

// collectAndLog makes one collection, logs its problems, each once a week, and says
// in one line how it went.
func (d *service) collectAndLog(ctx context.Context, g *generation, b *beat, visit *visiting, options collector.Options) (collector.Report, error) {
	report, err := d.desk.runs.Watch(b.name, func() (collector.Report, error) {
		options.Journal = b.journal
		return g.collectOnce(ctx, b.source, b.room, visit, options, func(next http.RoundTripper) http.RoundTripper {
			return d.desk.runs.Count(b.name, next)
		})
	})
	for _, problem := range report.Fresh {
		g.log.Warn("problem", "source", b.name, "problem", problem)
	}
	switch {
	case ctx.Err() != nil:
		g.log.Info("collection interrupted; what was stored stays stored", "source", b.name)
	case err != nil:
		g.log.Error("collection failed; the feeds stay as they are", "source", b.name, "error", err)
	default:
		g.log.Info("collected", "source", b.name, "pages", report.Pages, "seen", report.Seen,
			"new", report.New, "updated", report.Updated, "withdrawn", report.Withdrawn, "problems", len(report.Problems))
	}
	return report, err
}
