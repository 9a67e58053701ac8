package server_test

import (
	"net/http"
	"path"
	"strings"
	"testing"

	"communique/server"
)

func TestAddresses(t *testing.T) {
	p := newPress()
	p.set("/osce/topics/migration+policing.atom", atomType, "<feed/>")
	p.set("/osce/releases/583513", htmlType, "<p>A release</p>")
	address := start(t, server.New(options(p)))
	tests := []struct {
		target string
		want   string
	}{
		{"/osce/all.json", "200"},
		{"/osce/all.json?x=1", "200"},
		{"/osce/all.json?x=1&x=%zz;a", "200"},
		{"/osce/%61ll%2Ejson", "200"},
		{"/osce/topics/migration+policing.atom", "200"},
		{"/osce/topics/migration%2Bpolicing.atom", "200"},
		{"/osce/topics/migration%2bpolicing.atom?x=+", "200"},
		{"/osce/releases/583513", "200"},
		{"/osce/releases/583513/", "404"},
		{"/osce/topics/migration%20policing.atom", "404"},
		{"http://elsewhere.example/osce/all.json", "200"},
		{"/", "200"},
		{"/?", "200"},
		{"/osce", "404"},
		{"/osce/", "404"},
		{"/osce/all.json/", "404"},
		{"/osce/all.JSON", "404"},
		{"//", "404"},
		{"//osce/all.json", "404"},
		{"//elsewhere.example/osce/all.json", "404"},
		{"/osce//all.json", "404"},
		{"/osce/./all.json", "404"},
		{"/./", "404"},
		{"/osce/../osce/all.json", "404"},
		{"/osce/%2e%2e/osce/all.json", "404"},
		{"/%2e%2e/%2e%2e/etc/passwd", "404"},
		{"/osce%2Fall.json", "404"},
		{"/osce%5Call.json", "404"},
		{"/osce/all.json%00", "404"},
		{"/osce/all.json%20", "404"},
		{"/%ff%fe", "404"},
		{"/<script>alert(1)</script>", "404"},
		{"/" + strings.Repeat("a", 8000), "404"},
		{"/%zz", "400"},
		{"osce/all.json", "400"},
		{"/" + strings.Repeat("a", 64<<10), "431"},
	}
	for _, tt := range tests {
		got := raw(t, address, "GET "+tt.target+" HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\nConnection: close\r\n\r\n")
		if !strings.HasPrefix(got, "HTTP/1.1 "+tt.want+" ") {
			t.Errorf("GET %.60s gave %.30q, want %s", tt.target, got, tt.want)
		}
		if strings.Contains(got, "alert(1)") || strings.Contains(got, ".example") || strings.Contains(got, "aaaa") {
			t.Errorf("GET %.60s is repeated in the answer: %q", tt.target, got)
		}
	}
	for _, asked := range p.paths {
		if path.Clean(asked) != asked || len(asked) > 6144 {
			t.Errorf("the press was asked for %q", asked)
		}
	}
}

func TestNotFound(t *testing.T) {
	address := start(t, server.New(options(newPress())))
	got := get(t, address, "/osce/topics/gardening.atom", "If-None-Match", "*")
	if got.StatusCode != http.StatusNotFound || !strings.HasPrefix(got.Header.Get("Content-Type"), "text/plain") {
		t.Errorf("status %d, %s", got.StatusCode, got.Header.Get("Content-Type"))
	}
	if len(got.body) > 200 || got.Header.Get("X-Content-Type-Options") != "nosniff" || got.Header.Get("ETag") != "" {
		t.Errorf("fields %v, body %q", got.Header, got.body)
	}
}

func TestMethods(t *testing.T) {
	address := start(t, server.New(options(newPress())))
	for _, target := range []string{"/osce/all.json", "/nothing"} {
		for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get"} {
			got := ask(t, method, address, target, nil)
			if got.StatusCode != http.StatusMethodNotAllowed || got.Header.Get("Allow") != "GET, HEAD" {
				t.Errorf("%s %s: status %d, Allow %q", method, target, got.StatusCode, got.Header.Get("Allow"))
			}
		}
	}
	for _, line := range []string{"OPTIONS *", "CONNECT elsewhere.example:443", "TRACE /osce/all.json"} {
		got := raw(t, address, line+" HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Secret: hush-hush\r\n\r\n")
		if !strings.HasPrefix(got, "HTTP/1.1 405 ") || strings.Contains(got, "hush-hush") {
			t.Errorf("%s: %q", line, got)
		}
	}
}
