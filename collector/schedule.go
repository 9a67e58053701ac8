package collector

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/robfig/cron/v3"
)

// shortest is the least time between two runs that a schedule may ask for.
const shortest = time.Minute

// Schedule is a cron line with five fields, in UTC, or @hourly and its kin, or
// @every and a duration.
type Schedule struct {
	times cron.Schedule
	line  string
}

// ParseSchedule reads a line and refuses one that never comes, comes more than
// once a minute, or names a zone.
func ParseSchedule(line string) (*Schedule, error) {
	if strings.Contains(line, "TZ=") {
		return nil, fmt.Errorf("schedule %q: times are in UTC, a zone can't be named", line)
	}
	times, err := cron.ParseStandard(line)
	if err != nil {
		return nil, fmt.Errorf("schedule %q: %w; want five fields such as \"*/30 * * * *\", or \"@every 30m\"", line, err)
	}
	if every, ok := times.(cron.ConstantDelaySchedule); ok && every.Delay < shortest {
		return nil, fmt.Errorf("schedule %q: want at least %s between runs", line, shortest)
	}
	first := times.Next(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC))
	if first.IsZero() {
		return nil, fmt.Errorf("schedule %q: that time never comes", line)
	}
	return &Schedule{times, line}, nil
}

// Interval returns the time between two successive runs, taken from a fixed
// instant on so that it is always the same.
func (s *Schedule) Interval() time.Duration {
	at := s.times.Next(time.Date(2000, 1, 3, 0, 0, 0, 0, time.UTC))
	next := s.times.Next(at)
	return next.Sub(at)
}

// Next returns the first time of the schedule after an instant, in UTC.
func (s *Schedule) Next(after time.Time) time.Time { return s.times.Next(after.UTC()) }

// String returns the line.
func (s *Schedule) String() string { return s.line }

// Run calls collect at once and then at the times of the schedule, never twice
// at a time, until ctx ends; it returns when the call under way has returned.
// A panic in collect is logged and ends that call alone. If collect asks to look
// again soon, it is called a sixth of the interval later, and later each time
// that it goes on asking.
func (s *Schedule) Run(ctx context.Context, log *slog.Logger, collect func(context.Context) (again bool)) {
	logger := cronLogger{log}
	timer := cron.New(cron.WithLocation(time.UTC), cron.WithLogger(logger))
	asked := make(chan bool, 1)
	job := cron.NewChain(cron.SkipIfStillRunning(logger), cron.Recover(logger)).Then(cron.FuncJob(func() {
		if ctx.Err() == nil {
			again := collect(ctx)
			select {
			case asked <- again:
			case <-ctx.Done():
			}
		}
	}))
	timer.Schedule(s.times, job)
	// A jump of the clock is noticed only when a timer fires.
	timer.Schedule(cron.Every(time.Minute), cron.FuncJob(func() {}))
	timer.Start()
	job.Run()
	s.lookAgain(ctx, asked, job)
	<-timer.Stop().Done()
}

// lookAgain runs job when it was asked for, until ctx ends.
func (s *Schedule) lookAgain(ctx context.Context, asked <-chan bool, job cron.Job) {
	first := max(shortest, s.Interval()/6)
	pause := first
	var due <-chan time.Time
	var looking sync.WaitGroup
	defer looking.Wait()
	for {
		select {
		case <-ctx.Done():
			return
		case again := <-asked:
			due = nil
			if !again {
				pause = first
			} else if pause < s.Interval() {
				due = time.After(pause)
				pause *= 2
			}
		case <-due:
			due = nil
			looking.Go(job.Run)
		}
	}
}

// cronLogger carries what cron says to where everything else is said.
type cronLogger struct{ log *slog.Logger }

// Info is what cron does all day long, but for the runs that it skips.
func (l cronLogger) Info(message string, keysAndValues ...any) {
	if message == "skip" {
		l.log.Warn("a run was skipped, the one before still goes on", keysAndValues...)
	}
}

// Error tells of a job that panicked.
func (l cronLogger) Error(err error, message string, keysAndValues ...any) {
	l.log.Error("a run panicked", append([]any{"error", err, "message", message}, keysAndValues...)...)
}
