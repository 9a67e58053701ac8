package feed

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"net/url"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// pageType is what a server sends with every page for people.
const pageType = "text/html; charset=utf-8"

// pageSuffix ends the path of a feed's page.
const pageSuffix = ".html"

var (
	//go:embed page.html
	pageText string
	//go:embed index.css
	pageStyle string
	//go:embed script.js
	pageScript string

	pageTemplate = template.Must(template.New("page").Parse(pageText))
)

// newPage returns the template of one page; what all pages share is defined in
// page.html.
func newPage(name, text string) *template.Template {
	return template.Must(template.Must(pageTemplate.Clone()).New(name).Parse(text))
}

// head is what stands above every page. A page has one style sheet and one
// script, both before anything that a newsroom wrote: servers allow them by
// their hashes.
type head struct {
	Title, Description string
	Style              template.CSS
	Script             template.JS
	Alternates         []alternate
}

// alternate is another form of what a page shows, for programs to find.
type alternate struct{ Title, Type, Href string }

func newHead(title, description string) head {
	return head{
		Title: title, Description: description,
		Style: template.CSS(pageStyle), Script: template.JS(pageScript),
	}
}

// execute writes a page. A link from one page to another is relative, so that
// the pages work wherever the tree lies; the address of a feed is absolute,
// since people carry it away.
func execute(page *template.Template, shown any) ([]byte, error) {
	var out bytes.Buffer
	if err := page.Execute(&out, shown); err != nil {
		return nil, fmt.Errorf("rendering a page: %w", err)
	}
	return out.Bytes(), nil
}

// relative returns the shortest link from one path of the tree to another.
func relative(from, to string) string {
	for {
		folder, rest, deeper := strings.Cut(from, "/")
		other, target, deep := strings.Cut(to, "/")
		if !deeper || !deep || folder != other {
			break
		}
		from, to = rest, target
	}
	link := url.URL{Path: strings.Repeat("../", strings.Count(from, "/")) + to}
	return link.String()
}

// counted says how many releases there are.
func counted(n int) string {
	if n == 1 {
		return "1 release"
	}
	return grouped(n) + " releases"
}

// grouped writes a number for readers of English: 34,017.
func grouped(n int) string { return message.NewPrinter(language.English).Sprint(n) }

// foreign returns a language that a page has to mark, "" for its own.
func foreign(name string) string {
	if base, _ := language.Make(name).Base(); base.String() == "en" {
		return ""
	}
	return name
}
