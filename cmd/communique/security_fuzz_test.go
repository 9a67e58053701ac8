package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"communique/feed"
	"communique/scraper/sample"
	"communique/scraper/sources"
	"communique/store"
)

// hostile are texts that do harm where they are taken for more than text.
var hostile = []string{
	`<script>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `&lt;script&gt;alert(1)&lt;/script&gt;`, `"><svg/onload=alert(1)>`, `]]><b>`,
	`<![CDATA[x`, `<!-- `, `</title></script>`, "a\x00b\x1b[2Jc\x9b31md", "\u202egnp.exe", "\ufeff\ufffe\uffff\ufffd", "\xff\xc3\xed\xa0\x80", "x\r\nlevel=ERROR msg=forged",
	`javascript:alert(1)`, `{{.}}`, `../../../etc/passwd`, `a, b, ..`, "\u2028\u2029", strings.Repeat("W", 300), `%00%0a`, `&#0;&#27;&#x202e;&#155;`,
}

// hostileAddresses stand where a link to a release should.
var hostileAddresses = []string{
	`javascript:alert(1)`, `data:text/html,<script>alert(1)</script>`, `//evil.example/albania/7`, `https://www.osce.org@evil.example/albania/7`,
	`/albania/7?x="onmouseover="alert(1)`, `/albania/7#<script>`, `/%2e%2e/albania/7`, "\tjava\nscript:alert(1)", `vbscript:x/7`, `/albania/../../7`, `https://www.osce.org/<b>/7`,
}

// hostilePages are listing pages with such a text in every place that is read.
func hostilePages() [][]byte {
	const row = `<div><h3><a href="%s">%s</a></h3><p>Publishing date: %d May 2024</p><p>Content type: %s</p><p>Where we are: %s</p><p>What we do: %s</p><p>%s</p></div>`
	var pages [][]byte
	var all strings.Builder
	for i, text := range hostile {
		one := fmt.Sprintf(row, fmt.Sprint("/albania/", 100+i), text, 1+i%28, text, text, text, text)
		pages = append(pages, []byte("<title>"+text+"</title>"+one+`<a rel="next" href="?page=`+text+`">Next</a>`))
		all.WriteString(one)
	}
	for i, address := range hostileAddresses {
		fmt.Fprintf(&all, row, address, "Title", 1+i, "News", "OSCE Secretariat", "Policing", "Text")
	}
	return append(pages, []byte(all.String()))
}

// stageOfPage is a newsroom that shows one page, whatever it is asked for, and
// what was found of pages before.
type stageOfPage struct {
	listing string
	page    atomic.Pointer[[]byte]
	inert   inert
}

func newStageOfPage(t testing.TB) *stageOfPage {
	s := new(stageOfPage)
	s.show([]byte("<title>Nothing</title>"))
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write(*s.page.Load())
	}))
	t.Cleanup(site.Close)
	s.listing = site.URL + "/press-releases"
	return s
}

func (s *stageOfPage) show(page []byte) { s.page.Store(&page) }

// FuzzPage shows arbitrary bytes as the newsroom's page and runs the whole
// program over them. Whatever they are, it ends in time and by its own word; all
// that it then says, to the log, to a terminal, in lines of JSON, in feeds and
// on pages, can be parsed and has nothing active in it.
func FuzzPage(f *testing.F) {
	files, err := filepath.Glob("../../testdata/listings/*.html")
	if err != nil || len(files) == 0 {
		f.Fatalf("no pages: %v", err)
	}
	var plain []byte
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
		plain = body
	}
	for _, body := range hostilePages() {
		f.Add(body)
	}
	for _, layout := range sample.Layouts() {
		site := sample.NewSite(sample.Releases(12, time.Date(2026, 9, 30, 0, 0, 0, 0, time.UTC)))
		site.SetLayout(layout)
		page := httptest.NewRecorder()
		site.ServeHTTP(page, httptest.NewRequest(http.MethodGet, "/press-releases", nil))
		f.Add(page.Body.Bytes())
	}
	stage := newStageOfPage(f)
	stage.show(plain)
	stage.inert = inert{own: map[string]bool{}}
	stage.learn(f)
	f.Fuzz(stage.play)
}

// learn takes what is on the pages of a newsroom without guile for our own.
func (s *stageOfPage) learn(f *testing.F) {
	data := f.TempDir()
	if status, _, errs := s.run(f, "collect", "--data", data, "--listing", s.listing, "--delay", "0s", "--no-filters", "--pages", "1"); status != statusDone {
		f.Fatalf("collect ended with %d: %s", status, errs)
	}
	s.documents(f, data, func(d feed.Document) {
		if !strings.HasPrefix(d.MediaType, "text/html") {
			return
		}
		if err := s.inert.learn(d.Body); err != nil {
			f.Fatal(err)
		}
	})
}

func (s *stageOfPage) play(t *testing.T, page []byte) {
	s.show(page)
	began := time.Now()
	data := t.TempDir()
	saved := filepath.Join(data, "saved.html")
	if err := os.WriteFile(saved, page, 0o600); err != nil {
		t.Fatal(err)
	}
	s.say(t, "inspect", saved)
	s.say(t, "inspect", saved, "--json")
	visit := []string{"--data", data, "--listing", s.listing, "--delay", "0s"}
	s.say(t, slices.Concat([]string{"collect", "--no-filters", "--pages", "2", "--log-level", "debug"}, visit)...)
	s.say(t, slices.Concat([]string{"collect", "--no-filters", "--pages", "1", "--now", "--log-format", "json"}, visit)...)
	for _, args := range [][]string{{"export"}, {"changes"}, {"feeds"}, {"inspect", "--last-problem"}, {"store", "check"}} {
		s.say(t, append(args, "--data", data)...)
	}
	s.say(t, append([]string{"check"}, visit...)...)
	s.documents(t, data, func(d feed.Document) {
		if err := s.inert.document(d); err != nil {
			t.Errorf("%s: %v", d.Path, err)
		}
		if strings.Contains(d.Path, "/releases/") && strings.HasSuffix(d.Path, ".json") {
			s.say(t, "history", "--data", data, strings.TrimSuffix(filepath.Base(d.Path), ".json"))
		}
	})
	if took := time.Since(began); took > 30*time.Second { // or much less, on a free machine
		t.Errorf("took %s", took)
	}
}

// run runs a command line in this process.
func (s *stageOfPage) run(t testing.TB, args ...string) (status int, stdout, stderr string) {
	var out, errs bytes.Buffer
	status = run(t.Context(), args, nil, streams{strings.NewReader(""), &out, &errs}, time.Now)
	return status, out.String(), errs.String()
}

// say runs a command line, which may fail but not for being wrong, and holds
// what it says against what terminals and readers of lines need.
func (s *stageOfPage) say(t testing.TB, args ...string) {
	t.Helper()
	status, out, errs := s.run(t, args...)
	if status == statusUsage {
		t.Errorf("%q ended with %d: %s", args, status, errs)
	}
	for _, text := range []string{out, errs} {
		if err := printable(text); err != nil {
			t.Errorf("%q said %q: %v", args, text, err)
		}
	}
	if args[0] == "export" || args[0] == "changes" || slices.Contains(args, "--json") {
		for line := range strings.Lines(out) {
			if err := s.inert.json([]byte(line)); err != nil {
				t.Errorf("%q said the line %q: %v", args, line, err)
			}
		}
	}
	for line := range strings.Lines(errs) {
		if !isEvent(line) {
			t.Errorf("%q said the line %q", args, line)
		}
	}
}

// isEvent says whether a line on standard error is one of ours: an event of the
// log, or the last word of a command.
func isEvent(line string) bool {
	if strings.HasPrefix(line, "{") {
		return json.Valid([]byte(line))
	}
	return strings.HasPrefix(line, "time=20") || strings.HasPrefix(line, "communique: ")
}

// documents renders every document that there is, and each release's.
func (s *stageOfPage) documents(t testing.TB, data string, yield func(feed.Document)) {
	t.Helper()
	path := filepath.Join(data, "communique.db")
	if _, err := os.Stat(path); err != nil {
		return // nothing was stored
	}
	db, err := store.Open(path, store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	list, err := sources.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	room, err := db.Newsroom(list[0].Name)
	if err != nil {
		t.Fatal(err)
	}
	press := pressOf(t, list[0], room, "https://feeds.example.org")
	if err := press.All(func(d feed.Document) error { yield(d); return nil }); err != nil {
		t.Error(err)
	}
	releases, _, err := room.Releases(store.Query{}, "", 20)
	if err != nil {
		t.Fatal(err)
	}
	for _, release := range releases {
		for _, suffix := range []string{"", ".json"} {
			d, err := press.Render("/osce/releases/" + release.Key + suffix)
			if err != nil {
				t.Error(err)
				continue
			}
			yield(d)
		}
	}
}
