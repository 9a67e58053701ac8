package listing

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"communique/store"
)

// FuzzRead holds what every page promises, whatever its bytes: releases that a
// feed may carry as they are, each once, at the newsroom's own addresses.
func FuzzRead(f *testing.F) {
	files, err := filepath.Glob(filepath.Join(pages, "*.html"))
	if err != nil || len(files) == 0 {
		f.Fatalf("no pages: %v", err)
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	for _, text := range []string{"\u202egnp.exe\u202c", "\u2066a\u2069", "a\x00b\x1b[2J\x7f", "a\u0085b\u0093", "a\ufffe\uffff\ufffdb", "a\xff\xc3"} {
		f.Add([]byte(strings.ReplaceAll(`<h3><a href="/odihr/7">% T</a></h3><p>Publishing date: 3 May 2024<p>Content type: N %<p>Where we are: O %<p>What we do: P %<p>Text, %.<a rel=next href="?page=%">Next</a>`, "%", text)))
	}
	f.Add([]byte(`<a href="/odihr/7?a=&amp`))
	f.Add([]byte("<p>R&amp"))
	source := osce(f)
	for seed := range uint64(shapes) {
		f.Add([]byte(generate(seed, source).html))
	}
	reader := New(source)
	f.Fuzz(func(t *testing.T, body []byte) {
		cost := newCost()
		page, err := reader.Read(body, source.First(), seen)
		cost.check(t)
		if err != nil {
			return
		}
		checkPage(t, reader, page)
	})
}

// cost is what there was before a page was read.
type cost struct {
	began     time.Time
	allocated uint64
}

func newCost() cost {
	var now runtime.MemStats
	runtime.ReadMemStats(&now)
	return cost{time.Now(), now.TotalAlloc}
}

// check bounds the time and the memory that no page may take more of. A quarter
// of a second and 256 MiB, counting all that was ever asked for, are the worst
// known, and four times as much with -race.
func (c cost) check(t *testing.T) {
	t.Helper()
	const limit = 2 << 30
	var now runtime.MemStats
	runtime.ReadMemStats(&now)
	if took := time.Since(c.began); took > 10*time.Second {
		t.Errorf("took %v", took)
	}
	if took := now.TotalAlloc - c.allocated; took > limit {
		t.Errorf("took %d MiB", took>>20)
	}
}

func checkPage(t *testing.T, reader *Reader, page Page) {
	t.Helper()
	if len(page.Releases) > maxRows || len(page.Problems) > maxProblems {
		t.Errorf("%d releases, %d problems", len(page.Releases), len(page.Problems))
	}
	if len(page.Releases)+len(page.Problems) == 0 {
		t.Error("no release, and no problem says why")
	}
	keys := map[string]bool{}
	for _, r := range page.Releases {
		if keys[r.Key] {
			t.Errorf("key %s twice", r.Key)
		}
		keys[r.Key] = true
		checkRelease(t, reader, r)
	}
	for _, problem := range page.Problems {
		checkText(t, "problem", problem, 2000)
	}
	if page.Next != "" {
		if u, err := url.Parse(page.Next); err != nil || strings.ContainsFunc(page.Next, func(r rune) bool { return r <= ' ' || r > '~' }) || u.Host != "www.osce.org" || !page.Paged {
			t.Errorf("next page %q, paged %v", page.Next, page.Paged)
		}
	}
}

func checkRelease(t *testing.T, reader *Reader, r store.Release) {
	t.Helper()
	checkText(t, "title", r.Title, maxTitle)
	checkText(t, "summary", r.Summary, maxSummary)
	for _, tag := range slices.Concat(r.Offices, r.Topics, []store.Tag{r.Type}) {
		checkText(t, "name", tag.Name, maxName)
	}
	if len(r.Offices) > maxTags || len(r.Topics) > maxTags {
		t.Errorf("%d offices, %d topics", len(r.Offices), len(r.Topics))
	}
	if r.Title == "" || r.Key == "" || r.Day.IsZero() || r.Published.IsZero() || !strings.HasSuffix(r.ID, "/"+r.Key) {
		t.Errorf("incomplete: %+v", r)
	}
	u, err := url.Parse(r.URL)
	if err != nil || u.Scheme != "https" || reader.source.Host(u.Host) != u.Host || u.RawQuery != "" || u.Fragment != "" {
		t.Errorf("address %q", r.URL)
	}
}

// checkText says whether text is legal in XML 1.0, in NFC, folded and of a
// bounded length.
func checkText(t *testing.T, what, text string, limit int) {
	t.Helper()
	if !utf8.ValidString(text) || !norm.NFC.IsNormalString(text) || utf8.RuneCountInString(text) > limit {
		t.Errorf("%s %q: invalid, not in NFC or too long", what, text)
	}
	if strings.TrimSpace(text) != text || strings.Contains(text, "  ") {
		t.Errorf("%s %q: not folded", what, text)
	}
	for _, r := range text {
		if r < 0x20 || r >= 0x7F && r <= 0x9F || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 || r&0xFFFE == 0xFFFE || r == utf8.RuneError {
			t.Errorf("%s %q: %U does not belong into a feed", what, text, r)
		}
	}
}

// numbered repeats a text with numbers.
func numbered(times int, text string) string {
	var out strings.Builder
	for i := range times {
		fmt.Fprintf(&out, text, i)
	}
	return out.String()
}

// TestExcess reads pages that no newsroom serves, in the time of one that a
// newsroom does.
func TestExcess(t *testing.T) {
	const row = `<li><a href="/odihr/%"><h3>Title</h3></a><p>Publishing date: 3 May 2024<p>Where we are: Troika`
	many := func(times int, text string) string { return strings.Repeat(text, times) }
	for name, body := range map[string]string{
		"deep":             many(200_000, "<div>") + row,
		"deep inline":      many(200_000, "<b>") + row,
		"many rows":        many(50_000, strings.Replace(row, "%", "12345", 1)),
		"many flat rows":   many(50_000, `<h3><a href="/odihr/12">Title</a></h3><p>Issued on 3 May 2024<p>Text`),
		"long title":       strings.Replace(row, "Title", many(1<<20, "x"), 1),
		"long line":        many(100_000, "<i>Where we are:</i> x "),
		"long names":       "<p>Where we are: " + many(1<<18, "Troika, "),
		"labels":           many(100_000, "<p>Publishing date<p>Where we are"),
		"links":            many(50_000, `<a href="/odihr/12345">Title</a> `),
		"headers":          many(50_000, `<header>Issued on: 3 May 2024 <a href="/x/7">T</a></header>`),
		"tables":           many(400, "<table><tr><td>Publishing date<td>Title<td>") + many(20_000, "<tr><td>3 May 2024<td>x"),
		"headings":         many(60_000, "<h2>Where we are</h2>"),
		"unclosed links":   many(100_000, "<a href=/x/12>T "),
		"unclosed bold":    many(100_000, "<b>x"),
		"links, boxes":     many(100_000, "<a href=/x/12><p>T"),
		"bold, boxes":      many(100_000, "<b><div>x</b>"),
		"many kinds":       numbered(400, "<b id=%d>") + many(100_000, "<p>x"),
		"many kinds again": many(200, "<td><object>"+numbered(50, "<b id=%d>")+"</td>"),
		"nested tables":    many(100_000, "<table><tr><td>x"),
		"before a table":   "<table>" + many(100_000, "<i>x<td>y</td>"),
		"long attribute":   `<a href="` + many(1<<20, "&amp") + `">x`,
		"many attributes":  "<p " + numbered(200_000, "a%d=b ") + ">x",
		"unclosed comment": many(100_000, "<!-- - -- >"),
		"lone brackets":    many(500_000, "< <</ "),
		"open tags":        many(100_000, "<p a='"),
		"program":          "<script>" + many(200_000, "<!-- <script> --"),
		"drawings":         many(100_000, "<svg><title>x</svg>"),
		"templates":        many(100_000, "<template><td>x</template>"),
		"one date":         "<p>Issued on: 3 May 2024" + many(100_000, `<p><a href="/x/12">T</a>`),
		"dates, one title": many(60_000, "<p>Issued on: 3 May 2024") + `<p><a href="/x/12">T</a>`,
	} {
		t.Run(name, func(t *testing.T) {
			source := osce(t)
			reader := New(source)
			cost := newCost()
			page, err := reader.Read([]byte(body), source.First(), seen)
			cost.check(t)
			if err == nil {
				checkPage(t, reader, page)
			}
		})
	}
}
