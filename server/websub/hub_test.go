package websub_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// testHub is a hub on loopback that answers as the test tells it to, and notes
// what it was asked.
type testHub struct {
	*httptest.Server
	mu      sync.Mutex
	answers []func(http.ResponseWriter, *http.Request) // for the next requests; then 204
	asked   chan string                                // each hub.url
	t       *testing.T
}

func newTestHub(t *testing.T) *testHub {
	h := &testHub{asked: make(chan string, 1000), t: t}
	h.Server = httptest.NewServer(h)
	t.Cleanup(h.Close)
	return h
}

func (h *testHub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer := h.answer()
	if r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
		h.t.Errorf("the hub was asked with %s and %s", r.Method, r.Header.Get("Content-Type"))
	}
	if err := r.ParseForm(); err != nil || len(r.PostForm) != 2 || r.PostForm.Get("hub.mode") != "publish" {
		h.t.Errorf("the hub was asked %v", r.PostForm)
	}
	h.asked <- r.PostForm.Get("hub.url")
	answer(w, r)
}

// answer takes the answer to the next request.
func (h *testHub) answer() func(http.ResponseWriter, *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.answers) == 0 {
		return status(http.StatusNoContent)
	}
	next := h.answers[0]
	h.answers = h.answers[1:]
	return next
}

// next sets the answers to the next requests.
func (h *testHub) next(answers ...func(http.ResponseWriter, *http.Request)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.answers = answers
}

// wait returns the next n addresses that the hub is asked to publish.
func (h *testHub) wait(n int) []string {
	h.t.Helper()
	var asked []string
	for range n {
		select {
		case topic := <-h.asked:
			asked = append(asked, topic)
		case <-time.After(10 * time.Second):
			h.t.Fatalf("the hub was told %q and no more; want %d", asked, n)
		}
	}
	return asked
}

// silent makes sure that the hub was asked nothing more.
func (h *testHub) silent() {
	h.t.Helper()
	select {
	case topic := <-h.asked:
		h.t.Errorf("the hub was told of %s", topic)
	default:
	}
}

func (h *testHub) url() *url.URL {
	address, err := url.Parse(h.URL)
	if err != nil {
		h.t.Fatal(err)
	}
	return address
}

func status(code int) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// cut ends the connection without an answer.
func cut(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// repeat returns n times the same answer.
func repeat(n int, answer func(http.ResponseWriter, *http.Request)) []func(http.ResponseWriter, *http.Request) {
	answers := make([]func(http.ResponseWriter, *http.Request), n)
	for i := range answers {
		answers[i] = answer
	}
	return answers
}

// oneByOne is a transport that minds several requests at once.
type oneByOne struct {
	http.Transport
	t       *testing.T
	running atomic.Int32
}

func (o *oneByOne) RoundTrip(r *http.Request) (*http.Response, error) {
	if n := o.running.Add(1); n > 1 {
		o.t.Errorf("%d requests at once", n)
	}
	defer o.running.Add(-1)
	return o.Transport.RoundTrip(r)
}
