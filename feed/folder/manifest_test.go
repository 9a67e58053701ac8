package folder_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"communique/feed"
	"communique/feed/folder"

	"github.com/google/go-cmp/cmp"
)

// manifest is what others read it as.
type manifest struct {
	Manifest int    `json:"manifest"`
	Maker    string `json:"maker"`
	SHA256   string `json:"sha256"`
	Files    []struct {
		Path     string    `json:"path"`
		Size     int64     `json:"size"`
		SHA256   string    `json:"sha256"`
		Modified time.Time `json:"modified"`
		Type     string    `json:"type"`
		Encoding string    `json:"encoding"`
		Version  string    `json:"version"`
	} `json:"files"`
}

func readManifest(t *testing.T, dir string) (m manifest) {
	t.Helper()
	if err := json.Unmarshal([]byte(read(t, filepath.Join(dir, "manifest.json"))), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// sums is what sha256sum prints of the files.
func sums(m manifest) string {
	text := ""
	for _, file := range m.Files {
		text += file.SHA256 + "  " + file.Path + "\n"
	}
	return text
}

func hash(text string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(text))) }

func TestManifest(t *testing.T) {
	dir := t.TempDir()
	tr := newTree()
	tr[0].Body, tr[0].MediaType, tr[0].Version = []byte(long), "application/atom+xml; charset=utf-8", 1<<64-1
	publishWith(t, dir, tr, folder.Options{Brotli: true})
	m := readManifest(t, dir)
	if m.Manifest != 1 || len(m.Maker) != 64 || m.SHA256 != hash(sums(m)) {
		t.Errorf("manifest %d, maker %q, sha256 %s of %q", m.Manifest, m.Maker, m.SHA256, sums(m))
	}
	var paths []string
	for _, file := range m.Files {
		paths = append(paths, file.Path)
		s := documents(t, dir)[file.Path]
		if file.Size != int64(len(s.Text)) || file.SHA256 != hash(s.Text) || file.Modified.UnixNano() != s.Modified {
			t.Errorf("the manifest says %+v, the file is %+v", file, s)
		}
	}
	want := []string{
		"feeds.opml", "index.html", "osce/all.atom", "osce/all.atom.br", "osce/all.atom.gz", "osce/all.json", "osce/topics/policing.atom",
	}
	if diff := cmp.Diff(want, paths); diff != "" || !slices.IsSorted(paths) {
		t.Errorf("paths differ (-want +got):\n%s", diff)
	}
	plain, coded := m.Files[2], m.Files[4]
	if plain.Type != tr[0].MediaType || plain.Encoding != "" || plain.Version != "ffffffffffffffff" {
		t.Errorf("the document: %+v", plain)
	}
	if coded.Type != tr[0].MediaType || coded.Encoding != "gzip" || coded.Version != "" {
		t.Errorf("its compressed form: %+v", coded)
	}
}

// What somebody did to the files is found without rendering the others.
func TestTamperedFiles(t *testing.T) {
	tr := tree{document("/a.atom", long), document("/osce/b.atom", long), document("/index.html", "<html></html>")}
	file := func(dir string) string { return filepath.Join(dir, "osce/b.atom") }
	for name, tamper := range map[string]func(dir string) error{
		"lost":            func(dir string) error { return os.Remove(file(dir)) },
		"lost compressed": func(dir string) error { return os.Remove(file(dir) + ".gz") },
		"folder lost":     func(dir string) error { return os.RemoveAll(filepath.Dir(file(dir))) },
		"other bytes":     func(dir string) error { return os.WriteFile(file(dir), []byte("x"), 0o644) },
		"other bytes compressed": func(dir string) error {
			return os.WriteFile(file(dir)+".gz", []byte("x"), 0o644)
		},
		"same size": func(dir string) error { return os.WriteFile(file(dir), []byte(long)[1:], 0o644) },
		"only the time": func(dir string) error {
			return os.Chtimes(file(dir), time.Time{}, monday.Add(time.Minute))
		},
		"a link": func(dir string) error {
			return os.Rename(file(dir), file(dir)+".moved") // and a link to it, with the right size and time
		},
	} {
		dir := t.TempDir()
		publish(t, dir, tr)
		before := documents(t, dir)
		if err := tamper(dir); err != nil {
			t.Fatal(err)
		}
		if name == "a link" {
			if err := os.Symlink("b.atom.moved", file(dir)); err != nil {
				t.Fatal(err)
			}
			delete(before, "osce/b.atom.moved")
		}
		report := publish(t, dir, tr)
		if report.Rendered != 1 || report.Unchanged != 2 {
			t.Errorf("%s: %+v", name, report)
		}
		after := documents(t, dir)
		for path, s := range before {
			if after[path].Text != s.Text || after[path].Mode != s.Mode {
				t.Errorf("%s: %s is %+v", name, path, after[path])
			}
		}
		if after["osce/b.atom"].Modified != after["osce/b.atom.gz"].Modified {
			t.Errorf("%s: the compressed form is from another time", name)
		}
		if report := publish(t, dir, tr); report != (folder.Report{Unchanged: 3}) {
			t.Errorf("%s, afterwards: %+v", name, report)
		}
	}
}

// Versions are only worth something among those of one maker, and only while
// the manifest can be read.
func TestAllAnew(t *testing.T) {
	dir := t.TempDir()
	rendered := func(options folder.Options) int {
		t.Helper()
		before := documents(t, dir)
		report := publishWith(t, dir, newTree(), options)
		if diff := cmp.Diff(before, documents(t, dir)); diff != "" {
			t.Errorf("files were touched (-before +after):\n%s", diff)
		}
		return report.Rendered
	}
	spoil := func(text string) {
		if err := os.WriteFile(filepath.Join(dir, "manifest.json"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	publish(t, dir, newTree())
	newer := folder.Options{Maker: "a newer one"}
	steps := []struct {
		name   string
		before func()
		with   folder.Options
		want   int
	}{
		{"the same", nil, folder.Options{}, 0},
		{"by force", nil, folder.Options{Force: true}, 5},
		{"after force", nil, folder.Options{}, 0},
		{"another maker", nil, newer, 5},
		{"that again", nil, newer, 0},
		{"back", nil, folder.Options{}, 5},
		{"a manifest that is none", func() { spoil("{") }, folder.Options{}, 5},
		{"an empty one", func() { spoil("") }, folder.Options{}, 5},
		{"one of a later format", func() { spoil(`{"manifest":2,"files":[]}`) }, folder.Options{}, 5},
	}
	for _, step := range steps {
		if step.before != nil {
			step.before()
		}
		if got := rendered(step.with); got != step.want {
			t.Errorf("%s: %d documents rendered, want %d", step.name, got, step.want)
		}
	}
}

// A publication that was stopped under another maker has not made the rest of
// the old versions trustworthy.
func TestStoppedAnew(t *testing.T) {
	dir := t.TempDir()
	publish(t, dir, newTree())
	broken := append(newTree()[:2], document("/..", ""))
	if _, err := folder.Publish(t.Context(), dir, broken, folder.Options{Maker: "newer"}); err == nil {
		t.Fatal("no error")
	}
	report := publishWith(t, dir, newTree(), folder.Options{Maker: "newer"})
	if want := (folder.Report{Rendered: 3, Unchanged: 5}); report != want {
		t.Errorf("report %+v, want %+v", report, want)
	}
}

// failingSome is a tree of which some documents can't be rendered.
type failingSome struct {
	tree
	fails func(path string) bool
}

func (f failingSome) Issue(wanted func(string, uint64) bool, yield func(feed.Document, error) error) error {
	return f.tree.Issue(wanted, func(d feed.Document, err error) error {
		if f.fails(d.Path) {
			return yield(feed.Document{Path: d.Path, Version: d.Version}, fmt.Errorf("rendering %s: two ids", d.Path))
		}
		return yield(d, err)
	})
}

// A document that fails keeps its old file, is asked for again, and does not
// keep the others waiting.
func TestOneFails(t *testing.T) {
	dir := t.TempDir()
	publish(t, dir, newTree())
	before := documents(t, dir)
	other := newTree()
	for i, d := range other {
		other[i] = changed(d, string(d.Body)+" ")
	}
	const name = "osce/topics/policing.atom"
	report, err := folder.Publish(t.Context(), dir, failingSome{other, func(path string) bool { return path == "/"+name }}, folder.Options{})
	if want := (folder.Report{Rendered: 5, Written: 4, Failed: 1, Bytes: 42}); report != want || err == nil || !strings.Contains(err.Error(), name+": two ids") {
		t.Errorf("report %+v, want %+v; error %v", report, want, err)
	}
	after := documents(t, dir)
	if after[name] != before[name] || after["index.html"].Text != "<html></html> " {
		t.Errorf("files %v", after)
	}
	if report := publish(t, dir, other); report.Rendered != 1 || report.Written != 1 || report.Unchanged != 4 {
		t.Errorf("afterwards: %+v", report)
	}
}

func TestManyFail(t *testing.T) {
	var many tree
	for i := range 12 {
		many = append(many, document(fmt.Sprintf("/%d.atom", i), "<feed/>"))
	}
	err := refused(t, t.TempDir(), failingSome{many, func(string) bool { return true }}, "/9.atom", "and 2 documents more")
	if strings.Contains(err.Error(), "/10.atom") {
		t.Errorf("the error goes on for ever: %v", err)
	}
}
