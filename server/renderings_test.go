package server_test

import (
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"communique/feed"
	"communique/server"
)

const all = "/osce/all.atom"

func TestRenderedOnce(t *testing.T) {
	p := newPress()
	address := start(t, server.New(options(p)))
	for range 3 {
		get(t, address, all)
		get(t, address, all, "Accept-Encoding", "gzip")
	}
	p.set("/osce/all.json", "application/feed+json", "{}") // another document
	get(t, address, all)
	if n := p.rendersOf(all); n != 1 {
		t.Errorf("an unchanged document was rendered %d times", n)
	}
	old := get(t, address, all).Header.Get("ETag")
	p.set(all, atomType, "<feed>new</feed>")
	got := get(t, address, all, "If-None-Match", old)
	if got.StatusCode != http.StatusOK || got.body != "<feed>new</feed>" || p.rendersOf(all) != 2 {
		t.Errorf("after a change: status %d, body %q, rendered %d times", got.StatusCode, got.body, p.rendersOf(all))
	}
}

func TestCrowdRendersOnce(t *testing.T) {
	p := newPress()
	p.rendered = make(chan struct{})
	address := start(t, server.New(options(p)))
	var crowd sync.WaitGroup
	for range 16 {
		crowd.Go(func() {
			if got := get(t, address, all); got.StatusCode != http.StatusOK {
				t.Errorf("one of the crowd got %d", got.StatusCode)
			}
		})
	}
	// Each of the crowd asks once, and the one that renders once more.
	for p.asked.Load() < 17 {
		time.Sleep(time.Millisecond)
	}
	close(p.rendered)
	crowd.Wait()
	if n := p.rendersOf(all); n != 1 {
		t.Errorf("a crowd made the press render %d times", n)
	}
}

func TestVanishedDocument(t *testing.T) {
	p := newPress()
	address := start(t, server.New(options(p)))
	get(t, address, all)
	p.change(func(p *press) { delete(p.documents, all) })
	if got := get(t, address, all); got.StatusCode != http.StatusNotFound {
		t.Errorf("a document that is gone gave %d", got.StatusCode)
	}
	p.change(func(p *press) { p.lost = errors.New("the store is closed") })
	if got := get(t, address, all); got.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a document that was gone before the trouble gave %d", got.StatusCode)
	}
	p.change(func(p *press) { p.lost = nil })
	p.set(all, atomType, "<feed>back</feed>")
	if got := get(t, address, all); got.body != "<feed>back</feed>" {
		t.Errorf("a document that is back gave %d, %q", got.StatusCode, got.body)
	}
}

func TestBoundedPaths(t *testing.T) {
	p := newPress()
	for i := range 8 {
		p.set(fmt.Sprintf("/osce/%d.atom", i), atomType, fmt.Sprint("<feed>", i, "</feed>"))
	}
	o := options(p)
	o.Paths = 4
	address := start(t, server.New(o))
	for round := range 2 {
		for i := range 8 {
			path, want := fmt.Sprintf("/osce/%d.atom", i), fmt.Sprint("<feed>", i, "</feed>")
			if got := get(t, address, path); got.body != want {
				t.Fatalf("round %d: %s is %q", round, path, got.body)
			}
		}
	}
	total := 0
	for i := range 8 {
		total += p.rendersOf(fmt.Sprintf("/osce/%d.atom", i))
	}
	// Eight, and at least four more in the second round: only four are kept.
	if total < 12 {
		t.Errorf("8 documents read twice with room for 4 were rendered %d times", total)
	}
}

// incompressible is a document of n bytes that no coding makes smaller.
func incompressible(n int) string {
	var text strings.Builder
	for text.Len() < n {
		text.WriteString(rand.Text())
	}
	return text.String()[:n]
}

func TestBoundedBytes(t *testing.T) {
	p := newPress()
	const size, room = 64 << 10, 512 << 10
	for i := range 32 {
		p.set(fmt.Sprintf("/osce/%d.atom", i), atomType, incompressible(size))
	}
	p.set("/osce/huge.atom", atomType, incompressible(room))
	o := options(p)
	o.Bytes = room
	handler := server.New(o)
	address := start(t, handler)
	read := func(path string) {
		t.Helper()
		if got := get(t, address, path); got.body != string(p.documents[path].Body) {
			t.Fatalf("%s: status %d, %d bytes", path, got.StatusCode, len(got.body))
		}
		if kept := server.Kept(handler); kept > room {
			t.Fatalf("after %s %d bytes are kept, more than %d", path, kept, room)
		}
	}
	for i := range 32 {
		read(fmt.Sprintf("/osce/%d.atom", i))
		read(all)
	}
	if n := p.rendersOf(all); n > 20 {
		t.Errorf("a document that is read all the time was rendered %d times", n)
	}
	before := server.Kept(handler)
	read("/osce/huge.atom")
	read("/osce/huge.atom")
	if n := p.rendersOf("/osce/huge.atom"); n != 2 || server.Kept(handler) < before-room/4 {
		t.Errorf("a document above the limit was rendered %d times, and left %d of %d bytes", n, server.Kept(handler), before)
	}
}

// What is counted comes down again when documents shrink or go.
func TestBytesAreGivenBack(t *testing.T) {
	p := newPress()
	handler := server.New(options(p))
	address := start(t, handler)
	get(t, address, all)
	small := server.Kept(handler)
	for _, body := range []string{incompressible(100_000), p.text(all)} {
		p.set(all, atomType, body)
		get(t, address, all)
	}
	if kept := server.Kept(handler); kept != small {
		t.Errorf("%d bytes are counted for what took %d before", kept, small)
	}
	p.change(func(p *press) { delete(p.documents, all) })
	get(t, address, all)
	if kept := server.Kept(handler); kept != 0 {
		t.Errorf("%d bytes are counted for nothing", kept)
	}
}

func TestWhatIsReadStays(t *testing.T) {
	p := newPress()
	o := options(p)
	o.Paths = 8
	address := start(t, server.New(o))
	for i := range 100 {
		path := fmt.Sprintf("/osce/%d.atom", i)
		p.set(path, atomType, "<feed/>")
		get(t, address, path)
		get(t, address, all)
	}
	if n := p.rendersOf(all); n > 10 {
		t.Errorf("a document that is read all the time was rendered %d times", n)
	}
}

func TestGuessesPushNothingOut(t *testing.T) {
	p := newPress()
	o := options(p)
	o.Paths = 1
	address := start(t, server.New(o))
	for range 3 {
		get(t, address, all)
		get(t, address, "/osce/guess.atom")
	}
	if n := p.rendersOf(all); n != 1 {
		t.Errorf("a document that is read between guesses was rendered %d times", n)
	}
}

func TestOlderRenderingWhileBroken(t *testing.T) {
	var log journal
	p := newPress()
	now := atomic.Pointer[time.Time]{}
	now.Store(&noon)
	o := options(p)
	o.Log, o.Clock = log.logger(slog.LevelInfo), func() time.Time { return *now.Load() }
	address := start(t, server.New(o))
	old := get(t, address, all)

	p.change(func(p *press) {
		p.broken[all] = errors.New("reading the store: page 7 is damaged")
		d := p.documents[all]
		d.Version = p.version
		p.documents[all] = d
	})
	for range 5 {
		got := get(t, address, all)
		if got.StatusCode != http.StatusOK || got.body != old.body || got.Header.Get("ETag") != old.Header.Get("ETag") {
			t.Fatalf("while rendering fails: status %d, body %q", got.StatusCode, got.body)
		}
	}
	if n := p.rendersOf(all); n != 2 {
		t.Errorf("a failure was repeated at once: %d renderings", n)
	}
	later := noon.Add(time.Minute)
	now.Store(&later)
	get(t, address, all)
	if n := p.rendersOf(all); n != 3 {
		t.Errorf("a failure was not tried again later: %d renderings", n)
	}
	if lines := log.lines("level=ERROR"); len(lines) != 1 || !strings.Contains(lines[0], "page 7 is damaged") {
		t.Errorf("one trouble made the lines %q", lines)
	}

	p.change(func(p *press) { clear(p.broken) })
	later = noon.Add(time.Hour)
	p.set(all, atomType, "<feed>good</feed>")
	if got := get(t, address, all); got.body != "<feed>good</feed>" {
		t.Errorf("after the trouble: %q", got.body)
	}
	if lines := log.lines("works again"); len(lines) != 1 {
		t.Errorf("the end of the trouble made the lines %q", lines)
	}
}

func TestUnavailable(t *testing.T) {
	var log journal
	p := newPress()
	o := options(p)
	o.Log = log.logger(slog.LevelInfo)
	p.broken[all] = errors.New("reading /srv/secret: damaged")
	address := start(t, server.New(o))
	for range 3 {
		got := get(t, address, all)
		if got.StatusCode != http.StatusServiceUnavailable || got.Header.Get("Retry-After") != "5" {
			t.Errorf("status %d, Retry-After %q", got.StatusCode, got.Header.Get("Retry-After"))
		}
		if strings.Contains(got.body, "secret") || got.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("fields %v, body %q", got.Header, got.body)
		}
	}
	if lines := log.lines("secret"); len(lines) != 1 {
		t.Errorf("one trouble made the lines %q", lines)
	}
	p.change(func(p *press) { clear(p.broken) })
	if got := get(t, address, all); got.StatusCode != http.StatusOK {
		t.Errorf("after the trouble: status %d", got.StatusCode)
	}
}

func TestLostPress(t *testing.T) {
	p := newPress()
	address := start(t, server.New(options(p)))
	old := get(t, address, all)
	p.change(func(p *press) { p.lost = errors.New("the store is closed") })
	if got := get(t, address, all); got.body != old.body {
		t.Errorf("a document that was read before: status %d", got.StatusCode)
	}
	if got := get(t, address, "/osce/all.json"); got.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a document that was not: status %d", got.StatusCode)
	}
}

func TestPanic(t *testing.T) {
	var log journal
	p := newPress()
	o := options(p)
	o.Log = log.logger(slog.LevelInfo)
	address := start(t, server.New(o))
	old := get(t, address, all)
	p.change(func(p *press) {
		d := p.documents[all]
		d.Version = p.version
		p.documents[all] = d
		p.broken[all] = "no template\nof that name"
		p.broken["/osce/all.json"] = "no template either"
	})

	got := get(t, address, "/osce/all.json")
	if got.StatusCode != http.StatusInternalServerError || strings.Contains(got.body, "template") {
		t.Errorf("status %d, body %q", got.StatusCode, got.body)
	}
	if lines := log.lines("template either"); len(lines) != 1 || !strings.Contains(lines[0], "Render:") {
		t.Errorf("a panic made the lines %q", lines)
	}
	if got := get(t, address, all); got.body != old.body {
		t.Errorf("a document with an older rendering: status %d", got.StatusCode)
	}
	if got := get(t, address, "/"); got.StatusCode != http.StatusOK {
		t.Errorf("another document: status %d", got.StatusCode)
	}
	p.change(func(p *press) { clear(p.broken) })
	if got := get(t, address, "/osce/all.json"); got.StatusCode != http.StatusOK {
		t.Errorf("after the panic: status %d", got.StatusCode)
	}
}

// faulty panics before it even gets to rendering.
type faulty struct{ *press }

func (faulty) VersionOf(string) (uint64, error) {
	var none map[string]*feed.Document
	return none["/"].Version, nil
}

func TestPanicAnywhere(t *testing.T) {
	var log journal
	o := options(faulty{newPress()})
	o.Log = log.logger(slog.LevelInfo)
	address := start(t, server.New(o))
	if got := get(t, address, all); got.StatusCode != http.StatusInternalServerError || strings.Contains(got.body, "panic") || strings.Contains(got.body, "nil") {
		t.Errorf("status %d, body %q", got.StatusCode, got.body)
	}
	if lines := log.lines(""); len(lines) != 1 || !strings.Contains(lines[0], "faulty.VersionOf:") {
		t.Errorf("a panic made the lines %q", lines)
	}
}
