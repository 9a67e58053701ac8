package feed

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestGate spoils good documents, and finds that each is kept back for the right
// reason.
func TestGate(t *testing.T) {
	newsroom := newStore(t)
	put(t, newsroom, seed()...)
	press := newPress(t, newsroom)
	tests := []struct{ path, from, to, says string }{
		{"/osce/all.atom", "", "", ""},
		{"/osce/all.atom", `<?xml version="1.0" encoding="UTF-8"?>`, "", "XML declaration"},
		{"/osce/all.atom", "<title>", "<title>\x07", "control characters"},
		{"/osce/all.atom", "<title>", "<title>\xff", "not UTF-8"},
		{"/osce/all.atom", "<title>", "<title>R&D ", "refers to nothing"},
		{"/osce/all.atom", "<title>", "<title>&nbsp;", "refers to nothing"},
		{"/osce/all.atom", "<title>", "<title>]]>", "not escaped"},
		{"/osce/all.atom", "<title>", "<!-- --><title>", "want a name"},
		{"/osce/all.atom", "<title>", "<title><![CDATA[x]]>", "want a name"},
		{"/osce/all.atom", "<title>", `<title type="html"><b>`, "<b> has no place in <title>"},
		{"/osce/all.atom", "</feed>", "", "<feed> does not end"},
		{"/osce/all.atom", "</feed>", "</feed><feed></feed>", "0 of <title>"},
		{"/osce/all.atom", "</feed>", "<title>x</title></feed>", "<title> follows <entry>"},
		{"/osce/all.atom", "</entry>", "<content>x</content></entry>", "<content> has no place"},
		{"/osce/all.atom", "<id>tag:osce.org,1999:583198</id>", "<id>tag:osce.org,1999:583210</id>", "stands there twice"},
		{"/osce/all.atom", "<id>tag:osce.org,1999:583198</id>", "", "0 of <id>"},
		{"/osce/all.atom", "<id>tag:osce.org,1999:583198</id>", "<id>583198</id>", "no absolute id"},
		{"/osce/all.atom", `href="https://www.osce.org/node/583198"`, `href="/node/583198"`, "no absolute http"},
		{"/osce/all.atom", `href="https://www.osce.org/node/583198"`, `href="javascript:alert(1)"`, "no absolute http"},
		{"/osce/all.atom", `href="https://feeds.example.org/osce/all.atom"`, `href="https://feeds.example.org/osce/all.rss"`, "links to itself"},
		{"/osce/all.atom", `rel="self"`, `rel="alternate"`, "0 links with rel=self"},
		{"/osce/all.atom", `rel="via"`, `rel="alternate"`, "one link to the page"},
		{"/osce/all.atom", "<published>2024-12-16T12:00:00Z", "<published>2025-12-16T12:00:00Z", "in the future"},
		{"/osce/all.atom", "<published>2024-12-16T12:00:00Z", "<published>16 December", "no instant"},
		{"/osce/all.atom", ` xmlns:dcterms="http://purl.org/dc/terms/"`, "", "is not declared"},
		{"/osce/all.atom", ` xmlns:dcterms="http://purl.org/dc/terms/"`, ` xmlns:dcterms="http://purl.org/dc/"`, "xmlns:dcterms"},
		{"/osce/all.atom", "<name>OSCE</name>", "<name></name>", "it is empty"},
		{"/osce/all.rss", "", "", ""},
		{"/osce/all.rss", "<pubDate>Mon, 16", "<pubDate>Tue, 16", "wrong day of the week"},
		{"/osce/all.rss", "<guid isPermaLink=\"false\">tag:osce.org,1999:583198", "<guid isPermaLink=\"false\">tag:osce.org,1999:583210", "stands there twice"},
		{"/osce/all.rss", "<dc:creator>", "<author>a@b.c</author><dc:creator>", "<author> has no place"},
		{"/osce/all.rss", "<ttl>", "<cloud></cloud><ttl>", "<cloud> has no place"},
		{"/osce/all.rss", "<item>", "<item><title>x</title>", "2 of <title>"},
		{"/osce/all.json", "", "", ""},
		{"/osce/all.json", `"items":[`, `"items_":[`, "unknown field"},
		{"/osce/all.json", `"id":"tag:osce.org,1999:583198"`, `"id":"tag:osce.org,1999:583210"`, "stands there twice"},
		{"/osce/all.json", `"feed_url":"https`, `"feed_url":"http`, "feed_url"},
		{"/osce/all.json", `"date_published":"2024`, `"date_published":"3024`, "in the future"},
		{"/osce/all.json", `"content_text":"Migration`, `"content_text":"\u0007Migration`, "control characters"},
		{"/osce/all.json", "]}\n", "]}{}\n", "something follows"},
		{"/feeds.opml", "", "", ""},
		{"/feeds.opml", `xmlUrl="https://`, `xmlUrl="`, "no absolute http"},
	}
	for _, test := range tests {
		d, err := press.Render(test.path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(d.Body, []byte(test.from)) {
			t.Errorf("%s has no %q to spoil", test.path, test.from)
		}
		d.Body = bytes.Replace(d.Body, []byte(test.from), []byte(test.to), 1)
		err = d.check(base)
		if test.says == "" && err == nil {
			continue
		}
		if err == nil || !strings.Contains(err.Error(), test.says) || !strings.Contains(err.Error(), test.path) {
			t.Errorf("%s with %q for %q: %v, want %q", test.path, test.to, test.from, err, test.says)
		}
	}
}

// TestGateIsAsked stores a release whose id is none, and asks for what has it: no
// such document comes out.
func TestGateIsAsked(t *testing.T) {
	newsroom := newStore(t)
	r := newRelease("1", "Title", "", newestDay)
	r.ID = "no id"
	put(t, newsroom, r)
	press := newPress(t, newsroom)
	for _, path := range []string{"/osce/all.atom", "/osce/all.rss", "/osce/all.json"} {
		if _, err := press.Render(path); err == nil || !strings.Contains(err.Error(), "is not valid") {
			t.Errorf("%s: %v", path, err)
		}
	}
	_, err := press.list(func(listing) (Document, error) {
		return Document{Path: opmlPath, MediaType: opmlType, Body: []byte("<opml>")}, nil
	})
	if err == nil || !strings.Contains(err.Error(), "is not valid") {
		t.Errorf("the list of feeds: %v", err)
	}
}

// FuzzScanner shows that what the scanner lets through, encoding/xml reads as the
// same tokens.
func FuzzScanner(f *testing.F) {
	newsroom := newStore(f)
	put(f, newsroom, seed()...)
	press := newPress(f, newsroom)
	for _, path := range []string{"/osce/topics/policing.atom", "/osce/topics/policing.rss", opmlPath} {
		d, err := press.Render(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(strings.TrimPrefix(string(d.Body), declaration))
	}
	for _, text := range []string{`<a b="&#x9;&amp;">&#34;</a>`, "<a><b></a></b>", "<a b=\"<\">", "]]>", "&#0;", "&#x110000;", "<a:b:c>", "<a b=\"1\"c=\"2\">", "<a/>", "<a >"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if legal(text) != text {
			return
		}
		got, err := scan(text)
		if err != nil {
			return
		}
		want, err := decode(text)
		if err != nil {
			t.Fatalf("encoding/xml does not take %q: %v", text, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("tokens of %q (-encoding/xml +scanner):\n%s", text, diff)
		}
	})
}

// scan and decode list the tokens of a text as text.
func scan(text string) (list []string, err error) {
	s := &scanner{text: text}
	for {
		t, err := s.next()
		if err != nil || t.kind == endOfText {
			return list, err
		}
		line := []string{"<" + t.name}
		switch t.kind {
		case charData:
			line = []string{t.text}
		case endTag:
			line[0] = "</" + t.name
		}
		for _, a := range t.attr {
			line = append(line, a.name+"="+a.value)
		}
		list = append(list, strings.Join(line, " "))
	}
}

func decode(text string) (list []string, err error) {
	decoder := xml.NewDecoder(strings.NewReader(text))
	for {
		token, err := decoder.RawToken()
		if errors.Is(err, io.EOF) {
			return list, nil
		}
		if err != nil {
			return list, err
		}
		switch token := token.(type) {
		case xml.CharData:
			list = append(list, string(token))
		case xml.EndElement:
			list = append(list, "</"+prefixed(token.Name))
		case xml.StartElement:
			line := []string{"<" + prefixed(token.Name)}
			for _, a := range token.Attr {
				line = append(line, prefixed(a.Name)+"="+a.Value)
			}
			list = append(list, strings.Join(line, " "))
		}
	}
}
