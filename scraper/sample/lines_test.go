package sample

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// parse asks for a page of the listing, which must answer 200.
func parse(t *testing.T, site *Site, address string) *html.Node {
	t.Helper()
	answer := get(t, site, address)
	root, err := html.Parse(answer.Body)
	if answer.Code != 200 || err != nil {
		t.Fatalf("GET %s: %d, %v", address, answer.Code, err)
	}
	return root
}

// results is the part of a page where the rows stand.
func results(t *testing.T, site *Site, address string) *html.Node {
	t.Helper()
	return only(t, parse(t, site, address), "main-column")
}

// linesOf is the text of n as a person sees it, a line for each block.
func linesOf(n *html.Node) []string {
	var text strings.Builder
	var write func(*html.Node)
	write = func(n *html.Node) {
		if n.Type == html.TextNode {
			text.WriteString(strings.ReplaceAll(n.Data, "\n", " "))
		}
		inline := n.Type == html.TextNode || slices.Contains([]string{"a", "b", "i", "span", "time"}, n.Data)
		if !inline {
			text.WriteByte('\n')
		}
		for c := range n.ChildNodes() {
			write(c)
		}
		if !inline {
			text.WriteByte('\n')
		}
	}
	write(n)
	var lines []string
	for line := range strings.SplitSeq(text.String(), "\n") {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

var releaseLink = regexp.MustCompile(`^/.*/\d+$`)

// rowLinks lists the links to releases below n.
func rowLinks(n *html.Node) []string {
	var list []string
	for a := range byTag(n, "a") {
		if href := attribute(a, "href"); releaseLink.MatchString(href) {
			list = append(list, href)
		}
	}
	return list
}

func paths(releases []Release) []string {
	var list []string
	for _, r := range releases {
		list = append(list, r.Path())
	}
	return list
}

// wantLines is what a person sees of a release in a layout. The words are
// spelled out here, not taken from the site's own table of labels.
func wantLines(l Layout, r Release) []string {
	r = r.Shown()
	date, office, topic := "Publishing date", "Where we are", "What we do"
	if l == Cards2026 || l == Divs {
		date, office, topic = "Issued on", "Issued by", "Fields of work"
	}
	var fields []string
	for _, f := range [][2]string{
		{date, r.Day.Format("2 January 2006")},
		{"Content type", r.Type},
		{office, strings.Join(r.Offices, ", ")},
		{topic, strings.Join(r.Topics, ", ")},
	} {
		switch {
		case f[1] == "" || l == Cards2026 && f[0] == "Content type":
		case l == Table:
			fields = append(fields, f[1])
		case l == Divs:
			fields = append(fields, f[0], f[1])
		default:
			fields = append(fields, f[0]+": "+f[1])
		}
	}
	switch l {
	case Cards2026:
		lines := slices.Concat([]string{strings.Replace(r.Type, "News", "News Item", 1), r.Title, r.Summary}, fields)
		return slices.DeleteFunc(lines, func(line string) bool { return line == "" })
	case Table:
		return slices.Concat([]string{r.Title, r.Summary}, fields)
	case Divs:
		return slices.Concat([]string{r.Title}, fields, []string{r.Summary, "Read more"})
	}
	return slices.Concat([]string{r.Title}, fields, []string{r.Summary})
}

// wantPage is what a person sees of a page without a pager.
func wantPage(l Layout, releases []Release) []string {
	lines := []string{"Sort by: Publishing date"}
	if l == Table {
		lines = append(lines, "Title", "Publishing date", "Content type", "Where we are", "What we do")
	}
	for _, r := range releases {
		lines = append(lines, wantLines(l, r)...)
	}
	return lines
}
