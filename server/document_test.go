package server_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"communique/server"

	"github.com/google/go-cmp/cmp"
)

func TestDocument(t *testing.T) {
	p := newPress()
	address := start(t, server.New(options(p)))
	for path, document := range p.documents {
		got := get(t, address, path)
		if got.StatusCode != http.StatusOK || got.body != string(document.Body) {
			t.Errorf("%s: status %d, body %q", path, got.StatusCode, got.body)
		}
		want := map[string]string{
			"Content-Type":                  document.MediaType,
			"Content-Length":                strconv.Itoa(len(document.Body)),
			"Content-Encoding":              "",
			"Last-Modified":                 "Mon, 23 Nov 2026 09:15:07 GMT",
			"Cache-Control":                 "public, max-age=900, stale-while-revalidate=900, stale-if-error=86400",
			"Vary":                          "Accept-Encoding",
			"X-Content-Type-Options":        "nosniff",
			"Access-Control-Allow-Origin":   "*",
			"Access-Control-Expose-Headers": "ETag, Last-Modified, Link",
			"Link":                          "",
			"Accept-Ranges":                 "",
			"Set-Cookie":                    "",
		}
		for name, value := range want {
			if got := got.Header.Get(name); got != value {
				t.Errorf("%s: %s is %q, want %q", path, name, got, value)
			}
		}
		if tag := got.Header.Get("ETag"); len(tag) != 34 || tag[0] != '"' {
			t.Errorf("%s: ETag %s is no strong tag of 32 digits", path, tag)
		}
	}
}

func TestRootIsIndex(t *testing.T) {
	address := start(t, server.New(options(newPress())))
	root, index := get(t, address, "/"), get(t, address, "/index.html")
	root.Header.Del("Date")
	index.Header.Del("Date")
	if diff := cmp.Diff(index.Header, root.Header); diff != "" || root.body != index.body {
		t.Errorf("/ and /index.html differ: %s", diff)
	}
}

func TestHead(t *testing.T) {
	address := start(t, server.New(options(newPress())))
	for _, path := range []string{"/osce/all.atom", "/", "/nothing"} {
		for _, coding := range []string{"br", "zstd", "gzip", "identity"} {
			fields := map[string]string{"Accept-Encoding": coding}
			head := ask(t, http.MethodHead, address, path, fields)
			whole := ask(t, http.MethodGet, address, path, fields)
			head.Header.Del("Date")
			whole.Header.Del("Date")
			if diff := cmp.Diff(whole.Header, head.Header); diff != "" {
				t.Errorf("HEAD %s (%s) has other fields than GET: %s", path, coding, diff)
			}
			if head.body != "" || head.StatusCode != whole.StatusCode {
				t.Errorf("HEAD %s (%s): status %d, body %q", path, coding, head.StatusCode, head.body)
			}
		}
	}
}

// Servers other than net/http's may send what a handler writes to HEAD.
func TestHeadWritesNothing(t *testing.T) {
	w := httptest.NewRecorder()
	server.New(options(newPress())).ServeHTTP(w, httptest.NewRequest(http.MethodHead, "/osce/all.atom", nil))
	if w.Code != http.StatusOK || w.Body.Len() > 0 {
		t.Errorf("status %d, %d bytes", w.Code, w.Body.Len())
	}
}

func TestAcceptIsNoMatter(t *testing.T) {
	address := start(t, server.New(options(newPress())))
	for _, accept := range []string{"application/rss+xml", "text/html", "image/png;q=1, */*;q=0", "?"} {
		got := get(t, address, "/osce/all.atom", "Accept", accept)
		if got.StatusCode != http.StatusOK || got.Header.Get("Content-Type") != atomType {
			t.Errorf("Accept %q: status %d, %s", accept, got.StatusCode, got.Header.Get("Content-Type"))
		}
	}
	bare := raw(t, address, "GET /osce/all.json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	if !strings.HasPrefix(bare, "HTTP/1.1 200 OK\r\n") || !strings.HasSuffix(bare, `{"items":[]}`) {
		t.Errorf("without User-Agent and Accept: %q", bare)
	}
	old := raw(t, address, "GET /osce/all.json HTTP/1.0\r\n\r\n")
	if !strings.Contains(old, " 200 OK\r\n") || !strings.HasSuffix(old, `{"items":[]}`) {
		t.Errorf("with HTTP/1.0: %q", old)
	}
}

func TestRangeIsIgnored(t *testing.T) {
	address := start(t, server.New(options(newPress())))
	got := get(t, address, "/osce/all.json", "Range", "bytes=0-3")
	if got.StatusCode != http.StatusOK || got.body != `{"items":[]}` {
		t.Errorf("status %d, body %q", got.StatusCode, got.body)
	}
}

func TestSameTagsAfterRestart(t *testing.T) {
	codings := []string{"identity", "gzip", "zstd", "br"}
	var tags [2][]string
	for run := range tags {
		address := start(t, server.New(options(newPress())))
		for _, coding := range codings {
			tags[run] = append(tags[run], get(t, address, all, "Accept-Encoding", coding).Header.Get("ETag"))
		}
	}
	if diff := cmp.Diff(tags[0], tags[1]); diff != "" {
		t.Errorf("tags before and after a restart: %s", diff)
	}
	for i, coding := range codings[1:] {
		if want := strings.TrimSuffix(tags[0][0], `"`) + "-" + coding + `"`; tags[0][i+1] != want {
			t.Errorf("the tag of %s is %s, want %s", coding, tags[0][i+1], want)
		}
	}
}

func TestModifiedNeverInTheFuture(t *testing.T) {
	p := newPress()
	p.change(func(p *press) {
		d := p.documents["/osce/all.json"]
		d.Modified = noon.AddDate(1, 0, 0)
		p.documents["/osce/all.json"] = d
	})
	address := start(t, server.New(options(p)))
	want := noon.Format(http.TimeFormat)
	if got := get(t, address, "/osce/all.json").Header.Get("Last-Modified"); got != want {
		t.Errorf("Last-Modified is %q, want %q", got, want)
	}
}

func TestAccessLog(t *testing.T) {
	var log journal
	o := options(newPress())
	o.Log = log.logger(slog.LevelDebug)
	address := start(t, server.New(o))
	raw(t, address, "GET /%0Alevel=ERROR%1b[31m HTTP/1.1\r\nHost: x\r\nUser-Agent: a\"b\r\nConnection: close\r\n\r\n")
	lines := log.lines("")
	if len(lines) != 1 || strings.Contains(lines[0], "\x1b") || !strings.Contains(lines[0], "status=404") {
		t.Errorf("one request made the lines %q", lines)
	}
	quiet := journal{}
	o.Log = quiet.logger(slog.LevelInfo)
	get(t, start(t, server.New(o)), "/")
	if lines := quiet.lines(""); lines != nil {
		t.Errorf("a good request is logged above debug level: %q", lines)
	}
}
