package main

import (
	"context"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browserVariable says, when it is "required", that a test without a browser
// has failed, and when it is "off", that the browser that is here can't be used.
const browserVariable = "TEST_BROWSER"

// tab is a tab of a real browser. It notes what a page writes to the console
// as a mistake, and which addresses it asks for.
type tab struct {
	t   *testing.T
	ctx context.Context

	mu      sync.Mutex
	errors  []string
	visited []string
}

// openTab starts a browser that ends with the test, nil if there is none here
// and none is required.
func openTab(t *testing.T) *tab {
	t.Helper()
	path := browserPath()
	if path == "" && os.Getenv(browserVariable) == "required" {
		t.Fatalf("no chromium on the PATH, but %s=required: install Debian's package chromium", browserVariable)
	}
	if path == "" {
		t.Logf("NOT TRIED: the pages were seen by no browser, since no chromium is on the PATH, or %s is \"off\"", browserVariable)
		return nil
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.Flag("disable-dev-shm-usage", true))
	ctx, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	b := &tab{t: t, ctx: ctx}
	if err := chromedp.Listen(ctx, b.note); err != nil {
		t.Fatal(err)
	}
	call(b, log.Enable, cdp.Empty{})
	call(b, network.Enable, network.EnableParams{})
	call(b, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	return b
}

func browserPath() string {
	if os.Getenv(browserVariable) == "off" {
		return ""
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// note takes an event of the tab.
func (b *tab) note(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		b.visited = append(b.visited, e.Request.URL)
	case *log.EventEntryAdded:
		b.errors = append(b.errors, string(e.Entry.Level)+": "+e.Entry.Text)
	case *runtime.EventExceptionThrown:
		b.errors = append(b.errors, "exception: "+e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		b.errors = append(b.errors, "console."+string(e.Type))
	}
}

// noted returns what was noted since it was last asked: mistakes, and requests
// to other hosts than that of base.
func (b *tab) noted(base string) (errors, elsewhere []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	own, err := url.Parse(base)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, address := range b.visited {
		if u, err := url.Parse(address); err != nil || u.Scheme != "data" && u.Host != own.Host {
			elsewhere = append(elsewhere, address)
		}
	}
	errors = b.errors
	b.errors, b.visited = nil, nil
	return errors, elsewhere
}

// call sends a command to the tab.
func call[P, R any](b *tab, command cdp.Command[P, R], params P) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, command, params); err != nil {
		b.t.Fatalf("%s: %v", command.Method, err)
	}
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// ask evaluates an expression on the page; it may be a promise.
func ask[T any](b *tab, expression string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return value
}

// wait waits until an expression is true on the page.
func (b *tab) wait(expression string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 10*time.Second)
	defer cancel()
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool](expression)); err != nil {
		b.t.Fatalf("waiting for %s: %v", expression, err)
	}
}

// open opens a page with a window and a scheme of colours.
func (b *tab) open(address string, width int64, scheme string) {
	b.t.Helper()
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme},
		{Name: "prefers-reduced-motion", Value: "reduce"},
	}})
	b.do(chromedp.EmulateViewport(width, 900), chromedp.Navigate(address))
}

// texts returns the trimmed texts of all elements of a selector that are shown.
func (b *tab) texts(selector string) []string {
	b.t.Helper()
	list := ask[[]string](b, `[...document.querySelectorAll("`+selector+`")].filter(e => e.checkVisibility()).map(e => e.innerText)`)
	return slices.Collect(func(yield func(string) bool) {
		for _, text := range list {
			if !yield(strings.Join(strings.Fields(text), " ")) {
				return
			}
		}
	})
}
