package collector_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestSpread has many sources run by lines that are due at the same times. No two
// begin within one second, each begins as often as its line says, and the first
// of them at the very times of its line.
func TestSpread(t *testing.T) {
	const hours = 6
	lines := []string{"*/30 * * * *", "0 * * * *", "*/30 * * * *", "*/10 * * * *", "@every 30m", "@every 30m", "*/30 * * * *"}
	runs := []int{2 * hours, hours, 2 * hours, 6 * hours, 2 * hours, 2 * hours, 2 * hours}
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithTimeout(t.Context(), hours*time.Hour-time.Second)
		defer stop()
		begin := time.Now() // midnight in UTC
		var mu sync.Mutex
		began := map[time.Time]string{}
		times := make([]int, len(lines))
		var all sync.WaitGroup
		for i, line := range lines {
			schedule := parse(t, line).Spread(i, len(lines))
			all.Go(func() {
				schedule.Run(ctx, slog.New(slog.DiscardHandler), func(context.Context) bool {
					mu.Lock()
					defer mu.Unlock()
					at := time.Now().Truncate(time.Second)
					if other, taken := began[at]; taken {
						t.Errorf("%s after the start %s and source %d begin at one second", at.Sub(begin), other, i)
					}
					began[at] = fmt.Sprintf("source %d", i)
					times[i]++
					if late := at.Sub(begin) % (30 * time.Minute); i == 0 && late != 0 {
						t.Errorf("the first source begins %s late", late)
					}
					return false
				})
			})
		}
		all.Wait()
		for i, got := range times {
			if want := runs[i]; got < want || got > want+1 {
				t.Errorf("source %d, %s: %d runs in %d hours, want %d", i, lines[i], got, hours, want)
			}
		}
	})
}

// TestSpreadHasRoom spreads as many sources as there may be within the time from
// one run to the next.
func TestSpreadHasRoom(t *testing.T) {
	const n = 1000
	now := time.Date(2026, 1, 1, 0, 0, 30, 0, time.UTC)
	for _, line := range []string{"* * * * *", "*/30 * * * *", "0 7 * * *"} {
		seen := map[time.Time]bool{}
		plain := parse(t, line)
		for i := range n {
			next := plain.Spread(i, n).Next(now)
			if seen[next] || next.Before(now) || next.Sub(now) > plain.Interval() {
				t.Fatalf("%s: source %d is due at %s", line, i, next)
			}
			seen[next] = true
		}
	}
}
