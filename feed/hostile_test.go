package feed

import (
	"strings"
	"testing"
	"time"

	"communique/store"
)

// editionOf fills the feed of everything without a store, which would repair
// part of what a hostile text holds.
func editionOf(t testing.TB, limits Limits, releases ...store.Release) edition {
	t.Helper()
	scale, err := newScale(osce(), base)
	if err != nil {
		t.Fatal(err)
	}
	return fill(t, scale, limits, releases)
}

func fill(t testing.TB, scale scale, limits Limits, releases []store.Release) edition {
	t.Helper()
	frame, err := measure(emptyEdition())
	if err != nil {
		t.Fatal(err)
	}
	return take(t, scale, frame, limits, releases)
}

func emptyEdition() edition {
	return edition{Feed: room{Room: Room{Newsroom: osce()}}.everything(store.Filing{}), base: base, updated: time.Unix(0, 0).UTC()}
}

// take fills an edition whose documents weigh frame without entries.
func take(t testing.TB, scale scale, frame weight, limits Limits, releases []store.Release) edition {
	t.Helper()
	e := emptyEdition()
	e.weight = frame
	w := window{limits: limits, scale: scale}
	e.entries, e.releases = make([]entry, 0, chunk), make([]store.Release, 0, chunk)
	if _, err := w.take(&e, &reading{list: releases, ended: true}); err != nil {
		t.Fatal(err)
	}
	for _, release := range releases { // the last change of a store comes after all that it holds
		e.Changed = later(e.Changed, release.Day.Noon())
	}
	return e
}

// TestHostileText puts texts that break careless writers into every field that
// holds text, and reads them back from every format.
func TestHostileText(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"control characters", "a\x00b\x07c\x1Bd\x7Fe\u0085f", "abcdef"},
		{"end of CDATA", "a ]]> b", "a ]]> b"},
		{"element", `a <script>alert("1")</script> b`, `a <script>alert("1")</script> b`},
		{"comment and instruction", "a <!-- b --> <?c?> <![CDATA[d", "a <!-- b --> <?c?> <![CDATA[d"},
		{"text of an entity", "R&amp;D &lt;b&gt; &#x41; &nbsp;", "R&amp;D &lt;b&gt; &#x41; &nbsp;"},
		{"bare ampersands", "R&D & more &", "R&D & more &"},
		{"quotes", `"a" 'b' “c” \d`, `"a" 'b' “c” \d`},
		{"Cyrillic", "ОБСЕ приветствует договорённость", "ОБСЕ приветствует договорённость"},
		{"Arabic", "منظمة الأمن والتعاون في أوروبا", "منظمة الأمن والتعاون في أوروبا"},
		{"beyond the basic plane", "a 𝔘 🕊 b", "a 𝔘 🕊 b"},
		{"1 KB", strings.Repeat("Wörter ", 143) + "Ende", strings.Repeat("Wörter ", 143) + "Ende"},
		{"no characters", "a\uFFFEb\uFFFFc\uFEFFd\uFFFDe\U0001FFFEf\uFDD0g", "abcdefg"},
		{"surrogates", "a\xED\xA0\x80b\xED\xBF\xBFc", "abc"},
		{"not UTF-8", "a\xFFb\xC3", "ab"},
		{"line separators", "a\u2028b\u2029c", "a\u2028b\u2029c"},
	}
	for _, test := range tests {
		r := newRelease("1", test.text, test.text, store.Day{Year: 2024, Month: time.May, Day: 7})
		r.Updated = r.Published
		r.Topics = []store.Tag{{Name: test.text, Slug: "policing"}}
		want := expected(r)
		want.Title, want.Summary, want.Categories = test.want, test.want, []string{test.want}
		e := editionOf(t, DefaultLimits(), r)
		for _, format := range formats() {
			t.Run(test.name+format.suffix, func(t *testing.T) {
				document, err := format.render(e, 1)
				if err != nil {
					t.Fatal(err)
				}
				checkRead(t, "OSCE: all releases", document, []read{want})
			})
		}
	}
}

// TestNothingActive shows that a reader which takes a description as HTML sees
// text, and that no link leads anywhere but to a page of the web.
func TestNothingActive(t *testing.T) {
	r := newRelease("1", "<img src=x onerror=alert(1)>", "<script>alert(1)</script>", store.Day{Year: 2024, Month: time.May, Day: 7})
	r.URL = "javascript:alert(1)"
	e := editionOf(t, DefaultLimits(), r)
	for _, format := range formats() {
		document, err := format.render(e, 1)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(document.Body), "javascript:") {
			t.Errorf("%s links to a script:\n%s", document.Path, document.Body)
		}
	}
	document, err := formats()[rssFormat].render(e, 1)
	if err != nil {
		t.Fatal(err)
	}
	const want = "<description>&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;</description>"
	if !strings.Contains(string(document.Body), want) {
		t.Errorf("the description is not escaped as HTML:\n%s", document.Body)
	}
}

// TestNothingActiveOfAFeed shows the same of what a feed says of itself, which
// holds the name of its tag.
func TestNothingActiveOfAFeed(t *testing.T) {
	newsroom := newStore(t)
	r := newRelease("1", "Title", "Summary", store.Day{Year: 2024, Month: time.May, Day: 7})
	r.Topics = tags("<script>alert(1)</script>")
	put(t, newsroom, r)
	document, err := newPress(t, newsroom).Render("/osce/topics/script-alert-1-script.rss")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(document.Body), "&amp;lt;script&amp;gt;") || strings.Contains(string(document.Body), "“&lt;script&gt;") {
		t.Errorf("the description is not escaped as HTML:\n%s", document.Body)
	}
}

// TestSparse renders releases that lack what may be lacking.
func TestSparse(t *testing.T) {
	day := store.Day{Year: 2024, Month: time.May, Day: 7}
	bare := store.Release{ID: "tag:osce.org,1999:1", Key: "1", URL: "https://www.osce.org/node/1", Title: "Title", Day: day}
	want := expected(bare)
	want.Published = day.Noon()
	e := editionOf(t, DefaultLimits(), bare)
	for _, format := range formats() {
		document, err := format.render(e, 1)
		if err != nil {
			t.Fatal(err)
		}
		checkRead(t, "OSCE: all releases", document, []read{want})
		if strings.Contains(string(document.Body), "summary") || strings.Count(string(document.Body), "<description>") > 1 {
			t.Errorf("%s has an empty summary:\n%s", document.Path, document.Body)
		}
	}
}

// TestEmpty renders the feed of a newsroom that has no release yet.
func TestEmpty(t *testing.T) {
	press := newPress(t, newStore(t))
	for _, format := range formats() {
		document, err := press.Render("/osce/all" + format.suffix)
		if err != nil {
			t.Fatal(err)
		}
		checkRead(t, "OSCE: all releases", document, nil)
		if !document.Modified.Equal(time.Unix(0, 0)) {
			t.Errorf("%s was modified %v, want the fixed instant", document.Path, document.Modified)
		}
	}
}
