package collector_test

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"communique/collector"
	"communique/collector/journal"
)

// TestToldOfAFullDisk tells that the store can't be written while that is so, from
// memory, and keeps it when it can. The limit on a file's size stands in for a
// full disk.
func TestToldOfAFullDisk(t *testing.T) {
	if os.Getenv("TEST_FULL_DISK") == "" { // the limit holds for all that a process writes
		alone := exec.Command(os.Args[0], "-test.run=^TestToldOfAFullDisk$", "-test.v")
		alone.Env = append(os.Environ(), "TEST_FULL_DISK=yes")
		if out, err := alone.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS: TestToldOfAFullDisk") {
			t.Errorf("%v:\n%s", err, out)
		}
		return
	}
	l := newLiving(t, 120)
	options := collector.Options{NoFilters: true, Journal: journal.New(journal.Options{Source: l.room.Name(), Memory: l.room})}
	l.mustRun(t, options)
	l.site.Add(l.another(t))
	kinds := func() (list []string) {
		events, err := options.Journal.Events()
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			list = append(list, string(e.Kind))
		}
		return list
	}
	full(t, func() {
		for range 2 {
			if _, err := l.run(t, options); err == nil {
				t.Error("stored on a full disk")
			}
		}
		if got := kinds(); !slices.Equal(got, []string{"store-trouble"}) {
			t.Errorf("told %q", got)
		}
		if got := l.told(t); len(got) > 0 {
			t.Errorf("stored %q on a full disk", got)
		}
	})
	l.mustRun(t, options)
	if got := l.told(t); !slices.Equal(got, []string{"store-trouble", "store-well"}) {
		t.Errorf("kept %q", got)
	}
}

// full runs what finds no room on any disk.
func full(t *testing.T, run func()) {
	t.Helper()
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: 4096, Max: limit.Max}); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &limit); err != nil {
			t.Fatal(err)
		}
	}()
	run()
}
