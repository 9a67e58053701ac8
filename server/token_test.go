package server_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"communique/feed"
	"communique/server"
	"communique/server/private"
)

// keys returns the tokens of a file and one of them.
func keys(t *testing.T) (*private.Tokens, string) {
	t.Helper()
	tokens, err := private.Open(filepath.Join(t.TempDir(), "tokens.json"), time.Now, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	token, err := tokens.Add("reader")
	if err != nil {
		t.Fatal(err)
	}
	return tokens, token
}

// guardedOptions are those of a server that wants a token for everything.
func guardedOptions(t *testing.T, p server.Press) (o server.Options, tokens *private.Tokens, token string) {
	t.Helper()
	tokens, token = keys(t)
	o = based(p)
	o.Tokens, o.Private = tokens, true
	return o, tokens, token
}

// A reader with a token gets every document, at addresses that all lead on
// under the token; ids and schemes are those of everybody's.
func TestUnderAToken(t *testing.T) {
	p := newPress()
	p.set(all, atomType, `<feed><id>tag:osce.org,1999:all</id><link rel="self" href="`+base+all+`"/><link rel="alternate" href="`+base+`/osce/all.html"/>`+
		`<category term="policing" scheme="`+base+`/osce/topics"/><link href="`+base+`/osce/topics/a&#43;b.rss"/><link href="`+base+`/osce/topics/a+b.rss?x"/>`+
		`<link href="https://feeds.example/newsletter/all.atom"/><link href="https://elsewhere.example/all.atom"/></feed>`)
	p.set("/feeds.opml", "text/x-opml; charset=utf-8", `<outline xmlUrl="`+base+all+`" htmlUrl="`+base+`/osce/releases/5"/><a>`+base+`/</a>`)
	p.set("/osce/all.json", "application/feed+json", `{"feed_url":"`+base+`/osce/all.json","about":"`+base+`/index.html#x","url":"`+base+`/osce/topics/a"}`)
	o, tokens, token := guardedOptions(t, p)
	address := start(t, server.New(o))
	under := "/private/" + token
	for path, want := range map[string]string{
		all: `<feed><id>tag:osce.org,1999:all</id><link rel="self" href="` + base + under + all + `"/><link rel="alternate" href="` + base + under + `/osce/all.html"/>` +
			`<category term="policing" scheme="` + base + `/osce/topics"/><link href="` + base + under + `/osce/topics/a&#43;b.rss"/><link href="` + base + under + `/osce/topics/a+b.rss?x"/>` +
			`<link href="https://feeds.example/newsletter/all.atom"/><link href="https://elsewhere.example/all.atom"/></feed>`,
		"/feeds.opml":    `<outline xmlUrl="` + base + under + all + `" htmlUrl="` + base + under + `/osce/releases/5"/><a>` + base + under + `/</a>`,
		"/osce/all.json": `{"feed_url":"` + base + under + `/osce/all.json","about":"` + base + under + `/index.html#x","url":"` + base + `/osce/topics/a"}`,
		"/":              page,
	} {
		got := get(t, address, under+path, "Accept-Encoding", "gzip")
		if body := decoded(t, got.Header.Get("Content-Encoding"), got.body); got.StatusCode != http.StatusOK || body != want {
			t.Errorf("%s: status %d, %s", path, got.StatusCode, cmp.Diff(want, body))
		}
		again := get(t, address, under+path, "If-None-Match", "W/"+got.Header.Get("ETag"))
		if again.StatusCode != http.StatusNotModified {
			t.Errorf("%s again: status %d", path, again.StatusCode)
		}
		for _, answer := range []reply{got, again} {
			isConfidential(t, path, answer)
		}
		if open := get(t, address, path); open.StatusCode != http.StatusNotFound || strings.Contains(open.body, "feeds.example") {
			t.Errorf("%s without a token: status %d, %q", path, open.StatusCode, open.body)
		}
	}
	before := get(t, address, under+all).Header.Get("ETag")
	p.set(all, atomType, `<feed>`+base+`/osce/all.rss</feed>`)
	got := get(t, address, under+all)
	if got.body != `<feed>`+base+under+`/osce/all.rss</feed>` || got.Header.Get("ETag") == before {
		t.Errorf("after a change: %q with %s", got.body, got.Header.Get("ETag"))
	}
	if err := tokens.Revoke("reader"); err != nil {
		t.Fatal(err)
	}
	if got := get(t, address, under+all); got.StatusCode != http.StatusNotFound {
		t.Errorf("after the token was revoked: status %d", got.StatusCode)
	}
}

// isConfidential checks that only the reader may have an answer.
func isConfidential(t *testing.T, what string, answer reply) {
	t.Helper()
	h := answer.Header
	if caching := h.Get("Cache-Control"); !strings.HasPrefix(caching, "private, ") && caching != "no-store" || strings.Contains(caching, "public") {
		t.Errorf("%s: Cache-Control is %q", what, caching)
	}
	for name := range h {
		if strings.HasPrefix(name, "Access-Control-") {
			t.Errorf("%s: other sites may read it by %s", what, name)
		}
	}
	if !strings.HasPrefix(h.Get("X-Robots-Tag"), "noindex") {
		t.Errorf("%s: X-Robots-Tag is %q", what, h.Get("X-Robots-Tag"))
	}
	if answer.StatusCode != http.StatusNotModified && h.Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("%s: Referrer-Policy is %q", what, h.Get("Referrer-Policy"))
	}
}

// What is not a document is answered under a token as elsewhere, with addresses
// under the token.
func TestAbsenceUnderAToken(t *testing.T) {
	p := newPress()
	p.absent["/osce/old.atom"] = &feed.MovedError{To: all}
	p.absent["/osce/al.atom"] = &feed.NoDocumentError{Path: "/osce/al.atom", Near: []string{all}}
	p.absent["/osce/releases/5"] = feed.ErrGone
	p.broken["/osce/all.json"] = fmt.Errorf("rendering: %w", http.ErrBodyNotAllowed)
	o, _, token := guardedOptions(t, p)
	address := start(t, server.New(o))
	under := "/private/" + token
	for path, want := range map[string]int{
		"/osce/old.atom": 301, "/osce/al.atom": 404, "/osce/releases/5": 410, "/osce/all.json": 503, "/nothing": 404,
	} {
		got := get(t, address, under+path)
		if got.StatusCode != want {
			t.Errorf("%s: status %d", path, got.StatusCode)
		}
		isConfidential(t, path, got)
		if strings.Contains(strings.ReplaceAll(got.body+got.Header.Get("Location"), base+under, ""), base) {
			t.Errorf("%s leads away from the token: %q, %s", path, got.body, got.Header.Get("Location"))
		}
	}
	if got := get(t, address, under+"/osce/old.atom").Header.Get("Location"); got != base+under+all {
		t.Errorf("what moved is at %s", got)
	}
}

// A wrong token is answered like any unknown address, whether feeds are for
// everybody or not.
func TestWrongToken(t *testing.T) {
	for _, isPrivate := range []bool{true, false} {
		o, _, token := guardedOptions(t, newPress())
		o.Private = isPrivate
		address := start(t, server.New(o))
		unknown := get(t, address, "/nothing")
		unknown.Header.Del("Date")
		for _, path := range []string{
			"/private/" + token[1:] + "x" + all, "/private/" + token + "x" + all, "/private/x" + all, "/private/x/", "/private/", "/private",
			"/private/" + token, "/private//" + all, "/PRIVATE/" + token + all, "/private/" + token + "%2Fosce/all.atom",
			"/private/" + token + "/../" + token + all, "/private/" + token + "/" + all, "/private/private/" + token + all,
		} {
			got := get(t, address, path)
			got.Header.Del("Date")
			if diff := cmp.Diff(unknown.Header, got.Header); got.StatusCode != http.StatusNotFound || got.body != unknown.body || diff != "" {
				t.Errorf("private is %v, %s: status %d, body %q, fields %s", isPrivate, path, got.StatusCode, got.body, diff)
			}
		}
		if got := get(t, address, "/private/"+token+all); got.StatusCode != http.StatusOK {
			t.Errorf("private is %v, the right token: status %d", isPrivate, got.StatusCode)
		}
		if got := get(t, address, all); (got.StatusCode == http.StatusOK) == isPrivate {
			t.Errorf("private is %v, no token: status %d", isPrivate, got.StatusCode)
		}
	}
}

// No token gets into a log: not of requests, not of what goes wrong, and not of
// what was mistyped.
func TestNoTokenInLogs(t *testing.T) {
	p, log := newPress(), new(journal)
	o, _, token := guardedOptions(t, p)
	o.Log = log.logger(slog.LevelDebug)
	address := start(t, server.New(o))
	under := "/private/" + token
	p.broken["/osce/all.json"] = fmt.Errorf("no ink")
	p.broken["/osce/topics/policing.atom"] = "a panic"
	for _, path := range []string{
		all, "/osce/all.json", "/osce/topics/policing.atom", "/nothing", "/", "", "?" + token, "//osce/all.atom", "%00",
	} {
		get(t, address, under+path)
		get(t, address, strings.Replace(under, "private", "Private", 1)+path)
		get(t, address, "/x/private/"+token+path)
		get(t, address, "/pirvate/"+token+path)
		get(t, address, "/"+token+path)
	}
	p.change(func(p *press) { clear(p.broken) })
	get(t, address, under+"/osce/all.json")
	if lines := log.lines("request"); len(lines) < 45 {
		t.Errorf("only %d requests are in the log", len(lines))
	}
	for _, part := range []string{`rendering a document" path=/private/…/osce/all.json`, "works again", "panic at"} {
		if len(log.lines(part)) == 0 {
			t.Errorf("the log does not say %q", part)
		}
	}
	for _, part := range []string{token, token[5:]} {
		if lines := log.lines(part); len(lines) > 0 {
			t.Errorf("the log has the token: %s", lines[0])
		}
	}
}

// Nor does the token of a request whose answer panicked.
func TestNoTokenInLogsOfPanics(t *testing.T) {
	log := new(journal)
	o, _, token := guardedOptions(t, faulty{newPress()})
	o.Log = log.logger(slog.LevelDebug)
	address := start(t, server.New(o))
	if got := get(t, address, "/private/"+token+all); got.StatusCode != http.StatusInternalServerError || strings.Contains(got.body, token) {
		t.Errorf("status %d, body %q", got.StatusCode, got.body)
	}
	if lines := log.lines("answering a request"); len(lines) != 1 || len(log.lines(token)) > 0 {
		t.Errorf("the log says %q and, of the token, %q", lines, log.lines(token))
	}
}

// No hub learns of private addresses: documents that name one are not given
// under a token, and with a press that names none they are.
func TestHubUnderAToken(t *testing.T) {
	p := newPress()
	p.alter(all, func(d *feed.Document) { d.Hub = "https://hub.example/" })
	o, _, token := guardedOptions(t, p)
	o.Private = false
	if got := get(t, start(t, server.New(o)), "/private/"+token+all); got.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a document that names a hub: status %d", got.StatusCode)
	}
	o.Hubless = newPress()
	address := start(t, server.New(o))
	if got := get(t, address, "/private/"+token+all); got.StatusCode != http.StatusOK || got.Header.Get("Link") != "" {
		t.Errorf("status %d, Link %q", got.StatusCode, got.Header.Get("Link"))
	}
	if got := get(t, address, all); !strings.Contains(got.Header.Get("Link"), "hub") {
		t.Errorf("everybody's feed has Link %q", got.Header.Get("Link"))
	}
}

// The change log goes on under the token.
func TestChangesUnderAToken(t *testing.T) {
	_, room := newsroom(t, storePath(t))
	put(t, room, written(1, "new"))
	o, _, token := guardedOptions(t, newPress())
	o.Logs = map[string]server.ChangeLog{"osce": room}
	address := start(t, server.New(o))
	got := get(t, address, "/private/"+token+changesPath)
	if !strings.HasPrefix(got.Header.Get("Link"), "<"+base+"/private/"+token+changesPath+"?since=") || !strings.Contains(got.body, "500001") {
		t.Errorf("Link %s, body %q", got.Header.Get("Link"), got.body)
	}
	isConfidential(t, changesPath, got)
	if got := get(t, address, changesPath); got.StatusCode != http.StatusNotFound {
		t.Errorf("without a token: status %d", got.StatusCode)
	}
}

// While a document can't be rendered, those with a token too get the older one,
// and the newest as soon as there is one.
func TestOlderUnderAToken(t *testing.T) {
	p, clock := newPress(), &calendar{now: noon}
	o, _, token := guardedOptions(t, p)
	o.Clock = clock.read
	address := start(t, server.New(o))
	path := "/private/" + token + all
	before := get(t, address, path).body
	p.set(all, atomType, "<feed>new</feed>")
	p.change(func(p *press) { p.broken[all] = fmt.Errorf("no ink") })
	if got := get(t, address, path); got.StatusCode != http.StatusOK || got.body != before {
		t.Errorf("while it fails: status %d, body %q", got.StatusCode, got.body)
	}
	p.mu.Lock()
	clear(p.broken)
	p.mu.Unlock()
	clock.pass(time.Minute)
	if got := get(t, address, path); got.body != "<feed>new</feed>" {
		t.Errorf("afterwards: %q", got.body)
	}
}

// A document that could not be made is told of by its own name, once for all
// tokens.
func TestRenderedUnderAToken(t *testing.T) {
	p := newPress()
	o, _, token := guardedOptions(t, p)
	told := make(chan string, 100)
	o.Rendered = func(path string, err error) { told <- fmt.Sprint(path, " ", err) }
	p.broken[all] = fmt.Errorf("no ink")
	address := start(t, server.New(o))
	get(t, address, "/private/"+token+all)
	if first := <-told; first != all+" no ink" || len(told) > 0 {
		t.Errorf("told %q and %d more", first, len(told))
	}
}

// A commit while a document is made leaves its reader with the newer one.
func TestNewerUnderAToken(t *testing.T) {
	p := newPress()
	o, _, token := guardedOptions(t, p)
	o.Press = moving{p}
	if got := get(t, start(t, server.New(o)), "/private/"+token+all); got.StatusCode != http.StatusOK || got.body != "<feed>newer</feed>" {
		t.Errorf("status %d, body %q", got.StatusCode, got.body)
	}
}

// moving is a press whose document changes when its version was told.
type moving struct{ *press }

func (m moving) VersionOf(path string) (uint64, error) {
	version, err := m.press.VersionOf(path)
	m.set(path, atomType, "<feed>newer</feed>")
	return version, err
}
