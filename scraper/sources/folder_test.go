package sources_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"communique/scraper/sources"
)

// TestFolder reads the good ones, tells of the others by name, and leaves alone
// what is no source.
func TestFolder(t *testing.T) {
	good, err := os.ReadFile("osce.yaml")
	if err != nil {
		t.Fatal(err)
	}
	named := func(name string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte(strings.Replace(string(good), "name: osce", "name: "+name, 1))}
	}
	folder := fstest.MapFS{
		"b.yaml": named("b"), "a.yaml": named("a"),
		"other.yaml":    named("a"),
		"UPPER.yaml":    named("upper"),
		"empty.yaml":    &fstest.MapFile{},
		"garbage.yaml":  &fstest.MapFile{Data: []byte("\xff\x00{[")},
		"typo.yaml":     &fstest.MapFile{Data: []byte("name: typo\ntitel: x\n")},
		"large.yaml":    &fstest.MapFile{Data: make([]byte, 1<<20+1)},
		"pipe.yaml":     &fstest.MapFile{Mode: os.ModeNamedPipe},
		".hidden.yaml":  &fstest.MapFile{},
		"notes.txt":     &fstest.MapFile{},
		"a.yaml.bak":    &fstest.MapFile{},
		"sub/deep.yaml": named("deep"),
	}
	list, unusable, err := sources.Folder(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range list {
		names = append(names, s.Name)
	}
	if diff := cmp.Diff([]string{"a", "b"}, names); diff != "" {
		t.Error(diff)
	}
	says := map[string]string{
		"other": `"a" must be that of the file`, "UPPER": "lower-case", "empty": "name", "garbage": "", "typo": "line 2",
		"large": "more than 131072 bytes", "pipe": "no file",
	}
	for _, u := range unusable {
		want, known := says[u.Name]
		if !known || !strings.Contains(u.Why.Error(), want) || strings.ContainsAny(u.Why.Error(), "\n\x1b") {
			t.Errorf("%s: %v, want %q", u.Name, u.Why, want)
		}
		delete(says, u.Name)
	}
	for name := range says {
		t.Errorf("nothing is said of %s", name)
	}
}

// TestErrorPlace finds the line of what is wrong, also where only its value is.
func TestErrorPlace(t *testing.T) {
	good, err := os.ReadFile("osce.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for line, spoilt := range map[string]string{
		"zone: Europe/Vienna":      "zone: Vienna",
		"delay: 10s":               "delay: -1s",
		"delay: 10s\n":             "delay: fast\n",
		"  full: 10":               "  full: many",
		"  page: page":             "  page: []",
		"  host: www.osce.org":     "  hots: www.osce.org",
		"  row: .search-result":    "  row: ..search-result",
		"  date: .publishing-date": "  date: div[",
	} {
		text := strings.Replace(string(good), line, spoilt, 1)
		want := 1 + strings.Count(text[:strings.Index(text, spoilt)], "\n")
		_, err := sources.Load([]byte(text))
		var at *sources.Error
		if !errors.As(err, &at) || at.Line != want || at.Column < 1 {
			t.Errorf("%s: %v, want line %d", spoilt, err, want)
		}
	}
}

// TestTooDeep refuses at once what a parser would need gigabytes for.
func TestTooDeep(t *testing.T) {
	for text, want := range map[string]sources.Error{
		"name: a\ntitle: " + strings.Repeat("[", 1<<17):                    {Line: 2, Column: 58},
		"name: a\ntitle: " + strings.Repeat("{a: ", 1<<15):                 {Line: 2, Column: 208},
		strings.Repeat("- ", 1<<16):                                        {Line: 1, Column: 101},
		strings.Repeat("? ", 1<<16):                                        {Line: 1, Column: 101},
		"a: [\n" + strings.Repeat("[\n", 1<<16):                            {Line: 51, Column: 1},
		strings.Repeat("- [a]\n- {b: c}\n", 1<<10) + "title: [" + "a]]]]]": {},
	} {
		at := sources.TooDeep([]byte(text))
		if at == nil {
			at = &sources.Error{}
		}
		if at.Line != want.Line || at.Column != want.Column {
			t.Errorf("%.30q: at %d:%d, want %d:%d", text, at.Line, at.Column, want.Line, want.Column)
		}
		if _, err := sources.Load([]byte(text)); err == nil {
			t.Errorf("%.30q is taken", text)
		}
	}
}

// TestTooManySources are refused.
func TestTooManySources(t *testing.T) {
	folder := fstest.MapFS{}
	for i := range 1001 {
		folder[strings.Repeat("a", i%40+1)+strings.Repeat("b", i/40+1)+".yaml"] = &fstest.MapFile{}
	}
	if _, _, err := sources.Folder(folder); err == nil {
		t.Error("1,001 sources were read")
	}
}

// TestDefaults are polite.
func TestDefaults(t *testing.T) {
	good, err := os.ReadFile("osce.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := string(good)
	for _, line := range []string{"title: OSCE\n", "delay: 10s\n", "schedule: \"*/30 * * * *\"\n"} {
		text = strings.Replace(text, line, "", 1)
	}
	s, err := sources.Load([]byte(text))
	if err != nil || s.Title != "osce" || s.Delay.Seconds() != 10 || s.Schedule != "*/30 * * * *" {
		t.Errorf("%q every %q, %s between requests: %v", s.Title, s.Schedule, s.Delay, err)
	}
}

// TestReadme loads the source that the README begins with.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(text), "`sources/harbour.yaml`:\n\n")
	example, _, found := strings.Cut(example, "\n\n")
	if !found {
		t.Fatal("the README has no source")
	}
	s, err := sources.Load([]byte(strings.ReplaceAll(example, "\n    ", "\n")[4:]))
	if err != nil || s.Name != "harbour" || s.Key("/news/17", "") != "17" {
		t.Errorf("%v, %v", s, err)
	}
}
