package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/licenseclassifier/v2/assets"
)

// A licence is known by its text, and one that may not be in the binary, or
// that nobody knows, is refused.
func TestRead(t *testing.T) {
	reader, err := newReader()
	if err != nil {
		t.Fatal(err)
	}
	bsd, err := os.ReadFile(filepath.Join(runtime.GOROOT(), "LICENSE"))
	if err != nil {
		t.Fatal(err)
	}
	gpl, err := assets.ReadLicenseFile("Header/GPL-2.0/header.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, file, body, want, problem string }{
		{"permissive", "LICENSE", string(bsd), "BSD-3-Clause", ""},
		{"by another name", "COPYING.md", string(bsd), "BSD-3-Clause", ""},
		{"no file", "README", string(bsd), "", "no licence found"},
		{"unknown", "LICENSE", "Do what I say.", "", "no licence found"},
		{"its word for it", "LICENSE", "MIT", "", "no licence found"},
		{"beside a licence that reciprocates", "LICENSE", string(bsd) + "\n\n" + string(gpl), "", "may not be in the binary"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, c.file), []byte(c.body), 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := reader.read(module{"example.org/m", "v1.0.0", dir})
			if c.problem != "" {
				if err == nil || !strings.Contains(err.Error(), c.problem) {
					t.Errorf("licences %v, error %v, want %q", got.licences, err, c.problem)
				}
				return
			}
			if err != nil || strings.Join(got.licences, " ") != c.want {
				t.Errorf("licences %v, error %v", got.licences, err)
			}
		})
	}
}
