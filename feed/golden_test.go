package feed

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden feeds in testdata/feeds")

const golden = "../testdata/feeds"

// TestGolden compares the whole tree of the seed listing with testdata/feeds,
// byte by byte.
func TestGolden(t *testing.T) {
	newsroom := newStore(t)
	put(t, newsroom, seed()...)
	documents := all(t, newPress(t, newsroom))
	if *update {
		rewrite(t, documents)
	}
	var rendered []string
	for _, d := range documents {
		rendered = append(rendered, d.Path)
		want, err := os.ReadFile(golden + d.Path)
		if err != nil {
			t.Errorf("%s: %v; -update writes it", d.Path, err)
			continue
		}
		if !bytes.Equal(want, d.Body) {
			t.Errorf("%s is not the golden one; -update rewrites it (-want +got):\n%s", d.Path, cmp.Diff(string(want), string(d.Body)))
		}
	}
	slices.Sort(rendered)
	if diff := cmp.Diff(goldenPaths(t), rendered); diff != "" {
		t.Errorf("paths in testdata/feeds and rendered paths (-want +got):\n%s", diff)
	}
}

// all returns every document of a press.
func all(t testing.TB, press *Press) []Document {
	t.Helper()
	var list []Document
	err := press.All(func(d Document) error {
		list = append(list, d)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func rewrite(t *testing.T, documents []Document) {
	t.Helper()
	if err := os.RemoveAll(golden); err != nil {
		t.Fatal(err)
	}
	for _, d := range documents {
		file := golden + d.Path
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, d.Body, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func goldenPaths(t *testing.T) []string {
	t.Helper()
	var paths []string
	err := fs.WalkDir(os.DirFS(golden), ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			paths = append(paths, "/"+path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(paths)
	return paths
}
