package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"communique/feed"
	"communique/server"
)

const base = "https://feeds.example/news"

// based are options of a server whose readers come by way of base.
func based(p server.Press) server.Options {
	o := options(p)
	o.Base = base + "/"
	return o
}

func TestMoved(t *testing.T) {
	p := newPress()
	p.absent["/osce/topics/b+a.atom"] = &feed.MovedError{To: "/osce/topics/a+b.atom"}
	p.absent["/osce/offices/old.rss"] = &feed.MovedError{To: "/osce/offices/ne w?.rss"}
	address := start(t, server.New(based(p)))
	for path, want := range map[string]string{
		"/osce/topics/b+a.atom":       base + "/osce/topics/a+b.atom",
		"/osce/topics/b%2Ba.atom?x=1": base + "/osce/topics/a+b.atom",
		"/osce/offices/old.rss":       base + "/osce/offices/ne%20w%3F.rss",
	} {
		for _, method := range []string{"GET", "HEAD"} {
			got := ask(t, method, address, path, map[string]string{
				"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example", "If-None-Match": "*",
			})
			if got.StatusCode != http.StatusMovedPermanently || got.Header.Get("Location") != want {
				t.Errorf("%s %s: status %d, Location %s", method, path, got.StatusCode, got.Header.Get("Location"))
			}
			if got.Header.Get("Cache-Control") != "public, max-age=3600" || got.Header.Get("Access-Control-Allow-Origin") != "*" {
				t.Errorf("%s %s: fields %v", method, path, got.Header)
			}
			if wanted := method == "GET"; strings.Contains(got.body, want) != wanted || strings.Contains(got.body, "<") {
				t.Errorf("%s %s: body %q", method, path, got.body)
			}
		}
	}
	got := raw(t, address, "GET /osce/topics/b+a.atom HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
	if strings.Contains(got, "evil") {
		t.Errorf("the redirect follows the request's host: %q", got)
	}
}

// A document that moves when it was rendered already is not served from memory.
func TestMovedLater(t *testing.T) {
	p := newPress()
	address := start(t, server.New(options(p)))
	get(t, address, all)
	p.change(func(p *press) { p.absent[all] = &feed.MovedError{To: "/osce/all.json"} })
	got := get(t, address, all)
	if got.StatusCode != http.StatusMovedPermanently || got.Header.Get("Location") != "/osce/all.json" {
		t.Errorf("status %d, Location %q", got.StatusCode, got.Header.Get("Location"))
	}
}

func TestNearMisses(t *testing.T) {
	p := newPress()
	p.absent["/osce/topics/policin.atom"] = &feed.NoDocumentError{
		Path: "/osce/topics/policin.atom", Near: []string{"/osce/topics/policing.atom", "/osce/topics/a+b c.atom"},
	}
	p.absent["/osce/topics/nothing.atom"] = &feed.NoDocumentError{Path: "/osce/topics/nothing.atom"}
	address := start(t, server.New(based(p)))
	got := get(t, address, "/osce/topics/policin.atom")
	want := "404 Not Found\nThere is nothing at this address; there is something at\n" +
		base + "/osce/topics/policing.atom\n" + base + "/osce/topics/a+b%20c.atom\n"
	if got.StatusCode != http.StatusNotFound || got.body != want || got.Header.Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Errorf("status %d, %s, body %q", got.StatusCode, got.Header.Get("Content-Type"), got.body)
	}
	got = get(t, address, "/osce/topics/nothing.atom")
	if got.StatusCode != http.StatusNotFound || !strings.HasSuffix(got.body, " "+base+"/\n") {
		t.Errorf("status %d, body %q", got.StatusCode, got.body)
	}
}

func TestGone(t *testing.T) {
	p := newPress()
	p.set("/osce/releases/5", htmlType, page)
	address := start(t, server.New(based(p)))
	get(t, address, "/osce/releases/5")
	p.change(func(p *press) { p.absent["/osce/releases/5"] = fmt.Errorf("release 5: %w", feed.ErrGone) })
	got := get(t, address, "/osce/releases/5")
	if got.StatusCode != http.StatusGone || got.Header.Get("Content-Type") != "text/plain; charset=utf-8" || got.Header.Get("ETag") != "" {
		t.Errorf("status %d, fields %v", got.StatusCode, got.Header)
	}
	if got.Header.Get("Cache-Control") != "public, max-age=3600" || !strings.HasPrefix(got.body, "410 Gone\n") {
		t.Errorf("Cache-Control %q, body %q", got.Header.Get("Cache-Control"), got.body)
	}
	p.change(func(p *press) { clear(p.absent) })
	if got := get(t, address, "/osce/releases/5"); got.StatusCode != http.StatusOK {
		t.Errorf("a release that was restored: status %d", got.StatusCode)
	}
}

func TestArchive(t *testing.T) {
	p := newPress()
	p.alter(all, func(d *feed.Document) { d.Complete = true })
	got := get(t, start(t, server.New(options(p))), all)
	want := "public, max-age=86400, immutable, stale-while-revalidate=86400, stale-if-error=86400"
	if got.Header.Get("Cache-Control") != want {
		t.Errorf("Cache-Control is %q, want %q", got.Header.Get("Cache-Control"), want)
	}
	again := get(t, start(t, server.New(options(p))), all, "If-None-Match", got.Header.Get("ETag"))
	if again.StatusCode != http.StatusNotModified || again.Header.Get("Cache-Control") != want {
		t.Errorf("status %d, Cache-Control %q", again.StatusCode, again.Header.Get("Cache-Control"))
	}
}
