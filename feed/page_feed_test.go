package feed

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"communique/store"
)

// detailAt returns what is known about a feed of a press.
func detailAt(t *testing.T, press *Press, stem string) Detail {
	t.Helper()
	f, err := press.Feed(stem)
	if err != nil {
		t.Fatal(err)
	}
	d, err := press.Detail(f)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// writtenPage renders the page of a feed twice, and parses it.
func writtenPage(t *testing.T, d Detail) ([]byte, *html.Node) {
	t.Helper()
	body, err := writePage(base, d)
	if err != nil {
		t.Fatal(err)
	}
	again, err := writePage(base, d)
	if err != nil || !bytes.Equal(body, again) {
		t.Errorf("the same page is written with other bytes (%v)", err)
	}
	return body, parsed(t, body)
}

func TestPageOfFeed(t *testing.T) {
	newsroom := newStore(t)
	put(t, newsroom, seed()...)
	d := detailAt(t, newPress(t, newsroom), "/osce/topics/policing")
	d.Archives = []Archive{
		{Path: "/osce/topics/policing/2019-05-mid"},
		{Path: "/osce/topics/policing/2019-05-early"},
		{Path: "/osce/topics/policing/2018"},
		{Path: "/osce/topics/policing/2017"},
	}
	d.Companions = []Companion{
		{Kind: store.Office, Tag: store.Tag{Name: "Secretariat", Closed: true}, Releases: 1200, Path: "/osce/offices/secretariat/topics/policing"},
		{Kind: store.Type, Tag: store.Tag{Name: "News"}, Releases: 2, Path: "/osce/topics/policing/types/news"},
	}
	_, root := writtenPage(t, d)
	checkAlone(t, root)
	if got, want := inner(find(root, atom.Title)[0]), "OSCE: Policing"; got != want || inner(find(root, atom.H1)[0]) != want {
		t.Errorf("the title is %q, want %q", got, want)
	}
	var alternates []string
	for _, link := range find(root, atom.Link)[1:] {
		alternates = append(alternates, attr(link, "rel")+" "+attr(link, "type")+" "+attr(link, "href"))
	}
	stem := base + "/osce/topics/policing"
	wantAlternates := []string{
		"alternate application/atom+xml " + stem + ".atom",
		"alternate application/rss+xml " + stem + ".rss",
		"alternate application/feed+json " + stem + ".json",
	}
	if diff := cmp.Diff(wantAlternates, alternates); diff != "" {
		t.Errorf("autodiscovery (-want +got):\n%s", diff)
	}
	want := []string{
		"Skip to the content → #main", "Communique → ../../index.html",
		stem + ".atom → " + stem + ".atom", stem + ".rss → " + stem + ".rss", stem + ".json → " + stem + ".json",
		"16 Dec 2024 → ../releases/583198",
		"OSCE trains police cadets to strengthen criminal justice responses to gender-based violence in Banja Luka → https://www.osce.org/node/583198",
		"Transnational Threats Department → ../offices/transnational-threats-department.html",
		"OSCE Secretariat → ../offices/osce-secretariat.html", "News → ../types/news.html",
		"12 Dec 2024 → ../releases/583086",
		"OSCE regional workshop in Central Asia focuses on competency frameworks and training strategies on combating cybercrime and dealing with electronic evidence → https://www.osce.org/node/583086",
		"Transnational Threats Department → ../offices/transnational-threats-department.html",
		"OSCE Secretariat → ../offices/osce-secretariat.html", "News → ../types/news.html",
		"Secretariat (closed) → ../offices/secretariat/topics/policing.html", "News → policing/types/news.html",
		"11–20 May → policing/2019-05-mid.atom", "1–10 May → policing/2019-05-early.atom",
		"2018 → policing/2018.atom", "2017 → policing/2017.atom",
		"www.osce.org → https://www.osce.org/press-releases",
	}
	if diff := cmp.Diff(want, linksIn(root)); diff != "" {
		t.Errorf("links (-want +got):\n%s", diff)
	}
	if got := inner(classed(root, "years")[0]); got != "2019 11–20 May 1–10 May Years 2018 2017" {
		t.Errorf("the archive reads %q", got)
	}
}

// TestStaticPage shows that a page in a folder links to nothing that only a
// server has.
func TestStaticPage(t *testing.T) {
	newsroom := newStore(t)
	put(t, newsroom, seed()...)
	d := detailAt(t, newPress(t, newsroom), "/osce/all")
	d.Static = true
	d.Companions = []Companion{{Kind: store.Type, Tag: store.Tag{Name: "News"}, Releases: 2, Path: "/osce/topics/policing/types/news"}}
	_, root := writtenPage(t, d)
	for _, link := range linksIn(root) {
		if strings.Contains(link, "/releases/") || strings.Contains(link, "policing/types") {
			t.Errorf("the page in a folder has the link %s", link)
		}
	}
}

// TestPageOfCombined shows that the page of several tags leads to theirs, and
// says nothing of what nobody counted.
func TestPageOfCombined(t *testing.T) {
	newsroom := newStore(t)
	put(t, newsroom, seed()...)
	_, root := writtenPage(t, detailAt(t, newPress(t, newsroom), "/osce/offices/osce-secretariat/topics/policing"))
	checkAlone(t, root)
	const want = "Communique OSCE: Policing × OSCE Secretariat " +
		"Releases that OSCE files under the topic “Policing” and under the office “OSCE Secretariat”, newest first. " +
		"Newest 16 Dec 2024 All of Policing · OSCE Secretariat"
	header := find(root, atom.Header)[0]
	if got := inner(header); got != want {
		t.Errorf("the header reads %q, want %q", got, want)
	}
	links := []string{
		"Communique → ../../../../index.html",
		"Policing → ../../../topics/policing.html", "OSCE Secretariat → ../../osce-secretariat.html",
	}
	if diff := cmp.Diff(links, linksIn(header)); diff != "" {
		t.Errorf("links (-want +got):\n%s", diff)
	}
}

// TestPageOfNothing renders the page of a feed that holds no release yet.
func TestPageOfNothing(t *testing.T) {
	_, root := writtenPage(t, detailAt(t, newPress(t, newStore(t)), "/osce/all"))
	checkAlone(t, root)
	if got := inner(find(root, atom.Main)[0]); !strings.Contains(got, "There is none yet.") {
		t.Errorf("the page says %q", got)
	}
}

// TestHostilePage shows that whatever a newsroom writes is text on a page.
func TestHostilePage(t *testing.T) {
	texts := []string{
		`</title></style><script>alert(1)</script><img src=x onerror=alert(1)>`,
		`"><svg onload=alert(1)>`, `{{.}} ${x} </script> <!--`, "a \u202Edesrever\u202C b", "منظمة الأمن و OSCE",
	}
	newsroom := newStore(t)
	var releases []store.Release
	for i, text := range texts {
		r := newRelease(fmt.Sprint(i), text, text, store.Day{Year: 2024, Month: time.May, Day: 7})
		r.Topics, r.URL = tags(text, "Policing"), "javascript:alert(1)"
		releases = append(releases, r)
	}
	put(t, newsroom, releases...)
	press := newPress(t, newsroom)
	catalogue, err := press.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range catalogue {
		_, root := writtenPage(t, detailAt(t, press, f.Path()))
		checkAlone(t, root)
		for _, name := range classed(root, "name") {
			if attr(name, "href") != osce().Home || attr(name, "dir") != "auto" {
				t.Errorf("%s: a title leads to %q, its direction is %q", f.Path(), attr(name, "href"), attr(name, "dir"))
			}
		}
		shown := inner(find(root, atom.Ol)[0])
		for _, r := range f.releases(t, newsroom) {
			if !strings.Contains(shown, strings.Join(strings.Fields(r.Title), " ")) {
				t.Errorf("%s does not show %q:\n%s", f.Path(), r.Title, shown)
			}
		}
	}
	index, err := press.Render(indexPath)
	if err != nil {
		t.Fatal(err)
	}
	checkAlone(t, parsed(t, index.Body))
	for i := range texts {
		for _, suffix := range []string{"", ".json"} {
			document := releaseAt(t, press, fmt.Sprint(i)+suffix)
			if suffix == "" {
				checkAlone(t, parsed(t, document.Body))
			}
			if bytes.Contains(document.Body, []byte(`"javascript:`)) {
				t.Errorf("%s links to a script", document.Path)
			}
		}
	}
}

func (f Feed) releases(t *testing.T, newsroom *store.Newsroom) []store.Release {
	t.Helper()
	list, _, err := newsroom.Releases(f.Query, "", pageReleases)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestPageSize fills pages with what 34,000 releases of 33 years give: that of
// everything, and that of a tag which goes together with all the others.
func TestPageSize(t *testing.T) {
	d := detailAt(t, newPress(t, crowd(t)), "/osce/all")
	release := d.Newest[0]
	release.Title = strings.Repeat("A title of an ordinary length. ", 4)
	release.Topics, release.Offices = release.Topics[:3], release.Offices[:2]
	d.Newest = slices.Repeat([]store.Release{release}, 50)
	d.Months, d.Archives = nil, nil
	for month := (Month{2026, time.December, 130}); month.Year > 1993; {
		d.Months = append(d.Months, month)
		for _, part := range []string{"late", "mid", "early"} {
			d.Archives = append(d.Archives, Archive{Path: fmt.Sprintf("/osce/all/%d-%02d-%s", month.Year, month.Month, part)})
		}
		if month.Month--; month.Month == 0 {
			month.Year, month.Month = month.Year-1, time.December
		}
	}
	root := checkSize(t, d)
	if rows := len(find(classed(root, "releases")[0], atom.Li)); rows != pageReleases {
		t.Errorf("%d releases are shown, want %d", rows, pageReleases)
	}
	if !strings.Contains(inner(root), "Each document links to the one before it") {
		t.Error("nothing is said of the archive's documents that are left out")
	}

	d.Archives = d.Archives[:100]
	for i := range 75 {
		name, slug := fmt.Sprintf("Office of an ordinary length, number %d", i), fmt.Sprintf("office-of-an-ordinary-length-number-%d", i)
		path := "/osce/offices/" + slug + "/topics/policing"
		d.Companions = append(d.Companions, Companion{Kind: store.Office, Tag: store.Tag{Name: name, Slug: slug}, Releases: 99, Path: path})
	}
	if root := checkSize(t, d); !strings.Contains(inner(root), "The 50 of 75 with the most releases.") {
		t.Error("nothing is said of the companions that are left out")
	}
}

func checkSize(t *testing.T, d Detail) *html.Node {
	t.Helper()
	body, root := writtenPage(t, d)
	t.Logf("a page of %d months, %d archive documents and %d companions takes %d bytes", len(d.Months), len(d.Archives), len(d.Companions), len(body))
	if len(body) > 60_000 {
		t.Errorf("the page takes %d bytes, want at most 60,000", len(body))
	}
	return root
}

func TestShortPeriod(t *testing.T) {
	tests := map[string]string{
		"2019": "2019", "2019-05": "May", "2019-05-early": "1–10 May", "2019-05-mid": "11–20 May", "2020-02-late": "21–29 Feb",
		"2019-05-07": "7 May", "2019-05-17-2": "17 May (2)",
	}
	for name, want := range tests {
		of, ok := parsePeriod(name)
		if got := of.short(); got != want || !ok {
			t.Errorf("%q is called %q (%t), want %q", name, got, ok, want)
		}
	}
}
