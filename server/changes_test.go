package server_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"communique/server"
	"communique/store"
)

const changesPath = "/osce/changes.ndjson"

// newsroom is a real store's, with its file in a temporary folder.
func newsroom(t testing.TB, path string) (*store.DB, *store.Newsroom) {
	t.Helper()
	db, err := store.Open(path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	room, err := db.Newsroom("osce")
	if err != nil {
		t.Fatal(err)
	}
	return db, room
}

func storePath(t testing.TB) string { return filepath.Join(t.TempDir(), "communique.db") }

// written is release number n, which says text.
func written(n int, text string) store.Release {
	key := fmt.Sprint(500_000 + n)
	day := store.DayOf(monday.AddDate(0, 0, -n/4))
	return store.Release{
		ID: "tag:osce.org,1999:release/" + key, Key: key, URL: "https://www.osce.org/node/" + key,
		Title: "Release " + key, Summary: text, Day: day, Published: day.Noon(),
		Topics: []store.Tag{{Name: "Policing"}},
	}
}

func put(t testing.TB, room *store.Newsroom, releases ...store.Release) {
	t.Helper()
	if _, err := room.Put(store.Page{Releases: releases, Seen: noon}); err != nil {
		t.Fatal(err)
	}
}

// logging are options of a server that serves a change log.
func logging(log server.ChangeLog) server.Options {
	o := based(newPress())
	o.Logs = map[string]server.ChangeLog{"osce": log}
	return o
}

// change is a line of the log as its readers see it.
type change struct {
	Cursor  string
	Change  string
	Release json.RawMessage
}

// lines reads an answer: its changes, and the cursor of its last line.
func lines(t testing.TB, got reply) (list []change, next string) {
	t.Helper()
	if got.StatusCode != http.StatusOK {
		t.Fatalf("status %d: %s", got.StatusCode, got.body)
	}
	scanner := bufio.NewScanner(strings.NewReader(got.body))
	scanner.Buffer(nil, 4<<20)
	for scanner.Scan() {
		if next != "" {
			t.Fatalf("a line follows the last: %q", got.body)
		}
		var c change
		if err := json.Unmarshal(scanner.Bytes(), &c); err != nil {
			t.Fatalf("%v in %q", err, scanner.Text())
		}
		if c.Release == nil {
			next = c.Cursor
		} else {
			list = append(list, c)
		}
	}
	if next == "" {
		t.Fatalf("the answer lacks its last line: %q", got.body)
	}
	return list, next
}

func TestChangeLog(t *testing.T) {
	_, room := newsroom(t, storePath(t))
	address := start(t, server.New(logging(room)))
	if list, _ := lines(t, get(t, address, changesPath)); len(list) > 0 {
		t.Errorf("an empty store has changes: %v", list)
	}
	put(t, room, written(1, "one <b> & \u2028"), written(2, "two"))
	put(t, room, written(1, "one, corrected"))
	if _, err := room.Withdraw("500002", noon); err != nil {
		t.Fatal(err)
	}
	got := get(t, address, changesPath, "If-None-Match", "*", "Accept-Encoding", "gzip", "Accept", "text/html")
	list, next := lines(t, got)
	var told []string
	for _, c := range list {
		var key struct{ Key, Summary, Withdrawn string }
		if err := json.Unmarshal(c.Release, &key); err != nil {
			t.Fatal(err)
		}
		told = append(told, strings.Join([]string{c.Change, key.Key, key.Summary, key.Withdrawn}, "|"))
		release, _, err := room.Release(key.Key)
		if err != nil {
			t.Fatal(err)
		}
		record, err := release.MarshalJSON()
		if err != nil || string(record) != string(c.Release) {
			t.Errorf("the record is not that of the export: %s", c.Release)
		}
	}
	want := []string{"revised|500001|one, corrected|", "withdrawn|500002|two|2026-11-23T12:15:07Z"}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Error(diff)
	}
	if last := list[len(list)-1].Cursor; last != next {
		t.Errorf("the last change has cursor %s, the last line %s", last, next)
	}
	fields := map[string]string{
		"Content-Type": "application/x-ndjson", "Cache-Control": "no-store", "ETag": "", "Content-Encoding": "",
		"Access-Control-Allow-Origin": "*", "X-Content-Type-Options": "nosniff", "Content-Length": fmt.Sprint(len(got.body)),
		"Link": "<" + base + changesPath + "?since=" + next + `>; rel="next"`,
	}
	for name, value := range fields {
		if got.Header.Get(name) != value {
			t.Errorf("%s is %q, want %q", name, got.Header.Get(name), value)
		}
	}
	head := ask(t, http.MethodHead, address, changesPath+"?wait=50s&since="+next, nil)
	if head.StatusCode != http.StatusOK || head.body != "" || head.Header.Get("Content-Type") != "application/x-ndjson" {
		t.Errorf("HEAD: status %d, fields %v", head.StatusCode, head.Header)
	}
	if got := ask(t, http.MethodPost, address, changesPath, nil); got.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: status %d", got.StatusCode)
	}
}

func TestChangePages(t *testing.T) {
	_, room := newsroom(t, storePath(t))
	var page []store.Release
	for n := range 23 {
		page = append(page, written(n, "text"))
	}
	put(t, room, page...)
	address := start(t, server.New(logging(room)))
	var keys []string
	for target := changesPath + "?limit=10&wait=1ms&other=x"; ; {
		got := get(t, address, target)
		list, _ := lines(t, got)
		if len(list) == 0 {
			break
		}
		for _, c := range list {
			keys = append(keys, c.Cursor)
		}
		link, err := url.Parse(strings.TrimSuffix(strings.TrimPrefix(got.Header.Get("Link"), "<"+base), `>; rel="next"`))
		if err != nil || link.Query().Get("limit") != "10" || link.Query().Get("wait") != "1ms" {
			t.Fatalf("the next page is %q", got.Header.Get("Link"))
		}
		target = link.String()
	}
	if len(keys) != 23 {
		t.Errorf("23 changes were told as %d", len(keys))
	}
}

func TestChangePageEndsEarly(t *testing.T) {
	_, room := newsroom(t, storePath(t))
	for n := range 30 {
		put(t, room, written(n, incompressible(100_000)))
	}
	address := start(t, server.New(logging(room)))
	total, since := 0, ""
	for requests := 1; ; requests++ {
		got := get(t, address, changesPath+"?since="+since)
		if len(got.body) > 1_200_000 {
			t.Fatalf("a page has %d bytes", len(got.body))
		}
		list, next := lines(t, got)
		if total, since = total+len(list), next; len(list) == 0 {
			if total != 30 || requests > 5 {
				t.Errorf("%d changes of 30 in %d requests", total, requests)
			}
			return
		}
	}
}

func TestChangesRefused(t *testing.T) {
	_, room := newsroom(t, storePath(t))
	put(t, room, written(1, "text"))
	_, other := newsroom(t, storePath(t))
	for n := range 5 {
		put(t, other, written(n, "text"))
	}
	elsewhere, err := other.Latest()
	if err != nil {
		t.Fatal(err)
	}
	address := start(t, server.New(logging(room)))
	for query, part := range map[string]string{
		"since=nonsense":             "no such cursor",
		"since=" + string(elsewhere): "no such cursor",
		"since=%zz":                  "query",
		"since=a;b":                  "query",
		"limit=0":                    "limit",
		"limit=-3":                   "limit",
		"limit=many":                 "limit",
		"wait=-1s":                   "wait",
		"wait=30":                    "wait",
		"wait=<b>":                   "wait",
	} {
		got := get(t, address, changesPath+"?"+query)
		if got.StatusCode != http.StatusBadRequest || !strings.Contains(got.body, part) || strings.Contains(got.body, "<b>") {
			t.Errorf("%s: status %d, body %q", query, got.StatusCode, got.body)
		}
		if got.Header.Get("Cache-Control") != "no-store" || got.Header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: fields %v", query, got.Header)
		}
	}
	for _, query := range []string{"limit=99999999", "wait=0s", "limit=", "since=&limit=1"} {
		if list, _ := lines(t, get(t, address, changesPath+"?"+query)); len(list) != 1 {
			t.Errorf("%s: %d changes", query, len(list))
		}
	}
	for _, path := range []string{"/osce/changes.ndjson/", "/changes.ndjson", "/other/changes.ndjson", "/osce/changes.json"} {
		if got := get(t, address, path); got.StatusCode != http.StatusNotFound {
			t.Errorf("%s: status %d", path, got.StatusCode)
		}
	}
}

// brokenLog is a change log whose store has trouble while the test says so.
type brokenLog struct {
	*store.Newsroom
	broken bool
}

func (l *brokenLog) Changes(after store.ChangeCursor, limit int) ([]store.Changed, store.ChangeCursor, error) {
	if l.broken {
		return nil, "", fmt.Errorf("reading /srv/secret: damaged")
	}
	return l.Newsroom.Changes(after, limit)
}

func TestChangesUnreadable(t *testing.T) {
	var log journal
	_, room := newsroom(t, storePath(t))
	broken := &brokenLog{room, true}
	o := logging(broken)
	o.Log = log.logger(slog.LevelInfo)
	address := start(t, server.New(o))
	for range 3 {
		got := get(t, address, changesPath+"?wait=1m")
		if got.StatusCode != http.StatusServiceUnavailable || got.Header.Get("Retry-After") == "" || strings.Contains(got.body, "secret") {
			t.Errorf("status %d, fields %v, body %q", got.StatusCode, got.Header, got.body)
		}
	}
	broken.broken = false
	for range 2 {
		lines(t, get(t, address, changesPath))
	}
	if failed, again := log.lines("level=ERROR"), log.lines("works again"); len(failed) != 1 || len(again) != 1 {
		t.Errorf("one trouble made the lines %q and %q", failed, again)
	}
}

// stuck is a reader that never takes a byte until it is let go.
type stuck struct {
	header  http.Header
	status  chan int
	release chan struct{}
}

func (s *stuck) Header() http.Header    { return s.header }
func (s *stuck) WriteHeader(status int) { s.status <- status }
func (s *stuck) Write(b []byte) (int, error) {
	<-s.release
	return len(b), nil
}

// Readers that take nothing can't make the server hold more and more for them,
// and keep no transaction open.
func TestStuckReaders(t *testing.T) {
	_, room := newsroom(t, storePath(t))
	for n := range 11 {
		put(t, room, written(n, incompressible(100_000)))
	}
	handler := server.New(logging(room))
	release, ended := make(chan struct{}), make(chan struct{})
	request := func() int {
		w := &stuck{http.Header{}, make(chan int, 1), release}
		r, err := http.NewRequest(http.MethodGet, changesPath, nil)
		if err != nil {
			t.Fatal(err)
		}
		go func() { handler.ServeHTTP(w, r); ended <- struct{}{} }()
		return <-w.status
	}
	stuck, refused := 0, false
	for ; stuck < 100 && !refused; stuck++ {
		refused = request() == http.StatusServiceUnavailable
	}
	if !refused || stuck < 25 {
		t.Errorf("%d readers of a MiB each; the last was refused: %v", stuck, refused)
	}
	began := time.Now()
	put(t, room, written(99, "text"))
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("a commit took %v beside readers that take nothing", took)
	}
	close(release)
	for range stuck {
		<-ended
	}
	if got := request(); got != http.StatusOK {
		t.Errorf("after they are gone: status %d", got)
	}
	<-ended
}
