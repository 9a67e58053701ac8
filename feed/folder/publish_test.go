package folder_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"communique/feed"
	"communique/feed/folder"

	"github.com/google/go-cmp/cmp"
)

func TestPublish(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o077)) // it must not matter
	dir := filepath.Join(t.TempDir(), "site", "feeds")
	report := publish(t, dir, newTree())
	if want := (folder.Report{Written: 5, Bytes: 59}); report != want {
		t.Errorf("report %+v, want %+v", report, want)
	}
	want := map[string]state{}
	for _, name := range []string{".", "osce", "osce/topics"} {
		want[name] = state{Mode: fs.ModeDir | 0o755}
	}
	for _, d := range newTree() {
		want[d.Path[1:]] = state{Mode: 0o644, Modified: monday.UnixNano(), Text: string(d.Body)}
	}
	got := walk(t, dir)
	for name, s := range got {
		if s.Mode.IsDir() {
			s.Modified = 0
			got[name] = s
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
	later := newTree()
	for i := range later {
		later[i].Modified = monday.AddDate(0, 0, 1)
	}
	for _, tr := range []tree{newTree(), later} {
		report := publish(t, dir, tr)
		if want := (folder.Report{Unchanged: 5}); report != want {
			t.Errorf("report %+v, want %+v", report, want)
		}
		if diff := cmp.Diff(before, walk(t, dir)); diff != "" {
			t.Errorf("something was touched (-before +after):\n%s", diff)
		}
	}
}

func TestOnlyWhatChanged(t *testing.T) {
	dir := t.TempDir()
	publish(t, dir, newTree())
	want := walk(t, dir)
	changed := newTree()
	changed[0] = document("/osce/all.atom", "<feed>new</feed>") // as long as before
	changed[0].Modified = monday.AddDate(0, 0, 1)
	report := publish(t, dir, changed)
	if want := (folder.Report{Written: 1, Unchanged: 4, Bytes: 16}); report != want {
		t.Errorf("report %+v, want %+v", report, want)
	}
	got := walk(t, dir)
	want["osce/all.atom"] = state{0o644, changed[0].Modified.UnixNano(), "<feed>new</feed>"}
	want["osce"] = got["osce"] // a rename is seen in the folder
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the folder differs (-want +got):\n%s", diff)
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
	changed := newTree()
	for i := range changed {
		changed[i].Body = append(changed[i].Body, ' ')
	}
	changed[3] = document("/../feeds.opml", "<opml/>")
	report, err := folder.Publish(context.Background(), dir, changed)
	if err == nil || report.Written != 3 {
		t.Errorf("report %+v, error %v", report, err)
	}
	if got := read(t, filepath.Join(dir, "index.html")); got != "<html></html>" {
		t.Errorf("the index was written though a document before it failed: %q", got)
	}
}

func TestTreeFails(t *testing.T) {
	damaged := errors.New("reading the store: page 7 is damaged")
	err := refused(t, t.TempDir(), failing{damaged}, "page 7 is damaged")
	if !errors.Is(err, damaged) {
		t.Errorf("the error lost its cause: %v", err)
	}
}

type failing struct{ err error }

func (f failing) All(func(feed.Document) error) error { return f.err }

func TestCancelled(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	report, err := folder.Publish(ctx, dir, stopping{newTree(), 2, cancel})
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "after 2 documents") {
		t.Errorf("error %v", err)
	}
	if report.Written != 2 {
		t.Errorf("report %+v", report)
	}
	got := walk(t, dir)
	if len(got) != 4 || got["osce/all.json"].Text != "{}" {
		t.Errorf("left behind: %v", got)
	}
	if report := publish(t, dir, newTree()); report.Written != 3 || report.Unchanged != 2 {
		t.Errorf("the next publication: %+v", report)
	}
}

// stopping cancels after a number of documents and goes on yielding.
type stopping struct {
	tree
	after  int
	cancel func()
}

func (s stopping) All(yield func(feed.Document) error) error {
	done := 0
	return s.tree.All(func(d feed.Document) error {
		if done == s.after {
			s.cancel()
		}
		done++
		return yield(d)
	})
}

func TestOneAtATime(t *testing.T) {
	dir := t.TempDir()
	slow := waiting{newTree(), make(chan struct{}), make(chan struct{})}
	var first sync.WaitGroup
	first.Go(func() { publish(t, dir, slow) })
	<-slow.begun
	before := walk(t, dir)
	if err := refused(t, dir, newTree(), "under way"); !errors.Is(err, folder.ErrBusy) {
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

func (w waiting) All(yield func(feed.Document) error) error {
	close(w.begun)
	<-w.goOn
	return w.tree.All(yield)
}

// Whoever reads while it is written has one document or the other.
func TestReadersSeeWholeFiles(t *testing.T) {
	dir := t.TempDir()
	long, short := strings.Repeat("a", 100_000), strings.Repeat("b", 50)
	publish(t, dir, tree{document("/osce/all.atom", long)})
	done := make(chan struct{})
	var reader sync.WaitGroup
	reader.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
			}
			text, err := os.ReadFile(filepath.Join(dir, "osce/all.atom"))
			if err != nil || string(text) != long && string(text) != short {
				t.Errorf("a reader saw %d bytes, error %v", len(text), err)
				return
			}
		}
	})
	for range 20 {
		publish(t, dir, tree{document("/osce/all.atom", short)})
		publish(t, dir, tree{document("/osce/all.atom", long)})
	}
	close(done)
	reader.Wait()
}
