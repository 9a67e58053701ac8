package folder_test

import (
	"compress/gzip"
	"context"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"communique/feed"
	"communique/feed/folder"

	"github.com/andybalholm/brotli"
)

// tree is a tree that the tests write down; the index comes last.
type tree []feed.Document

func (t tree) Issue(wanted func(string, uint64) bool, yield func(feed.Document, error) error) error {
	for _, d := range t {
		if !wanted(d.Path, d.Version) {
			continue
		}
		if err := yield(d, nil); err != nil {
			return err
		}
	}
	return nil
}

// Ended says that below feeds/ there were feeds.
func (tree) Ended(path string) (feed.Document, bool, error) {
	if !strings.HasPrefix(path, "/osce/feeds/") || !strings.HasSuffix(path, ".atom") {
		return feed.Document{}, false, nil
	}
	d := document(path, strings.Repeat("<feed>ended</feed>", 30))
	d.Version, d.Modified = 0, time.Time{}
	return d, true, nil
}

var monday = time.Date(2026, time.November, 23, 9, 15, 7, 123456789, time.UTC)

func document(path, body string) feed.Document {
	return feed.Document{Path: path, MediaType: "text/plain", Body: []byte(body), Modified: monday, Version: 1}
}

// changed returns d with another body, as of the next version.
func changed(d feed.Document, body string) feed.Document {
	d.Body, d.Version, d.Modified = []byte(body), d.Version+1, d.Modified.AddDate(0, 0, 1)
	return d
}

func newTree() tree {
	return tree{
		document("/osce/all.atom", "<feed>all</feed>"),
		document("/osce/all.json", "{}"),
		document("/osce/topics/policing.atom", "<feed>policing</feed>"),
		document("/feeds.opml", "<opml/>"),
		document("/index.html", "<html></html>"),
	}
}

// publish publishes and fails the test if that fails.
func publish(t *testing.T, dir string, tr folder.Tree) folder.Report {
	t.Helper()
	return publishWith(t, dir, tr, folder.Options{})
}

func publishWith(t *testing.T, dir string, tr folder.Tree, options folder.Options) folder.Report {
	t.Helper()
	report, err := folder.Publish(context.Background(), dir, tr, options)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// refused publishes and wants an error that holds each of parts.
func refused(t *testing.T, dir string, tr folder.Tree, parts ...string) error {
	t.Helper()
	_, err := folder.Publish(context.Background(), dir, tr, folder.Options{})
	if err == nil {
		t.Fatalf("Publish returned no error, want one with %q", parts)
	}
	for _, part := range append(parts, "publishing into "+dir+": ") {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q lacks %q", err, part)
		}
	}
	return err
}

// state is what must not change about a file or folder that isn't touched.
type state struct {
	Mode     fs.FileMode
	Modified int64 // nanoseconds
	Text     string
}

// walk returns the state of all that is in dir, by slashed name; links are
// not followed.
func walk(t *testing.T, dir string) map[string]state {
	t.Helper()
	found := map[string]state{}
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		s := state{Mode: info.Mode(), Modified: info.ModTime().UnixNano()}
		if info.Mode().IsRegular() {
			text, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			s.Text = string(text)
		}
		relative, err := filepath.Rel(dir, name)
		found[filepath.ToSlash(relative)] = s
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// documents is walk without folders and without the manifest.
func documents(t *testing.T, dir string) map[string]state {
	t.Helper()
	found := walk(t, dir)
	maps.DeleteFunc(found, func(name string, s state) bool { return s.Mode.IsDir() || name == "manifest.json" })
	return found
}

// decoded reads a document or its compressed form.
func decoded(name string) (string, error) {
	file, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer file.Close()
	var reader io.Reader = file
	switch filepath.Ext(name) {
	case ".br":
		reader = brotli.NewReader(file)
	case ".gz":
		if reader, err = gzip.NewReader(file); err != nil {
			return "", err
		}
	}
	text, err := io.ReadAll(reader)
	return string(text), err
}

// write puts a file where a test needs one.
func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
