package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// memoryLimit is how many MiB serve may take with all feeds in demand.
const memoryLimit = 96

// BenchmarkServe has serve give out the whole newsroom: every feed in each
// format and its page, the page of feeds and the OPML file, once each and
// compressed. "peak-MiB" is the most memory that the process ever had resident,
// "of-limit" that by the limit; "after-MiB" is what it has at the end, of which
// "file-MiB" are pages of the store that the system can take back at any time.
func BenchmarkServe(b *testing.B) {
	data := storedArchive(b)
	paths := hotPaths(b, data)
	for b.Loop() {
		served, base := startServe(b, data)
		for _, path := range paths {
			fetchGzip(b, base+path)
		}
		peak := residence(b, served, "VmHWM")
		b.ReportMetric(peak, "peak-MiB")
		b.ReportMetric(peak/memoryLimit, "of-limit")
		b.ReportMetric(residence(b, served, "VmRSS"), "after-MiB")
		b.ReportMetric(residence(b, served, "RssFile"), "file-MiB")
		b.ReportMetric(float64(len(paths)), "documents")
		b.ReportMetric(0, "ns/op")
		_ = served.Process.Signal(syscall.SIGTERM)
		if err := served.Wait(); err != nil {
			b.Fatal(err)
		}
	}
}

// hotPaths lists the documents of every feed but its archives.
func hotPaths(b *testing.B, data string) []string {
	b.Helper()
	out, _ := spend(b, "communique", "feeds", "--data", data, "--json")
	var feeds []feedLine
	if err := json.Unmarshal(out, &feeds); err != nil {
		b.Fatal(err)
	}
	paths := []string{"/", "/feeds.opml"}
	for _, f := range feeds {
		paths = append(paths, f.Atom, f.RSS, f.JSON, f.Path+".html")
	}
	return paths
}

// startServe starts serve, and returns the address that it says it is at. It
// collects nothing.
func startServe(b *testing.B, data string) (served *exec.Cmd, base string) {
	b.Helper()
	served = child(b, "communique", "serve", "--no-collect", "--listen", "127.0.0.1:0", "--data", data)
	out, err := served.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := served.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = served.Process.Kill() }) // unless it has ended
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return served, strings.TrimSuffix(line[strings.Index(line, "http://"):], "/\n")
}

// fetchGzip reads a document that has to be there, compressed.
func fetchGzip(b *testing.B, address string) {
	b.Helper()
	request, err := http.NewRequestWithContext(b.Context(), http.MethodGet, address, nil)
	if err != nil {
		b.Fatal(err)
	}
	request.Header.Set("Accept-Encoding", "gzip")
	res, err := http.DefaultClient.Do(request)
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != http.StatusOK {
		b.Fatalf("%s: %s, %v", address, res.Status, err)
	}
}

// residence returns how many MiB of memory a process has by one of the kernel's
// measures.
func residence(b *testing.B, of *exec.Cmd, measure string) float64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", of.Process.Pid))
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		name, rest, _ := strings.Cut(line, ":")
		if fields := strings.Fields(rest); name == measure && len(fields) == 2 {
			kib, err := strconv.Atoi(fields[0])
			if err != nil {
				b.Fatal(err)
			}
			return float64(kib) / 1024
		}
	}
	b.Fatalf("the kernel tells no %s", measure)
	return 0
}
