package sample

import (
	"iter"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// readPage is what a visitor sees of a listing page. It is read by the class
// names that scrapers of the real listing rely on.
type readPage struct {
	rows       []readRow
	items      []string
	next, last string
	facets     map[string]string
	text       string
}

// readRow is one row, its address in place of number and slug.
type readRow struct {
	Path, Title, Summary string
	Day                  time.Time
	Type                 string
	Offices, Topics      []string
}

// rowOf is what a row must show of a release.
func rowOf(r Release) readRow {
	r = r.Shown()
	return readRow{r.Path(), r.Title, r.Summary, r.Day, r.Type, r.Offices, r.Topics}
}

// get asks the site for one address and returns the whole answer.
func get(t *testing.T, site *Site, address string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequest("GET", address, nil)
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	answer := httptest.NewRecorder()
	site.ServeHTTP(answer, request)
	return answer
}

// read asks for a listing page, which must answer 200, and reads it.
func read(t *testing.T, site *Site, address string) readPage {
	t.Helper()
	answer := get(t, site, address)
	if answer.Code != 200 {
		t.Fatalf("GET %s: %d", address, answer.Code)
	}
	root, err := html.Parse(answer.Body)
	if err != nil {
		t.Fatalf("parsing %s: %v", address, err)
	}
	page := readPage{text: textOf(root), facets: map[string]string{}}
	for row := range byClass(root, "search-result-news") {
		page.rows = append(page.rows, readOne(t, row))
	}
	for link := range links(root, "pager-item") {
		page.items = append(page.items, link)
	}
	for link := range links(root, "pager-next") {
		page.next = link
	}
	for link := range links(root, "pager-last") {
		page.last = link
	}
	for leaf := range byClass(root, "pane-facetapi") {
		for a := range byTag(leaf, "a") {
			page.facets[textOf(a)] = attribute(a, "href")
		}
	}
	return page
}

func readOne(t *testing.T, row *html.Node) readRow {
	t.Helper()
	inResults := func(n *html.Node) bool { return hasClass(n, "pane-apachesolr-result") }
	if !slices.ContainsFunc(slices.Collect(row.Ancestors()), inResults) {
		t.Errorf("a row stands outside of the results: %s", textOf(row))
	}
	var r readRow
	for a := range byTag(only(t, row, "search-title"), "a") {
		r.Path, r.Title = attribute(a, "href"), textOf(a)
	}
	date := strings.TrimSpace(only(t, row, "publishing-date").LastChild.Data)
	var err error
	if r.Day, err = time.Parse("2 January 2006", date); err != nil {
		t.Errorf("reading a row's date: %v", err)
	}
	r.Summary = only(t, row, "search-snippet").FirstChild.Data
	r.Type = strings.Join(labelled(row, "Content type: "), ", ")
	r.Offices = labelled(row, "Where we are: ")
	r.Topics = labelled(row, "What we do: ")
	return r
}

// labelled returns the values of the line that begins with a label.
func labelled(row *html.Node, label string) []string {
	for div := range byTag(row, "div") {
		if values, found := strings.CutPrefix(textOf(div), label); found {
			return strings.Split(values, ", ")
		}
	}
	return nil
}

func only(t *testing.T, n *html.Node, class string) *html.Node {
	t.Helper()
	found := slices.Collect(byClass(n, class))
	if len(found) != 1 {
		t.Fatalf("%d elements of class %q in %q, want one", len(found), class, textOf(n))
	}
	return found[0]
}

func links(n *html.Node, class string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for item := range byClass(n, class) {
			for a := range byTag(item, "a") {
				if !yield(attribute(a, "href")) {
					return
				}
			}
		}
	}
}

func byClass(n *html.Node, class string) iter.Seq[*html.Node] {
	return matching(n, func(d *html.Node) bool { return hasClass(d, class) })
}

func byTag(n *html.Node, tag string) iter.Seq[*html.Node] {
	return matching(n, func(d *html.Node) bool { return d.Type == html.ElementNode && d.Data == tag })
}

func matching(n *html.Node, matches func(*html.Node) bool) iter.Seq[*html.Node] {
	return func(yield func(*html.Node) bool) {
		for d := range n.Descendants() {
			if matches(d) && !yield(d) {
				return
			}
		}
	}
}

func hasClass(n *html.Node, class string) bool {
	return slices.Contains(strings.Fields(attribute(n, "class")), class)
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func textOf(n *html.Node) string {
	var text strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			text.WriteString(d.Data)
		}
	}
	return text.String()
}
