package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"communique/store"
)

// holding is what a process holds.
type holding struct {
	goroutines, descriptors int
	heap, resident, file    int64 // bytes
	used                    int64 // bytes of a file that has what the store has and no more
	versions                int64 // of releases, that the store keeps
}

func (h holding) String() string {
	return fmt.Sprintf("%d goroutines, %d descriptors, heap %.1f MiB, resident %.1f MiB, file %.2f MiB, %d KiB of it in use, %d versions",
		h.goroutines, h.descriptors, mebibytes(h.heap), mebibytes(h.resident), mebibytes(h.file), h.used>>10, h.versions)
}

func mebibytes(n int64) float64 { return float64(n) / (1 << 20) }

// measure tells what the process holds once all that ends has ended.
func (s *soak) measure(t *testing.T) holding {
	http.DefaultClient.CloseIdleConnections()
	h := holding{goroutines: runtime.NumGoroutine()}
	for range 50 { // connections that were cut take a moment to end
		time.Sleep(20 * time.Millisecond)
		h.goroutines = min(h.goroutines, runtime.NumGoroutine())
	}
	runtime.GC() // twice, for what is kept to be used again
	debug.FreeOSMemory()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	h.heap = int64(memory.HeapAlloc)
	if runtime.GOOS == "linux" { // where these can be read
		open, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Fatal(err)
		}
		h.descriptors, h.resident = len(open), residentOf(t, os.Getpid(), "VmRSS")
	}
	info, err := os.Stat(s.path)
	if err != nil {
		t.Fatal(err)
	}
	h.file = info.Size()
	h.used, h.versions = s.used(t)
	return h
}

// used tells how large a file is that has what the store has and no free page, and
// how many versions are in it. The store itself stays as it is.
func (s *soak) used(t *testing.T) (size, versions int64) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "copy.db")
	if _, err := s.db.Backup(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	_, report, err := store.Compact(t.Context(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, count := range report.Newsrooms {
		versions += int64(count.Versions)
	}
	return report.Bytes, versions
}

// residentOf reads a line about memory of a process, in bytes; 0 where there is
// none, since the process has ended.
func residentOf(t *testing.T, pid int, line string) int64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	for text := range strings.Lines(string(status)) {
		if name, value, _ := strings.Cut(text, ":"); name == line {
			kilobytes, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return kilobytes << 10
		}
	}
	return 0
}

// compare allows for what comes and goes, and for nothing that grows with each
// run: a tenth of a goroutine or of a descriptor, or 50 KiB of memory, would be
// seen; so would 200 bytes in the store, in 3,000 runs.
func (h holding) compare(t *testing.T, before holding) {
	t.Helper()
	const some = 8 << 20
	if h.goroutines > before.goroutines+4 || h.descriptors > before.descriptors+4 {
		t.Errorf("goroutines or descriptors leak: %s, then %s", before, h)
	}
	if h.heap > before.heap+some {
		t.Errorf("memory leaks: heap %d, then %d", before.heap, h.heap)
	}
	if h.resident > before.resident*3/2+4*some {
		t.Errorf("memory leaks: resident %d, then %d", before.resident, h.resident)
	}
	h.compareStore(t, before)
}

// compareStore knows what grows in the store by promise. The newsroom stays as
// large as it is, so that is what a correction adds, a version and an instant, about
// 670 bytes in all, and the journal, until it has as many events as it keeps: in
// half of the runs that fill it 90 KiB at most. What was kept of a page comes and
// goes, 16 KiB at most, since no fault packs worse.
//
// Of the file the free pages are a part. Each note that is written takes the place
// of free pages that lie together; where there are too few the file grows, by
// 1 MiB and what was wanted. The longest is the journal's, of 170 KiB, so that
// two steps are enough for all.
func (h holding) compareStore(t *testing.T, before holding) {
	t.Helper()
	const (
		notes   = 112 << 10
		version = 700
		step    = 1<<20 + 1<<18
	)
	if most := before.used + notes + version*(h.versions-before.versions); h.used > most {
		t.Errorf("the store grows: %d bytes in use, then %d; %d at most were expected", before.used, h.used, most)
	}
	if h.file > before.file+2*step {
		t.Errorf("the store's file grows: %d bytes, then %d, with %d in use", before.file, h.file, h.used)
	}
}
