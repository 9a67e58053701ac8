package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"communique/scraper/sample"
)

// TestServeEndsItsCollection ends serve in the middle of a collection, which has
// the last word in the log and leaves a sound store: that is closed after it.
func TestServeEndsItsCollection(t *testing.T) {
	newsroom := sample.NewSite(sample.Releases(400, time.Date(2026, 9, 30, 0, 0, 0, 0, time.UTC)))
	asked, hang := make(chan struct{}, 100), make(chan struct{})
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("page") == "2" {
			asked <- struct{}{}
			select {
			case <-hang:
			case <-r.Context().Done():
			}
		}
		newsroom.ServeHTTP(w, r)
	}))
	defer site.Close()
	defer close(hang)
	data := t.TempDir()
	p := start(t, "serve", "--data", data, "--listing", site.URL+"/press-releases", "--delay", "0s", "--no-filters", "--listen", "127.0.0.1:0")
	<-asked
	p.stop(t, syscall.SIGTERM)
	if log := p.stderr.String(); !strings.HasSuffix(log, "what was stored stays stored\" source=osce\n") {
		t.Errorf("the log ends otherwise:\n%s", log)
	}
	if status, out, errs := capture(t, "store", "check", "--data", data); status != statusDone {
		t.Errorf("the store: %d, %s%s", status, out, errs)
	}
}

// TestServeWaitsForItsParts has a part that takes its time to end: serve does not
// end before it, and so the store is there as long as anybody may use it.
func TestServeWaitsForItsParts(t *testing.T) {
	r := &reloaded{file: filepath.Join(t.TempDir(), "c.yaml")}
	writeConfig(t, r.file, "no_collect: true\n")
	d := r.service(t)
	d.hangup = make(chan os.Signal, 1)
	answers, let := make(chan struct{}), make(chan struct{})
	d.observers = append(d.observers, func(p phase) {
		switch p {
		case ready:
			close(answers)
		case stopping:
			<-let
		}
	})
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- d.run(ctx) }()
	<-answers
	stop()
	select {
	case err := <-ended:
		t.Errorf("it ended before its parts: %v", err)
		close(let)
		return
	case <-time.After(200 * time.Millisecond):
	}
	close(let)
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestServeClosesItsStore opens the store of a serve that ended, in the same
// process.
func TestServeClosesItsStore(t *testing.T) {
	data := t.TempDir()
	_, end := serveBeside(t, "--data", data, "--listen", "127.0.0.1:0", "--no-collect")
	end()
	if status, out, errs := capture(t, "store", "check", "--data", data); status != statusDone {
		t.Errorf("the store: %d, %s%s", status, out, errs)
	}
}
