package listing

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestCapped reads pages with too much of one thing. The page is read as far as
// the limit, and a problem or the error names the limit.
func TestCapped(t *testing.T) {
	row := func(number int, title, more string) string {
		return fmt.Sprintf(`<li><h3><a href="/odihr/%d">%s</a></h3><p>Publishing date: 3 May 2024</p>%s</li>`, number, title, more)
	}
	var rows, topics, offices strings.Builder
	for n := range 50_000 {
		rows.WriteString(row(n+1, "Title", ""))
	}
	for n := range 10_000 {
		fmt.Fprintf(&topics, "Topic %d, ", n)
		fmt.Fprintf(&offices, "Office %d, ", n)
	}
	tests := []struct {
		name, body, says string
		releases, tags   int
	}{
		{"50,000 rows", rows.String(), "the page has more than 1000 rows; the rest was left", 1000, 0},
		{"10,000 topics in a line", row(1, "Title", "<p>What we do: "+topics.String()+"Other</p>"), "a row has more than 64 values of one kind; the rest was left", 1, 64},
		{"10,000 offices in a line", row(1, "Title", "<p>Where we are: "+offices.String()+"Other</p>"), "a row has more than 64 values of one kind; the rest was left", 1, 64},
		{"a title of 1 MB", row(1, strings.Repeat("Very long ", 100_000), ""), "", 1, 0},
		{"a summary of 1 MB", row(1, "Title", "<p>"+strings.Repeat("Very long, and on. ", 50_000)+"</p>"), "", 1, 0},
		{"512 elements in each other", strings.Repeat("<div>", 507) + row(1, "Title", ""), "", 1, 0},
		{"513 elements in each other", strings.Repeat("<div>", 508) + row(1, "Title", ""), "more than 512 elements lie in each other", 0, 0},
		{"200,000 elements in each other", strings.Repeat("<div>", 200_000) + row(1, "Title", ""), "more than 512 elements lie in each other", 0, 0},
		{"150,000 empty elements beside each other", row(1, "Title", "") + strings.Repeat("<p></p>", 150_000), "the page has more than 100000 elements or 20000 lines of text; the rest was left", 1, 0},
		{"30,000 lines", row(1, "Title", "") + strings.Repeat("<p>x</p>", 30_000), "the page has more than 100000 elements or 20000 lines of text; the rest was left", 1, 0},
		{"300,000 elements beside each other", row(1, "Title", "") + strings.Repeat("<p>x</p>", 300_000), "the page has more than 100000 elements or 20000 lines of text; the rest was left", 1, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			page, err := readAll(t, test.body)
			said := strings.Join(page.Problems, "\n")
			if err != nil {
				said = err.Error()
			}
			if !strings.Contains(said, test.says) || (said == "") != (test.says == "") {
				t.Errorf("said %.300q, want %q", said, test.says)
			}
			if len(page.Releases) != test.releases {
				t.Fatalf("%d releases, want %d", len(page.Releases), test.releases)
			}
			for _, r := range page.Releases {
				if n := len(r.Topics) + len(r.Offices); n != test.tags || utf8.RuneCountInString(r.Title) > 500 || utf8.RuneCountInString(r.Summary) > 4000 {
					t.Errorf("%d topics and offices, want %d; a title of %d runes, a summary of %d", n, test.tags, utf8.RuneCountInString(r.Title), utf8.RuneCountInString(r.Summary))
				}
			}
		})
	}
}

// TestSameTitle stands over two releases, which are two; a release that stands
// there twice is one.
func TestSameTitle(t *testing.T) {
	row := func(number int) string {
		return fmt.Sprintf(`<li><h3><a href="/odihr/%d">Statement by the co-chairs</a></h3><p>Publishing date: 3 May 2024</p></li>`, number)
	}
	page, err := readAll(t, "<ul>"+row(7)+row(8)+row(7)+"</ul>")
	if err != nil || len(page.Releases) != 2 || page.Releases[0].Key != "7" || page.Releases[1].Key != "8" {
		t.Errorf("%v; %+v", err, page.Releases)
	}
}

func readAll(t *testing.T, body string) (Page, error) {
	t.Helper()
	source := osce(t)
	return New(source).Read([]byte(body), source.First(), seen)
}

// TestOldDays reads days of the last century and refuses those of no newsroom.
func TestOldDays(t *testing.T) {
	for shown, want := range map[string]string{
		"1 January 1970": "1970-01-01", "31 December 1969": "1969-12-31", "1 January 1900": "1900-01-01", "31 December 1899": "", "1 January 0001": "", "0 May 2024": "", "31 April 2024": "",
	} {
		page, err := readAll(t, `<h3><a href="/odihr/7">Title</a></h3><p>Publishing date: `+shown+`</p>`)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, r := range page.Releases {
			got = r.Day.String()
			if !r.Published.Equal(r.Day.Noon()) {
				t.Errorf("%s: published %s", shown, r.Published)
			}
		}
		if got != want || (want == "") != (len(page.Problems) > 0) {
			t.Errorf("%s: read as %q, problems %q; want %q", shown, got, page.Problems, want)
		}
	}
}
