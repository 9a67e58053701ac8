package feed

import (
	"bytes"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"communique/store"
)

// crowd returns a newsroom with more than 80 feeds, one of them hostile.
func crowd(t *testing.T) *store.Newsroom {
	t.Helper()
	newsroom := newStore(t)
	day := store.Day{Year: 2024, Month: 12, Day: 31}
	r := newRelease("1", "Title", "Summary.", day)
	for i := range 40 {
		r.Topics = append(r.Topics, store.Tag{Name: fmt.Sprintf("Topic of an ordinary length, number %d", i)})
		r.Offices = append(r.Offices, store.Tag{Name: fmt.Sprintf("Office of an ordinary length, number %d", i), Closed: i%4 == 0})
	}
	r.Type = store.Tag{Name: `<script src="//evil.example/">&amp;"'`}
	put(t, newsroom, r)
	return newsroom
}

func indexOf(t *testing.T, press *Press) (Document, *html.Node) {
	t.Helper()
	document, err := press.Render("/")
	if err != nil {
		t.Fatal(err)
	}
	root, err := html.Parse(bytes.NewReader(document.Body))
	if err != nil {
		t.Fatal(err)
	}
	return document, root
}

// find returns the elements of one kind in the order of the page.
func find(root *html.Node, kind atom.Atom) []*html.Node {
	var list []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && n.DataAtom == kind {
			list = append(list, n)
		}
	}
	return list
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func inner(n *html.Node) string {
	var text strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			text.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(text.String()), " ")
}

func TestIndexListsEveryFeed(t *testing.T) {
	newsroom := newStore(t)
	put(t, newsroom, seed()...)
	press := newPress(t, newsroom)
	_, root := indexOf(t, press)
	catalogue, err := press.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	linked := map[string]bool{}
	for _, a := range find(root, atom.A) {
		linked[attr(a, "href")] = true
	}
	for _, feed := range catalogue {
		for _, format := range formats() {
			if address := base + feed.Path() + format.suffix; !linked[address] {
				t.Errorf("the page has no link to %s", address)
			}
		}
	}
	if !linked[base+opmlPath] {
		t.Error("the page has no link to feeds.opml")
	}
	if got := inner(find(root, atom.Li)[2]); got != "Policing 2 releases, newest 16 Dec 2024 Atom RSS JSON" {
		t.Errorf("the topic Policing reads %q", got)
	}
	var alternates []string
	for _, link := range find(root, atom.Link) {
		if attr(link, "rel") == "alternate" {
			alternates = append(alternates, attr(link, "type")+" "+attr(link, "href"))
		}
	}
	want := []string{
		"application/atom+xml " + base + "/osce/all.atom",
		"application/rss+xml " + base + "/osce/all.rss",
		"application/feed+json " + base + "/osce/all.json",
	}
	if diff := cmp.Diff(want, alternates); diff != "" {
		t.Errorf("autodiscovery (-want +got):\n%s", diff)
	}
}

func TestIndexMarkup(t *testing.T) {
	document, root := indexOf(t, newPress(t, crowd(t)))
	if len(document.Body) > 60_000 {
		t.Errorf("the page of 82 feeds takes %d bytes, want at most 60,000", len(document.Body))
	}
	t.Logf("the page of 82 feeds takes %d bytes", len(document.Body))
	for _, kind := range []atom.Atom{atom.Header, atom.Main, atom.Nav, atom.Footer, atom.H1, atom.Title} {
		if n := len(find(root, kind)); n != 1 {
			t.Errorf("%d elements %s, want 1", n, kind)
		}
	}
	var headings []string
	for _, h := range slices.Concat(find(root, atom.H2), find(root, atom.H3)) {
		headings = append(headings, h.Data+" "+inner(h))
	}
	want := []string{"h2 OSCE: all releases", "h2 For programs", "h3 Topics", "h3 Offices", "h3 Types"}
	if diff := cmp.Diff(want, headings); diff != "" {
		t.Errorf("headings (-want +got):\n%s", diff)
	}
	if lang := attr(find(root, atom.Html)[0], "lang"); lang != "en" {
		t.Errorf("language of the page is %q", lang)
	}
	checkAnchors(t, root)
	if !slices.ContainsFunc(find(root, atom.H2), func(h *html.Node) bool { return attr(h, "id") == extensionAnchor }) {
		t.Error("what _communique.about links to is not there")
	}
}

// checkAnchors shows that ids are unique and that what refers to one finds it.
func checkAnchors(t *testing.T, root *html.Node) {
	t.Helper()
	ids := map[string]bool{}
	for n := range root.Descendants() {
		if id := attr(n, "id"); id != "" && ids[id] {
			t.Errorf("the id %q stands twice", id)
		} else {
			ids[id] = true
		}
	}
	for n := range root.Descendants() {
		if label := attr(n, "aria-labelledby"); !ids[label] && label != "" {
			t.Errorf("no element has the id %q that labels a %s", label, n.Data)
		}
		if target, found := strings.CutPrefix(attr(n, "href"), "#"); found && !ids[target] {
			t.Errorf("a link leads to #%s, which is not there", target)
		}
	}
}

// TestIndexIsAlone shows that no script is on the page but our own, whatever a
// tag is called.
func TestIndexIsAlone(t *testing.T) {
	_, root := indexOf(t, newPress(t, crowd(t)))
	checkAlone(t, root)
}

// checkAlone shows that a browser asks for nothing but the page, that one style
// sheet and one script are on it, both our own and before anything that a
// newsroom wrote, and that what refers to an id finds it.
func checkAlone(t *testing.T, root *html.Node) {
	t.Helper()
	checkAnchors(t, root)
	var own []string
	for n := range root.Descendants() {
		switch n.DataAtom {
		case atom.Img, atom.Iframe, atom.Object, atom.Embed, atom.Base, atom.Form:
			t.Errorf("the page has an element %s", n.Data)
		case atom.Style, atom.Script, atom.Title:
			own = append(own, n.Parent.Data+" "+n.Data)
			if text := map[atom.Atom]string{atom.Style: pageStyle, atom.Script: pageScript}[n.DataAtom]; text != "" && n.FirstChild.Data != "\n"+text {
				t.Errorf("the page has another %s", n.Data)
			}
		case atom.Link:
			if rel := attr(n, "rel"); rel != "alternate" && !strings.HasPrefix(attr(n, "href"), "data:") {
				t.Errorf("the page asks for %s %s", rel, attr(n, "href"))
			}
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "src" || a.Key == "style" || strings.HasPrefix(a.Val, "javascript:") {
				t.Errorf("element %s has the attribute %s", n.Data, a.Key)
			}
		}
	}
	if diff := cmp.Diff([]string{"head style", "head script", "head title"}, own); diff != "" {
		t.Errorf("style, script and title (-want +got):\n%s", diff)
	}
	if strings.Contains(pageStyle, "url(") || strings.Contains(pageStyle, "@import") {
		t.Error("the style sheet asks for something")
	}
}

// TestIndexSeveralNewsrooms tells newsrooms apart, and marks the language of
// names that are not English.
func TestIndexSeveralNewsrooms(t *testing.T) {
	one, other := newStore(t), newStore(t)
	put(t, one, seed()...)
	r := newRelease("1", "Titel", "", store.Day{Year: 2024, Month: 5, Day: 7})
	r.Topics = tags("Wasserwirtschaft")
	put(t, other, r)
	ministry := Newsroom{Name: "amt", Title: "Amt", Home: "https://amt.example/", Language: "de", IDPrefix: "tag:amt.example,2020:"}
	press, err := NewPress(base, DefaultLimits(), Room{Newsroom: osce(), Store: one}, Room{Newsroom: ministry, Store: other})
	if err != nil {
		t.Fatal(err)
	}
	_, root := indexOf(t, press)
	checkAnchors(t, root)
	if got := inner(find(root, atom.H1)[0]); got != "OSCE and Amt releases, in your feed reader" {
		t.Errorf("the heading is %q", got)
	}
	foreign := slices.DeleteFunc(find(root, atom.A), func(n *html.Node) bool { return attr(n, "lang") != "de" })
	if len(foreign) != 1 || inner(foreign[0]) != "Wasserwirtschaft" {
		t.Errorf("%d names are marked as German, want the one", len(foreign))
	}
	document, err := press.Render(opmlPath)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(document.Body), `text="Amt: Topics"`) {
		t.Errorf("groups of two newsrooms are not told apart:\n%s", document.Body)
	}
}

// TestContrast computes the contrast of every pair of colours that the style
// sheet puts on each other, for light and dark: at least 4.5 (WCAG 2.2, 1.4.3).
func TestContrast(t *testing.T) {
	colour := regexp.MustCompile(`--(\w+): #([0-9a-f]{3,6});`)
	schemes := strings.SplitN(pageStyle, "@media (prefers-color-scheme: dark)", 2)
	for i, scheme := range schemes {
		luminance := map[string]float64{}
		for _, m := range colour.FindAllStringSubmatch(scheme, -1) {
			luminance[m[1]] = relativeLuminance(t, m[2])
		}
		for _, pair := range [][2]string{
			{"ink", "paper"},
			{"ink", "sheet"},
			{"soft", "paper"},
			{"soft", "sheet"},
			{"link", "paper"},
			{"link", "sheet"},
			{"link", "tint"},
			{"paper", "link"},
		} {
			a, b := luminance[pair[0]], luminance[pair[1]]
			if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); ratio < 4.5 {
				t.Errorf("scheme %d: %s on %s has a contrast of %.2f", i, pair[0], pair[1], ratio)
			}
		}
		for _, under := range []string{"paper", "sheet"} { // 1.4.11: the edge of what is typed into
			a, b := luminance["edge"], luminance[under]
			if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); ratio < 3 {
				t.Errorf("scheme %d: edge on %s has a contrast of %.2f", i, under, ratio)
			}
		}
		if len(luminance) != 8 {
			t.Errorf("scheme %d has %d colours, want 8", i, len(luminance))
		}
	}
}

// relativeLuminance is that of WCAG 2.2 for a colour in hexadecimal digits.
func relativeLuminance(t *testing.T, hex string) float64 {
	t.Helper()
	if len(hex) == 3 {
		hex = strings.Join([]string{hex[:1], hex[:1], hex[1:2], hex[1:2], hex[2:], hex[2:]}, "")
	}
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		value, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(value) / 255
		if c <= 0.04045 {
			sum += weight * c / 12.92
		} else {
			sum += weight * math.Pow((c+0.055)/1.055, 2.4)
		}
	}
	return sum
}
