package main

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"communique/scraper/sample"
)

// TestMain lets the scripts, and the tests that need a second process, run
// this test binary as communique.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"communique": main,
		"archive":    runArchive,
	})
}

// TestScripts runs the sessions in testdata, each a story of the program as it
// is used. Besides testscript's own commands they have
//
//	site N              start a newsroom with N releases; $LISTING is its address
//	site add            a new release appears on top, its key is $ADDED
//	site correct        the title of the newest release is corrected
//	site hide           the newest release shows only title, date and summary
//	site withdraw       the newest release is taken back
//	site rename FROM TO a topic gets another name
//	site layout NAME    the listing is written in another layout
//	site grows          a release is added behind every page of the listing
//	site fail PAGE      page PAGE answers 500 from now on
//	site wait TEXT      every page answers 503 with Retry-After: TEXT from now on
//	site break FAULT    the site has a fault of package sample's from now on
//	site well           all is well again, and nothing grows
//	site asked N        N pages of the listing were asked for since the last time,
//	                    those of filters left out
//	await FILE [TEXT]   wait until there is FILE, and TEXT in it
//	await asked N       wait until N pages were asked for and the last was stored
//	status N CMD …      CMD ends with exit status N
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
	*sample.Site

	mu      sync.Mutex
	newest  sample.Release
	highest int // number that a release has
	fails   string
	wait    string
	asked   int
}

func (n *newsroom) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch fails, wait := n.ask(r); {
	case wait != "":
		w.Header().Set("Retry-After", wait)
		http.Error(w, "busy", http.StatusServiceUnavailable)
	case fails:
		http.Error(w, "down", http.StatusInternalServerError)
	default:
		n.Site.ServeHTTP(w, r)
	}
}

// ask counts a request for the listing, and says how the site fails it.
func (n *newsroom) ask(r *http.Request) (fails bool, wait string) {
	query := r.URL.Query()
	if r.URL.Path != "/press-releases" {
		return false, ""
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if !query.Has("filters") {
		n.asked++
	}
	return n.fails != "" && query.Get("page") == n.fails, n.wait
}

// add puts a release on top of those that there are.
func (n *newsroom) add() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.highest++
	n.newest.Number = n.highest
	n.newest.Title = "A release that was not there before"
	n.newest.Bare = false
	n.newest.Type, n.newest.Offices, n.newest.Topics = "News", []string{"OSCE Secretariat"}, []string{"Policing", "Youth"}
	n.Site.Add(n.newest)
	return strconv.Itoa(n.newest.Number)
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
	if !site.live(ts, args) {
		site.trouble(ts, args)
	}
}

// live changes what the site shows, and says whether it knows how.
func (n *newsroom) live(ts *testscript.TestScript, args []string) bool {
	switch args[0] {
	case "add":
		ts.Setenv("ADDED", n.add())
	case "correct":
		n.Correct(n.newest.Number, func(r *sample.Release) { r.Title = "CORRECTION: " + r.Title })
	case "hide":
		n.Hide(n.newest.Number)
	case "withdraw":
		n.Withdraw(n.newest.Number)
	case "rename":
		n.RenameTopic(args[1], args[2])
	case "layout":
		n.SetLayout(sample.Layout(args[1]))
	case "grows":
		n.OnListing(func(*sample.Site, int) { n.add() })
	default:
		return false
	}
	return true
}

// trouble has the site fail, and counts what it was asked.
func (n *newsroom) trouble(ts *testscript.TestScript, args []string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	switch args[0] {
	case "fail":
		n.fails = args[1]
	case "wait":
		n.wait = args[1]
	case "break":
		n.Break(sample.Fault(args[1]))
	case "well":
		n.fails, n.wait = "", ""
		n.Break("")
		n.OnListing(nil)
	case "asked":
		if strconv.Itoa(n.asked) != args[1] {
			ts.Fatalf("the site was asked for %d pages, not %s", n.asked, args[1])
		}
		n.asked = 0
	default:
		ts.Fatalf("site %s: no such command", args[0])
	}
}

func (s *stage) start(ts *testscript.TestScript, n int) {
	releases := sample.Releases(n, time.Date(2026, 9, 30, 0, 0, 0, 0, time.UTC))
	site := &newsroom{Site: sample.NewSite(releases), newest: releases[0]}
	for _, r := range releases {
		site.highest = max(site.highest, r.Number)
	}
	server := httptest.NewServer(site)
	ts.Defer(server.Close)
	ts.Setenv("LISTING", server.URL+"/press-releases")
	s.sites.Store(ts, site)
}

func (s *stage) awaitCommand(ts *testscript.TestScript, _ bool, args []string) {
	done := func() bool {
		if len(args) == 1 {
			_, err := os.Stat(ts.MkAbs(args[0]))
			return err == nil
		}
		text, err := os.ReadFile(ts.MkAbs(args[0]))
		return err == nil && strings.Contains(string(text), args[1])
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
