package notify

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/cenkalti/backoff/v5"

	"communique/collector/journal"
)

const (
	// longestPause is the longest that a way rests that is down.
	longestPause = time.Hour
	// tooOld is how long an event waits for a way before it is left out.
	tooOld = 7 * 24 * time.Hour
)

// run tells whatever comes, until ctx ends.
func (l *line) run(ctx context.Context) {
	rests := backoff.NewExponentialBackOff()
	rests.InitialInterval, rests.MaxInterval, rests.Multiplier = l.pause, longestPause, 2
	for {
		changed := l.changed() // before it is looked what waits
		if err := l.flush(ctx); err == nil {
			rests.Reset()
			wait(ctx, changed)
		} else {
			rest(ctx, rests.NextBackOff())
		}
		if ctx.Err() != nil {
			return
		}
	}
}

// changed are what closes when a journal has something new.
func (l *line) changed() []<-chan struct{} {
	var list []<-chan struct{}
	for _, j := range l.journals {
		list = append(list, j.Changed())
	}
	return list
}

// wait returns when one of some channels closes, or ctx ends.
func wait(ctx context.Context, channels []<-chan struct{}) {
	cases := []reflect.SelectCase{{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(ctx.Done())}}
	for _, c := range channels {
		cases = append(cases, reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(c)})
	}
	reflect.Select(cases)
}

// rest lets time pass, less if ctx ends.
func rest(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// flush tells what waits, the oldest of each source first, until the way is down
// or ctx ends.
func (l *line) flush(ctx context.Context) error {
	for _, j := range l.journals {
		waiting, err := j.Waiting(l.way.Name())
		if err != nil {
			l.log.Warn("reading what is to be told; what is in memory is told", "way", l.way.Name(), "source", j.Source(), "error", err)
		}
		for _, e := range waiting {
			if err := l.tell(ctx, j, e); err != nil {
				return err
			}
		}
	}
	return nil
}

// tell tells one event and has the journal remember that. What is too old, or is
// refused, is left out.
func (l *line) tell(ctx context.Context, j *journal.Journal, e journal.Event) error {
	var err error
	if age := l.clock().Sub(e.At); age > tooOld {
		err = fmt.Errorf("%w: it is %.0f days old", ErrRefused, age.Hours()/24)
	} else {
		err = l.way.Tell(ctx, e)
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, ErrRefused):
		l.log.Warn("an event is left out", "way", l.way.Name(), "id", e.ID, "error", err)
	case err != nil:
		l.fail(e, err)
		return err
	case l.down.CompareAndSwap(true, false):
		l.log.Info("events are told again", "way", l.way.Name())
	}
	j.Told(l.way.Name(), e, l.clock())
	return nil
}

// fail logs that the way is down, once until it is up again.
func (l *line) fail(e journal.Event, err error) {
	if l.down.CompareAndSwap(false, true) {
		l.log.Error("events can't be told; it is tried again and again", "way", l.way.Name(), "id", e.ID, "error", err)
	}
}
