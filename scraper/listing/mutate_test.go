package listing

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestMutated breaks the pages of testdata and generated ones at random places,
// and checks what FuzzRead checks. It finds in seconds what mutations of single
// bytes, which the parser mostly forgives, find in hours.
func TestMutated(t *testing.T) {
	source := osce(t)
	reader := New(source)
	sound := soundPages(t)
	for seed := range uint64(3000) {
		body := mutate(seeded(seed), sound)
		page, err := reader.Read(body, source.First(), seen)
		if err != nil {
			continue
		}
		if checkPage(t, reader, page); t.Failed() {
			t.Fatalf("seed %d, the page:\n%s", seed, body)
		}
	}
}

func soundPages(t *testing.T) (list [][]byte) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(pages, "*.html"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, body)
	}
	for seed := range uint64(20) {
		list = append(list, []byte(generate(seed, osce(t)).html))
	}
	return list
}

// mutate takes a page and a few times cuts a stretch out, repeats one, changes a
// byte, or puts a piece of another page in.
func mutate(d dice, sound [][]byte) []byte {
	const longest = 100_000
	body := slices.Clone(pick(d, sound...))
	for range 1 + d.IntN(12) {
		if len(body) == 0 || len(body) > longest {
			break
		}
		i, j := d.IntN(len(body)), d.IntN(len(body))
		i, j = min(i, j), max(i, j)
		switch d.IntN(4) {
		case 0:
			body = slices.Delete(body, i, j)
		case 1:
			body = slices.Insert(body, j, slices.Clone(body[i:j])...)
		case 2:
			body[i] = byte(d.IntN(256))
		case 3:
			other := pick(d, sound...)
			from := d.IntN(len(other))
			body = slices.Insert(body, i, other[from:min(len(other), from+200)]...)
		}
	}
	return body
}
