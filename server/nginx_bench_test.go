package server_test

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
)

// BenchmarkNginx has nginx give out, by gzip_static, the document of
// BenchmarkServe, asked in the same way: its requests a second and latency are to
// be read beside those of the server and the bare handler. nginx is one process
// beside ours, which asks; the others share ours with what asks.
func BenchmarkNginx(b *testing.B) {
	program, err := exec.LookPath("nginx")
	if err != nil {
		program, err = exec.LookPath("/usr/sbin/nginx") // where Debian has it, and users' PATH not
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "BenchmarkNginx\tNOT MEASURED: there is no nginx here")
		return
	}
	address := startNginx(b, program, longFeed())
	gzipped := http.Header{"Accept-Encoding": {"gzip, deflate"}}
	b.Run("Document", func(b *testing.B) { serveAnswers(b, questionTo(b, address, nil)) })
	b.Run("Gzip", func(b *testing.B) { serveAnswers(b, questionTo(b, address, gzipped)) })
	b.Run("NotModified", func(b *testing.B) {
		returned := gzipped.Clone()
		returned.Set("If-None-Match", entityTag(b, "http://"+address+all))
		serveAnswers(b, questionTo(b, address, returned))
	})
}

// entityTag is that of the compressed document.
func entityTag(b *testing.B, address string) string {
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
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Encoding") != "gzip" {
		b.Fatalf("nginx answered %s with %v", res.Status, res.Header)
	}
	return res.Header.Get("ETag")
}

// startNginx runs nginx with the snippet of the README for a folder that holds
// the document and its compressed form, and returns where it listens. The
// addition to the snippet lets a connection ask as often as the benchmark does.
func startNginx(b *testing.B, program, body string) (address string) {
	b.Helper()
	dir := b.TempDir()
	web := filepath.Join(dir, "web")
	writeWeb(b, web, body)
	address = freeAddress(b)
	snippet, err := os.ReadFile("../cmd/communique/testdata/nginx.conf")
	if err != nil {
		b.Fatal(err)
	}
	text := string(snippet)
	for old, yours := range map[string]string{
		"listen 80;": "listen " + address + ";", "server_name feeds.example.org;": "", "root /var/www/feeds;": "root " + web + ";",
	} {
		if strings.Count(text, old) != 1 {
			b.Fatalf("nginx.conf has not one line %q", old)
		}
		text = strings.Replace(text, old, yours, 1)
	}
	frame := "daemon off; master_process off; pid nginx.pid; error_log stderr; events {}\n" +
		"http {\naccess_log off; keepalive_requests 1000000000; sendfile on; tcp_nopush on;\n"
	for _, kind := range []string{"client_body", "proxy", "fastcgi", "scgi", "uwsgi"} {
		frame += kind + "_temp_path " + kind + ";\n"
	}
	conf := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(conf, []byte(frame+text+"}\n"), 0o600); err != nil {
		b.Fatal(err)
	}
	run := exec.Command(program, "-p", dir, "-c", conf, "-e", "stderr")
	run.Stderr = os.Stderr
	if err := run.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = run.Process.Signal(syscall.SIGTERM)
		_ = run.Wait()
	})
	awaitListener(b, address)
	return address
}

func writeWeb(b *testing.B, web, body string) {
	b.Helper()
	var coded bytes.Buffer
	writer, err := gzip.NewWriterLevel(&coded, gzip.BestCompression)
	if err != nil {
		b.Fatal(err)
	}
	_, err = writer.Write([]byte(body))
	file := filepath.Join(web, filepath.FromSlash(all))
	err = errors.Join(err, writer.Close(), os.MkdirAll(filepath.Dir(file), 0o755),
		os.WriteFile(file, []byte(body), 0o644), os.WriteFile(file+".gz", coded.Bytes(), 0o644))
	for dir := filepath.Dir(file); err == nil && len(dir) > len(os.TempDir()); dir = filepath.Dir(dir) {
		err = os.Chmod(dir, 0o755) // nginx may give up its rights
	}
	if err != nil {
		b.Fatal(err)
	}
}

// freeAddress is one at which nobody listens.
func freeAddress(b *testing.B) string {
	b.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

func awaitListener(b *testing.B, address string) {
	b.Helper()
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		connection, err := net.Dial("tcp", address)
		if err == nil {
			_ = connection.Close()
			return
		}
		if time.Now().After(end) {
			b.Fatalf("nginx does not answer: %v", err)
		}
	}
}
