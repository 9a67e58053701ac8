package folder_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"communique/feed/folder"
)

// victim names the folder in which this program, run by a test, publishes
// until it is killed.
const victim = "COMMUNIQUE_TEST_VICTIM"

func TestMain(m *testing.M) {
	if dir := os.Getenv(victim); dir != "" {
		fmt.Println(folder.Publish(context.Background(), dir, bigTree(), folder.Options{}))
		os.Exit(1) // it was to be killed
	}
	os.Exit(m.Run())
}

// bigTree takes long enough to write that a kill hits it.
func bigTree() tree {
	big := document("/osce/all.atom", "")
	big.Body, big.Version = make([]byte, 64<<20), 2
	return tree{changed(document("/osce/all.json", ""), `{"items":[]}`), big, document("/index.html", "<html></html>")}
}

func TestKilled(t *testing.T) {
	dir := t.TempDir()
	publish(t, dir, newTree())
	before := walk(t, dir)
	if !killedHalfway(t, dir) {
		t.Fatal("no kill hit a publication between a file's first byte and its rename")
	}
	after := walk(t, dir)
	if after["osce/all.atom"] != before["osce/all.atom"] || after["index.html"] != before["index.html"] {
		t.Error("a reader sees a file that was not written to its end")
	}
	publish(t, dir, newTree())
	if _, there := walk(t, dir)["osce/"+part]; there {
		t.Error("the leftover of the killed run is still there")
	}
	if got := read(t, filepath.Join(dir, "osce/all.json")); got != "{}" {
		t.Errorf("the next publication left %q", got)
	}
}

// killedHalfway kills publications until one leaves its temporary file.
func killedHalfway(t *testing.T, dir string) bool {
	t.Helper()
	for range 10 {
		run := exec.Command(os.Args[0])
		run.Env = append(os.Environ(), victim+"="+dir)
		if err := run.Start(); err != nil {
			t.Fatal(err)
		}
		seen := await(filepath.Join(dir, "osce", part), 10*time.Second)
		_ = run.Process.Kill()
		_ = run.Wait()
		if _, err := os.Lstat(filepath.Join(dir, "osce", part)); seen && err == nil {
			return true
		}
		publish(t, dir, newTree())
	}
	return false
}

// await waits until the file is there.
func await(name string, limit time.Duration) bool {
	for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(200 * time.Microsecond) {
		if _, err := os.Lstat(name); err == nil {
			return true
		}
	}
	return false
}
