package feed

import (
	"bytes"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"communique/store"
)

func parsed(t *testing.T, body []byte) *html.Node {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// linksIn returns the texts and addresses of the links below nodes.
func linksIn(nodes ...*html.Node) []string {
	var list []string
	for _, n := range nodes {
		for _, a := range find(n, atom.A) {
			list = append(list, inner(a)+" → "+attr(a, "href"))
		}
	}
	return list
}

// classed returns the elements of a class.
func classed(root *html.Node, class string) []*html.Node {
	var list []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && slices.Contains(strings.Fields(attr(n, "class")), class) {
			list = append(list, n)
		}
	}
	return list
}

func TestRelative(t *testing.T) {
	tests := []struct{ from, to, want string }{
		{"/index.html", "/osce/all.html", "osce/all.html"},
		{"/osce/all.html", "/index.html", "../index.html"},
		{"/osce/all.html", "/osce/all/2019.atom", "all/2019.atom"},
		{"/osce/topics/policing.html", "/osce/topics/policing/2019.atom", "policing/2019.atom"},
		{"/osce/topics/policing.html", "/osce/topics/migration.html", "migration.html"},
		{"/osce/offices/a/topics/b.html", "/osce/offices/a.html", "../../a.html"},
		{"/osce/offices/a/topics/b.html", "/amt/all.html", "../../../../amt/all.html"},
		{"/osce/releases/1:2", "/osce/releases/1:2.json", "./1:2.json"},
		{"/osce/all.html", "/osce/releases/a?b#c%d/e", "releases/a%3Fb%23c%25d/e"},
	}
	for _, test := range tests {
		got := relative(test.from, test.to)
		if got != test.want {
			t.Errorf("from %s to %s: %s, want %s", test.from, test.to, got, test.want)
		}
		at, err := url.Parse(base + test.from)
		if err != nil {
			t.Fatal(err)
		}
		if to, err := at.Parse(got); err != nil || to.Path != test.to {
			t.Errorf("from %s, %s leads to %v (%v)", test.from, got, to, err)
		}
	}
}

// TestNoDeadLinks shows that every link in a folder leads to a file of it, or to
// the newsroom.
func TestNoDeadLinks(t *testing.T) {
	newsroom := newStore(t)
	old := newRelease("1", "Old", "", store.Day{Year: 2019, Month: time.May, Day: 7})
	old.Topics = tags("Policing")
	put(t, newsroom, append(seed(), old)...)
	press, err := NewPress(base, Limits{Releases: 1, Days: 1, Bytes: 250_000}, Room{Newsroom: osce(), Store: newsroom})
	if err != nil {
		t.Fatal(err)
	}
	documents, archived := map[string][]byte{}, 0
	for _, d := range all(t, press.Static()) {
		documents[d.Path] = d.Body
	}
	for path, body := range documents {
		if !strings.HasSuffix(path, pageSuffix) {
			continue
		}
		at, err := url.Parse(base + path)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range find(parsed(t, body), atom.A) {
			to, err := at.Parse(attr(a, "href"))
			if err != nil {
				t.Fatal(err)
			}
			if _, ok := documents[to.Path]; !ok && strings.HasPrefix(to.String(), base) {
				t.Errorf("%s links to %s, which is not there", path, attr(a, "href"))
			}
			if strings.HasPrefix(to.Path, "/osce/topics/policing/2019") {
				archived++
			}
		}
	}
	if archived != 1 {
		t.Errorf("%d links lead to the old release in the archive, want 1", archived)
	}
}
