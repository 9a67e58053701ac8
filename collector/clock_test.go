package collector_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestClockIsSet runs a schedule for six hours from midnight on, by a clock that
// is set at half past three, and notes by that clock when collect is called from
// then on: what was missed is made up for once and within a minute, and no clock
// that was set back keeps the newsroom waiting for it to come round again.
func TestClockIsSet(t *testing.T) {
	const at = 210 * time.Minute
	tests := []struct {
		name, line string
		by         time.Duration
		called     []string
	}{
		{"an hour forward, as in spring", "30 * * * *", time.Hour, []string{"04:31", "05:30", "06:30"}},
		{"an hour back, as in autumn", "45 * * * *", -time.Hour, []string{"03:45", "04:45"}},
		{"a suspend over four times", "*/20 * * * *", 90 * time.Minute, []string{"05:01", "05:20", "05:40"}},
		{"a suspend of a month", "0 * * * *", 30 * 24 * time.Hour, []string{"03:31", "04:00", "05:00"}},
		{"more than two times back", "*/30 * * * *", -70 * time.Minute, []string{"02:30", "03:00"}},
		{"a month back", "0 * * * *", -30 * 24 * time.Hour, []string{"04:00", "05:00"}},
		{"ten years back", "@every 1h", -10 * 365 * 24 * time.Hour, []string{"04:31", "05:31"}},
		{"to 1970", "15 * * * *", -30 * 365 * 24 * time.Hour, []string{"04:15", "05:15"}},
		{"two minutes back", "*/30 * * * *", -2 * time.Minute, []string{"04:00", "04:30"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				ctx, cancel := context.WithTimeout(t.Context(), 6*time.Hour)
				defer cancel()
				clock := func() time.Time {
					if time.Since(began) < at+time.Second/2 {
						return time.Now()
					}
					return time.Now().Add(test.by)
				}
				schedule := parse(t, test.line)
				schedule.SetClock(clock)
				var called []string
				schedule.Run(ctx, slog.New(slog.DiscardHandler), func(context.Context) (again bool) {
					if time.Since(began) > at+time.Second/2 {
						called = append(called, clock().UTC().Format("15:04"))
					}
					return false
				})
				if len(called) < len(test.called) {
					t.Fatalf("called at %q, want %q first", called, test.called)
				}
				if diff := cmp.Diff(test.called, called[:len(test.called)]); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}

// TestTimeOfTheWall has a schedule go by the clock that can be set, and not by the
// one that counts since the start: time.Time says which by "m=".
func TestTimeOfTheWall(t *testing.T) {
	if now := parse(t, "@hourly").Now().String(); strings.Contains(now, "m=") {
		t.Errorf("it goes by %s", now)
	}
}
