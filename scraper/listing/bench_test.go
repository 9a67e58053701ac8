package listing

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// fiftyRows is a page as long as those of the archive: the rows of a page in
// testdata, over and over, each with a key of its own.
func fiftyRows(b *testing.B) []byte {
	b.Helper()
	body, err := os.ReadFile(filepath.Join(pages, "classic.html"))
	if err != nil {
		b.Fatal(err)
	}
	const begin, end = `<div class="search-result-news">`, `</dl><ul class="pager">`
	head, rest, _ := strings.Cut(string(body), begin)
	rows, tail, _ := strings.Cut(rest, end)
	list := strings.Split(rows, begin)
	var page strings.Builder
	page.WriteString(head)
	for i := range 50 {
		page.WriteString(begin + strings.Replace(list[i%len(list)], "/583", fmt.Sprintf("/%d", 700+i), 1))
	}
	page.WriteString(end + tail)
	return []byte(page.String())
}

// BenchmarkRead is to be compared with BenchmarkParse: what reading adds to the
// parsing of a page.
func BenchmarkRead(b *testing.B) {
	body := fiftyRows(b)
	reader := New(osce(b))
	at := reader.source.First()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if page, err := reader.Read(body, at, seen); err != nil || len(page.Releases) != 50 {
			b.Fatalf("%d releases, %v", len(page.Releases), err)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	body := fiftyRows(b)
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, err := html.Parse(bytes.NewReader(body)); err != nil {
			b.Fatal(err)
		}
	}
}
