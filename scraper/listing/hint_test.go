package listing

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"communique/scraper/sources"
)

// hintedOSCE is the source with other class hints.
func hintedOSCE(t *testing.T, row, title, date string) *sources.Source {
	t.Helper()
	text, err := os.ReadFile("../sources/osce.yaml")
	if err != nil {
		t.Fatal(err)
	}
	hints := strings.NewReplacer(".search-result-news", row, ".search-title", title, ".publishing-date", date)
	source, err := sources.Load([]byte(hints.Replace(string(text))))
	if err != nil {
		t.Fatal(err)
	}
	return source
}

// TestHintsAgree reads generated pages with hints that fit half of them: both
// witnesses are right, so none may be contradicted.
func TestHintsAgree(t *testing.T) {
	source := hintedOSCE(t, ".row", ".name", ".when")
	reader := New(source)
	hinted := 0
	for seed := range uint64(1000) {
		g := generate(seed, source)
		page, err := reader.Read([]byte(g.html), source.First(), seen)
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Problems) > 0 {
			t.Errorf("seed %d: %q", seed, page.Problems)
		}
		if strings.Contains(g.html, `class="row"`) {
			hinted++
		}
	}
	if hinted < 100 {
		t.Errorf("only %d pages had hinted rows", hinted)
	}
}

// TestHintsBySelector reads with hints that ask for more than a class.
func TestHintsBySelector(t *testing.T) {
	const row = `<div class="search-result-news"><p class="search-title"><a href="/odihr/1">First title</a></p><p>Publishing date: 3 May 2024</p></div>`
	for selector, want := range map[string][]string{
		"div.search-result-news":                          nil,
		"body > div:has(a[href^='/odihr/']):not(.x), svg": nil,
		"div:contains('Publishing')":                      nil,
		"p.search-title":                                  nil,
		"div > p":                                         {"the class hints find 2 rows, the labels 1; \"Publishing date: 3 May 2024\" is only found by the hints"},
	} {
		title := ".search-title"
		if selector == "div > p" {
			title = "p"
		}
		page, err := New(hintedOSCE(t, selector, title, ".when")).Read([]byte(row), osce(t).First(), seen)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, page.Problems); diff != "" {
			t.Errorf("%s: problems (-want +got):\n%s", selector, diff)
		}
	}
}

// TestHints compares rows that the hints find with those that the labels find.
func TestHints(t *testing.T) {
	const (
		title = `<p class="search-title"><a href="/odihr/1">First title</a></p>`
		date  = `<p class="publishing-date">Publishing date: 3 May 2024</p>`
		row   = `<div class="search-result-news">`
		end   = `</div>`
		other = row + `<h3 class="search-title"><a href="/odihr/2">Second title</a></h3><p class="publishing-date">Publishing date: 2 May 2024</p>` + end
	)
	for name, tt := range map[string]struct {
		body string
		want []string
	}{
		"agree":               {row + title + date + end + other, nil},
		"no hints":            {"<div>" + title + date + "</div>", nil},
		"twice":               {row + title + date + end + other + row + title + date + end, nil},
		"white space":         {row + "<p class=search-title>\n <a href=/odihr/1>First\n&#116;it&shy;le</a> </p><p class=publishing-date> Publishing&nbsp;date: 3&nbsp;May \n 2024</p>" + end + other, nil},
		"more in the title":   {row + `<div class="search-title"><h3><a href="/odihr/1">First title</a></h3><a href="/odihr/1">Read more</a></div>` + date + end + other, nil},
		"labels in the title": {row + `<div class="search-title"><h3><a href="/odihr/1">First title</a></h3>` + date + "</div>" + end + other, nil},
		"more with the date":  {row + title + `<p class="publishing-date">Publishing date: 3 May 2024<br>Content type: News</p>` + end + other, nil},
		"date in parts":       {row + title + `<p class="publishing-date">Publishing date: <time datetime="2024-05-03"><b>3</b> <i>May</i> <a href="/2024">2024</a></time></p>` + end + other, nil},
		"no date class":       {row + title + `<p>Publishing date: 3 May 2024</p>` + end + other, nil},
		"rows in rows":        {row + row + title + date + end + other + end, nil},
		"empty row":           {row + end + row + title + date + end + other, nil},
		"unread row":          {row + title + `<p class="publishing-date">Publishing date: 31 February 2024</p>` + end + other, []string{`row 1 ("First title"): date "31 February 2024" can't be read`}},
		"only by labels":      {"<div>" + title + date + end + other, []string{`the class hints find 1 rows, the labels 2; "First title" is only found by its labels`}},
		"only by hints":       {row + title + date + end + other + row + `<b class="search-title">Third title</b>` + end, []string{`the class hints find 3 rows, the labels 2; "Third title" is only found by the hints`}},
		"other date":          {row + title + `<p>Publishing date: 3 May 2024</p><p class="publishing-date">13 May 2024</p>` + end + other, []string{`the class hints find 2 rows, the labels 2; "First title" has another date by the hints`}},
		"other labels":        {row + title + `<p class="publishing-date">Posted: 3 May 2024</p>` + end, []string{`no release on this page: 0 labels of a date (["Publishing date" "Issued on"]), 1 links to releases`, `the class hints find 1 rows, the labels 0; "First title" is only found by the hints`}},
	} {
		t.Run(name, func(t *testing.T) {
			page := readAt(t, "https://www.osce.org/press-releases", tt.body)
			if diff := cmp.Diff(tt.want, page.Problems); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}
