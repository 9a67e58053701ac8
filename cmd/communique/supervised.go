package main

import (
	"context"
	"net/http"
	"os"
	"strings"
	"sync"

	"communique/cmd/communique/systemd"
	"communique/store"
)

// runSupervised runs, and tells the systemd that started the process of each
// phase and, from the first answer on, that the process lives.
func (d *service) runSupervised(ctx context.Context) error {
	s, err := systemd.New(d.started.variable, os.Getpid())
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	var watching sync.WaitGroup
	defer watching.Wait()
	defer stop()
	var first sync.Once
	d.observers = append(d.observers, func(p phase) {
		if err := d.report(s, p); err != nil {
			d.started.log.Warn("systemd does not know how it is", "phase", p, "error", err)
		}
		first.Do(func() {
			watching.Go(func() {
				s.Watch(ctx, d.started.log, systemd.Answering(http.HandlerFunc(d.answerOperator), d.readStore))
			})
		})
	})
	return d.run(ctx)
}

// report tells of a phase in systemd's words.
func (d *service) report(s *systemd.Supervisor, p phase) error {
	switch p {
	case reloading:
		return s.Reloading()
	case stopping:
		return s.Stopping()
	}
	return s.Ready("Serving the feeds of " + d.current.Load().titles() + " at http://" + reachable(d.readers.Addr()) + "/")
}

// readStore reads one release, any, to see that the store answers.
func (d *service) readStore() error {
	_, _, err := d.current.Load().rooms()[0].Releases(store.Query{}, "", 1)
	return err
}

// variable returns one of the environment that the process was started with, ""
// if there is none.
func (a *app) variable(name string) string {
	for _, entry := range a.environment {
		if value, ok := strings.CutPrefix(entry, name+"="); ok {
			return value
		}
	}
	return ""
}
