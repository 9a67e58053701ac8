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
	clock func() time.Time
	// late is how much later than the line says each run comes, wait how long the
	// first one waits.
	late, wait time.Duration
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
	return &Schedule{times: times, line: line, clock: time.Now}, nil
}

const (
	// spacing is how far apart the runs of two sources are that are due at the
	// same time, if there is room for that; startSpacing is that of first runs.
	spacing      = time.Minute
	startSpacing = 2 * time.Second
)

// Spread returns the schedule of the i-th of n sources, counted from 0, so that
// they are not all due at one second: each time comes i minutes later than the
// line says, or as much of the interval as leaves room for all n, and the first
// run of Run waits for 2 seconds, or less, for each source before.
func (s *Schedule) Spread(i, n int) *Schedule {
	spread := *s
	step := min(spacing, s.Interval()/time.Duration(n))
	spread.late, spread.wait = time.Duration(i)*step, time.Duration(i)*min(startSpacing, step)
	return &spread
}

// Interval returns the time between two successive runs, taken from a fixed
// instant on so that it is always the same.
func (s *Schedule) Interval() time.Duration {
	at := s.times.Next(time.Date(2000, 1, 3, 0, 0, 0, 0, time.UTC))
	next := s.times.Next(at)
	return next.Sub(at)
}

// Next returns the first time of the schedule after an instant, in UTC.
func (s *Schedule) Next(after time.Time) time.Time {
	next := s.times.Next(after.UTC().Add(-s.late))
	if next.IsZero() {
		return next
	}
	return next.Add(s.late)
}

// now tells the time by the clock on the wall, which may be set, and not by the
// one that counts since the start.
func (s *Schedule) now() time.Time { return s.clock().UTC().Round(0) }

// String returns the line, and how much later than that the runs come.
func (s *Schedule) String() string {
	if s.late == 0 {
		return s.line
	}
	return fmt.Sprintf("%s, %s later", s.line, s.late)
}

// Run calls collect at once, or when Spread lets it begin, and then at the times
// of the schedule, never twice at a time, until ctx ends; it returns when the call
// under way has returned. A panic in collect is logged and ends that call alone.
// If collect asks to look again soon, it is called a sixth of the interval later,
// and later each time that it goes on asking.
//
// Times that passed while the machine slept, or that a clock which was set
// forward skipped, are made up for by one call, within a minute. A clock that was
// set back, however far, delays the next call by no more than two times of the
// schedule.
func (s *Schedule) Run(ctx context.Context, log *slog.Logger, collect func(context.Context) (again bool)) {
	logger := cronLogger{log}
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
	s.keepTime(ctx, asked, job)
}

// keepTime runs job at once, when it is due and when it was asked for, until ctx
// ends. It looks at the clock once a minute: timers stand still while a machine
// sleeps, and know nothing of a clock that is set.
func (s *Schedule) keepTime(ctx context.Context, asked <-chan bool, job cron.Job) {
	var running sync.WaitGroup
	defer running.Wait()
	soon := soon{first: max(shortest, s.Interval()/6), last: s.Interval()}
	due := s.now().Add(s.wait)
	for {
		now := s.now()
		if s.isDue(due, now) {
			due = s.Next(now)
			running.Go(job.Run)
		}
		if far := s.Next(s.Next(now)); due.After(far) {
			due = s.Next(now)
		}
		select {
		case <-ctx.Done():
			return
		case again := <-asked:
			soon.ask(again)
		case <-soon.due:
			soon.due = nil
			running.Go(job.Run)
		case <-time.After(max(0, min(time.Minute, due.Sub(now)))):
		}
	}
}

// isDue says whether a time has come, which is zero if the next one lies more
// than five years ahead.
func (s *Schedule) isDue(due, now time.Time) bool { return !due.IsZero() && !now.Before(due) }

// soon says when to look again beside the schedule.
type soon struct {
	first, last time.Duration
	pause       time.Duration // the next one, 0 for the first
	due         <-chan time.Time
}

// ask is told by each run whether to look again.
func (s *soon) ask(again bool) {
	s.due = nil
	if !again {
		s.pause = 0
		return
	}
	if s.pause = max(s.pause, s.first); s.pause < s.last {
		s.due = time.After(s.pause)
		s.pause *= 2
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
