package folder_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"communique/feed/folder"

	"github.com/google/go-cmp/cmp"
)

// names returns the names of the documents' files.
func names(t *testing.T, dir string) string {
	t.Helper()
	var list []string
	for _, line := range strings.Split(strings.TrimSpace(sums(readManifest(t, dir))), "\n") {
		_, name, _ := strings.Cut(line, "  ")
		list = append(list, name)
	}
	if found := documents(t, dir); len(found) != len(list) {
		t.Errorf("the manifest has %q, the folder %d files", list, len(found))
	}
	return strings.Join(list, " ")
}

// noise returns bytes that can't be compressed.
func noise(n int) []byte {
	source := rand.NewChaCha8([32]byte{'n', 'o', 'i', 's', 'e'})
	b := make([]byte, n)
	_, _ = source.Read(b)
	return b
}

var long = strings.Repeat("<entry>The police of Serbia</entry>\n", 100)

func TestCompressed(t *testing.T) {
	small, smallest := strings.Repeat("a", 199), strings.Repeat("a", 200)
	tr := tree{
		document("/long.atom", long), document("/noise.bin", string(noise(5000))),
		document("/small.atom", small), document("/smallest.atom", smallest),
	}
	for _, tt := range []struct {
		options folder.Options
		want    string
	}{
		{folder.Options{}, "long.atom long.atom.gz noise.bin small.atom smallest.atom smallest.atom.gz"},
		{
			folder.Options{Brotli: true},
			"long.atom long.atom.br long.atom.gz noise.bin small.atom smallest.atom smallest.atom.br smallest.atom.gz",
		},
	} {
		dir := t.TempDir()
		publishWith(t, dir, tr, tt.options)
		if got := names(t, dir); got != tt.want {
			t.Errorf("%+v: files %q, want %q", tt.options, got, tt.want)
		}
		found := documents(t, dir)
		for name, s := range found {
			plain := strings.TrimSuffix(strings.TrimSuffix(name, ".br"), ".gz")
			text, err := decoded(filepath.Join(dir, name))
			if err != nil || text != found[plain].Text {
				t.Errorf("%s does not hold %s: error %v", name, plain, err)
			}
			if s.Mode != 0o644 || s.Modified != monday.UnixNano() {
				t.Errorf("%s has mode %v and time %d", name, s.Mode, s.Modified)
			}
		}
	}
}

// Nothing but the document decides on the compressed bytes (RFC 1952, 2.3: no
// name, no time).
func TestCompressedAlike(t *testing.T) {
	first, second := t.TempDir(), t.TempDir()
	other := document("/other.atom", long+"!")
	publishWith(t, first, tree{document("/a.atom", long)}, folder.Options{Brotli: true})
	later := document("/a.atom", long)
	later.Modified = monday.AddDate(1, 0, 0)
	publishWith(t, second, tree{other, later}, folder.Options{Brotli: true})
	for _, name := range []string{"a.atom.gz", "a.atom.br"} {
		if read(t, filepath.Join(first, name)) != read(t, filepath.Join(second, name)) {
			t.Errorf("%s differs", name)
		}
	}
	head := []byte(read(t, filepath.Join(first, "a.atom.gz")))[:10]
	if !bytes.Equal(head[3:8], make([]byte, 5)) {
		t.Errorf("the header has flags or a time: % x", head)
	}
}

// A compressed file that is not the document's is no longer there when the
// document is, whoever left it.
func TestStaleCompressed(t *testing.T) {
	dir := t.TempDir()
	tr := tree{document("/a.atom", long), document("/b.atom", "<feed/>")}
	write(t, filepath.Join(dir, "a.atom.br"), "somebody's")
	write(t, filepath.Join(dir, "b.atom.gz"), "somebody's")
	publish(t, dir, tr)
	if got := names(t, dir); got != "a.atom a.atom.gz b.atom" {
		t.Errorf("files %q", got)
	}
	write(t, filepath.Join(dir, "b.atom.gz"), "somebody's again")
	if report := publish(t, dir, tr); report.Rendered != 1 || report.Written != 1 || names(t, dir) != "a.atom a.atom.gz b.atom" {
		t.Errorf("%+v, files %q", report, names(t, dir))
	}
	tr[0] = changed(tr[0], "<feed/>")
	publish(t, dir, tr)
	if got := names(t, dir); got != "a.atom b.atom" {
		t.Errorf("the document shrank, but there are %q", got)
	}
}

func TestBrotliOnDemand(t *testing.T) {
	dir := t.TempDir()
	tr := tree{document("/a.atom", long), document("/b.atom", long)}
	publish(t, dir, tr)
	before := documents(t, dir)
	if report := publishWith(t, dir, tr, folder.Options{Brotli: true}); report.Written != 2 || names(t, dir) != "a.atom a.atom.br a.atom.gz b.atom b.atom.br b.atom.gz" {
		t.Errorf("%+v, files %q", report, names(t, dir))
	}
	if report := publishWith(t, dir, tr, folder.Options{Brotli: true}); report != (folder.Report{Unchanged: 2}) {
		t.Errorf("the second time: %+v", report)
	}
	publish(t, dir, tr)
	if diff := cmp.Diff(before, documents(t, dir)); diff != "" {
		t.Errorf("the other files were touched (-before +after):\n%s", diff)
	}
}

// A link in a compressed file's place is replaced, not followed.
func TestLinkInPlaceOfCompressed(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "passwd")
	write(t, outside, "secret")
	dir := t.TempDir()
	for _, name := range []string{"a.atom.gz", "b.atom.gz", part + ".gz", part + ".br", "manifest.json"} {
		if err := os.Symlink(outside, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	publish(t, dir, tree{document("/a.atom", long), document("/b.atom", "short")})
	if got := read(t, outside); got != "secret" {
		t.Errorf("the file outside was changed to %q", got)
	}
	if got := names(t, dir); got != "a.atom a.atom.gz b.atom" {
		t.Errorf("files %q", got)
	}
}
