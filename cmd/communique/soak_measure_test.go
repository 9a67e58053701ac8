package main

import (
	"fmt"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"
)

// holding is what a process holds.
type holding struct {
	goroutines, descriptors int
	heap, resident, file    int64 // bytes
}

func (h holding) String() string {
	return fmt.Sprintf("%d goroutines, %d descriptors, heap %.1f MiB, resident %.1f MiB, file %.1f MiB",
		h.goroutines, h.descriptors, mebibytes(h.heap), mebibytes(h.resident), mebibytes(h.file))
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
	return h
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
// run: a tenth of a goroutine or of a descriptor, or 50 KiB, would be seen.
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
	if h.file > before.file*5/4+some { // a page that was odd is kept, whatever its size
		t.Errorf("the store grows: %d bytes, then %d", before.file, h.file)
	}
}
