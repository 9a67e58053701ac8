package main

import (
	_ "embed"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"
)

//go:embed testdata/audit.js
var audit string

// TestBrowser tries the pages of a running server in a real browser, as people
// use them.
func TestBrowser(t *testing.T) {
	b := openTab(t)
	if b == nil {
		return
	}
	p := start(t, "demo", "--data", t.TempDir(), "--listen", "127.0.0.1:0")
	policing := p.base + "/osce/topics/policing.html"
	t.Run("a tab notes mistakes", func(t *testing.T) { b.with(t).notesMistakes(p.base) })
	pages := b.with(t).pages(policing)
	for _, page := range append([]string{p.base + "/", p.base + "/osce/all.html", policing}, pages...) {
		t.Run(page, func(t *testing.T) { b.with(t).looks(p.base, page) })
	}
	t.Run("filter", func(t *testing.T) { b.with(t).filters(p.base) })
	t.Run("copy", func(t *testing.T) { b.with(t).copies(p.base + "/") })
	t.Run("copy on the page of a feed", func(t *testing.T) { b.with(t).copies(policing) })
	t.Run("keyboard", func(t *testing.T) { b.with(t).keyboard(p.base) })
	t.Run("links", func(t *testing.T) {
		for _, page := range []string{p.base + "/", policing} {
			b.with(t).links(p.base, page)
		}
	})
	t.Run("without scripts", func(t *testing.T) { b.with(t).withoutScripts(p.base) })
	if errors, elsewhere := b.noted(p.base); len(errors)+len(elsewhere) > 0 {
		t.Errorf("all in all: mistakes %q, requests elsewhere %q", errors, elsewhere)
	}
}

// with is the tab for one part of a test.
func (b *tab) with(t *testing.T) *tab {
	b.t = t
	return b
}

// notesMistakes shows that what the other tests rely on can fail, and that the
// policy of the pages lets nothing in.
func (b *tab) notesMistakes(base string) {
	b.open(base+"/", 1280, "light")
	ask[bool](b, `(() => {
		document.body.insertAdjacentHTML("beforeend", "<img src='http://127.0.0.2:9/x.png' onerror='document.title = 1'><p style='color:red'>");
		const script = document.createElement("script");
		script.textContent = "document.title = 'broken'";
		document.body.append(script);
		setTimeout(() => { throw new Error("thrown") });
		return true;
	})()`)
	b.wait(`new Promise(done => setTimeout(() => done(true), 100))`)
	errors, _ := b.noted(base)
	told := strings.Join(errors, "\n")
	for _, want := range []string{"exception: Uncaught", "img-src", "style-src", "script-src"} {
		if !strings.Contains(told, want) {
			b.t.Errorf("nothing of %q was noted:\n%s", want, told)
		}
	}
	if title := ask[string](b, "document.title"); title == "1" || title == "broken" {
		b.t.Error("a stranger's script ran")
	}
	b.do(chromedp.Navigate("about:blank"))
	b.noted(base)
}

// pages finds, by its links, the page of a combined feed and that of a release.
func (b *tab) pages(from string) []string {
	b.open(from, 1280, "light")
	list := ask[[]string](b, `["aside .pairs a", ".day a"].map(s => document.querySelector(s).href)`)
	b.noted(from)
	return list
}

// looks audits a page in both schemes of colours, on a phone and on a desk.
func (b *tab) looks(base, page string) {
	paper := map[string]bool{}
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int64{360, 1280} {
			b.open(page, width, scheme)
			for _, wrong := range ask[[]string](b, audit) {
				b.t.Errorf("%s, %d pixels wide: %s", scheme, width, wrong)
			}
			paper[ask[string](b, `getComputedStyle(document.body).backgroundColor`)] = true
			if errors, elsewhere := b.noted(base); len(errors)+len(elsewhere) > 0 {
				b.t.Errorf("%s, %d pixels wide: mistakes %q, requests elsewhere %q", scheme, width, errors, elsewhere)
			}
		}
	}
	if len(paper) != 2 {
		b.t.Errorf("light and dark have the backgrounds %v", paper)
	}
	if motion := ask[string](b, `getComputedStyle(document.documentElement).scrollBehavior`); motion != "auto" {
		b.t.Errorf("scrolling is %s for those who want no motion", motion)
	}
}

// filters types into the box and looks at what is left.
func (b *tab) filters(base string) {
	b.open(base+"/", 1280, "light")
	all := b.texts(".list bdi")
	if len(all) < 40 {
		b.t.Fatalf("%d feeds are listed, want all", len(all))
	}
	tests := []struct {
		typed, found string
		want         []string
	}{
		{"POLIC", fmt.Sprintf("1 of %d feeds", len(all)), []string{"Policing"}},
		{"  in  albania ", fmt.Sprintf("1 of %d feeds", len(all)), []string{"OSCE Presence in Albania"}},
		{"pólicing", fmt.Sprintf("1 of %d feeds", len(all)), []string{"Policing"}},
		{"no such feed", "No feed is called that", nil},
		{"", "", all},
	}
	for _, test := range tests {
		b.do(chromedp.Focus(chromedp.CSS("#filter")), chromedp.KeyEvent(kb.Escape), chromedp.KeyEvent(test.typed))
		if diff := cmp.Diff(test.want, b.texts(".list bdi")); diff != "" && len(test.want)+len(b.texts(".list bdi")) > 0 {
			b.t.Errorf("%q leaves (-want +got):\n%s", test.typed, diff)
		}
		if got := strings.Join(b.texts("output"), ""); got != test.found {
			b.t.Errorf("%q is told as %q, want %q", test.typed, got, test.found)
		}
		headings, kept := b.texts("h3"), 0
		for _, list := range b.texts(".list") {
			if list != "" {
				kept++
			}
		}
		if len(headings) != kept {
			b.t.Errorf("%q leaves %d headings over %d lists", test.typed, len(headings), kept)
		}
	}
}

// copies presses the first button for copying, with a clipboard and without
// the permission to use it, and reads what is in the clipboard.
func (b *tab) copies(page string) {
	b.setClipboard(browser.PermissionSettingGranted)
	b.open(page, 1280, "light")
	want := ask[string](b, `document.querySelector(".formats a, .address").href`)
	if buttons, rows := len(b.texts("button")), len(b.texts(".formats, .list div, .address")); buttons != rows {
		b.t.Errorf("%d buttons for %d addresses", buttons, rows)
	}
	for _, way := range []string{`true`, `Object.defineProperty(navigator, "clipboard", {value: undefined, configurable: true}) && true`} {
		b.open(page, 1280, "light")
		b.wait(`document.querySelector("button") != null`)
		ask[bool](b, `navigator.clipboard.writeText("nothing yet").then(() => true)`)
		ask[bool](b, way)
		b.do(chromedp.Click(chromedp.CSS("button")))
		b.wait(`document.querySelector("button").textContent == "Copied"`)
		if said := strings.Join(ask[[]string](b, `[document.querySelector("[role=status]").textContent]`), ""); said != "Copied "+want {
			b.t.Errorf("a screen reader is told %q", said)
		}
		if on := ask[string](b, `document.activeElement.tagName`); on != "BUTTON" {
			b.t.Errorf("the focus went to %s", on)
		}
		ask[bool](b, `delete navigator.clipboard`)
		if got := ask[string](b, `navigator.clipboard.readText()`); got != want {
			b.t.Errorf("the clipboard holds %q, want %q", got, want)
		}
	}
}

func (b *tab) setClipboard(setting browser.PermissionSetting) {
	for _, name := range []string{"clipboard-read", "clipboard-write"} {
		params := browser.SetPermissionParams{Permission: &browser.PermissionDescriptor{Name: name}, Setting: setting}
		if _, err := chromedp.CallBrowser(b.ctx, browser.SetPermission, params); err != nil {
			b.t.Fatal(err)
		}
	}
}

// keyboard walks the page with the Tab key.
func (b *tab) keyboard(base string) {
	b.open(base+"/", 1280, "light")
	const focused = `(() => {
		const e = document.activeElement, s = getComputedStyle(e), box = e.getBoundingClientRect();
		return [e.textContent.trim() || e.id, s.outlineStyle != "none" && parseFloat(s.outlineWidth) >= 2 && box.right > 0 && box.bottom > 0 ? "seen" : "unseen"].join(", ");
	})()`
	var walked []string
	for range 9 {
		b.do(chromedp.KeyEvent(kb.Tab))
		walked = append(walked, ask[string](b, focused))
	}
	want := []string{
		"Skip to the content, seen", "feeds.opml, seen", "filter, seen", "OSCE: all releases, seen",
		"Atom, seen", "RSS, seen", "JSON, seen", "Copy, seen", "Topics 29, seen",
	}
	if diff := cmp.Diff(want[:8], walked[:8]); diff != "" || !strings.HasPrefix(walked[8], "Topics ") {
		b.t.Errorf("the focus goes (-want +got):\n%s, then %s", diff, walked[8])
	}
}

// links follows every link of a page that stays on the host.
func (b *tab) links(base, page string) {
	types := map[string]string{
		".atom": "application/atom+xml; charset=utf-8", ".rss": "application/rss+xml; charset=utf-8", ".json": "application/feed+json",
		".html": "text/html; charset=utf-8", ".opml": "text/x-opml; charset=utf-8",
	}
	b.open(page, 1280, "light")
	followed := 0
	for _, link := range ask[[]string](b, `[...new Set([...document.querySelectorAll("a, link[rel=alternate]")].map(a => a.href.split("#")[0]))]`) {
		if !strings.HasPrefix(link, base) {
			continue
		}
		followed++
		want, ok := types[path.Ext(link)]
		if !ok {
			want = "text/html; charset=utf-8"
		}
		res, err := http.Get(link)
		if err != nil {
			b.t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, res.Body)
		res.Body.Close()
		if got := res.Header.Get("Content-Type"); res.StatusCode != http.StatusOK || got != want || res.Request.URL.String() != link {
			b.t.Errorf("%s links to %s: %s, %s, want 200 and %s", page, link, res.Status, got, want)
		}
	}
	if followed < 40 {
		b.t.Errorf("%s has only %d links to the host", page, followed)
	}
}

// withoutScripts shows that a page is whole where no script runs.
func (b *tab) withoutScripts(base string) {
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	defer call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: false})
	b.open(base+"/", 1280, "light")
	if n := len(b.texts(".list li")); n < 40 {
		b.t.Errorf("%d feeds are listed", n)
	}
	if boxes := b.texts("[role=search], button"); len(boxes) > 0 {
		b.t.Errorf("what needs a script is shown: %q", boxes)
	}
}
