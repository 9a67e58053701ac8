package folder_test

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"communique/feed"
	"communique/feed/folder"

	"github.com/google/go-cmp/cmp"
)

func TestPublish(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o077)) // it must not matter
	dir := filepath.Join(t.TempDir(), "site", "feeds")
	report := publish(t, dir, newTree())
	if want := (folder.Report{Rendered: 5, Written: 5, Bytes: 59}); report != want {
		t.Errorf("report %+v, want %+v", report, want)
	}
	want := map[string]state{}
	for _, name := range []string{".", "osce", "osce/topics"} {
		want[name] = state{Mode: fs.ModeDir | 0o755}
	}
	want["manifest.json"] = state{Mode: 0o644}
	for _, d := range newTree() {
		want[d.Path[1:]] = state{Mode: 0o644, Modified: monday.UnixNano(), Text: string(d.Body)}
	}
	got := walk(t, dir)
	for name, s := range got {
		if s.Mode.IsDir() || name == "manifest.json" {
			got[name] = state{Mode: s.Mode}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the folder differs (-want +got):\n%s", diff)
	}
}

func TestSecondTimeTouchesNothing(t *testing.T) {
	dir := t.TempDir()
	publish(t, dir, newTree())
	before := walk(t, dir)
	report := publish(t, dir, newTree())
	if want := (folder.Report{Unchanged: 5}); report != want {
		t.Errorf("report %+v, want %+v", report, want)
	}
	if diff := cmp.Diff(before, walk(t, dir)); diff != "" {
		t.Errorf("something was touched (-before +after):\n%s", diff)
	}
}

// A new version with the same bytes leaves the files alone, and is rendered
// only once.
func TestSameBytes(t *testing.T) {
	dir := t.TempDir()
	publish(t, dir, newTree())
	before := documents(t, dir)
	later := newTree()
	for i, d := range later {
		later[i] = changed(d, string(d.Body))
	}
	for _, want := range []folder.Report{{Rendered: 5, Unchanged: 5}, {Unchanged: 5}} {
		if report := publish(t, dir, later); report != want {
			t.Errorf("report %+v, want %+v", report, want)
		}
		if diff := cmp.Diff(before, documents(t, dir)); diff != "" {
			t.Errorf("a file was touched (-before +after):\n%s", diff)
		}
	}
}

func TestOnlyWhatChanged(t *testing.T) {
	dir := t.TempDir()
	publish(t, dir, newTree())
	want := documents(t, dir)
	other := newTree()
	other[0] = changed(other[0], "<feed>new</feed>") // as long as before
	report := publish(t, dir, other)
	if want := (folder.Report{Rendered: 1, Written: 1, Unchanged: 4, Bytes: 16}); report != want {
		t.Errorf("report %+v, want %+v", report, want)
	}
	want["osce/all.atom"] = state{0o644, other[0].Modified.UnixNano(), "<feed>new</feed>"}
	if diff := cmp.Diff(want, documents(t, dir)); diff != "" {
		t.Errorf("the folder differs (-want +got):\n%s", diff)
	}
}

// Servers tell bytes apart by size and whole seconds: other bytes never keep
// the second of those that they replace.
func TestOtherBytesAreLater(t *testing.T) {
	dir := t.TempDir()
	tr := newTree()[:1]
	seconds := map[int64]bool{}
	for i, told := range []time.Duration{0, 0, time.Millisecond, -time.Hour, time.Hour} {
		tr[0] = changed(tr[0], strings.Repeat(string(rune('a'+i)), 16))
		tr[0].Modified = monday.Add(told)
		publish(t, dir, tr)
		seconds[documents(t, dir)["osce/all.atom"].Modified/1e9] = true
	}
	if len(seconds) != 5 || !seconds[monday.Add(time.Hour).Unix()] {
		t.Errorf("five files had the seconds %v", seconds)
	}
}

func TestOtherFilesStay(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "robots.txt"), "User-agent: *\n")
	write(t, filepath.Join(dir, "osce", "topics", "gone.atom"), "<feed/>")
	publish(t, dir, newTree())
	if read(t, filepath.Join(dir, "robots.txt")) != "User-agent: *\n" || read(t, filepath.Join(dir, "osce/topics/gone.atom")) != "<feed/>" {
		t.Error("a file that is no document was changed")
	}
}

func TestIndexLast(t *testing.T) {
	dir := t.TempDir()
	publish(t, dir, newTree())
	other := newTree()
	for i, d := range other {
		other[i] = changed(d, string(d.Body)+" ")
	}
	other[3] = document("/../feeds.opml", "<opml/>")
	report, err := folder.Publish(context.Background(), dir, other, folder.Options{})
	if err == nil || report.Written != 3 {
		t.Errorf("report %+v, error %v", report, err)
	}
	if got := read(t, filepath.Join(dir, "index.html")); got != "<html></html>" {
		t.Errorf("the index was written though a document before it failed: %q", got)
	}
}

func TestTreeFails(t *testing.T) {
	damaged := errors.New("reading the store: page 7 is damaged")
	err := refused(t, t.TempDir(), failing{nil, damaged}, "page 7 is damaged")
	if !errors.Is(err, damaged) {
		t.Errorf("the error lost its cause: %v", err)
	}
}

// failing is a tree that is walked to its end and then fails.
type failing struct {
	tree
	err error
}

func (f failing) Issue(wanted func(string, uint64) bool, yield func(feed.Document, error) error) error {
	return errors.Join(f.tree.Issue(wanted, yield), f.err)
}

func TestCancelled(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	report, err := folder.Publish(ctx, dir, stopping{newTree(), 2, cancel}, folder.Options{})
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "after 2 documents") {
		t.Errorf("error %v", err)
	}
	if report.Written != 2 {
		t.Errorf("report %+v", report)
	}
	got := walk(t, dir)
	if len(got) != 5 || got["osce/all.json"].Text != "{}" {
		t.Errorf("left behind: %v", got)
	}
	if report := publish(t, dir, newTree()); report.Rendered != 3 || report.Written != 3 || report.Unchanged != 2 {
		t.Errorf("the next publication: %+v", report)
	}
}

// stopping cancels after a number of documents and goes on yielding.
type stopping struct {
	tree
	after  int
	cancel func()
}

func (s stopping) Issue(wanted func(string, uint64) bool, yield func(feed.Document, error) error) error {
	done := 0
	return s.tree.Issue(wanted, func(d feed.Document, err error) error {
		if done == s.after {
			s.cancel()
		}
		done++
		return yield(d, err)
	})
}

func TestOneAtATime(t *testing.T) {
	dir := t.TempDir()
	slow := waiting{newTree(), make(chan struct{}), make(chan struct{})}
	var first sync.WaitGroup
	first.Go(func() { publish(t, dir, slow) })
	<-slow.begun
	before := walk(t, dir)
	if err := refused(t, dir, newTree(), "under way; try again when it is done"); !errors.Is(err, folder.ErrBusy) {
		t.Errorf("the error is no ErrBusy: %v", err)
	}
	if diff := cmp.Diff(before, walk(t, dir)); diff != "" {
		t.Errorf("the refused publication changed something:\n%s", diff)
	}
	publish(t, t.TempDir(), newTree()) // another folder is another matter
	close(slow.goOn)
	first.Wait()
	if report := publish(t, dir, newTree()); report.Unchanged != 5 {
		t.Errorf("after both: %+v", report)
	}
}

// waiting is a tree that says when it is asked and waits to go on.
type waiting struct {
	tree
	begun, goOn chan struct{}
}

func (w waiting) Issue(wanted func(string, uint64) bool, yield func(feed.Document, error) error) error {
	close(w.begun)
	<-w.goOn
	return w.tree.Issue(wanted, yield)
}

// Whoever reads while it is written has one document or the other, and never a
// new one plain with an old one compressed.
func TestReadersSeeWholeFiles(t *testing.T) {
	dir := t.TempDir()
	edition := func(n int) tree {
		body := strings.Repeat(strconv.Itoa(n)+"\n", 30_000*(n%2)+100)
		return tree{{Path: "/osce/all.atom", Body: []byte(body), Version: uint64(n), Modified: monday}}
	}
	publish(t, dir, edition(100))
	done := make(chan struct{})
	var reader sync.WaitGroup
	reader.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
			}
			plain, compressed := wholeEdition(t, dir, ""), wholeEdition(t, dir, ".gz")
			if plain == 0 || compressed < plain {
				t.Errorf("a reader saw edition %d, and then %d compressed", plain, compressed)
				return
			}
		}
	})
	for n := 101; n < 160; n++ {
		publish(t, dir, edition(n))
	}
	close(done)
	reader.Wait()
}

// wholeEdition returns the number that every line of the document has, 0 if
// they differ.
func wholeEdition(t *testing.T, dir, suffix string) int {
	text, err := decoded(filepath.Join(dir, "osce/all.atom"+suffix))
	if err != nil || len(text) < 4 {
		t.Errorf("reading all.atom%s: %d bytes, error %v", suffix, len(text), err)
		return 0
	}
	n, _ := strconv.Atoi(text[:3])
	if want := strings.Repeat(text[:4], 30_000*(n%2)+100); text != want {
		return 0
	}
	return n
}
