package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// row is a case of SECURITY.md.
type row struct {
	section, name, promise string
	tests                  []string // such as "scraper/listing.TestCapped"
}

var quoted = regexp.MustCompile("`([^`]+)`")

// TestSecurityTable holds SECURITY.md against the sources: each case that a
// section names has its row, with a promise, and with tests that exist.
func TestSecurityTable(t *testing.T) {
	text, err := os.ReadFile("../../SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	rows, cases := readTable(string(text))
	for _, section := range []string{"Storage", "Time", "Upstream", "Content", "Files", "Readers' requests", "Configuration", "Dependencies"} {
		if len(cases[section]) == 0 {
			t.Errorf("%s: the section names no cases", section)
		}
	}
	for section, names := range cases {
		var told []string
		for _, r := range rows {
			if r.section == section {
				told = append(told, r.name)
			}
		}
		if !slices.Equal(names, told) {
			t.Errorf("%s: the section names the cases %q, its table has %q", section, names, told)
		}
	}
	known := map[string]map[string]bool{}
	for _, r := range rows {
		if r.promise == "" || len(r.tests) == 0 {
			t.Errorf("%s: %s: want a promise and a test", r.section, r.name)
		}
		for _, test := range r.tests {
			if err := exists(test, known); err != nil {
				t.Errorf("%s: %s: %v", r.section, r.name, err)
			}
		}
	}
}

// readTable returns the rows of all tables and, by section, the cases that it
// says there are.
func readTable(text string) (rows []row, cases map[string][]string) {
	cases = map[string][]string{}
	section := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "## "); ok {
			section = name
		}
		if list, ok := strings.CutPrefix(line, "Cases: "); ok {
			cases[section] = strings.Split(list, " · ")
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		if !strings.HasPrefix(line, "| ") || len(cells) != 3 || strings.TrimSpace(cells[0]) == "case" {
			continue
		}
		r := row{section: section, name: strings.TrimSpace(cells[0]), promise: strings.TrimSpace(cells[1])}
		for _, test := range quoted.FindAllStringSubmatch(cells[2], -1) {
			r.tests = append(r.tests, test[1])
		}
		rows = append(rows, r)
	}
	return rows, cases
}

// exists says what is wrong with the name of a test, "PACKAGE.TestName", or
// "PACKAGE.TestScripts/NAME" for a session in testdata. known are the tests of
// packages that were read before.
func exists(name string, known map[string]map[string]bool) error {
	room, test, ok := strings.Cut(name, ".")
	if !ok {
		return fmt.Errorf("%q is no package and test", name)
	}
	folder := filepath.Join("../..", filepath.FromSlash(room))
	test, script, isScript := strings.Cut(test, "/")
	if isScript {
		if _, err := os.Stat(filepath.Join(folder, "testdata", script+".txtar")); err != nil || test != "TestScripts" {
			return fmt.Errorf("there is no session %s", name)
		}
	}
	if known[room] == nil {
		list, err := testsIn(folder)
		if err != nil {
			return err
		}
		known[room] = list
	}
	if !known[room][test] {
		return fmt.Errorf("there is no test %s", name)
	}
	return nil
}

// testsIn returns the tests and the fuzz targets of a folder.
func testsIn(folder string) (map[string]bool, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	if err != nil {
		return nil, err
	}
	list := map[string]bool{}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if ok && f.Recv == nil && (strings.HasPrefix(f.Name.Name, "Test") || strings.HasPrefix(f.Name.Name, "Fuzz")) {
				list[f.Name.Name] = true
			}
		}
	}
	return list, nil
}

// TestReadTable shows what TestSecurityTable would find.
func TestReadTable(t *testing.T) {
	rows, cases := readTable("## Storage\n\nCases: a · b\n\n| case | promise | test |\n|---|---|---|\n| a | well | `store.TestKilled`, `store.FuzzNothing` |\n")
	if fmt.Sprint(cases) != "map[Storage:[a b]]" || fmt.Sprint(rows) != "[{Storage a well [store.TestKilled store.FuzzNothing]}]" {
		t.Errorf("read %v of %v", rows, cases)
	}
	known := map[string]map[string]bool{}
	for name, want := range map[string]bool{
		"store.TestKilled": true, "store.TestNothing": false, "TestKilled": false, "nowhere.TestKilled": false,
		"cmd/communique.TestScripts/held": true, "cmd/communique.TestScripts/nothing": false, "cmd/communique.TestServe/held": false,
	} {
		if err := exists(name, known); (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}
