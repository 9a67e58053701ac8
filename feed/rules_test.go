package feed

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// tree is an element of an XML document, its name with the prefix that it has
// in the document.
type tree struct {
	Name     string
	Attr     map[string]string
	Text     string
	Children []tree
}

// parseXML reads a document into nodes without resolving name spaces, since
// the prefixes are what is tested.
func parseXML(t *testing.T, body []byte) tree {
	t.Helper()
	decoder := xml.NewDecoder(bytes.NewReader(body))
	root := tree{}
	stack := []*tree{&root}
	for {
		token, err := decoder.RawToken()
		if errors.Is(err, io.EOF) {
			return root.Children[0]
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, body)
		}
		top := stack[len(stack)-1]
		switch token := token.(type) {
		case xml.StartElement:
			element := tree{Name: prefixed(token.Name), Attr: map[string]string{}}
			for _, attr := range token.Attr {
				element.Attr[prefixed(attr.Name)] = attr.Value
			}
			top.Children = append(top.Children, element)
			stack = append(stack, &top.Children[len(top.Children)-1])
		case xml.CharData:
			top.Text += string(token)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.Directive:
			t.Errorf("the document has a directive: %s", token)
		}
	}
}

func (n tree) all(name string) []tree {
	var list []tree
	for _, child := range n.Children {
		if child.Name == name {
			list = append(list, child)
		}
	}
	return list
}

func (n tree) text(name string) string {
	if found := n.all(name); len(found) == 1 {
		return found[0].Text
	}
	return ""
}

// names returns the names of a tree's children, repeated ones once.
func (n tree) names() []string {
	var list []string
	for _, child := range n.Children {
		list = append(list, child.Name)
	}
	return slices.Compact(list)
}

// seedDocument renders one document of the seed listing.
func seedDocument(t *testing.T, path string) Document {
	t.Helper()
	newsroom := newStore(t)
	put(t, newsroom, seed()...)
	document, err := newPress(t, newsroom).Render(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(document.Body, []byte(`<?xml version="1.0" encoding="UTF-8"?>`)) && document.MediaType != jsonType {
		t.Errorf("%s does not begin with the XML declaration", path)
	}
	return document
}

func TestAtomRules(t *testing.T) {
	feed := parseXML(t, seedDocument(t, "/osce/topics/policing.atom").Body)
	want := []string{"title", "id", "updated", "subtitle", "author", "link", "category", "generator", "entry"}
	if diff := cmp.Diff(want, feed.names()); diff != "" {
		t.Errorf("elements of the feed (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]string{"xmlns": atomSpace, "xmlns:dcterms": termSpace, "xml:lang": "en"}, feed.Attr); diff != "" {
		t.Errorf("attributes of the feed (-want +got):\n%s", diff)
	}
	if id := feed.text("id"); id != "tag:osce.org,1999:feeds/topics/policing" {
		t.Errorf("id of the feed is %q", id)
	}
	own := map[string]string{"term": "policing", "scheme": "tag:osce.org,1999:topics", "label": "Policing"}
	if diff := cmp.Diff(own, feed.all("category")[0].Attr); diff != "" {
		t.Errorf("category of the feed (-want +got):\n%s", diff)
	}
	newest := ""
	for _, entry := range feed.all("entry") {
		newest = max(newest, entry.text("updated"))
	}
	if updated := feed.text("updated"); updated != newest {
		t.Errorf("the feed was updated %s, its newest entry %s", updated, newest)
	}
}

func TestAtomEntryRules(t *testing.T) {
	feed := parseXML(t, seedDocument(t, "/osce/all.atom").Body)
	seen := map[string]bool{}
	for i, entry := range feed.all("entry") {
		want := []string{"title", "updated", "id", "author", "dcterms:issued", "published", "link", "category", "summary"}
		if i == 3 || i == 4 { // these show a date and nothing else
			want = slices.DeleteFunc(want, func(name string) bool { return name == "category" })
		}
		if diff := cmp.Diff(want, entry.names()); diff != "" {
			t.Errorf("elements of entry %d (-want +got):\n%s", i, diff)
		}
		links := entry.all("link")
		if len(links) != 2 || links[0].Attr["rel"] != "alternate" || links[1].Attr["rel"] != "via" {
			t.Errorf("links of entry %d are %v, want one alternate, then via", i, links)
		}
		if len(entry.all("title")[0].Attr)+len(entry.all("summary")[0].Attr) > 0 {
			t.Errorf("title or summary of entry %d has an attribute", i)
		}
		for _, name := range []string{"published", "updated"} {
			if instant, err := time.Parse("2006-01-02T15:04:05Z", entry.text(name)); err != nil || instant.Year() != 2024 {
				t.Errorf("%s of entry %d is %q, want UTC with Z", name, i, entry.text(name))
			}
		}
		if !strings.HasPrefix(entry.text("published"), entry.text("dcterms:issued")) {
			t.Errorf("entry %d was issued %s and published %s", i, entry.text("dcterms:issued"), entry.text("published"))
		}
		if seen[entry.text("updated")] {
			t.Errorf("another entry was updated %s, as was entry %d", entry.text("updated"), i)
		}
		seen[entry.text("updated")] = true
	}
	if len(seen) != 7 {
		t.Errorf("%d entries, want 7", len(seen))
	}
}

func TestRSSRules(t *testing.T) {
	root := parseXML(t, seedDocument(t, "/osce/topics/policing.rss").Body)
	if root.Attr["version"] != "2.0" {
		t.Errorf("version of RSS is %q", root.Attr["version"])
	}
	channel := root.Children[0]
	want := []string{"title", "link", "description", "language", "lastBuildDate", "generator", "docs", "ttl", "atom:link", "category", "item"}
	if diff := cmp.Diff(want, channel.names()); diff != "" {
		t.Errorf("elements of the channel (-want +got):\n%s", diff)
	}
	if ttl := channel.text("ttl"); ttl != "15" {
		t.Errorf("ttl is %q minutes, want 15", ttl)
	}
	self := map[string]string{"rel": "self", "type": rssType, "href": base + "/osce/topics/policing.rss"}
	if diff := cmp.Diff(self, channel.all("atom:link")[0].Attr); diff != "" {
		t.Errorf("link of the channel to itself (-want +got):\n%s", diff)
	}
	for i, item := range channel.all("item") {
		want := []string{"title", "link", "guid", "description", "dcterms:issued", "pubDate", "dc:creator", "category", "atom:updated"}
		if diff := cmp.Diff(want, item.names()); diff != "" {
			t.Errorf("elements of item %d (-want +got):\n%s", i, diff)
		}
		if guid := item.all("guid")[0]; guid.Attr["isPermaLink"] != "false" || !strings.HasPrefix(guid.Text, "tag:") {
			t.Errorf("guid of item %d is %v", i, guid)
		}
		if _, err := time.Parse(time.RFC1123, item.text("pubDate")); err != nil || !strings.HasSuffix(item.text("pubDate"), " GMT") {
			t.Errorf("pubDate of item %d is %q", i, item.text("pubDate"))
		}
	}
}

func TestJSONRules(t *testing.T) {
	document := seedDocument(t, "/osce/all.json")
	if !bytes.HasPrefix(document.Body, []byte(`{"version":"https://jsonfeed.org/version/1.1","title":`)) {
		t.Errorf("the feed does not begin with its version: %.80s", document.Body)
	}
	if lines := bytes.Count(document.Body, []byte("\n")); lines != 7+2 {
		t.Errorf("%d lines, want one for each item and two around them", lines)
	}
	var feed struct {
		Home  string `json:"home_page_url"`
		Items []struct {
			Facts json.RawMessage `json:"_communique"`
		}
	}
	if err := json.Unmarshal(document.Body, &feed); err != nil {
		t.Fatal(err)
	}
	const about = `{"about":"https://feeds.example.org/index.html#extension","issued":"2024-12-1`
	want := []string{
		about + `6","key":"583198","type":{"name":"News","slug":"news","url":"https://feeds.example.org/osce/types/news.json"},` +
			`"offices":[{"name":"Transnational Threats Department","slug":"transnational-threats-department","url":"https://feeds.example.org/osce/offices/transnational-threats-department.json"},` +
			`{"name":"OSCE Secretariat","slug":"osce-secretariat","url":"https://feeds.example.org/osce/offices/osce-secretariat.json"}],` +
			`"topics":[{"name":"Policing","slug":"policing","url":"https://feeds.example.org/osce/topics/policing.json"}]}`,
		about + `3","key":"583147","type":null,"offices":[],"topics":[]}`,
	}
	if diff := cmp.Diff(want, []string{string(feed.Items[1].Facts), string(feed.Items[3].Facts)}); diff != "" {
		t.Errorf("_communique of a full and of a bare item (-want +got):\n%s", diff)
	}
}

func TestOPMLRules(t *testing.T) {
	document := seedDocument(t, opmlPath)
	if err := strictly(document); err != nil {
		t.Fatal(err)
	}
	root := parseXML(t, document.Body)
	if diff := cmp.Diff([]string{"head", "body"}, root.names()); diff != "" || root.Attr["version"] != "2.0" {
		t.Errorf("OPML %s has (-want +got):\n%s", root.Attr["version"], diff)
	}
	var got []string
	for _, outline := range root.Children[1].Children {
		got = append(got, outline.Attr["text"])
		for _, feed := range append(outline.Children, outline) {
			if feed.Attr["text"] == "" || feed.Attr["text"] != feed.Attr["title"] {
				t.Errorf("text and title of an outline are %q and %q", feed.Attr["text"], feed.Attr["title"])
			}
			if feed.Attr["type"] == "rss" && strings.TrimSuffix(feed.Attr["htmlUrl"], ".html")+".atom" != feed.Attr["xmlUrl"] {
				t.Errorf("outline of a feed is %v", feed.Attr)
			}
		}
	}
	if diff := cmp.Diff([]string{"OSCE: all releases", "Topics", "Offices", "Types"}, got); diff != "" {
		t.Errorf("outlines (-want +got):\n%s", diff)
	}
}

func prefixed(name xml.Name) string {
	if name.Space == "" {
		return name.Local
	}
	return name.Space + ":" + name.Local
}
