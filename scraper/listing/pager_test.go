package listing

import (
	"net/url"
	"strings"
	"testing"
)

func TestPager(t *testing.T) {
	const home = "https://www.osce.org/press-releases"
	for name, tt := range map[string]struct {
		at, body, next string
		paged          bool
	}{
		"none":             {home, `<a href="/odihr/5">Next</a>`, "", false},
		"rel":              {home, `<a rel="nofollow next" href="?page=1">Older</a>`, home + "?page=1", true},
		"rel in the head":  {home, `<head><link rel=next href="/press-releases?page=1"></head>`, home + "?page=1", true},
		"words":            {home, `<a href="?page=7">next ›</a>`, home + "?page=7", true},
		"words in parts":   {home, `<a href="?page=1"><span>Next</span> <i>→</i></a>`, home + "?page=1", true},
		"class":            {home, `<ul><li class="pager-next"><a href="?page=1">weiter</a></li></ul>`, home + "?page=1", true},
		"label":            {home, `<a aria-label="Go to next page" href="?page=1"><svg></svg></a>`, home + "?page=1", true},
		"numbers":          {home + "?page=3", `<a href="?page=2">3</a> <a href="?page=4">5</a> <a href="?page=9">10</a>`, home + "?page=4", true},
		"last page":        {home + "?page=3", `<a href="?page=2">‹ previous</a> <a href="/press-releases?page=0">first</a>`, "", true},
		"button":           {home + "?page=3&rows=50", `<button>Load more</button>`, home + "?page=4&rows=50", true},
		"kept parameters":  {home + "?rows=50", `<a href="/press-releases?rows=50&amp;page=1">next</a>`, home + "?rows=50&page=1", true},
		"to itself":        {home + "?page=1", `<a href="?page=1">next</a>`, "", false},
		"fragment":         {home, `<a href="#next">next</a>`, "", false},
		"elsewhere":        {home, `<a rel=next href="https://example.net/press-releases?page=1">next</a>`, "", false},
		"another section":  {home, `<a rel=next href="/events?page=1">next</a>`, "", false},
		"mirror":           {"http://127.0.0.1:8080/press-releases", `<a href="https://www.osce.org/press-releases?page=1">next</a>`, "http://127.0.0.1:8080/press-releases?page=1", true},
		"other letters":    {home, "<a rel=next href='?page=1&q=\u202eü <b>'>next</a>", home + "?page=1&q=%E2%80%AE%C3%BC%20%3Cb%3E", true},
		"rel before words": {home, `<a href="?page=5">next</a><a rel=next href="?page=1">2</a>`, home + "?page=1", true},
	} {
		t.Run(name, func(t *testing.T) {
			at, err := url.Parse(tt.at)
			if err != nil {
				t.Fatal(err)
			}
			page, err := New(osce(t)).Read([]byte(tt.body), at, seen)
			if err != nil {
				t.Fatal(err)
			}
			if page.Next != tt.next || page.Paged != tt.paged {
				t.Errorf("next %q, paged %v; want %q, %v", page.Next, page.Paged, tt.next, tt.paged)
			}
		})
	}
}

// TestPagerPages counts the pages that pagers tell of.
func TestPagerPages(t *testing.T) {
	const home = "https://www.osce.org/press-releases"
	for name, tt := range map[string]struct {
		at, body string
		want     int
	}{
		"none":            {home, `<a href="/press-releases">Newsroom</a> <a href="?solrsort=score">Relevance</a>`, 0},
		"last":            {home, `<a href="?page=1">2</a> <a href="?page=690">last »</a> <a href="?page=1">next ›</a>`, 691},
		"this is last":    {home + "?page=3", `<a href="?page=2">‹ previous</a>`, 4},
		"second of two":   {home + "?page=1&rows=50", `<a href="?rows=50">1</a>`, 2},
		"next only":       {home + "?page=1", `<a rel=next href="?page=2">Older</a>`, 3},
		"in a menu":       {home, `<nav><a href="?page=1">2</a><a href="?page=2">3</a></nav>`, 3},
		"mirror":          {"http://127.0.0.1:8080/press-releases", `<a href="https://www.osce.org/press-releases?page=8">9</a>`, 9},
		"filtered":        {home + "?filters=x", `<a href="?filters=x&page=2">3</a>`, 3},
		"absurd":          {home, `<a href="?page=1">2</a> <a href="?page=9999999999999">last</a> <a href="?page=-7">first</a>`, 2},
		"another section": {home, `<a href="/events?page=7">8</a>`, 0},
		"button":          {home, `<button>Load more</button>`, 0},
	} {
		if page := readAt(t, tt.at, tt.body); page.Pages != tt.want {
			t.Errorf("%s: %d pages, want %d", name, page.Pages, tt.want)
		}
	}
}

func TestPageAfter(t *testing.T) {
	for at, want := range map[string]string{
		"https://www.osce.org/press-releases":                "https://www.osce.org/press-releases?page=1",
		"https://www.osce.org/press-releases?page=0":         "https://www.osce.org/press-releases?page=1",
		"https://www.osce.org/press-releases?page=9&rows=50": "https://www.osce.org/press-releases?page=10&rows=50",
		"https://www.osce.org/press-releases?page=x":         "https://www.osce.org/press-releases?page=1",
	} {
		u, err := url.Parse(at)
		if err != nil {
			t.Fatal(err)
		}
		if got := PageAfter(u, "page"); got != want || u.String() != at {
			t.Errorf("PageAfter(%q) = %q, want %q", at, got, want)
		}
	}
}

// TestPagerUnknownWords has links to later pages of which none is known as that to
// the next one, as of a listing that counts from 1: that is said.
func TestPagerUnknownWords(t *testing.T) {
	const home = "https://www.osce.org/press-releases"
	for body, want := range map[string]int{
		`<a href="?page=2">Weiter</a>`:                             1,
		`<a href="?page=2">Next</a>`:                               0,
		`<a href="?page=1">2</a> <a href="?page=2">3</a>`:          0,
		`<a href="?page=0">first</a>`:                              0,
		`<a href="?page=2">3</a> <button>Show more</button> <p>`:   0,
		`<a href="?rows=50">50</a> <a href="/events?page=2">3</a>`: 0,
	} {
		told := 0
		for _, problem := range readAt(t, home, body).Problems {
			if strings.Contains(problem, "labels.next") {
				told++
			}
		}
		if told != want {
			t.Errorf("%s: told %d times, want %d", body, told, want)
		}
	}
}
