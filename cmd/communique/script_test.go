package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"communique/scraper/sample"
)

// TestMain lets the scripts, and the tests that need a second process, run
// this test binary as communique.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"communique": func() {
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
			status := run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}, time.Now)
			stop()
			os.Exit(status)
		},
	})
}

// TestScripts runs the sessions in testdata, each a story of the program as it
// is used. Besides testscript's own commands they have
//
//	site N            start a newsroom with N releases; $LISTING is its address
//	site add          a new release appears on top
//	site correct      the title of the newest release is corrected
//	site fail PAGE    page PAGE answers 500 from now on
//	site wait TEXT    every page answers 503 with Retry-After: TEXT from now on
//	site login        every page is a login page from now on
//	site break FAULT  the site has a fault of package sample's from now on
//	site well         all is well again
//	site asked N      N pages of the listing were asked for since the last time
//	await FILE        wait until there is FILE
//	await asked N     wait until N pages were asked for and the last was stored
//	status N CMD …    CMD ends with exit status N
func TestScripts(t *testing.T) {
	stage := new(stage)
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"site":   stage.siteCommand,
			"status": statusCommand,
			"await":  stage.awaitCommand,
		},
	})
}

// newsroom is the site of one script.
type newsroom struct {
	mu       sync.Mutex
	releases []sample.Release
	fails    string
	wait     string
	login    bool
	fault    sample.Fault
	asked    int
}

func (n *newsroom) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n.mu.Lock()
	defer n.mu.Unlock()
	listing := r.URL.Path == "/press-releases"
	if listing {
		n.asked++
	}
	switch {
	case listing && n.wait != "":
		w.Header().Set("Retry-After", n.wait)
		http.Error(w, "busy", http.StatusServiceUnavailable)
	case listing && n.fails != "" && r.URL.Query().Get("page") == n.fails:
		http.Error(w, "down", http.StatusInternalServerError)
	case listing && n.login:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, "<!DOCTYPE html><title>Log in</title><h1>Log in</h1><form><input name=name></form>")
	default:
		site := sample.NewSite(n.releases)
		site.Break(n.fault)
		site.ServeHTTP(w, r)
	}
}

// stage has the site of each script that runs.
type stage struct{ sites sync.Map }

func (s *stage) siteCommand(ts *testscript.TestScript, _ bool, args []string) {
	if n, err := strconv.Atoi(args[0]); err == nil {
		s.start(ts, n)
		return
	}
	started, ok := s.sites.Load(ts)
	if !ok {
		ts.Fatalf("site %s: start one first", args[0])
	}
	site := started.(*newsroom)
	site.mu.Lock()
	defer site.mu.Unlock()
	switch args[0] {
	case "add":
		site.releases = append([]sample.Release{added(site.releases[0])}, site.releases...)
	case "correct":
		site.releases[0].Title = "CORRECTION: " + site.releases[0].Title
	case "fail":
		site.fails = args[1]
	case "wait":
		site.wait = args[1]
	case "login":
		site.login = true
	case "break":
		site.fault = sample.Fault(args[1])
	case "well":
		site.fails, site.wait, site.login, site.fault = "", "", false, ""
	case "asked":
		if strconv.Itoa(site.asked) != args[1] {
			ts.Fatalf("the site was asked for %d pages, not %s", site.asked, args[1])
		}
		site.asked = 0
	default:
		ts.Fatalf("site %s: no such command", args[0])
	}
}

func (s *stage) start(ts *testscript.TestScript, n int) {
	site := &newsroom{releases: sample.Releases(n, time.Date(2026, 9, 30, 0, 0, 0, 0, time.UTC))}
	server := httptest.NewServer(site)
	ts.Defer(server.Close)
	ts.Setenv("LISTING", server.URL+"/press-releases")
	s.sites.Store(ts, site)
}

func added(newest sample.Release) sample.Release {
	newest.Number += 100_000
	newest.Title = "A release that was not there before"
	newest.Bare = false
	return newest
}

func (s *stage) awaitCommand(ts *testscript.TestScript, _ bool, args []string) {
	done := func() bool {
		_, err := os.Stat(ts.MkAbs(args[0]))
		return err == nil
	}
	if args[0] == "asked" {
		started, _ := s.sites.Load(ts)
		site := started.(*newsroom)
		done = func() bool {
			site.mu.Lock()
			defer site.mu.Unlock()
			return strconv.Itoa(site.asked) == args[1]
		}
		defer time.Sleep(time.Second) // for the page to be stored
	}
	for end := time.Now().Add(20 * time.Second); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			ts.Fatalf("await %v: not within 20 seconds", args)
		}
	}
}

func statusCommand(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	status := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		status = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v: %v", args[1:], err)
	}
	if strconv.Itoa(status) != args[0] {
		ts.Fatalf("%v ended with status %d, not %s", args[1:], status, args[0])
	}
}
