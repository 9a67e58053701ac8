package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"communique/feed/folder"
	"communique/store"
)

// longestPause is between attempts to do what fails.
const longestPause = time.Minute

// watcher publishes until it is told to end.
type watcher struct {
	app  *app
	with *publishing
	// published is the moment of the last good publication, if it has begun
	// with one.
	published moment
	begun     bool
	trouble   string // that was told and is not over
	pause     time.Duration
}

func (a *app) watch(ctx context.Context, p *publishing) error {
	w := &watcher{app: a, with: p, pause: p.interval.Value}
	for {
		if at := a.presentMoment(ctx); !w.begun || at != w.published || w.trouble != "" {
			if err := w.publish(ctx); err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(w.pause):
		}
	}
}

// publish makes one attempt. What can't get better by itself is an error.
func (w *watcher) publish(ctx context.Context) error {
	report, at, err := w.app.publishOnce(ctx, w.with)
	switch {
	case err != nil && ctx.Err() != nil:
		return nil
	case errors.As(err, new(usageError)):
		return err
	case err != nil:
		w.fail(err)
		return nil
	}
	if w.trouble != "" {
		w.app.log.Info("publishing again", "out", w.with.out)
	}
	first := !w.begun
	w.begun, w.published, w.trouble, w.pause = true, at, "", w.with.interval.Value
	w.with.options.Force = false // once is enough
	if first || report.Written+report.Removed > 0 {
		return w.app.tellPublished(w.with, report)
	}
	return nil
}

// fail tells of trouble, once as long as it is the same, and has it tried
// again: soon when it is only somebody else's turn, later and later if not.
func (w *watcher) fail(err error) {
	level, message := w.app.log.Error, "publishing failed; the last good files stay"
	w.pause = min(2*w.pause, max(longestPause, w.with.interval.Value))
	if errors.Is(err, store.ErrHeld) || errors.Is(err, store.ErrNoStore) || errors.Is(err, folder.ErrBusy) {
		level, message = w.app.log.Info, "waiting to publish"
		w.pause = w.with.interval.Value
	}
	if text := fmt.Sprint(err); text != w.trouble {
		w.trouble = text
		level(message, "error", err)
	}
}
