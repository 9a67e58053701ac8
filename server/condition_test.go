package server_test

import (
	"net/http"
	"strings"
	"testing"

	"communique/server"
)

func TestIfNoneMatch(t *testing.T) {
	address := start(t, server.New(options(newPress())))
	plain := get(t, address, "/osce/all.atom").Header.Get("ETag")
	suffixed := func(coding string) string { return strings.TrimSuffix(plain, `"`) + "-" + coding + `"` }
	coded := suffixed("gzip")
	const old = `"0123456789abcdef0123456789abcdef"`
	tests := []struct {
		name, sent, accept string
		tag                string // that of the 304; "" for a 200
	}{
		{"same", plain, "", plain},
		{"weak", "W/" + plain, "", plain},
		{"suffixed", coded, "", coded},
		{"weak and suffixed", "W/" + coded, "", coded},
		{"same, coded", coded, "gzip", coded},
		{"without suffix, coded", plain, "gzip", plain},
		{"both, coded", plain + ", " + coded, "gzip", coded},
		{"both, plain", coded + ", " + plain, "", plain},
		{"br", suffixed("br"), "br", suffixed("br")},
		{"br, asked for zstd", "W/" + suffixed("br"), "zstd", suffixed("br")},
		{"zstd and br, asked for br", suffixed("zstd") + "," + suffixed("br"), "gzip, br", suffixed("br")},
		{"zstd and br, asked for gzip", suffixed("zstd") + "," + suffixed("br"), "gzip", suffixed("zstd")},
		{"deflate", suffixed("deflate"), "gzip", ""},
		{"star", "*", "", plain},
		{"star, coded", " * ", "gzip", coded},
		{"list", old + `, W/"a,b" ,,` + plain, "", plain},
		{"list without spaces", old + "," + plain, "", plain},
		{"old", old, "", ""},
		{"old list", old + `, W/"x", "*"`, "", ""},
		{"star as a tag", `"*"`, "", ""},
		{"without quotes", strings.Trim(plain, `"`), "", ""},
		{"cut", strings.TrimSuffix(plain, `"`), "", ""},
		{"nonsense first", "nonsense, " + plain, "", ""},
		{"lower-case w", "w/" + plain, "", ""},
		{"empty", "", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			// The date alone would make each of them a 304: it must not count.
			got := get(t, address, "/osce/all.atom", "If-None-Match", tt.sent, "Accept-Encoding", tt.accept,
				"If-Modified-Since", monday.Format(http.TimeFormat))
			if tt.tag == "" {
				if got.StatusCode != http.StatusOK || got.body == "" {
					t.Errorf("If-None-Match: %s gave %d", tt.sent, got.StatusCode)
				}
				return
			}
			if got.StatusCode != http.StatusNotModified || got.Header.Get("ETag") != tt.tag {
				t.Errorf("If-None-Match: %s gave %d with ETag %s, want %s", tt.sent, got.StatusCode, got.Header.Get("ETag"), tt.tag)
			}
		})
	}
}

// A cache may hold a document in a coding that it is not kept in any more.
func TestIfNoneMatchOfACodingThatIsNotKept(t *testing.T) {
	address := start(t, server.New(options(newPress())))
	tag := strings.TrimSuffix(get(t, address, "/osce/all.json").Header.Get("ETag"), `"`) + `-br"`
	got := get(t, address, "/osce/all.json", "If-None-Match", tag, "Accept-Encoding", "br")
	if got.StatusCode != http.StatusNotModified || got.Header.Get("ETag") != tag {
		t.Errorf("status %d, ETag %s", got.StatusCode, got.Header.Get("ETag"))
	}
}

func TestIfNoneMatchOverLines(t *testing.T) {
	address := start(t, server.New(options(newPress())))
	tag := get(t, address, "/osce/all.json").Header.Get("ETag")
	got := raw(t, address, "GET /osce/all.json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"+
		"If-None-Match: \"old\"\r\nIf-None-Match: "+tag+"\r\n\r\n")
	if !strings.HasPrefix(got, "HTTP/1.1 304 Not Modified\r\n") {
		t.Errorf("the second line was not read: %q", got)
	}
}

// A 304 carries what caches need, and neither a body nor its fields.
func TestNotModified(t *testing.T) {
	address := start(t, server.New(options(newPress())))
	for _, method := range []string{"GET", "HEAD"} {
		got := raw(t, address, method+" /osce/all.atom HTTP/1.1\r\nHost: x\r\nConnection: close\r\nIf-None-Match: *\r\n\r\n")
		head, body, _ := strings.Cut(got, "\r\n\r\n")
		if !strings.HasPrefix(head, "HTTP/1.1 304 ") || body != "" {
			t.Fatalf("%s: %q", method, got)
		}
		for _, name := range []string{"Etag: \"", "Vary: Accept-Encoding", "Cache-Control: public, max-age=900", "Last-Modified: Mon, 23 Nov 2026 09:15:07 GMT", "Date: "} {
			if !strings.Contains(head, "\r\n"+name) {
				t.Errorf("%s: the 304 lacks %s: %q", method, name, head)
			}
		}
		for _, name := range []string{"Content-Type", "Content-Length", "Content-Encoding", "Transfer-Encoding"} {
			if strings.Contains(head, "\r\n"+name+":") {
				t.Errorf("%s: the 304 has %s: %q", method, name, head)
			}
		}
	}
}

func TestDates(t *testing.T) {
	address := start(t, server.New(options(newPress())))
	const rfc850, asctime = "Monday, 02-Jan-06 15:04:05 GMT", "Mon Jan _2 15:04:05 2006"
	tests := []struct {
		name, field, sent string
		want              int
	}{
		{"same", "If-Modified-Since", monday.Format(http.TimeFormat), http.StatusNotModified},
		{"later", "If-Modified-Since", monday.Add(60e9).Format(http.TimeFormat), http.StatusNotModified},
		{"a second earlier", "If-Modified-Since", monday.Add(-1e9).Format(http.TimeFormat), http.StatusOK},
		{"RFC 850", "If-Modified-Since", monday.Format(rfc850), http.StatusNotModified},
		{"asctime", "If-Modified-Since", monday.Format(asctime), http.StatusNotModified},
		{"future", "If-Modified-Since", noon.Add(1e9).Format(http.TimeFormat), http.StatusOK},
		{"far future", "If-Modified-Since", "Fri, 31 Dec 9999 23:59:59 GMT", http.StatusOK},
		{"nonsense", "If-Modified-Since", "yesterday", http.StatusOK},
		{"number", "If-Modified-Since", "1795425307", http.StatusOK},
		{"no such day", "If-Modified-Since", "Wed, 31 Feb 2026 09:15:07 GMT", http.StatusOK},
		{"empty", "If-Modified-Since", "", http.StatusOK},
		{"unmodified since", "If-Unmodified-Since", monday.Format(http.TimeFormat), http.StatusOK},
		{"modified since", "If-Unmodified-Since", monday.Add(-1e9).Format(http.TimeFormat), http.StatusPreconditionFailed},
		{"unmodified since nonsense", "If-Unmodified-Since", "yesterday", http.StatusOK},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := get(t, address, "/osce/all.atom", tt.field, tt.sent)
			if got.StatusCode != tt.want {
				t.Errorf("%s: %s gave %d, want %d", tt.field, tt.sent, got.StatusCode, tt.want)
			}
		})
	}
}

// Two dates are no date.
func TestDatesOverLines(t *testing.T) {
	address := start(t, server.New(options(newPress())))
	since := "If-Modified-Since: " + monday.Format(http.TimeFormat) + "\r\n"
	got := raw(t, address, "GET /osce/all.json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"+since+since+"\r\n")
	if !strings.HasPrefix(got, "HTTP/1.1 200 OK\r\n") {
		t.Errorf("two dates gave %q", got)
	}
}

func TestIfMatch(t *testing.T) {
	address := start(t, server.New(options(newPress())))
	tag := get(t, address, "/osce/all.atom").Header.Get("ETag")
	tests := []struct {
		sent string
		want int
	}{
		{tag, http.StatusOK},
		{`"x", ` + tag, http.StatusOK},
		{"*", http.StatusOK},
		{"W/" + tag, http.StatusPreconditionFailed},
		{`"x"`, http.StatusPreconditionFailed},
	}
	for _, tt := range tests {
		if got := get(t, address, "/osce/all.atom", "If-Match", tt.sent); got.StatusCode != tt.want {
			t.Errorf("If-Match: %s gave %d, want %d", tt.sent, got.StatusCode, tt.want)
		}
	}
}
