package main

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
)

// TestServeTellsProblems has a row of a listing be dated in words that the source
// doesn't know, and then all of them: serve says so in its log, in words that help.
func TestServeTellsProblems(t *testing.T) {
	var odd atomic.Value
	odd.Store("30 October 2026")
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page := httptest.NewRecorder()
		board(page, r)
		w.WriteHeader(page.Code)
		_, _ = w.Write([]byte(strings.ReplaceAll(page.Body.String(), odd.Load().(string), "30. Oktober")))
	}))
	defer site.Close()
	folder, data := t.TempDir(), t.TempDir()
	describe(t, folder, "east", site.URL)
	describe(t, folder, "west", site.URL)
	settings := filepath.Join(t.TempDir(), "c.yaml")
	writeConfig(t, settings, "sources: "+folder+"\nnewsrooms: [east, west]\ndelay: 1ms\n")

	p := start(t, "serve", "--listen", "127.0.0.1:0", "--config", settings, "--data", data)
	eventually(t, "both collections", p, func() bool { return strings.Count(p.stderr.String(), "msg=collected") == 2 })
	p.stop(t, syscall.SIGTERM)
	if log := p.stderr.String(); !strings.Contains(log, "problems=1") || !strings.Contains(log, `msg=problem source=east problem="page 1: `) {
		t.Errorf("the log doesn't tell the problem:\n%s", log)
	}

	odd.Store("Issued")
	if _, _, errs := capture(t, "collect", "--config", settings, "--data", data); !strings.Contains(errs, "'communique inspect --last-problem --source west'") {
		t.Errorf("that can't be done as it says: %s", errs)
	}
}
