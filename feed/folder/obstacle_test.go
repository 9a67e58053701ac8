package folder_test

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

const part = ".communique.part"

func TestLinkInPlaceOfFile(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "passwd")
	for _, text := range []string{"secret", "<feed>all</feed>"} { // other bytes, and the same
		write(t, outside, text)
		dir := t.TempDir()
		write(t, filepath.Join(dir, "osce", "x"), "")
		for _, name := range []string{"osce/all.atom", "osce/" + part, part, "index.html"} {
			if err := os.Symlink(outside, filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
		}
		publish(t, dir, newTree())
		if got := read(t, outside); got != text {
			t.Errorf("the file outside was changed to %q", got)
		}
		if got := walk(t, dir)["osce/all.atom"]; !got.Mode.IsRegular() || got.Text != "<feed>all</feed>" {
			t.Errorf("the link was not replaced: %+v", got)
		}
		if _, there := walk(t, dir)[part]; there {
			t.Error("a planted leftover is still there")
		}
	}
}

func TestLinkInPlaceOfFolder(t *testing.T) {
	outside := t.TempDir()
	for _, target := range []string{outside, "../" + filepath.Base(outside), "real", "nowhere"} {
		dir := t.TempDir()
		write(t, filepath.Join(dir, "real", "x"), "")
		if err := os.Symlink(target, filepath.Join(dir, "osce")); err != nil {
			t.Fatal(err)
		}
		refused(t, dir, newTree(), "folder osce: a symbolic link is in its place")
		if found := walk(t, outside); len(found) != 1 {
			t.Errorf("written outside through a link to %s: %v", target, found)
		}
		if found := walk(t, filepath.Join(dir, "real")); len(found) != 2 {
			t.Errorf("written through a link to %s: %v", target, found)
		}
	}
}

// The folder itself is the operator's word.
func TestLinkToTheFolder(t *testing.T) {
	real := t.TempDir()
	link := filepath.Join(t.TempDir(), "current")
	if err := os.Symlink(real, link); err != nil {
		t.Fatal(err)
	}
	if report := publish(t, link, newTree()); report.Written != 5 || read(t, filepath.Join(real, "osce/all.json")) != "{}" {
		t.Errorf("report %+v", report)
	}
}

func TestObstacles(t *testing.T) {
	base := t.TempDir()
	write(t, filepath.Join(base, "file"), "x")
	refused(t, filepath.Join(base, "file"), newTree(), "that is a file, not a folder")
	refused(t, filepath.Join(base, "file", "feeds"), newTree(), "not a directory")

	write(t, filepath.Join(base, "a", "osce"), "x")
	refused(t, filepath.Join(base, "a"), newTree(), "folder osce: a file is in its place")

	write(t, filepath.Join(base, "b", "osce", "all.atom", "x"), "x")
	refused(t, filepath.Join(base, "b"), newTree(), "writing osce/all.atom: a folder is in its place")

	write(t, filepath.Join(base, "c", "osce", part, "x"), "x")
	refused(t, filepath.Join(base, "c"), newTree(), "removing what an earlier run left in osce: directory not empty")
}

func TestPaths(t *testing.T) {
	outer := t.TempDir()
	dir := filepath.Join(outer, "feeds")
	for _, path := range []string{
		"", "/", "index.html", "//index.html", "/../x", "/osce/../../x", "/osce/./x", "/osce//x", "/osce/", "/.", "/\xff", "/a\x00b",
		"/manifest.json", "/osce/all.atom.gz", "/all.br", "/osce/" + part, "/" + part + ".gz",
	} {
		refused(t, dir, tree{document(path, "x")})
	}
	if found := walk(t, outer); len(found) != 3 { // an empty manifest
		t.Errorf("written: %v", found)
	}
}

// A pipe in a file's place must not make the publication wait for a writer.
func TestPipeInPlaceOfFile(t *testing.T) {
	dir := t.TempDir()
	if err := unix.Mkfifo(filepath.Join(dir, "feeds.opml"), 0o644); err != nil {
		t.Fatal(err)
	}
	publish(t, dir, tree{document("/feeds.opml", "")}) // as long as a pipe
	if got := walk(t, dir)["feeds.opml"]; !got.Mode.IsRegular() {
		t.Errorf("the pipe was not replaced: %v", got.Mode)
	}
}

// The limit on a file's size stands in for a full disk: a write that began
// well fails in its middle.
func TestDiskFull(t *testing.T) {
	dir := t.TempDir()
	publish(t, dir, newTree())
	before := walk(t, dir)
	big := newTree()
	big[0].Body, big[0].Version = make([]byte, 16<<20), 2 // its .gz is small
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: 8 << 20, Max: limit.Max}); err != nil {
		t.Fatal(err)
	}
	defer unix.Setrlimit(unix.RLIMIT_FSIZE, &limit)
	refused(t, dir, big, "writing osce/all.atom: file too large")
	after := walk(t, dir)
	after["osce"] = before["osce"] // the temporary file came and went
	for name, s := range before {
		if after[name] != s {
			t.Errorf("%s was %+v and is %+v", name, s, after[name])
		}
	}
	if len(after) != len(before) {
		t.Errorf("left behind: %v", after)
	}
}

func TestUnwritable(t *testing.T) {
	dir := t.TempDir()
	publish(t, dir, newTree())
	for _, name := range []string{filepath.Dir(dir), dir, filepath.Join(dir, "osce"), filepath.Join(dir, "osce/topics")} {
		if err := os.Chmod(name, 0o555); err != nil {
			t.Fatal(err)
		}
		defer os.Chmod(name, 0o755)
	}
	asNobody(t, func() {
		if report := publish(t, dir, newTree()); report.Unchanged != 5 {
			t.Errorf("nothing to write, but: %+v", report)
		}
		other := newTree()
		other[0] = changed(other[0], "<feed/>")
		refused(t, dir, other, "writing osce/all.atom: permission denied")
		refused(t, filepath.Join(dir, "new"), newTree(), "permission denied")
	})
}

// asNobody runs f without the rights of the superuser, who may write
// everywhere: they are given up for the files that this thread opens.
func asNobody(t *testing.T, f func()) {
	t.Helper()
	if os.Getuid() != 0 {
		f()
		return
	}
	const nobody = 65534
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := unix.Setfsuid(nobody); err != nil {
		t.Fatal(err)
	}
	defer unix.Setfsuid(0)
	f()
}
