package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"communique/scraper/sample"
)

// TestSnippets holds the README to the files that are tested.
func TestSnippets(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"nginx.conf", "Caddyfile"} {
		snippet, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(readme, snippet) {
			t.Errorf("the README does not show testdata/%s as it is", name)
		}
	}
}

// TestNginx gives a published folder out by nginx, with the very lines of the
// README. Where there is no nginx it tests nothing and says so, but fails when
// TEST_NGINX is "required".
func TestNginx(t *testing.T) {
	program, err := exec.LookPath("nginx")
	if err != nil {
		program, err = exec.LookPath("/usr/sbin/nginx") // where Debian has it, and users' PATH not
	}
	if err != nil {
		if os.Getenv("TEST_NGINX") == "required" {
			t.Fatal(err)
		}
		t.Logf("testdata/nginx.conf was not tested: %v", err)
		return
	}
	dir := t.TempDir()
	web := filepath.Join(dir, "web")
	site := httptest.NewServer(sample.NewSite(sample.Releases(120, time.Date(2026, 9, 30, 0, 0, 0, 0, time.UTC))))
	defer site.Close()
	done(t, "collect", "--data", dir, "--listing", site.URL+"/press-releases", "--delay", "0s")
	publish := []string{"publish", "--data", dir, "--out", web, "--base-url", "https://feeds.example.org"}
	done(t, publish...)
	for _, name := range []string{"osce/all/2019.atom", "osce/topics/2019.atom", "osce/topics/youth/2019-05-early.json", "osce/x.ndjson", "osce/.communique.part"} {
		plant(t, filepath.Join(web, name))
	}
	server := &nginx{t, startNginx(t, program, web)}

	t.Run("documents", func(t *testing.T) { server.documents(web) })
	t.Run("caching", func(t *testing.T) { server.caching() })
	t.Run("nothing", func(t *testing.T) { server.nothing() })
	t.Run("change", func(t *testing.T) {
		before := server.get("/osce/all.atom")
		done(t, append(publish, "--base-url", "https://other.example.org")...)
		after := server.get("/osce/all.atom", "If-None-Match", before.Header.Get("ETag"), "If-Modified-Since", before.Header.Get("Last-Modified"))
		if after.StatusCode != http.StatusOK || !bytes.Contains(after.body, []byte("https://other.example.org/osce/all.atom")) {
			t.Errorf("after a publication with other bytes: status %d, ETag %s, before %s", after.StatusCode, after.Header.Get("ETag"), before.Header.Get("ETag"))
		}
	})
}

// documents asks for each kind of document plain and compressed.
func (n *nginx) documents(web string) {
	for path, mediaType := range map[string]string{
		"/":               "text/html; charset=utf-8",
		"/index.html":     "text/html; charset=utf-8",
		"/feeds.opml":     "text/x-opml; charset=utf-8",
		"/manifest.json":  "application/json",
		"/osce/all.atom":  "application/atom+xml; charset=utf-8",
		"/osce/all.rss":   "application/rss+xml; charset=utf-8",
		"/osce/all.json":  "application/feed+json",
		"/osce/x.ndjson":  "application/x-ndjson",
		"/osce/all.atom?": "application/atom+xml; charset=utf-8",
	} {
		name := strings.TrimSuffix(path, "?")
		if name == "/" {
			name = "/index.html"
		}
		want, err := os.ReadFile(filepath.Join(web, name))
		if err != nil {
			n.Fatal(err)
		}
		plain := n.get(path)
		if plain.StatusCode != http.StatusOK || plain.Header.Get("Content-Type") != mediaType || !bytes.Equal(plain.body, want) {
			n.Errorf("%s: status %d, type %q, %d bytes", path, plain.StatusCode, plain.Header.Get("Content-Type"), len(plain.body))
		}
		if plain.Header.Get("Access-Control-Allow-Origin") != "*" || plain.Header.Get("X-Content-Type-Options") != "nosniff" {
			n.Errorf("%s: fields %v", path, plain.Header)
		}
		if _, err := os.Stat(filepath.Join(web, name+".gz")); err == nil {
			n.compressed(path, mediaType, plain, want)
		}
	}
}

// compressed asks for the same document with gzip.
func (n *nginx) compressed(path, mediaType string, plain response, want []byte) {
	coded := n.get(path, "Accept-Encoding", "br, gzip")
	reader, err := gzip.NewReader(bytes.NewReader(coded.body))
	if err != nil {
		n.Fatalf("%s: %v", path, err)
	}
	if body, err := io.ReadAll(reader); err != nil || !bytes.Equal(body, want) || coded.Header.Get("Content-Encoding") != "gzip" {
		n.Errorf("%s: %d bytes unpacked, error %v, fields %v", path, len(body), err, coded.Header)
	}
	if coded.Header.Get("Content-Type") != mediaType || coded.Header.Get("ETag") == plain.Header.Get("ETag") ||
		coded.Header.Get("Last-Modified") != plain.Header.Get("Last-Modified") {
		n.Errorf("%s: plain %v, compressed %v", path, plain.Header, coded.Header)
	}
	for _, r := range []response{plain, coded} {
		if r.Header.Get("Vary") != "Accept-Encoding" || r.Header.Get("ETag") == "" || strings.HasPrefix(r.Header.Get("ETag"), "W/") {
			n.Errorf("%s: fields %v", path, r.Header)
		}
	}
}

// caching asks again with validators, and looks at how long what may be kept.
func (n *nginx) caching() {
	for _, coding := range []string{"identity", "gzip"} {
		first := n.get("/osce/all.atom", "Accept-Encoding", coding)
		for name, value := range map[string]string{
			"If-None-Match": `"other", ` + first.Header.Get("ETag"), "If-Modified-Since": first.Header.Get("Last-Modified"),
		} {
			again := n.get("/osce/all.atom", "Accept-Encoding", coding, name, value)
			if again.StatusCode != http.StatusNotModified || len(again.body) > 0 || again.Header.Get("ETag") != first.Header.Get("ETag") ||
				again.Header.Get("Cache-Control") != first.Header.Get("Cache-Control") || again.Header.Get("Vary") != "Accept-Encoding" {
				n.Errorf("%s %s %s: status %d, fields %v", coding, name, value, again.StatusCode, again.Header)
			}
		}
	}
	const feed, archive = "public, max-age=1800, stale-while-revalidate=1800, stale-if-error=86400", "public, max-age=86400, immutable, stale-while-revalidate=86400, stale-if-error=86400"
	for path, want := range map[string]string{
		"/": feed, "/osce/all.atom": feed, "/osce/topics/2019.atom": feed,
		"/osce/all/2019.atom": archive, "/osce/topics/youth/2019-05-early.json": archive,
		"/manifest.json": "no-cache", "/nothing": "",
	} {
		if got := n.get(path).Header.Get("Cache-Control"); got != want {
			n.Errorf("%s: Cache-Control %q, want %q", path, got, want)
		}
	}
}

// nothing asks for what there isn't, and in ways that there aren't.
func (n *nginx) nothing() {
	for _, path := range []string{
		"/osce", "/osce/", "/osce/topics/", "/osce/releases/12345", "/osce/nothing.atom", "/osce/.communique.part", "/osce/%2e%2e/%2e%2e/etc/passwd",
	} {
		got := n.get(path, "Host", "evil.example")
		if got.StatusCode != http.StatusNotFound && got.StatusCode != http.StatusBadRequest || strings.Contains(fmt.Sprint(got.Header), "evil") {
			n.Errorf("%s: status %d, fields %v", path, got.StatusCode, got.Header)
		}
		if got.StatusCode == http.StatusNotFound && !strings.HasPrefix(got.Header.Get("Content-Type"), "text/plain") {
			n.Errorf("%s: %s", path, got.Header.Get("Content-Type"))
		}
	}
	for method, want := range map[string]int{"HEAD": http.StatusOK, "POST": http.StatusMethodNotAllowed, "DELETE": http.StatusMethodNotAllowed} {
		if got := n.ask(method, "/osce/all.atom"); got.StatusCode != want {
			n.Errorf("%s: status %d, want %d", method, got.StatusCode, want)
		}
	}
}

// nginx asks a running server.
type nginx struct {
	*testing.T
	client *http.Client
}

type response struct {
	*http.Response
	body []byte
}

func (n *nginx) get(path string, fields ...string) response {
	return n.ask(http.MethodGet, path, fields...)
}

// ask makes a request; without Accept-Encoding it asks for nothing compressed.
func (n *nginx) ask(method, path string, fields ...string) response {
	n.Helper()
	request, err := http.NewRequestWithContext(n.Context(), method, "http://feeds.example.org"+path, nil)
	if err != nil {
		n.Fatal(err)
	}
	for i := 0; i < len(fields); i += 2 {
		request.Header.Set(fields[i], fields[i+1])
		if fields[i] == "Host" {
			request.Host = fields[i+1]
		}
	}
	res, err := n.client.Do(request)
	if err != nil {
		n.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		n.Fatal(err)
	}
	return response{res, body}
}

// startNginx runs nginx at a socket, with the snippet for a folder, and returns
// what asks there.
func startNginx(t *testing.T, program, web string) *http.Client {
	t.Helper()
	dir := t.TempDir()
	socket := filepath.Join(dir, "s")
	snippet, err := os.ReadFile("testdata/nginx.conf")
	if err != nil {
		t.Fatal(err)
	}
	text := string(snippet)
	for old, yours := range map[string]string{"listen 80;": "listen unix:" + socket + ";", "root /var/www/feeds;": "root " + web + ";"} {
		if strings.Count(text, old) != 1 {
			t.Fatalf("testdata/nginx.conf has not one line %q", old)
		}
		text = strings.Replace(text, old, yours, 1)
	}
	frame := "daemon off; master_process off; pid nginx.pid; error_log stderr; events {}\nhttp {\naccess_log off;\n"
	for _, kind := range []string{"client_body", "proxy", "fastcgi", "scgi", "uwsgi"} {
		frame += kind + "_temp_path " + kind + ";\n"
	}
	conf := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(conf, []byte(frame+text+"}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	var said output
	run := exec.Command(program, "-p", dir, "-c", conf, "-e", "stderr")
	run.Stderr = &said
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = run.Process.Signal(syscall.SIGTERM)
		_ = run.Wait()
	})
	transport := &http.Transport{
		DisableCompression: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", socket)
		},
	}
	t.Cleanup(transport.CloseIdleConnections)
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		connection, err := net.Dial("unix", socket)
		if err == nil {
			_ = connection.Close()
			return &http.Client{Transport: transport}
		}
		if time.Now().After(end) {
			t.Fatalf("nginx does not answer: %v\n%s", err, said.String())
		}
	}
}

// done runs a command that has to succeed.
func done(t *testing.T, args ...string) {
	t.Helper()
	if status, _, stderr := capture(t, args...); status != statusDone {
		t.Fatalf("%v ended with %d: %s", args, status, stderr)
	}
}

// plant puts a file where the press has none.
func plant(t *testing.T, name string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte("{}\n"), 0o644)); err != nil {
		t.Fatal(err)
	}
}
