package websub_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"communique/server/websub"
)

const base = "https://feeds.example"

// journal is a log that tests read while others write it.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(line []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(line)
}

func (j *journal) count(part string) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return strings.Count(j.text.String(), part)
}

// running is a publisher that runs until end is called.
type running struct {
	*websub.Publisher
	log *journal
	end func()
}

// run starts a publisher and waits until it has looked at the site once.
func run(t *testing.T, hub *testHub, s *site, m *memory) running {
	t.Helper()
	log := new(journal)
	transport := &oneByOne{t: t}
	p := websub.New(websub.Options{
		Hub: hub.url(), Base: base + "/", Site: s, Memory: m, Transport: transport, UserAgent: "Communique/test",
		Pause: time.Millisecond, Timeout: 200 * time.Millisecond, Log: slog.New(slog.NewTextHandler(log, nil)),
	})
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); p.Run(ctx) }()
	end := sync.OnceFunc(func() { stop(); <-ended; transport.CloseIdleConnections() })
	t.Cleanup(end)
	r := running{p, log, end}
	r.seen(t, s)
	return r
}

// seen waits until the publisher has compared everything and is at rest, by
// asking it to look again twice: the second look begins after the first pass
// has ended.
func (r running) seen(t *testing.T, s *site) {
	t.Helper()
	for range 2 {
		r.Changed()
		select {
		case <-s.looked:
		case <-time.After(10 * time.Second):
			t.Fatal("the publisher does not look at the site")
		}
	}
	for len(s.looked) > 0 {
		<-s.looked
	}
}

func TestPublish(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	hub, s, m := newTestHub(t), newSite("/osce/all.atom", "/osce/all.json"), new(memory)
	r := run(t, hub, s, m)
	hub.silent() // nobody can have subscribed to what was never there
	s.set("/osce/all.atom", "second")
	hub.next(func(w http.ResponseWriter, _ *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.public["/osce/all.atom"] != "second" {
			t.Error("the hub is told before the new bytes are public")
		}
		w.WriteHeader(http.StatusAccepted)
	})
	r.Changed()
	if diff := cmp.Diff([]string{base + "/osce/all.atom"}, hub.wait(1)); diff != "" {
		t.Error(diff)
	}
	r.seen(t, s)
	hub.silent()
	r.end()
	hub.Close()
}

// A change that leaves the bytes alone is no news, and is not rendered again.
func TestBackfill(t *testing.T) {
	hub, s, m := newTestHub(t), newSite("/osce/all.atom", "/osce/topics/a.atom"), new(memory)
	r := run(t, hub, s, m)
	written := m.written
	for range 20 {
		s.set("/osce/all.atom", "first")
		r.seen(t, s)
	}
	hub.silent()
	if m.written != written {
		t.Errorf("%d notes were written for nothing", m.written-written)
	}
	if n := s.renderings(); n > 22 {
		t.Errorf("one topic that changed 20 times beside another was rendered %d times", n)
	}
}

func TestNewTopicIsNoNews(t *testing.T) {
	hub, s, m := newTestHub(t), newSite("/osce/all.atom"), new(memory)
	r := run(t, hub, s, m)
	s.set("/osce/topics/new.atom", "first")
	r.seen(t, s)
	hub.silent()
	s.set("/osce/topics/new.atom", "second")
	r.Changed()
	hub.wait(1)
}

func TestSeveralAttempts(t *testing.T) {
	hub, s, m := newTestHub(t), newSite("/osce/all.atom"), new(memory)
	r := run(t, hub, s, m)
	hub.next(status(503), cut, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, status(429))
	s.set("/osce/all.atom", "second")
	r.Changed()
	hub.wait(5)
	r.seen(t, s)
	hub.silent()
	if n := r.log.count("level="); n != 0 {
		t.Errorf("a hub that answers in the end made %d lines", n)
	}
}

func TestHubDown(t *testing.T) {
	hub, s, m := newTestHub(t), newSite("/a.atom", "/b.atom", "/c.atom"), new(memory)
	r := run(t, hub, s, m)
	hub.next(repeat(10, status(500))...)
	for _, text := range []string{"second", "third"} {
		for _, path := range []string{"/a.atom", "/b.atom", "/c.atom"} {
			s.set(path, text)
		}
		r.Changed()
		for _, topic := range hub.wait(5) {
			if topic != base+"/a.atom" {
				t.Errorf("after the hub failed it was told of %s", topic)
			}
		}
	}
	// It is back: what it missed is told with the next look, each topic once.
	r.Changed()
	if diff := cmp.Diff([]string{base + "/a.atom", base + "/b.atom", base + "/c.atom"}, hub.wait(3)); diff != "" {
		t.Error(diff)
	}
	r.seen(t, s)
	hub.silent()
	if down, up := r.log.count("the hub is down"), r.log.count("the hub is up again"); down != 1 || up != 1 {
		t.Errorf("the hub was said to be down %d times and up %d times", down, up)
	}
	if r.log.count("unpublished=3") != 1 {
		t.Error("it is not said how much is unpublished")
	}
}

func TestRefusal(t *testing.T) {
	for _, code := range []int{400, 403, 404, 301, 307} {
		hub, s, m := newTestHub(t), newSite("/a.atom", "/b.atom"), new(memory)
		r := run(t, hub, s, m)
		hub.next(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(code)
		})
		s.set("/a.atom", "second")
		s.set("/b.atom", "second")
		r.Changed()
		if diff := cmp.Diff([]string{base + "/a.atom", base + "/b.atom"}, hub.wait(2)); diff != "" {
			t.Errorf("%d: %s", code, diff)
		}
		r.seen(t, s)
		hub.silent()
		if n := r.log.count("level=WARN"); n != 1 {
			t.Errorf("%d made %d lines", code, n)
		}
		r.end()
	}
}

// What changes while nobody publishes is told later; what was told is not told
// again.
func TestRestart(t *testing.T) {
	hub, s, m := newTestHub(t), newSite("/a.atom", "/b.atom", "/c.atom"), new(memory)
	run(t, hub, s, m).end()
	s.set("/b.atom", "second")
	r := run(t, hub, s, m)
	if diff := cmp.Diff([]string{base + "/b.atom"}, hub.wait(1)); diff != "" {
		t.Error(diff)
	}
	r.seen(t, s)
	r.end()
	rendered := s.renderings()
	r = run(t, hub, s, m)
	hub.silent()
	if n := s.renderings() - rendered; n > 0 {
		t.Errorf("after a restart %d topics were rendered that nobody changed", n)
	}
}

// A publisher that is ended while its hub does not answer ends at once, and
// tells later what it could not.
func TestEndWhileTheHubHangs(t *testing.T) {
	hub, s, m := newTestHub(t), newSite("/a.atom"), new(memory)
	r := run(t, hub, s, m)
	release := make(chan struct{})
	hub.next(repeat(5, func(http.ResponseWriter, *http.Request) { <-release })...)
	s.set("/a.atom", "second")
	r.Changed()
	hub.wait(1)
	began := time.Now()
	r.end()
	if took := time.Since(began); took > 900*time.Millisecond { // five timeouts take a second
		t.Errorf("ending took %v", took)
	}
	close(release)
	hub.next()
	run(t, hub, s, m)
	hub.wait(1)
}

func TestForgetfulMemory(t *testing.T) {
	hub, s := newTestHub(t), newSite("/a.atom")
	m := &memory{note: []byte(`{"/a.atom":`)}
	r := run(t, hub, s, m)
	hub.silent()
	m.mu.Lock()
	m.err = errors.New("the disk is full")
	m.mu.Unlock()
	s.set("/a.atom", "second")
	r.Changed()
	hub.wait(1)
	r.seen(t, s)
	hub.silent()
	if n := r.log.count("level=WARN"); n != 2 {
		t.Errorf("two troubles of the memory made %d lines", n)
	}
}

// A topic that can't be rendered is told of when it can.
func TestUnrenderedTopic(t *testing.T) {
	hub, s, m := newTestHub(t), newSite("/a.atom", "/b.atom"), new(memory)
	r := run(t, hub, s, m)
	s.set("/a.atom", "")
	s.set("/b.atom", "second")
	r.Changed()
	hub.wait(1)
	r.seen(t, s)
	hub.silent()
	s.set("/a.atom", "second")
	r.Changed()
	if got := hub.wait(1); got[0] != base+"/a.atom" {
		t.Errorf("told of %s", got)
	}
}

// busy answers every request with 503, and notes when.
type busy struct{ at []time.Time }

func (b *busy) RoundTrip(r *http.Request) (*http.Response, error) {
	b.at = append(b.at, time.Now())
	return &http.Response{
		Status: "503 Service Unavailable", StatusCode: 503, Request: r, Body: io.NopCloser(strings.NewReader("")),
		Header: http.Header{"Retry-After": {[]string{"", "1", "9999999999", "-4", "soon"}[len(b.at)-1]}},
	}, nil
}

// The clock of this test is not the machine's, so the real pauses can be seen.
func TestPauses(t *testing.T) {
	hub := newTestHub(t)
	synctest.Test(t, func(t *testing.T) {
		transport, s := new(busy), newSite("/a.atom")
		p := websub.New(websub.Options{
			Hub: hub.url(), Base: base, Site: s, Memory: new(memory), Transport: transport, Log: slog.New(slog.DiscardHandler),
		})
		ctx, stop := context.WithCancel(context.Background())
		go p.Run(ctx)
		synctest.Wait()
		s.set("/a.atom", "second")
		p.Changed()
		time.Sleep(time.Hour)
		stop()
		if len(transport.at) != 5 {
			t.Fatalf("%d attempts, want 5", len(transport.at))
		}
		for i, want := range []time.Duration{time.Second, 2 * time.Second, 2 * time.Minute, 8 * time.Second} {
			got, least := transport.at[i+1].Sub(transport.at[i]), want/2
			if want == 2*time.Minute {
				least = want // what the hub asks for, as far as it goes
			}
			if got < least || got > want {
				t.Errorf("pause %d is %v, want one from %v to %v", i+1, got, least, want)
			}
		}
	})
}
