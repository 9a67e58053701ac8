package listing

import (
	"bytes"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"communique/scraper/sample"
)

var mutations = flag.Int("mutations", 1000, "how many broken pages are read by two trees")

// parsed is a page's tree as html.Parse makes it.
func parsed(body []byte) (*tree, error) {
	root, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	made := &builder{tree: new(tree)}
	made.add(node{kind: html.DocumentNode})
	made.adoptAll(root, 0)
	made.said = string(made.marks)
	return made.tree, nil
}

// adoptAll copies what is in a node of html.Parse's.
func (b *builder) adoptAll(from *html.Node, to ref) {
	for c := from.FirstChild; c != nil; c = c.NextSibling {
		n := node{kind: c.Type, tag: c.DataAtom, nature: natures.of(c.DataAtom)}
		if c.Type == html.DoctypeNode || c.Type == html.CommentNode && c.Parent == from && from.Type == html.DocumentNode {
			continue
		}
		if c.Type == html.TextNode {
			n.from = int32(len(b.text))
			b.text = append(b.text, c.Data...)
			n.to = int32(len(b.text))
		} else {
			n.from, n.to = b.keep([]byte(c.Data))
		}
		n.firstAttr = int32(len(b.attrs))
		for _, a := range c.Attr {
			kept := attr{atom: atom.Lookup([]byte(a.Key)), from: int32(len(b.marks)), to: int32(len(b.marks))}
			if kept.atom == 0 {
				kept.from, kept.to = b.keep([]byte(a.Key))
			}
			_, kept.end = b.keep([]byte(a.Val))
			b.attrs = append(b.attrs, kept)
		}
		n.endAttr = int32(len(b.attrs))
		if c.Namespace != "" && c.DataAtom.String() != c.Namespace {
			n.nature = 0
		}
		at := b.add(n)
		b.insert(at, to, 0)
		b.adoptAll(c, at)
	}
}

// unseenBytes are those that the two write differently, and nobody sees.
var unseenBytes = strings.NewReplacer("\x00", "", "\ufffd", "", "\r\n", "\n", "\r", "\n")

// draw shows the elements and texts in a node, one below the other. White space
// that nobody sees is left out, as are programs.
func (t *tree) draw(out *strings.Builder, n ref, depth int) {
	text := ""
	show := func() {
		if text = strings.Join(strings.Fields(unseenBytes.Replace(text)), " "); text != "" {
			fmt.Fprintf(out, "%*s%q\n", depth, "", text)
		}
		text = ""
	}
	for c := t.nodes[n].first; c != 0; c = t.nodes[c].next {
		switch t.nodes[c].kind {
		case html.TextNode:
			text += string(t.textIn(c))
			continue
		case html.ElementNode:
			show()
			var attrs []string
			for _, a := range t.attributes(c) {
				attrs = append(attrs, fmt.Sprintf(" %s=%q", unseenBytes.Replace(t.key(a)), unseenBytes.Replace(t.value(a))))
			}
			slices.Sort(attrs)
			if tag := t.nodes[c].tag; tag == atom.Html || tag == atom.Body {
				attrs = nil // those of a second tag are left out
			}
			fmt.Fprintf(out, "%*s<%s%s>\n", depth, "", unseenBytes.Replace(strings.ToLower(t.nameOf(c))), strings.Join(attrs, ""))
			if tag := t.nameOf(c); tag != "script" && tag != "style" && depth < 600 {
				t.draw(out, c, depth+1)
			}
		default:
			show()
		}
	}
	show()
}

func drawn(t *tree) string {
	var out strings.Builder
	t.draw(&out, 0, 0)
	return out.String()
}

// readTree reads a page whose tree was made before.
func (r *Reader) readTree(made *tree) Page {
	p := &page{tree: *made}
	p.words, p.source, p.now, p.place = r.words, r.source, seen, newPlace(r, r.source.First(), made)
	p.read()
	return p.Page
}

// TestTree reads sound pages by trees made here and by html.Parse: they are the
// same, and so is what they say.
func TestTree(t *testing.T) {
	reader := New(osce(t))
	list := soundPages(t)
	for seed := range uint64(300) {
		list = append(list, []byte(generate(seed, reader.source).html))
	}
	site := newSite()
	for _, layout := range sample.Layouts() {
		site.SetLayout(layout)
		for page := range 10 {
			list = append(list, fetch(t, site, fmt.Sprintf("page=%d&rows=50", page)))
		}
	}
	for i, body := range list {
		if tree, page := differences(t, reader, body); tree+page != "" {
			t.Fatalf("page %d (-html.Parse +own):\n%s%s", i, tree, page)
		}
	}
	t.Logf("%d pages", len(list))
}

// TestMutatedTree does the same with pages that were broken at random places.
// One in a thousand may differ.
func TestMutatedTree(t *testing.T) {
	reader := New(osce(t))
	sound := soundPages(t)
	trees, pages := 0, 0
	for seed := range uint64(*mutations) {
		tree, page := differences(t, reader, mutate(seeded(seed), sound))
		if tree != "" {
			trees++
			t.Logf("seed %d: another tree (-html.Parse +own):\n%s", seed, tree)
		}
		if page != "" {
			pages++
			t.Logf("seed %d reads differently (-html.Parse +own):\n%s", seed, page)
		}
	}
	if t.Logf("%d of %d trees and %d pages differ", trees, *mutations, pages); max(trees, pages) > *mutations/1000 {
		t.Error("more than one in a thousand")
	}
}

// differences compares the two trees of a page and what is read from them.
func differences(t *testing.T, reader *Reader, body []byte) (trees, pages string) {
	t.Helper()
	want, err := parsed(body)
	got := new(tree)
	if own := got.parse(body); own != nil || err != nil {
		if (own == nil) != (err == nil) {
			return fmt.Sprintf("%v, not %v", own, err), ""
		}
		return "", ""
	}
	return cmp.Diff(drawn(want), drawn(got)), cmp.Diff(reader.readTree(want), reader.readTree(got))
}

// TestTreeRules compares the two trees of small pages that break a rule each.
func TestTreeRules(t *testing.T) {
	for _, body := range []string{
		"", "x", "<", "</", "</>", "<!", "<?x>y", "<!-->x", "<!--->x", "<!--a--!>x", "<!-- x", "<![CDATA[x]]>y", "</ x>y", "<a", "<a b='c", "a<b",
		"<!doctype html><p><table><td>x</table>", "<p><table><td>x</table>", "<!doctype x><p><table>",
		`<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 3.2 Final//EN"><p><table>`,
		`<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN"><p><table>`,
		`<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" "http://www.w3.org/TR/html4/loose.dtd"><p><table>`,
		`<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd"><p><table>`,
		"<title>a<b>c</title><p>d", "<script>a</script>b", "<script><!--<script>a</script>b</script>c", "<script><!-- a --></script>b",
		"<script><!--><script></script>c", "<style><p></style>x", "<textarea>\n<p>&amp;</textarea>x", "<xmp><b></xmp>x", "<plaintext><b></plaintext>",
		"<iframe><b></iframe>x", "<noscript><b></noscript>x", "<head><noscript><b></noscript></head>x", "<body><noembed><b></noembed>",
		"<head></head><title>x</title>y", "<head></head> <meta><body>x", "<body>x</body>y<p>z</html>a", "</p>x", "</br>x", "</head></body>x",
		"<p>a<div>b</p>c", "<p>a<p>b<h1>c<h2>d</h1>e", "<li>a<li>b<ul><li>c</ul>d</li>e", "<dl><dt>a<dd>b<dt>c</dl>d", "<dd><div><dd>a",
		"<ul><li><div><li>a", "<button><p>a<button>b</p>c", "<select><option>a<option>b<optgroup><option>c</select>d", "<select><p>a<input>b",
		"<select><select>a", "<option>a<option>b<optgroup>c", "<ruby>a<rb>b<rt>c<rtc>d<rp>e</ruby>f",
		"<b><p>a</b>b</p>c", "<b><i>a</b>b</i>c", "<a>a<a>b", "<a>a<p>b<a>c", "<a><table><td><a>b</table>c", "<b><b><b><b><p>a", "<b a=1><b a=1><b a=1><b a=1></p><p>a",
		"<i><b><u><s><p>a</i>b", "<i><b><u><s><em><p>a</i>b</b>c", "<nobr>a<nobr>b", "<b><table><tr>a</b><td>b", "<font><p>a</font><table>b</font>c",
		"<table>a<tr>b<td>c</td>d</table>e", "<table><b>a<tr><td>b</b>c</table>d", "<table><td>a<table>b<td>c", "<table><caption>a<b><tr><td>c</table>d",
		"<table><colgroup>a<col><td>b", "<table><col><td>a<tbody>b<tfoot><tr>c<th>d</table>", "<table><tr></tbody><td>a</tr>b</table>", "<table><input type=HIDDEN><input>a",
		"<table><form><td>a</form>b", "<table></p>a<td></p>b", "<table><li>a<td><li>b</table>", "<table><!-- a --><tr><!-- b --><td>c", "<tr><td>a", "<table> <b> <tr>",
		"<form>a<form>b</form>c</form>d", "<form><div>a</form>b</div>c", "<hr><image src=a>b<br/>c<p/>d", "<object><b>a</object>b", "<p><object><p>a</object>b",
		"<template><td>a</td>b</template>c", "<template><tr><td>a</template>b", "<table><template><p>a</template><td>b", "</template>x", "<template>a", "<head><template>a", "<template><template></template>a</template>b",
		"<head><template>a</template></head>b", "<template><col>a</template>b", "<template></b><div></template>a",
		"<svg><title>a<b>c</b></title>d</svg>e", "<svg><p>a", "<svg><foreignObject><p>a</p></foreignObject><g/></svg>b", "<svg><![CDATA[a<b]]></svg>c", "<svg/>a<svg><g><a>b</svg>c",
		"<math><mi>a<b>c</b><mglyph></mi>d</math>e", "<math><annotation-xml encoding=text/html><p>a</annotation-xml>b", "<math><annotation-xml><svg><g>a</math>b", "<svg><font color=x>a",
		"<svg><font>a</font>b", "<svg><script>a<b></script></svg>c", "<table><svg><td>a", "<svg></p>a", "<svg><g></br>a", "<x-y>a</X-Y>b", "<x>a<y>b</x>c",
		"<p a=1 A=2 b>x", "<p a=/>x", "<p / a>x", "<p =a=b>x", "<p a = 'b' c=\"d\"e=f>x", "<p a=b&amp;c=&copy=1&copy;&notit;&not;&hellip&#65&#x42;>x", "&copy=1&notit;&hellip&#65&#x42;&;&",
		"<P CLASS=A>x</P>", "<frame>a<col>b", "<b></b><p></b>x", "<div><b></div>x", "<marquee><b></marquee>x", "<h1><p>a</h2>b", "<pre>\n\na</pre>b", "<address><li><address><li>a",
	} {
		if tree, _ := differences(t, New(osce(t)), []byte(body)); tree != "" {
			t.Errorf("%s (-html.Parse +own):\n%s", body, tree)
		}
	}
}

// TestTagSoup compares the two trees of tags in any order. They differ where
// html.Parse differs from the standard: those tags are left out, but for white
// space before a text among columns.
func TestTagSoup(t *testing.T) {
	names := strings.Fields(`a b i p div span table tr td tbody thead caption colgroup col ul li dl dt dd h1 h2 form
		select option optgroup button template title style textarea script br hr img input nobr em font object ruby rt rp
		x-y section header nav pre address center article noscript iframe body html head`)
	const pages = 20_000
	differ := 0
	for seed := range uint64(pages) {
		d := seeded(seed)
		var body strings.Builder
		for range 2 + d.IntN(25) {
			body.WriteString(pick(d, "<%>", "<%>", "</%>", "</%>", pick(d, "x", " ", "y", "<!-- -->")))
		}
		page := []byte(body.String())
		for i := bytes.IndexByte(page, '%'); i >= 0; i = bytes.IndexByte(page, '%') {
			page = slices.Replace(page, i, i+1, []byte(pick(d, pick(d, names...), pick(d, names[:24]...)))...)
		}
		want, err := parsed(page)
		if err != nil {
			t.Fatal(err)
		}
		got := new(tree)
		if err := got.parse(page); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(drawn(want), drawn(got)); diff != "" {
			differ++
			t.Logf("%s (-html.Parse +own):\n%s", page, diff)
		}
	}
	if t.Logf("%d of %d trees differ", differ, pages); differ > pages/1000 {
		t.Error("more than one in a thousand")
	}
}
