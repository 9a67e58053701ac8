package server_test

import (
	"net/http"
	"strings"
	"testing"

	"communique/server"
)

// Every answer says how browsers are to take it, the refusals too.
func TestEveryAnswerIsInert(t *testing.T) {
	p := newPress()
	p.broken["/osce/all.json"] = "a panic"
	o := options(p)
	o.Rate = server.Rate{Requests: 1, Burst: 20}
	handler := server.New(o)
	address := startFor(t, handler, "192.0.2.7:1")
	for _, tt := range []struct {
		method, path string
		want         int
	}{
		{"GET", all, 200}, {"HEAD", "/", 200}, {"GET", "/nothing", 404}, {"GET", "/private/x/y", 404}, {"POST", all, 405}, {"TRACE", all, 405}, {"GET", "/osce/all.json", 500},
	} {
		inert(t, ask(t, tt.method, address, tt.path, nil), tt.want)
	}
	inert(t, get(t, address, all, "If-Match", `"other"`), 412)
	for range 20 {
		get(t, address, all)
	}
	inert(t, get(t, address, all), 429)
}

func inert(t *testing.T, got reply, status int) {
	t.Helper()
	h := got.Header
	if got.StatusCode != status || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "no-referrer" ||
		!strings.HasPrefix(h.Get("Content-Security-Policy"), "default-src 'none'; ") || !strings.Contains(h.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
		t.Errorf("%s %s: status %d, want %d; fields %v", got.Request.Method, got.Request.URL, got.StatusCode, status, h)
	}
	if strings.Contains(got.body, "goroutine") || strings.Contains(got.body, ".go:") || h.Get("Server") != "" {
		t.Errorf("%s %s tells of the program: %q", got.Request.Method, got.Request.URL, got.body)
	}
}

// What is no request of HTTP is refused, and the next reader is served.
func TestNoRequest(t *testing.T) {
	address := start(t, server.New(options(newPress())))
	for text, want := range map[string]string{
		"GET /osce/\x00all.atom HTTP/1.1\r\nHost: x\r\n\r\n":                                                 "400",
		"GET /osce/all.atom HTTP/1.1\r\n\r\n":                                                                "400",
		"GET /osce/all.atom HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n":                                          "400",
		"GET /osce/all.atom HTTP/1.1\r\nHost: evil.example/x\r\n\r\n":                                        "400",
		"GET /osce/all.atom HTTP/3.7\r\nHost: x\r\n\r\n":                                                     "505",
		"GET /osce/all.atom HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n":                               "400",
		"GET /osce/all.atom HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n":           "400",
		"GET /osce/all.atom HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n":             "501",
		"GET /osce/all.atom HTTP/1.1\r\nHost: x\r\nBad Name: x\r\n\r\n":                                      "400",
		"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n":                                               "400",
		"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n":                                                                   "405",
		"GET /osce/all.atom HTTP/1.0\r\n\r\n":                                                                "200",
		"GET /osce/all.atom HTTP/1.1\r\nHost: \r\nConnection: close\r\n\r\n":                                 "200",
		"GET /osce/all.atom HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc":        "200",
		"GET /osce/all.atom HTTP/1.1\r\nHost: x\r\nConnection: close\r\nUpgrade: h2c\r\n\r\n":                "200",
		"GET /osce/all.atom HTTP/1.1\r\nHost: x\r\nConnection: close\r\nRange: bytes=0-9\r\n\r\n":            "200",
		"GET /osce/all.atom HTTP/1.1\r\nHost: x\r\nConnection: close\r\nRange: bytes=9-1,x\r\n\r\n":          "200",
		"GET /osce/all.atom HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\n\r\n":        "200",
		"GET /osce/all.atom HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAccept: image/png;q=x\r\n\r\n":       "200",
		"GET /osce/all.atom HTTP/1.1\r\nHost: x\r\nConnection: close\r\nIf-Modified-Since: \xff\r\n\r\n":     "200",
		"GET /osce/all.atom HTTP/1.1\r\nHost: x\r\nConnection: close\r\nIf-None-Match: a, \"b\r\n\r\n":       "200",
		"GET /osce/all.atom HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAccept-Encoding: gzip;q=9,,\r\n\r\n": "200",
	} {
		got := raw(t, address, text)
		if !strings.HasPrefix(got, "HTTP/1.1 "+want+" ") && !strings.HasPrefix(got, "HTTP/1.0 "+want+" ") {
			t.Errorf("%q gave %.60q, want %s", text, got, want)
		}
		if strings.Contains(got, "evil") || want == "400" && len(got) > 300 {
			t.Errorf("%q gave %.300q", text, got)
		}
	}
	if got := get(t, address, all); got.StatusCode != http.StatusOK {
		t.Errorf("after all of that: status %d", got.StatusCode)
	}
}
