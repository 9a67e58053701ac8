package main

import (
	"fmt"
	"io/fs"
	"maps"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"communique/scraper/sample"
)

// TestDurable watches what commands ask of the disk: a file has its bytes there
// before it gets its name, or, where publish makes one that was not there, before
// the manifest has it; the name is there before the command says that it is done,
// and a store that is there is so at every instant. So a power cut leaves what was
// there before, or what the command made.
func TestDurable(t *testing.T) {
	site := httptest.NewServer(sample.NewSite(sample.Releases(3, time.Date(2026, time.September, 30, 12, 0, 0, 0, time.UTC))))
	defer site.Close()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	data, program := filepath.Join(folder, "data"), communiqueIn(t, exe)
	backup, web := filepath.Join(folder, "kept.db"), filepath.Join(folder, "web")
	collect := []string{"collect", "--listing", site.URL + "/press-releases", "--delay", "0s", "--now", "--no-filters"}
	publish := []string{"publish", "--out", web, "--base-url", "https://feeds.example.org"}
	for _, args := range [][]string{
		collect,
		{"store", "backup", backup},
		publish,
		{"store", "compact"},
		{"store", "restore", backup},
		{"publish", "--out", web, "--base-url", "https://other.example.org"}, // every file is another one
	} {
		t.Run(strings.Join(args[:2], " "), func(t *testing.T) {
			command := exec.Command(program, append(args, "--data", data)...)
			command.Args[0] = "communique"
			d := newDisk(t, folder, filepath.Join(data, "communique.db"), web)
			for _, c := range trace(t, command) {
				for _, wrong := range d.do(c) {
					t.Error(wrong)
				}
			}
			if d.said == 0 || d.named == 0 {
				t.Errorf("it said %d things and named %d files", d.said, d.named)
			}
		})
	}
}

// disk is what the disk may not have yet of a folder.
type disk struct {
	folder, store, web string
	there              map[string]bool // files that were there before
	dirty              map[string]bool // files by name
	unnamed            map[string]bool // names
	said, named        int
}

func newDisk(t *testing.T, folder, store, web string) *disk {
	t.Helper()
	d := &disk{folder: folder, store: store, web: web, there: map[string]bool{}, dirty: map[string]bool{}, unnamed: map[string]bool{}}
	err := filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
		d.there[path] = true
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// do follows a deed, and says what a power cut could spoil after it.
func (d *disk) do(c deed) (wrong []string) {
	switch {
	case c.what == "say":
		d.said++
		return d.missing("the command says so")
	case c.what == "sync":
		delete(d.dirty, c.path)
		maps.DeleteFunc(d.unnamed, func(name string, _ bool) bool { return filepath.Dir(name) == c.path })
	case c.what == "write" && d.lasts(c.path):
		d.dirty[c.path] = true
	case c.what == "rename", c.what == "remove", c.what == "link":
		return d.name(c)
	}
	return nil
}

// missing lists what is not on the disk.
func (d *disk) missing(before string) (wrong []string) {
	for name := range d.dirty {
		wrong = append(wrong, fmt.Sprintf("the bytes of %s are not on disk before %s", name, before))
	}
	for name := range d.unnamed {
		wrong = append(wrong, fmt.Sprintf("the name %s is not on disk before %s", name, before))
	}
	return wrong
}

// name follows a deed that names a file or takes its name away.
func (d *disk) name(c deed) (wrong []string) {
	dirty := d.dirty[c.path]
	if c.what != "link" {
		delete(d.dirty, c.path)
		delete(d.unnamed, c.path)
		if c.path == d.store {
			wrong = append(wrong, "for a moment there is no store")
		}
	}
	if !d.lasts(c.to) {
		return wrong
	}
	late := strings.HasPrefix(c.to, d.web+"/") && !d.there[c.to]
	if dirty && !late {
		wrong = append(wrong, fmt.Sprintf("%s has its name before its bytes are on disk", c.to))
	}
	if c.to == filepath.Join(d.web, "manifest.json") {
		wrong = append(wrong, d.missing("the manifest tells of it")...)
	}
	if dirty {
		d.dirty[c.to] = true
	}
	d.named++
	d.unnamed[c.to] = true
	return wrong
}

// lasts reports whether a path is of a file that is to outlast a power cut, which
// a courtesy is not.
func (d *disk) lasts(path string) bool {
	return strings.HasPrefix(path, d.folder+"/") && !strings.HasSuffix(path, ".holder") && !strings.HasSuffix(path, ".made")
}
