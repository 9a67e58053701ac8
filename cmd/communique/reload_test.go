package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"communique/scraper/sample"
)

const ballots = `feeds:
- name: ballots
  title: Elections
  match: {topics: [elections]}
`

// reloaded is a serve whose settings file a test edits.
type reloaded struct {
	*process
	file string
}

// edit puts other settings in the place of the file, whole.
func (r *reloaded) edit(t *testing.T, text string) {
	t.Helper()
	next := r.file + ".next"
	writeConfig(t, next, text)
	if err := os.Rename(next, r.file); err != nil {
		t.Fatal(err)
	}
}

func (r *reloaded) says(t *testing.T, times int, text string) {
	t.Helper()
	eventually(t, fmt.Sprintf("%q, %d times", text, times), r.process, func() bool { return strings.Count(r.stderr.String(), text) >= times })
}

func startReloaded(t *testing.T, settings string, flags ...string) *reloaded {
	t.Helper()
	file := filepath.Join(t.TempDir(), "settings.yaml")
	writeConfig(t, file, settings)
	args := append([]string{"serve", "--config", file, "--data", t.TempDir(), "--listen", "127.0.0.1:0"}, flags...)
	return &reloaded{start(t, args...), file}
}

// TestReload edits the settings of a serve that runs: a new feed comes, a mistake
// changes nothing, what can't change is refused as a whole, and a connection
// lives through all of it.
func TestReload(t *testing.T) {
	r := startReloaded(t, "contact: one\n", "--no-collect")
	conn := dialKept(t, r.base)
	conn.wants(t, "/osce/feeds/ballots.atom", http.StatusNotFound)

	r.edit(t, ballots)
	r.says(t, 1, `msg="new settings are in force" changed="contact feeds"`)
	conn.wants(t, "/osce/feeds/ballots.atom", http.StatusOK)

	r.edit(t, ballots+"listne: 127.0.0.1:0\n")
	r.says(t, 1, "settings.yaml:5:1: unknown field")
	if log := r.stderr.String(); !strings.Contains(log, `\n   5 | listne: [redacted]\n     | ^"`) {
		t.Errorf("the log shows no caret:\n%s", log)
	}
	conn.wants(t, "/osce/feeds/ballots.atom", http.StatusOK)

	r.edit(t, "listen: 127.0.0.1:1\n")
	if err := os.Remove(r.file); err != nil {
		t.Fatal(err)
	}
	r.says(t, 1, "no such file")
	conn.wants(t, "/osce/feeds/ballots.atom", http.StatusOK)

	r.edit(t, "admin_listen: 127.0.0.1:0\nlog_format: json\nlog_level: debug\nfeed: {releases: 3}\n")
	r.says(t, 1, "admin_listen and log_format can't change while serve runs")
	conn.wants(t, "/osce/feeds/ballots.atom", http.StatusOK)
	conn.wants(t, "/osce/feeds/ballots.atom", http.StatusOK) // the one before is logged by now, if any is
	if strings.Contains(r.stderr.String(), "msg=request") {
		t.Error("the level of the log is that of a file which was not taken")
	}

	r.edit(t, "log_level: debug\n")
	r.says(t, 1, `changed="log_level feeds"`)
	conn.wants(t, "/osce/feeds/ballots.atom", http.StatusGone)
	r.says(t, 1, "msg=request")

	if err := r.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	r.says(t, 1, "the settings are as they were")
	conn.wants(t, "/osce/all.atom", http.StatusOK)
	r.stop(t, syscall.SIGTERM)
}

// TestReloadHidesFeeds makes feeds private while serve runs, so that they are
// for those with a token alone.
func TestReloadHidesFeeds(t *testing.T) {
	r := startReloaded(t, "contact: one\n", "--no-collect")
	conn := dialKept(t, r.base)
	conn.wants(t, "/osce/all.atom", http.StatusOK)
	r.edit(t, "private: true\n")
	r.says(t, 1, `changed="contact private"`)
	conn.wants(t, "/osce/all.atom", http.StatusNotFound)
	status, address, errs := capture(t, "token", "add", "reader", "--data", r.Args[5])
	if status != statusDone {
		t.Fatal(errs)
	}
	conn.wants(t, strings.TrimSpace(address)+"osce/all.atom", http.StatusOK)
	r.stop(t, syscall.SIGTERM)
}

// TestReadersAreLimited turns away, by the settings, who asks too often.
func TestReadersAreLimited(t *testing.T) {
	r := startReloaded(t, "limits: {requests: 1, burst: 3, trusted_proxies: [127.0.0.1]}\n", "--no-collect")
	var last int
	for range 5 {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodHead, r.base+"/osce/all.atom", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-Forwarded-For", "192.0.2.7")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		last = res.StatusCode
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("the fifth request at once: %d", last)
	}
	r.stop(t, syscall.SIGTERM)
}

// kept is one connection that is used again and again.
type kept struct {
	net.Conn
	answers *bufio.Reader
}

func dialKept(t *testing.T, base string) *kept {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return &kept{conn, bufio.NewReader(conn)}
}

func (k *kept) wants(t *testing.T, path string, status int) {
	t.Helper()
	if _, err := fmt.Fprintf(k, "HEAD %s HTTP/1.1\r\nHost: x\r\n\r\n", path); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(k.answers, &http.Request{Method: http.MethodHead})
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != status {
		t.Errorf("%s: %s, want %d", path, res.Status, status)
	}
}

// TestReloadAtStart refuses a start with settings that a reload would refuse, and
// so does any command, before it has done anything.
func TestReloadAtStart(t *testing.T) {
	file, data := filepath.Join(t.TempDir(), "c.yaml"), filepath.Join(t.TempDir(), "data")
	writeConfig(t, file, "listne: a\n")
	for _, args := range [][]string{{"serve"}, {"collect"}, {"token", "add", "reader"}, {"publish", "--out", filepath.Join(data, "web")}} {
		status, out, errs := capture(t, append(args, "--config", file, "--data", data)...)
		if status != statusUsage || out != "" || !strings.Contains(errs, "c.yaml:1:1") {
			t.Errorf("%s ended with %d: %s%s", args[0], status, out, errs)
		}
		if _, err := os.Stat(data); !os.IsNotExist(err) {
			t.Errorf("%s has made the data folder: %v", args[0], err)
		}
	}
}

// held is a site whose listing answers only when it is let go.
type held struct {
	*sample.Site
	let chan struct{}

	mu    sync.Mutex
	asked int // for the first page
}

func (h *held) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if query := r.URL.Query(); r.URL.Path == "/press-releases" && !query.Has("page") && !query.Has("filters") {
		h.mu.Lock()
		h.asked++
		h.mu.Unlock()
		<-h.let
	}
	h.Site.ServeHTTP(w, r)
}

func (h *held) times() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.asked
}

// TestReloadLetsACollectionGoOn changes the schedule and what a collection goes
// by, while one is under way: it ends as if nothing had been, and no other begins
// for that.
func TestReloadLetsACollectionGoOn(t *testing.T) {
	site := &held{Site: sample.NewSite(sample.Releases(60, time.Date(2026, 9, 30, 0, 0, 0, 0, time.UTC))), let: make(chan struct{})}
	served := httptest.NewServer(site)
	defer served.Close()
	var once sync.Once
	let := func() { once.Do(func() { close(site.let) }) }
	defer let()
	r := startReloaded(t, "schedule: '@every 30m'\n", "--listing", served.URL+"/press-releases", "--delay", "0s", "--no-filters")
	eventually(t, "the site being asked", r.process, func() bool { return site.times() == 1 })
	r.edit(t, "schedule: '@every 40m'\n")
	r.says(t, 1, `in force" changed=schedule`)
	r.edit(t, "schedule: '@every 40m'\ncontact: two\n")
	r.says(t, 1, `in force" changed=contact`)
	let()
	r.says(t, 1, "msg=collected")
	r.edit(t, "contact: three\n")
	r.says(t, 1, `in force" changed="contact schedule"`)
	if n := site.times(); n != 1 {
		t.Errorf("the site was asked %d times for the first page", n)
	}
	if log := r.stderr.String(); strings.Contains(log, "interrupted") || strings.Count(log, "msg=collected") != 1 {
		t.Errorf("the collection did not go on:\n%s", log)
	}
	r.stop(t, syscall.SIGTERM)
}

// TestReloadStartsCollecting collects when that is no longer forbidden.
func TestReloadStartsCollecting(t *testing.T) {
	site := httptest.NewServer(sample.NewSite(sample.Releases(60, time.Date(2026, 9, 30, 0, 0, 0, 0, time.UTC))))
	defer site.Close()
	r := startReloaded(t, "no_collect: true\n", "--listing", site.URL+"/press-releases", "--delay", "0s", "--no-filters")
	r.edit(t, "contact: me\n")
	r.says(t, 1, "msg=collected")
	r.stop(t, os.Interrupt)
}

// TestReloadLeaksNothing reloads a hundred times.
func TestReloadLeaksNothing(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	file := filepath.Join(t.TempDir(), "c.yaml")
	writeConfig(t, file, "contact: start\n")
	hub := httptest.NewServer(http.NotFoundHandler())
	defer hub.Close()
	out, end := serveBeside(t, "--config", file, "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--listing", hub.URL+"/none", "--delay", "0s")
	reload := func(n int) {
		writeConfig(t, file, fmt.Sprintf("contact: c%d\nschedule: '@every %dm'\nhub: %s/%d\n%s", n, 30+n, hub.URL, n, ballots))
		before := strings.Count(out.String(), "in force")
		if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		waitFor(t, func() bool { return strings.Count(out.String(), "in force") > before })
	}
	for n := range 5 {
		reload(n)
	}
	before := settled()
	for n := range 100 {
		reload(100 + n)
	}
	if after := settled(); after > before+3 {
		t.Errorf("%d goroutines after 5 reloads, %d after 105", before, after)
	}
	end()
}

// settled returns how many goroutines there are when those that end have ended.
func settled() int {
	least := runtime.NumGoroutine()
	for range 50 {
		time.Sleep(10 * time.Millisecond)
		least = min(least, runtime.NumGoroutine())
	}
	return least
}

// TestFileWatch tells of a file once, when it is the same in two looks.
func TestFileWatch(t *testing.T) {
	file := filepath.Join(t.TempDir(), "c.yaml")
	writeConfig(t, file, "a")
	w := &fileWatch{now: func() fileStates { return statesOf([]string{file}) }}
	w.look()
	looks := func(want ...bool) {
		t.Helper()
		for i, want := range want {
			if got := w.changed(); got != want {
				t.Errorf("look %d: %v", i+1, got)
			}
		}
	}
	looks(false, false)
	writeConfig(t, file, "ab")
	looks(false, true, false)
	writeConfig(t, file, "ac")
	if err := os.Chtimes(file, time.Time{}, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	looks(false)
	writeConfig(t, file, "still being written")
	looks(false, true, false)
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	looks(false, true, false)
	none := &fileWatch{now: func() fileStates { return nil }}
	if none.changed() {
		t.Error("no file has changed")
	}
}

// TestRunningParts has parts begin and end as their signs say.
func TestRunningParts(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	r := &running{ctx: ctx, parts: map[string]*runningPart{}}
	events := make(chan string, 20)
	made := func(name, sign string) part {
		return part{name: name, sign: sign, run: func(_, own context.Context) {
			events <- "begins " + name + sign
			<-own.Done()
			events <- "ends " + name + sign
		}}
	}
	wants := func(want ...string) {
		t.Helper()
		got := map[string]bool{}
		for range want {
			got[<-events] = true
		}
		for _, event := range want {
			if !got[event] {
				t.Errorf("no %q in %v", event, got)
			}
		}
		if len(events) > 0 {
			t.Errorf("more: %q", <-events)
		}
	}
	r.take([]part{made("a", "1"), made("b", "")})
	wants("begins a1", "begins b")
	r.take([]part{made("a", "1"), made("b", "")})
	wants("ends b", "begins b")
	r.take([]part{made("a", "2")})
	wants("ends a1", "ends b", "begins a2")
	stop()
	r.all.Wait()
	wants("ends a2")
}
