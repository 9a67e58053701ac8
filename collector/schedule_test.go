package collector_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"communique/collector"
)

func TestParseSchedule(t *testing.T) {
	tests := []struct {
		line     string
		wrong    string // what the error says, "" for a good line
		interval time.Duration
	}{
		{"*/30 * * * *", "", 30 * time.Minute},
		{"* * * * *", "", time.Minute},
		{"5 6 * * *", "", 24 * time.Hour},
		{"0 7 * * mon", "", 7 * 24 * time.Hour},
		{"0 0 29 2 *", "", 1461 * 24 * time.Hour},
		{"@hourly", "", time.Hour},
		{"@every 1m", "", time.Minute},
		{"@every 36h", "", 36 * time.Hour},

		{"TZ=UTC", "zone", 0},
		{"TZ=Europe/Vienna 0 7 * * *", "zone", 0},
		{"CRON_TZ=Asia/Tokyo 0 7 * * *", "zone", 0},
		{"CRON_TZ=", "zone", 0},
		{" TZ=", "zone", 0},
		{"@every 0s", "at least 1m0s", 0},
		{"@every 10s", "at least 1m0s", 0},
		{"@every 59.9s", "at least 1m0s", 0},
		{"@every -5m", "at least 1m0s", 0},
		{"@every", "five fields", 0},
		{"@every soon", "five fields", 0},
		{"@every 9999999h", "five fields", 0},
		{"@reboot", "five fields", 0},
		{"0 0 31 2 *", "never comes", 0},
		{"0 0 31 4,6,9,11 *", "never comes", 0},
		{"0 * * * * *", "five fields", 0},
		{"60 * * * *", "five fields", 0},
		{"*/0 * * * *", "five fields", 0},
		{"whenever you like", "five fields", 0},
		{"", "five fields", 0},
		{"\x00", "five fields", 0},
	}
	for _, test := range tests {
		got, err := collector.ParseSchedule(test.line)
		switch {
		case test.wrong != "":
			if err == nil || !strings.Contains(err.Error(), test.wrong) || !strings.Contains(err.Error(), fmt.Sprintf("%q", test.line)) {
				t.Errorf("%q: error %v, want one that says %q", test.line, err, test.wrong)
			}
		case err != nil:
			t.Errorf("%q: %v", test.line, err)
		case got.Interval() != test.interval || got.String() != test.line:
			t.Errorf("%q: %q every %s, want %s", test.line, got, got.Interval(), test.interval)
		}
	}
}

// FuzzParseSchedule accepts nothing that never comes or comes too often, and
// survives everything.
func FuzzParseSchedule(f *testing.F) {
	for _, line := range []string{"*/30 * * * *", "0 7 * * mon-fri", "@every 90m", "TZ=UTC", "0 0 31 2 *", "@every -1s"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		s, err := collector.ParseSchedule(line)
		if err != nil {
			return
		}
		if s.Interval() < time.Minute {
			t.Errorf("%q: every %s", line, s.Interval())
		}
		at := time.Date(2026, time.March, 29, 0, 59, 59, 0, time.UTC)
		if next := s.Next(at); !next.After(at) || next.Location() != time.UTC {
			t.Errorf("%q: after %s comes %s", line, at, next)
		}
	})
}

// TestNextIsInUTC holds where a zone near by changes its clocks: no run is
// skipped in spring, none comes twice in autumn.
func TestNextIsInUTC(t *testing.T) {
	vienna, err := time.LoadLocation("Europe/Vienna")
	if err != nil {
		t.Fatal(err)
	}
	s := parse(t, "30 2 * * *")
	for _, day := range []time.Time{
		time.Date(2026, time.March, 28, 12, 0, 0, 0, vienna), time.Date(2026, time.October, 24, 12, 0, 0, 0, vienna),
	} {
		first := s.Next(day)
		second := s.Next(first)
		if first.Format("15:04 MST") != "02:30 UTC" || second.Sub(first) != 24*time.Hour {
			t.Errorf("after %s: %s and %s", day, first, second)
		}
	}
}

func parse(t *testing.T, line string) *collector.Schedule {
	t.Helper()
	s, err := collector.ParseSchedule(line)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestRun lets a schedule run in a clock of its own that begins at midnight UTC
// of 1 January 2000, and notes when collect is called.
func TestRun(t *testing.T) {
	tests := []struct {
		name, line string
		takes      time.Duration // each call
		panics     bool
		lasts      time.Duration
		called     []string
		said       string
	}{
		{"at once and on time", "*/30 * * * *", time.Second, false, 65 * time.Minute, []string{"00:07:00", "00:30:00", "01:00:00"}, ""},
		{"every so often from the start on", "@every 20m", time.Second, false, 65 * time.Minute, []string{"00:07:00", "00:27:00", "00:47:00", "01:07:00"}, ""},
		{"longer than the interval", "*/10 * * * *", 25 * time.Minute, false, 65 * time.Minute, []string{"00:07:00", "00:40:00", "01:10:00"}, "a run was skipped"},
		{"panics", "*/30 * * * *", time.Second, true, 65 * time.Minute, []string{"00:07:00", "00:30:00", "01:00:00"}, "no such page"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				time.Sleep(7 * time.Minute)
				ctx, cancel := context.WithTimeout(t.Context(), test.lasts)
				defer cancel()
				var log bytes.Buffer
				var called []string
				parse(t, test.line).Run(ctx, slog.New(slog.NewTextHandler(&log, nil)), func(context.Context) (again bool) {
					called = append(called, time.Now().UTC().Format(time.TimeOnly))
					time.Sleep(test.takes)
					if test.panics {
						panic("no such page")
					}
					return false
				})
				if diff := cmp.Diff(test.called, called); diff != "" {
					t.Error(diff)
				}
				if !strings.Contains(log.String(), test.said) || (log.Len() > 0) != (test.said != "") {
					t.Errorf("log: %q", log.String())
				}
			})
		})
	}
}

// TestLookAgain looks again soon when it is asked to, later and later, and as on
// the first day once it is no longer asked to.
func TestLookAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 135*time.Minute)
		defer cancel()
		again := []bool{true, true, true, true, false, true, false}
		var called []string
		parse(t, "*/30 * * * *").Run(ctx, slog.New(slog.DiscardHandler), func(context.Context) bool {
			called = append(called, time.Now().UTC().Format("15:04"))
			return len(called) <= len(again) && again[len(called)-1]
		})
		want := []string{"00:00", "00:05", "00:15", "00:30", "01:00", "01:30", "01:35", "02:00"}
		if diff := cmp.Diff(want, called); diff != "" {
			t.Error(diff)
		}
	})
}

// TestRunEnds waits for the call under way, the first one or a later one, and
// makes none when ctx has ended before.
func TestRunEnds(t *testing.T) {
	for _, after := range []time.Duration{0, time.Minute, 31 * time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			time.Sleep(time.Second)
			began := time.Now()
			ctx, cancel := context.WithCancel(t.Context())
			calls, running := 0, 0
			if after == 0 {
				cancel()
			} else {
				time.AfterFunc(after, cancel)
			}
			parse(t, "*/30 * * * *").Run(ctx, slog.New(slog.DiscardHandler), func(ctx context.Context) (again bool) {
				calls, running = calls+1, running+1
				time.Sleep(5 * time.Minute) // longer than ctx
				running--
				return calls%2 == 0
			})
			if running != 0 {
				t.Errorf("after %s: returned while a call went on", after)
			}
			if want := map[time.Duration]int{0: 0, time.Minute: 1, 31 * time.Minute: 2}[after]; calls != want {
				t.Errorf("after %s: %d calls, want %d", after, calls, want)
			}
			if took := time.Since(began); took > after+5*time.Minute {
				t.Errorf("after %s: returned only after %s", after, took)
			}
			cancel()
		})
	}
}
