package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	classifier "github.com/google/licenseclassifier/v2"
	"github.com/google/licenseclassifier/v2/assets"
)

// permissive are the licences that may be in the binary, by their SPDX names:
// they ask for their text to be shown and for nothing else.
func permissive() []string {
	return []string{"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "Unlicense", "Zlib"}
}

// reciprocal are the few modules under a licence that asks for more, with the
// reason why they may be in the binary all the same.
func reciprocal() map[string]string {
	return map[string]string{
		// MPL-2.0 is about its own files alone. They are used unchanged, and the
		// texts name the module and the version where their source is.
		"github.com/gosimple/slug": "MPL-2.0",
	}
}

// licensed is a module, its licences, and the texts that they want shown.
type licensed struct {
	module
	licences []string
	texts    []text
}

type text struct{ name, body string }

// print writes the texts, each under the module and the file that it comes from.
func (l licensed) print(out io.Writer) {
	for _, t := range l.texts {
		line := strings.Repeat("=", 78)
		fmt.Fprintf(out, "\n%s\n%s %s: %s\n%s\n\n%s\n", line, l.path, l.version, t.name, line, strings.TrimSpace(t.body))
	}
}

// reader tells licences by their texts.
type reader struct {
	known *classifier.Classifier
}

func newReader() (*reader, error) {
	known, err := assets.DefaultClassifier()
	if err != nil {
		return nil, fmt.Errorf("reading the known licences: %w", err)
	}
	return &reader{known}, nil
}

// licenceFile is what files with a licence or a notice are called.
var licenceFile = regexp.MustCompile(`(?i)^(un)?(licen[cs]e|copying|notice|copyright|patents)([-._].*)?$`)

// read finds the licences of a module. One that has none, an unknown one or one
// that is not permissive is an error.
func (r *reader) read(m module) (licensed, error) {
	l := licensed{module: m}
	entries, err := os.ReadDir(m.folder)
	if err != nil {
		return l, fmt.Errorf("reading %s: %w", m.path, err)
	}
	for _, entry := range entries {
		if !entry.Type().IsRegular() || !licenceFile.MatchString(entry.Name()) || strings.HasSuffix(entry.Name(), ".go") {
			continue
		}
		body, err := os.ReadFile(filepath.Join(m.folder, entry.Name()))
		if err != nil {
			return l, fmt.Errorf("reading %s: %w", m.path, err)
		}
		l.texts = append(l.texts, text{entry.Name(), string(body)})
		l.licences = append(l.licences, r.names(body)...)
	}
	slices.Sort(l.licences)
	l.licences = slices.Compact(l.licences)
	return l, l.check()
}

// names returns the licences that a text holds.
func (r *reader) names(body []byte) []string {
	var names []string
	for _, match := range r.known.Match(body).Matches {
		if match.MatchType == "License" || match.MatchType == "Header" {
			names = append(names, match.Name)
		}
	}
	return names
}

// check refuses a module that may not be in the binary.
func (l licensed) check() error {
	if len(l.licences) == 0 {
		return fmt.Errorf("%s: no licence found in %s", l.path, l.folder)
	}
	var problems []error
	for _, name := range l.licences {
		if !slices.Contains(permissive(), name) && reciprocal()[l.path] != name {
			problems = append(problems, fmt.Errorf("%s: %s may not be in the binary", l.path, name))
		}
	}
	return errors.Join(problems...)
}
