package server_test

import (
	"compress/gzip"
	"crypto/rand"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"communique/feed"
	"communique/server"
)

func TestCodings(t *testing.T) {
	p := newPress()
	address := start(t, server.New(options(p)))
	whole := string(p.documents[all].Body)
	tests := []struct{ accept, coding string }{
		{"", ""},
		{"gzip", "gzip"},
		{"GZIP", "gzip"},
		{"x-gzip", "gzip"},
		{"zstd", "zstd"},
		{"br", "br"},
		{"gzip, deflate", "gzip"},
		{"gzip, deflate, br, zstd", "br"}, // as browsers do: the smallest
		{"br;q=1.0, gzip;q=0.8, *;q=0.1", "br"},
		{"br;q=0.5, gzip;q=0.8, zstd;q=0.6", "gzip"},
		{"br;q=0, gzip;q=0.1, zstd;q=0.2", "zstd"},
		{"deflate, compress", ""},
		{"gzip;q=0", ""},
		{"gzip;q=0.000", ""},
		{"gzip; Q=0.5", "gzip"},
		{"gzip;q=1.5", ""},
		{"gzip;q=lots", ""},
		{"gzip;q=NaN", ""},
		{"gzip;q=-1, *", "br"},
		{"*", "br"},
		{"*;q=0", ""},
		{"gzip;q=0, *", "br"},
		{"gzip, *;q=0", "gzip"},
		{"br;q=0.2, *;q=0.5, zstd;q=0", "gzip"},
		{"identity", ""},
		{"identity;q=0", ""},
		{"identity;q=0, gzip;q=0", ""},
		{"identity, gzip;q=0.5", ""},
		{"identity;q=0.5, *;q=0.2", ""},
		{"identity;q=0.5, gzip;q=0.5", "gzip"},
		{"identity;q=0.2, gzip;q=0.5", "gzip"},
		{",,;;q,=", ""},
	}
	for _, tt := range tests {
		got := get(t, address, all, "Accept-Encoding", tt.accept)
		coding, suffix := got.Header.Get("Content-Encoding"), `"`
		if coding != tt.coding {
			t.Errorf("Accept-Encoding %q: got %q, want %q", tt.accept, coding, tt.coding)
		}
		if coding != "" {
			suffix = "-" + coding + `"`
		}
		if body := decoded(t, coding, got.body); got.StatusCode != http.StatusOK || body != whole {
			t.Errorf("Accept-Encoding %q: status %d, body %q", tt.accept, got.StatusCode, body)
		}
		if tag := got.Header.Get("ETag"); len(tag) != 33+len(suffix) || !strings.HasSuffix(tag, suffix) {
			t.Errorf("Accept-Encoding %q: ETag %s", tt.accept, tag)
		}
		if got.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("Accept-Encoding %q: Vary %s", tt.accept, got.Header.Get("Vary"))
		}
	}
}

// decoded undoes a coding with a decoder that did not come with the encoder,
// where there is one.
func decoded(t *testing.T, coding, body string) string {
	t.Helper()
	var reader io.Reader = strings.NewReader(body)
	switch coding {
	case "gzip":
		unzip, err := gzip.NewReader(reader)
		if err != nil {
			t.Fatal(err)
		}
		if !unzip.ModTime.IsZero() || unzip.Name != "" {
			t.Errorf("the gzip header tells a time or a name: %v", unzip.Header)
		}
		reader = unzip
	case "zstd":
		unpack, err := zstd.NewReader(reader)
		if err != nil {
			t.Fatal(err)
		}
		defer unpack.Close()
		reader = unpack
	case "br":
		reader = brotli.NewReader(reader)
	}
	plain, err := io.ReadAll(reader)
	if err != nil {
		t.Fatalf("%s: %v", coding, err)
	}
	return string(plain)
}

func TestCodingsOnlyWhereTheySave(t *testing.T) {
	p := newPress()
	p.set("/osce/random.json", "application/feed+json", rand.Text()+rand.Text()+rand.Text())
	address := start(t, server.New(options(p)))
	for _, path := range []string{"/osce/all.json", "/osce/random.json"} {
		for _, coding := range []string{"gzip", "zstd", "br", "*"} {
			got := get(t, address, path, "Accept-Encoding", coding)
			if got.body != string(p.documents[path].Body) || got.Header.Get("Content-Encoding") != "" {
				t.Errorf("%s came as %s: %q", path, got.Header.Get("Content-Encoding"), got.body)
			}
			if got.Header.Get("Vary") != "Accept-Encoding" {
				t.Errorf("%s: Vary is %q", path, got.Header.Get("Vary"))
			}
		}
	}
}

// A document that comes out with the same bytes keeps its tags, though its
// version and its date moved.
func TestSameBytesAgain(t *testing.T) {
	p := newPress()
	address := start(t, server.New(options(p)))
	var tags, dates []string
	for range 2 {
		got := get(t, address, all, "Accept-Encoding", "br")
		tags, dates = append(tags, got.Header.Get("ETag")), append(dates, got.Header.Get("Last-Modified"))
		if decoded(t, "br", got.body) != string(p.documents[all].Body) {
			t.Errorf("body %q", got.body)
		}
		p.alter(all, func(d *feed.Document) { d.Modified = noon })
	}
	if tags[0] != tags[1] || dates[0] == dates[1] || p.rendersOf(all) != 2 {
		t.Errorf("tags %q, dates %q, rendered %d times", tags, dates, p.rendersOf(all))
	}
}
