package listing

import (
	"fmt"
	"slices"
	"strings"

	"communique/scraper/sources"
)

// generated is a page, what it shows, and the address of the next page.
type generated struct {
	layout layout
	html   string
	truths []truth
	next   string
}

// generate draws a page. The same seed gives the same page.
func generate(seed uint64, s *sources.Source) generated {
	d := seeded(seed)
	l := inventLayout(d, s)
	g := generated{layout: l, truths: inventTruths(d, s)}
	g.settle(s)
	pager, next := l.pager()
	g.next = next
	main := strings.Join([]string{l.intro(), l.rows(g.truths), pager}, "\n")
	body := l.before() + l.element(pick(d, "main", "div", "div", ""), "content", main) + l.behind()
	for range d.IntN(3) {
		body = l.element("div", "outer", body)
	}
	g.html = pick(d, "<!DOCTYPE html>\n<html lang=en><head><meta charset=utf-8><title>Publishing date</title></head><body>\n", "<!doctype html><title>News</title>\n") + body
	return g
}

// settle adds to the truth what depends on the layout.
func (g *generated) settle(s *sources.Source) {
	for i := range g.truths {
		if g.layout.bare {
			g.truths[i].summary = ""
		}
		if t := &g.truths[i]; g.layout.kicker && !slices.Contains(s.Types, t.category.tag.Name) && t.category.text != "" {
			t.category = plain("Press release") // nothing says that another word is a type
		}
	}
}

// intro writes what stands above the rows, in the same element.
func (l layout) intro() string {
	var out string
	if l.chance(70) {
		out += "<h1>Newsroom</h1>"
	}
	if l.chance(30) {
		out += "<p>News and press releases from the OSCE's global activities.</p>"
	}
	if l.chance(25) {
		out += pick(l.dice,
			`<div class="search-sort">Sort by: <a href="/press-releases?solrsort=ds_date%20asc">Publishing date</a> <a href="/press-releases?solrsort=title">Title</a></div>`,
			`<p>Sort by <a href="?solrsort=ds_date%20asc">publishing date</a> | <a href="?solrsort=score">relevance</a></p>`,
			`<form action="/press-releases"><label>Publishing date: <input name=from> to <input name=to></label> <label>Content type: <select><option>News<option>Press release</select></label><button>Where we are</button></form>`,
			`<p>3,441 results</p>`,
		)
	}
	return out
}

// before writes the menus and filters above the listing.
func (l layout) before() string {
	var out string
	if l.chance(60) {
		menu := `<ul><li><a href="/who-we-are">Who we are</a></li><li><a href="/where-we-are">Where we are</a></li><li><a href="/what-we-do">What we do</a></li></ul>`
		out += pick(l.dice, "<nav>"+menu+"</nav>", "<div id=header>"+menu+"</div>", `<header><a href="/what-we-do">What we do</a> | <a href="/where-we-are">Where we are</a></header>`)
	}
	if l.chance(40) {
		out += l.facets()
	}
	if l.chance(20) {
		out += l.mostRead()
	}
	return out
}

// behind writes what stands below the listing.
func (l layout) behind() string {
	var out string
	if l.chance(30) {
		out += l.facets()
	}
	if l.chance(20) {
		out += l.mostRead()
	}
	if l.chance(60) {
		words := `<h4>Where we are</h4><a href="/mission-to-serbia">OSCE Mission to Serbia</a><h4>What we do</h4><ul><li><a href="/policing">Policing</a></ul>` +
			pick(l.dice, "", "<p>Issued by: OSCE Secretariat, Wallnerstrasse 6, Vienna</p>", "<p>The Organization for Security and Co-operation in Europe works for stability, peace and democracy for more than a billion people, through political dialogue about shared values and through practical work that makes a lasting difference.</p>")
		out += pick(l.dice, "<footer>"+words+"</footer>", `<div id="footer">`+words+"</div>", "<footer><div>"+words+"</div></footer>")
	}
	return out
}

// facets writes lists of filters under the words of labels.
func (l layout) facets() string {
	heading := pick(l.dice, "h2", "h3", "h4")
	block := func(label, group string, names ...string) string {
		var items string
		for i, name := range names {
			items += fmt.Sprintf(`<li><a href="/press-releases?filters=%s:(%d)">%s</a>%s</li>`, group, 6+i, name, pick(l.fixed(), "", " (912)"))
		}
		return "<" + heading + ">" + label + "</" + heading + "><ul>" + items + "</ul>"
	}
	words := block("Where we are", "im_taxonomy_vid_1", "OSCE Presence in Albania", "OSCE Secretariat") +
		block(pick(l.dice, "What we do", "Fields of work"), "im_taxonomy_vid_3", "Policing", "Elections") + block("Publishing date", "ds_date", "2024", "2023")
	return pick(l.dice, "<aside>"+words+"</aside>", `<div class="facets">`+words+"</div>", "<section>"+words+"</section>")
}

// mostRead writes links to releases that are no rows.
func (l layout) mostRead() string {
	var items string
	for i := range 1 + l.IntN(6) {
		items += fmt.Sprintf(`<li><a href="/secretariat/%d">OSCE Secretary General visits region %d</a></li>`, 400000+i, i+1)
	}
	words := "<h3>Most read</h3><ul>" + items + "</ul>"
	return pick(l.dice, "<aside>"+words+"</aside>", `<div class="sidebar">`+words+"</div>", `<section role="complementary">`+words+"</section>")
}

// pager writes links to other pages, and says what the next one is.
func (l layout) pager() (text, next string) {
	const second = "https://www.osce.org/press-releases?page=1"
	switch l.IntN(8) {
	case 0:
		return "", ""
	case 1:
		return `<ul class="pager"><li class="pager-item"><a href="/press-releases?page=1">2</a></li><li class="pager-next"><a href="/press-releases?page=1">next ›</a></li><li class="pager-last"><a href="/press-releases?page=3441">last »</a></li></ul>`, second
	case 2:
		return `<nav><a rel="next" href="?page=1">Older releases</a></nav>`, second
	case 3:
		return `<nav aria-label="Pages">1 <a href="?page=1">2</a> <a href="?page=2">3</a></nav>`, second
	case 4:
		return `<p><button type="button">Load more</button></p>`, second
	case 5:
		return `<a href="https://www.osce.org/press-releases?page=1" title="Go to next page">»</a>`, second
	case 6:
		return `<p><a href="?page=1">Show more</a></p>`, second
	}
	return `<div><span>Page 1 of 3</span> <a href="/press-releases?page=1"><span>Next</span> <i>→</i></a></div>`, second
}
