package listing

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"communique/scraper/sources"
)

var update = flag.Bool("update", false, "rewrite the expected results in testdata")

const pages = "../../testdata/listings"

// osce is the source of every page in testdata.
func osce(t testing.TB) *sources.Source {
	t.Helper()
	list, err := sources.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	return list[0]
}

var seen = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// TestPages reads each page of testdata and compares with the JSON beside it.
func TestPages(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(pages, "*.html"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	reader := New(osce(t))
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".html"), func(t *testing.T) {
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			page, err := reader.Read(body, reader.source.First(), seen)
			if err != nil {
				t.Fatal(err)
			}
			compare(t, strings.TrimSuffix(file, ".html")+".json", page)
		})
	}
}

func compare(t *testing.T, golden string, page Page) {
	t.Helper()
	var got bytes.Buffer
	enc := json.NewEncoder(&got)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(map[string]any{"releases": page.Releases, "next": page.Next, "problems": page.Problems}); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("the page reads differently (-want +got):\n%s", diff)
	}
}
