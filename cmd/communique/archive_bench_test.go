package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/html"

	"communique/collector"
	"communique/scraper/sample"
)

const (
	archivePages = 500
	archiveRows  = 50
)

// BenchmarkArchive compares the collection of a whole archive with fetching and
// parsing its pages, and nothing else. Each is a process of its own, as is the
// site: what is told is the CPU time of the whole process, in user and system,
// and its peak memory.
func BenchmarkArchive(b *testing.B) {
	listing := startArchive(b)
	var bare, collect usage
	for b.Loop() {
		_, spent := spend(b, "archive", "walk", listing)
		bare.add(spent)
		out, spent := spend(b, "communique", "collect", "--all", "--delay", "0s", "--no-filters", "--json",
			"--log-level", "warn", "--listing", listing, "--data", b.TempDir())
		collect.add(spent)
		var report collector.Report
		if err := json.Unmarshal(out, &report); err != nil || report.Pages < archivePages || report.New != archivePages*archiveRows {
			b.Fatalf("%v: %s", err, out)
		}
	}
	b.ReportMetric(bare.perPage(b), "bare-cpu-ms/page")
	b.ReportMetric(collect.perPage(b), "collect-cpu-ms/page")
	b.ReportMetric(collect.perPage(b)/bare.perPage(b), "ratio")
	b.ReportMetric(float64(collect.peak)/1024, "collect-peak-MiB")
}

// usage is what processes took.
type usage struct {
	cpu  time.Duration
	peak int64 // KiB
}

func (u *usage) add(v usage) { u.cpu, u.peak = u.cpu+v.cpu, max(u.peak, v.peak) }

func (u *usage) perPage(b *testing.B) float64 {
	return u.cpu.Seconds() * 1000 / float64(b.N) / archivePages
}

// spend runs one of TestMain's commands to its end.
func spend(b *testing.B, name string, args ...string) (out []byte, spent usage) {
	b.Helper()
	cmd := child(b, name, args...)
	out, err := cmd.Output()
	if err != nil {
		b.Fatalf("%s %q: %v", name, args, err)
	}
	used := cmd.ProcessState
	return out, usage{used.UserTime() + used.SystemTime(), int64(used.SysUsage().(*syscall.Rusage).Maxrss)}
}

// child is this binary as one of TestMain's commands.
func child(b *testing.B, name string, args ...string) *exec.Cmd {
	b.Helper()
	exe, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(exe, args...)
	cmd.Args[0], cmd.Stderr = name, os.Stderr
	return cmd
}

// startArchive starts the site and returns the address of its listing.
func startArchive(b *testing.B) string {
	cmd := child(b, "archive", "serve")
	stop, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = stop.Close()
		_ = cmd.Wait()
	})
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return strings.TrimSpace(address)
}

// runArchive is a command of TestMain's: "serve" serves the archive until the
// standard input ends, "walk URL" fetches and parses its pages, "store DATA FROM N"
// puts releases into a store.
func runArchive() {
	var err error
	switch os.Args[1] {
	case "serve":
		err = serveArchive()
	case "walk":
		err = walkArchive(os.Args[2])
	case "store":
		err = fillArchive(os.Args[2], os.Args[3], os.Args[4])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// serveArchive serves pages that are written beforehand.
func serveArchive() error {
	site := sample.NewSite(sample.Releases(archivePages*archiveRows, time.Date(2026, 9, 30, 0, 0, 0, 0, time.UTC)))
	pages := make([][]byte, archivePages)
	for n := range pages {
		page := httptest.NewRecorder()
		site.ServeHTTP(page, httptest.NewRequest(http.MethodGet, "/press-releases?"+archiveQuery(n), nil))
		pages[n] = page.Body.Bytes()
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.URL.Query().Get("page"))
		if r.URL.Path != "/press-releases" || n < 0 || n >= len(pages) {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(pages[n]))
	}))
	defer server.Close()
	fmt.Println(server.URL + "/press-releases")
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}

func archiveQuery(page int) string { return fmt.Sprintf("page=%d&rows=%d", page, archiveRows) }

func walkArchive(listing string) error {
	for n := range archivePages {
		res, err := http.Get(listing + "?" + archiveQuery(n))
		if err != nil {
			return err
		}
		if _, err := html.Parse(res.Body); err != nil {
			return err
		}
		if err := res.Body.Close(); err != nil {
			return err
		}
	}
	return nil
}
