package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"communique/scraper/sample"
)

// process is a communique that runs beside the test.
type process struct {
	*exec.Cmd
	base   string // where it serves
	stderr *output
}

// output keeps what a process writes while others read it.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

var addressInOutput = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// start runs communique and waits until it says where it serves.
func start(t *testing.T, args ...string) *process {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{Cmd: exec.Command(exe, args...), stderr: new(output)}
	p.Args[0] = "communique" // what the test binary runs as
	p.Path = communiqueIn(t, exe)
	p.Stderr = p.stderr
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Process.Kill() })
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if line := lines.Text(); strings.Contains(line, "eeds") {
			p.base = addressInOutput.FindString(line)
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return p
		}
	}
	t.Fatalf("communique %v ended without saying where it serves:\n%s", args, p.stderr)
	return nil
}

// communiqueIn links the test binary under the name that makes it run as the
// program.
func communiqueIn(t *testing.T, exe string) string {
	t.Helper()
	link := filepath.Join(t.TempDir(), "communique")
	if err := os.Symlink(exe, link); err != nil {
		t.Fatal(err)
	}
	return link
}

// stop ends a process by a signal and returns how long that took.
func (p *process) stop(t *testing.T, signal os.Signal) time.Duration {
	t.Helper()
	begin := time.Now()
	if err := p.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	if err := p.Wait(); err != nil {
		t.Errorf("ended with %v:\n%s", err, p.stderr)
	}
	return time.Since(begin)
}

// get reads a document.
func get(t *testing.T, address string) (*http.Response, []byte) {
	t.Helper()
	res, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, body
}

// eventually waits for something that another process does.
func eventually(t *testing.T, what string, by *process, done func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if done() {
			return
		}
	}
	t.Fatalf("%s: not within 20 seconds; the process said:\n%s", what, by.stderr)
}

// capture runs one command line in this process.
func capture(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	status = run(t.Context(), args, nil, streams{strings.NewReader(""), &out, &errs}, time.Now)
	return status, out.String(), errs.String()
}

// TestServe collects and serves, keeps others from the store, ends on SIGTERM,
// and gives the same ETags and the same bytes as a folder after a restart.
func TestServe(t *testing.T) {
	site := httptest.NewServer(sample.NewSite(sample.Releases(120, time.Date(2026, 9, 30, 0, 0, 0, 0, time.UTC))))
	defer site.Close()
	data := t.TempDir()
	flags := []string{
		"serve", "--data", data, "--listing", site.URL + "/press-releases", "--delay", "0s",
		"--listen", "127.0.0.1:0", "--base-url", "https://feeds.example.org",
	}
	p := start(t, flags...)
	eventually(t, "the first collection", p, func() bool {
		_, body := get(t, p.base+"/osce/all.atom")
		return bytes.Count(body, []byte("<entry>")) >= 50
	})
	eventually(t, "the end of the first collection", p, func() bool { return strings.Contains(p.stderr.String(), "msg=collected") })

	status, _, stderr := capture(t, "serve", "--data", data, "--listen", "127.0.0.1:0")
	if want := fmt.Sprintf("communique serve, process %d", p.Process.Pid); status != statusTryLater || !strings.Contains(stderr, want) {
		t.Errorf("a second process ended with %d and said %q; want %d and %q", status, stderr, statusTryLater, want)
	}
	tags := etags(t, p.base)
	if took := p.stop(t, syscall.SIGTERM); took > 5*time.Second {
		t.Errorf("ended only after %s", took)
	}

	out := filepath.Join(t.TempDir(), "web")
	if status, _, stderr := capture(t, "publish", "--data", data, "--out", out, "--base-url", "https://feeds.example.org"); status != statusDone {
		t.Fatalf("publish ended with %d: %s", status, stderr)
	}
	p = start(t, append(flags, "--no-collect")...)
	for path, want := range tree(t, out) {
		res, body := get(t, p.base+path)
		if !bytes.Equal(body, want) {
			t.Errorf("%s: the server gives other bytes than the folder", path)
		}
		if tag, ok := tags[path]; ok && tag != res.Header.Get("ETag") {
			t.Errorf("%s: ETag %s after a restart, %s before", path, res.Header.Get("ETag"), tag)
		}
	}
	p.stop(t, os.Interrupt)
}

// etags asks for the ETags of some documents.
func etags(t *testing.T, base string) map[string]string {
	tags := map[string]string{}
	for _, path := range []string{"/osce/all.atom", "/osce/all.rss", "/osce/all.json", "/osce/types/news.atom", "/feeds.opml", "/index.html"} {
		res, _ := get(t, base+path)
		if tags[path] = res.Header.Get("ETag"); tags[path] == "" {
			t.Errorf("%s has no ETag", path)
		}
	}
	return tags
}

// TestServeEnds ends serve on both signals within 5 seconds while a collection
// hangs.
func TestServeEnds(t *testing.T) {
	hang, asked := make(chan struct{}), make(chan struct{})
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/press-releases" {
			asked <- struct{}{}
			select {
			case <-hang:
			case <-r.Context().Done():
			}
		}
		http.NotFound(w, r)
	}))
	defer site.Close()
	defer close(hang)
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			p := start(t, "serve", "--data", t.TempDir(), "--listing", site.URL+"/press-releases", "--delay", "0s", "--listen", "127.0.0.1:0")
			select {
			case <-asked:
			case <-time.After(30 * time.Second):
				t.Fatalf("the site was not asked:\n%s", p.stderr)
			}
			if took := p.stop(t, signal); took > 5*time.Second {
				t.Errorf("ended only after %s", took)
			}
		})
	}
}

// alike reports whether a file of the folder is a document that a server gives
// with the same bytes: the pages of feeds link to less in a folder.
func alike(path string) bool {
	switch filepath.Ext(path) {
	case ".gz":
		return false
	case ".html":
		return path == "index.html"
	}
	return path != "manifest.json"
}

// tree reads the files below a folder that a server gives alike.
func tree(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !alike(path) {
			return err
		}
		files["/"+path], err = os.ReadFile(filepath.Join(dir, path))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
