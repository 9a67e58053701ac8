package scraper_test

import (
	"bufio"
	"bytes"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode"

	"communique/scraper"
)

// rawSite answers every request but that for robots.txt with the bytes that it
// was told, and closes the connection.
func rawSite(t testing.TB, robots, page *[]byte) *url.URL {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go answerRaw(conn, robots, page)
		}
	}()
	return &url.URL{Scheme: "http", Host: ln.Addr().String(), Path: "/press-releases"}
}

func answerRaw(conn net.Conn, robots, page *[]byte) {
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
	req, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		return
	}
	said := page
	if req.URL.Path == "/robots.txt" {
		said = robots
	}
	_, _ = conn.Write(*said)
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.CloseWrite()
	}
	_, _ = io.Copy(io.Discard, conn)
}

// FuzzAnswer has a site answer with arbitrary bytes, header and all. Whatever
// they are, a visit ends in time; what it tells in its error and in the log is
// short and nothing that a terminal obeys.
func FuzzAnswer(f *testing.F) {
	const ok = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
	for _, said := range []string{
		ok + "\r\n" + page,
		ok + "Content-Length: 99999\r\n\r\n" + page,
		ok + "Content-Length: -1\r\n\r\n",
		ok + "Content-Encoding: gzip\r\n\r\n" + string(zip(f, strings.NewReader(page))),
		ok + "Transfer-Encoding: chunked\r\n\r\n5\r\n<html\r\nffffffffffffffff\r\n",
		"HTTP/1.1 200 OK\r\nContent-Type: image/\x1b[31mpng\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=\x1b]0;x\x07\r\n\r\n\xff",
		"HTTP/1.1 200 \x1b[2J\r\n\r\n", "HTTP/9.9 999 \u202e\r\n\r\n", "SSH-2.0-OpenSSH_9.6\r\n", "\x1b[2J", "",
		"HTTP/1.1 302 Found\r\nLocation: http://\x1b[31m/\r\n\r\n",
		"HTTP/1.1 302 Found\r\nLocation: http://www.osce.org.example.net/\u202egnp?\u009b31m\r\n\r\n",
		"HTTP/1.1 302 Found\r\nLocation: javascript:alert(1)\r\n\r\n", "HTTP/1.1 302 Found\r\nLocation: ?\u202ex\r\n\r\n",
		"HTTP/1.1 503 Busy\r\nRetry-After: \x1b[31m\r\n\r\n", "HTTP/1.1 429 Busy\r\nRetry-After: 99999999999999999999\r\n\r\n",
		"HTTP/1.1 304 Not Modified\r\nETag: \x01\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: \u202e\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 \x00\r\n\r\n",
		ok + "X: " + strings.Repeat("x", 100<<10) + "\r\n\r\n", ok + "\x1b: y\r\n\r\n", ok + " folded\u202e\r\n\r\n",
	} {
		f.Add([]byte(said), true)
		f.Add([]byte(said), false)
	}
	var robots, said []byte
	at := rawSite(f, &robots, &said)
	list := osce(f)
	f.Fuzz(func(t *testing.T, bytes []byte, isPage bool) {
		robots, said = []byte("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"), bytes
		if !isPage {
			robots = bytes
		}
		options := optionsFor(t, at)
		options.Timeout = time.Second
		checkAnswer(t, scraper.New(list, options), at)
	})
}

func checkAnswer(t *testing.T, s *scraper.Scraper, at *url.URL) {
	t.Helper()
	began := time.Now()
	page, err := s.Visit(t.Context(), at, scraper.Validators{})
	if took := time.Since(began); took > 20*time.Second { // three tries, each for robots.txt and for the page
		t.Errorf("took %s", took)
	}
	told := append(page.Problems, page.Next)
	if err != nil {
		if len(err.Error()) > 1000 {
			t.Errorf("an error of %d bytes", len(err.Error()))
		}
		var log bytes.Buffer
		slog.New(slog.NewTextHandler(&log, nil)).Error("failed", "error", err)
		told = append(told, err.Error(), strings.TrimSuffix(log.String(), "\n"))
	}
	for _, text := range told {
		if bad := strings.IndexFunc(text, isObeyed); bad >= 0 {
			t.Errorf("%q has what a terminal obeys at %d", text, bad)
		}
	}
}

// isObeyed says of a rune that a terminal obeys it instead of showing it.
func isObeyed(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }
