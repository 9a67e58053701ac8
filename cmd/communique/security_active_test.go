package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"

	"communique/feed"
)

// inert holds what readers are given against one promise: it parses, and what a
// page of the newsroom said is text in it.
type inert struct {
	own map[string]bool // scripts and data of our own pages
}

// document returns what is wrong with a document, nil if nothing is.
func (i inert) document(d feed.Document) error {
	if err := printable(string(d.Body)); err != nil && !strings.HasPrefix(d.MediaType, "text/html") {
		return err
	}
	switch media, _, _ := strings.Cut(d.MediaType, ";"); {
	case strings.HasSuffix(media, "json"):
		return i.json(d.Body)
	case media == "text/html":
		return i.page(d.Body)
	default:
		return i.xml(d.Body)
	}
}

// xml reads a document as strictly as there is, and every address in it.
func (i inert) xml(body []byte) error {
	decoder := xml.NewDecoder(bytes.NewReader(body))
	var inside []xml.StartElement
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.StartElement:
			inside = append(inside, token.Copy())
			err = i.attributes(token.Name.Local, token.Attr)
		case xml.EndElement:
			inside = inside[:len(inside)-1]
		case xml.CharData:
			err = i.text(inside, string(token))
		case xml.ProcInst:
			if token.Target != "xml" {
				err = fmt.Errorf("an instruction %q", token.Target)
			}
		case xml.Directive:
			err = fmt.Errorf("a directive %q", token)
		}
		if err != nil {
			return err
		}
	}
}

func (i inert) attributes(element string, list []xml.Attr) error {
	for _, a := range list {
		name := strings.ToLower(a.Name.Local)
		if isAddress(name) || strings.HasSuffix(name, "url") {
			if err := webOnly(a.Value); err != nil {
				return fmt.Errorf("%s %s: %w", element, name, err)
			}
		}
	}
	return nil
}

// text reads text where readers take it for more than that.
func (i inert) text(inside []xml.StartElement, text string) error {
	if len(inside) == 0 || strings.TrimSpace(text) == "" {
		return nil
	}
	element := inside[len(inside)-1]
	switch element.Name.Local {
	case "link", "docs", "comments", "url", "uri":
		return webOnly(text)
	case "description", "encoded":
		return textOnly(text)
	case "content", "summary":
		for _, a := range element.Attr {
			if a.Name.Local == "type" && a.Value == "html" {
				return textOnly(text)
			}
		}
	}
	return nil
}

// json reads one value, and every address in it.
func (i inert) json(body []byte) error {
	var value any
	decoder := json.NewDecoder(bytes.NewReader(body))
	if err := decoder.Decode(&value); err != nil {
		return err
	}
	if decoder.More() {
		return errors.New("more than one value")
	}
	return i.value("", value)
}

func (i inert) value(name string, value any) error {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			if err := i.value(name, member); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	case []any:
		for _, member := range value {
			if err := i.value(name, member); err != nil {
				return err
			}
		}
	case string:
		if err := printable(value); err != nil {
			return err
		}
		switch {
		case name == "content_html":
			return textOnly(value)
		case name == "url" || strings.HasSuffix(name, "_url"):
			return webOnly(value)
		}
	}
	return nil
}

// page reads a page as a browser does: no script but those of our own, no
// handler of an event, no address but of the web or of this site.
func (i inert) page(body []byte) error {
	if !utf8.Valid(body) {
		return errors.New("it is no UTF-8")
	}
	tree, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		return err
	}
	for n := range tree.Descendants() {
		if n.Type == html.TextNode {
			if err := printable(n.Data); err != nil {
				return err
			}
		}
		if n.Type != html.ElementNode {
			continue
		}
		if n.Data == "script" && !i.own[scriptOf(n)] {
			return fmt.Errorf("a script: %.100q", scriptOf(n))
		}
		if slices.Contains([]string{"iframe", "object", "embed", "base", "applet", "frame"}, n.Data) {
			return fmt.Errorf("an element %s", n.Data)
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "srcdoc" {
				return fmt.Errorf("an attribute %s=%q", a.Key, a.Val)
			}
			if err := webOrOurs(a); err != nil && !i.own[a.Val] {
				return fmt.Errorf("%s %s: %w", n.Data, a.Key, err)
			}
		}
	}
	return nil
}

// learn takes the scripts and the data of a page for our own.
func (i inert) learn(body []byte) error {
	tree, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		return err
	}
	for n := range tree.Descendants() {
		if n.Type == html.ElementNode && n.Data == "script" {
			i.own[scriptOf(n)] = true
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Val, "data:") {
				i.own[a.Val] = true
			}
		}
	}
	return nil
}

// scriptOf is all that a script says, and where from.
func scriptOf(n *html.Node) string {
	text := fmt.Sprint(n.Attr)
	for child := range n.ChildNodes() {
		text += child.Data
	}
	return text
}

func isAddress(attribute string) bool {
	return slices.Contains([]string{"href", "src", "action", "formaction", "poster", "data", "background", "ping", "cite", "xlink:href", "srcset"}, attribute)
}

func webOnly(address string) error {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("%q is no address of the web", address)
	}
	return nil
}

func webOrOurs(a html.Attribute) error {
	u, err := url.Parse(strings.TrimSpace(a.Val))
	if !isAddress(a.Key) || err == nil && u.Scheme == "" {
		return nil
	}
	return webOnly(a.Val)
}

// textOnly refuses any element in what is taken for HTML.
func textOnly(fragment string) error {
	tokens := html.NewTokenizer(strings.NewReader(fragment))
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return nil
		case html.StartTagToken, html.SelfClosingTagToken, html.EndTagToken, html.CommentToken, html.DoctypeToken:
			return fmt.Errorf("markup: %.100q", tokens.Raw())
		}
	}
}

// printable refuses what a terminal or a reader obeys instead of showing:
// controls but for ends of lines, and what turns the direction of text.
func printable(text string) error {
	if !utf8.ValidString(text) {
		return errors.New("it is no UTF-8")
	}
	for _, r := range text {
		switch {
		case r == '\n', r == '\t':
		case r < ' ', r >= 0x7F && r <= 0x9F, r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r&0xFFFE == 0xFFFE:
			return fmt.Errorf("%U in it", r)
		}
	}
	return nil
}
