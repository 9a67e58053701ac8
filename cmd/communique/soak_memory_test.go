package main

import (
	"bytes"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"communique/scraper/sample"
)

// TestMemoryLimit collects the archive of a newsroom, serves it and reads its
// feeds, in processes of their own with GOMEMLIMIT=64MiB.
func TestMemoryLimit(t *testing.T) {
	const count = 25_000
	t.Setenv("GOMEMLIMIT", "64MiB")
	site := httptest.NewServer(sample.NewSite(sample.Releases(count, time.Date(2026, 9, 30, 0, 0, 0, 0, time.UTC))))
	defer site.Close()
	data := t.TempDir()
	flags := []string{"--data", data, "--listing", site.URL + "/press-releases", "--delay", "0s"}
	collecting, peak := collectApart(t, append([]string{"collect", "--all", "--no-filters"}, flags...)...)
	p := start(t, append([]string{"serve", "--no-collect", "--listen", "127.0.0.1:0", "--base-url", "https://feeds.example.org"}, flags...)...)
	began := time.Now()
	documents, size := 0, 0
	for range 2 {
		for _, address := range feedsOf(t, p.base) {
			res, body := get(t, address)
			if res.StatusCode != 200 || len(body) == 0 {
				t.Errorf("%s: %s, %d bytes", address, res.Status, len(body))
			}
			documents, size = documents+1, size+len(body)
		}
	}
	serving := time.Since(began)
	var anonymous, most int64
	if runtime.GOOS == "linux" { // where these can be read
		anonymous, most = residentOf(t, p.Process.Pid, "RssAnon"), residentOf(t, p.Process.Pid, "VmHWM")
	}
	p.stop(t, syscall.SIGTERM)
	t.Logf("%d releases collected in %s, %.0f MiB resident at most; %d documents, %.0f MiB, served in %s, %.0f MiB resident at most, %.0f of them not of the store's file",
		count, collecting.Round(time.Second/10), mebibytes(peak), documents, mebibytes(int64(size)), serving.Round(time.Second/10), mebibytes(most), mebibytes(anonymous))
	const limit = 96 << 20 // and what the runtime takes beside the heap
	if peak > 2*limit || anonymous > limit {
		t.Errorf("more memory than was allowed: %.0f MiB in collecting, %.0f MiB in serving", mebibytes(peak), mebibytes(anonymous))
	}
}

// collectApart runs a collection in a process of its own, and returns how long it took
// and how much memory it had at most.
func collectApart(t *testing.T, args ...string) (took time.Duration, peak int64) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(communiqueIn(t, exe), args...)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	began := time.Now()
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %s", err, said.Bytes())
	}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok && runtime.GOOS == "linux" {
		peak = usage.Maxrss << 10
	}
	return time.Since(began), peak
}

// feedsOf returns where the feeds of a server are, in all formats.
func feedsOf(t *testing.T, base string) []string {
	t.Helper()
	_, opml := get(t, base+"/feeds.opml")
	var addresses []string
	for _, part := range strings.Split(string(opml), `xmlUrl="`)[1:] {
		address, _, _ := strings.Cut(part, `"`)
		path := strings.TrimPrefix(address, "https://feeds.example.org")
		for _, suffix := range []string{".atom", ".rss", ".json", ".html"} {
			addresses = append(addresses, base+strings.TrimSuffix(path, filepath.Ext(path))+suffix)
		}
	}
	return addresses
}
