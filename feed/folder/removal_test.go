package folder_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"communique/feed/folder"
)

// twoTopics is a tree that loses what lies below topics/.
func twoTopics() tree {
	return tree{
		document("/osce/all.atom", long), document("/osce/topics/policing.atom", long), document("/osce/topics/youth.atom", "<feed/>"),
		document("/index.html", "<html></html>"),
	}
}

func oneFeed() tree { return tree{twoTopics()[0], twoTopics()[3]} }

func TestRemoved(t *testing.T) {
	dir := t.TempDir()
	publishWith(t, dir, twoTopics(), folder.Options{Brotli: true})
	report := publishWith(t, dir, oneFeed(), folder.Options{Brotli: true})
	if want := (folder.Report{Unchanged: 2, Removed: 2}); report != want {
		t.Errorf("report %+v, want %+v", report, want)
	}
	if got := names(t, dir); got != "index.html osce/all.atom osce/all.atom.br osce/all.atom.gz" {
		t.Errorf("files %q", got)
	}
	if _, err := os.Lstat(filepath.Join(dir, "osce/topics")); !errors.Is(err, os.ErrNotExist) {
		t.Error("an empty folder stays")
	}
	if report := publishWith(t, dir, twoTopics(), folder.Options{Brotli: true}); report.Written != 2 {
		t.Errorf("when they are back: %+v", report)
	}
}

func TestKept(t *testing.T) {
	dir := t.TempDir()
	publish(t, dir, twoTopics())
	const all = "index.html osce/all.atom osce/all.atom.gz osce/topics/policing.atom osce/topics/policing.atom.gz osce/topics/youth.atom"
	report := publishWith(t, dir, oneFeed(), folder.Options{Keep: true})
	if want := (folder.Report{Unchanged: 2}); report != want || names(t, dir) != all {
		t.Errorf("%+v, files %q", report, names(t, dir))
	}
	if report := publish(t, dir, oneFeed()); report.Removed != 2 {
		t.Errorf("when they are no longer to be kept: %+v", report)
	}
}

// What is not ours, or no longer, is left alone.
func TestOthersFilesAreNotRemoved(t *testing.T) {
	dir := t.TempDir()
	publish(t, dir, twoTopics())
	write(t, filepath.Join(dir, "osce/topics/youth.atom"), "<FEED/>") // as long as before
	write(t, filepath.Join(dir, "osce/topics/mine.atom"), "<feed/>")
	if report := publish(t, dir, oneFeed()); report.Removed != 2 {
		t.Errorf("%+v", report)
	}
	found := documents(t, dir)
	if _, there := found["osce/topics/policing.atom"]; there || found["osce/topics/youth.atom"].Text != "<FEED/>" || found["osce/topics/mine.atom"].Text != "<feed/>" {
		t.Errorf("files %v", found)
	}
}

// A link in a folder's place leads to somebody's files, even if they are copies.
func TestNothingRemovedThroughLink(t *testing.T) {
	dir := t.TempDir()
	publish(t, dir, twoTopics())
	if err := errors.Join(
		os.Rename(filepath.Join(dir, "osce/topics"), filepath.Join(dir, "mine")),
		os.Symlink("../mine", filepath.Join(dir, "osce/topics")),
	); err != nil {
		t.Fatal(err)
	}
	publish(t, dir, oneFeed())
	if found := documents(t, dir); found["mine/youth.atom"].Text != "<feed/>" || found["mine/policing.atom"].Text != long {
		t.Errorf("files %v", found)
	}
}

// A manifest that somebody wrote can't reach out of the folder.
func TestForgedManifest(t *testing.T) {
	outer := t.TempDir()
	write(t, filepath.Join(outer, "passwd"), "secret")
	dir := filepath.Join(outer, "feeds")
	line := fmt.Sprintf(`{"path":%%q,"size":6,"sha256":%q}`, hash("secret"))
	files := fmt.Sprintf(line+","+line+","+line, "../passwd", filepath.Join(outer, "passwd"), ".")
	write(t, filepath.Join(dir, "manifest.json"), `{"manifest":1,"files":[`+files+`]}`)
	publish(t, dir, newTree())
	if read(t, filepath.Join(outer, "passwd")) != "secret" {
		t.Error("a file outside was changed")
	}
}

func TestWrongStore(t *testing.T) {
	big := oneFeed()
	for i := range 21 {
		big = append(big, document(fmt.Sprintf("/osce/topics/%d.atom", i), "<feed/>"))
	}
	dir := t.TempDir()
	publish(t, dir, big)
	refused(t, dir, oneFeed(), "21 of 23 published documents")
	if found := documents(t, dir); len(found) != 24 {
		t.Errorf("%d files are left", len(found))
	}
	if report := publishWith(t, dir, oneFeed(), folder.Options{Force: true}); report.Removed != 21 {
		t.Errorf("by force: %+v", report)
	}
}

// After an error nothing is removed: a document may be missing for its sake.
func TestNothingRemovedAfterError(t *testing.T) {
	dir := t.TempDir()
	publish(t, dir, twoTopics())
	refused(t, dir, failing{oneFeed(), errors.New("damaged")}, "damaged")
	if found := documents(t, dir); len(found) != 6 {
		t.Errorf("files %v", found)
	}
}

// Where a feed was, its last document stays, told as ended by every publication
// and written by the first.
func TestEnded(t *testing.T) {
	dir := t.TempDir()
	mine, page := document("/osce/feeds/mine.atom", long), document("/osce/feeds/mine.html", "<html></html>")
	publish(t, dir, append(oneFeed(), mine, page))
	report := publish(t, dir, oneFeed())
	if report.Ended != 1 || report.Removed != 1 || report.Written != 0 || report.Unchanged != 2 {
		t.Errorf("%+v", report)
	}
	if got := names(t, dir); got != "index.html osce/all.atom osce/all.atom.gz osce/feeds/mine.atom osce/feeds/mine.atom.gz" {
		t.Errorf("files %q", got)
	}
	before := walk(t, dir)
	if !strings.HasPrefix(before["osce/feeds/mine.atom"].Text, "<feed>ended") {
		t.Errorf("the feed is %q", before["osce/feeds/mine.atom"].Text)
	}
	if report := publish(t, dir, oneFeed()); report.Ended != 1 || report.Bytes != 0 {
		t.Errorf("again: %+v", report)
	}
	if diff := cmp.Diff(before, walk(t, dir)); diff != "" {
		t.Errorf("again (-first +second):\n%s", diff)
	}
	if report := publish(t, dir, append(oneFeed(), mine)); report.Written != 1 {
		t.Errorf("when it is back: %+v", report)
	}
	if text := documents(t, dir)["osce/feeds/mine.atom"].Text; text != long {
		t.Errorf("when it is back it is %q", text)
	}
}

// Many feeds that ended at once are the wrong store too, and those that ended
// long ago are not.
func TestEndedByWrongStore(t *testing.T) {
	big := oneFeed()
	for i := range 21 {
		big = append(big, document(fmt.Sprintf("/osce/feeds/%d.atom", i), "<feed/>"))
	}
	dir := t.TempDir()
	publish(t, dir, big)
	refused(t, dir, oneFeed(), "21 of 23 published documents")
	publishWith(t, dir, oneFeed(), folder.Options{Force: true})
	publish(t, dir, oneFeed())
}
