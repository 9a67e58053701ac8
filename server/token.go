package server

import (
	"bytes"
	"errors"
	"html"
	"path"
	"regexp"
	"slices"
	"strings"

	"communique/feed"
)

// Tokens says which tokens open the documents under /private/TOKEN/. Its method
// is called by many requests at once; it must take as long for any wrong token,
// whatever is wrong with it. Package private has one.
//
// Under a token every document is there that the press has, at the same path,
// and links to the others under the same token: the address that a feed gives
// as its own (rel="self") is the one that it was fetched from, since readers go
// on with that, and archives and lists lead to what their reader may open. The
// ids in it, and the schemes of categories, are those of every other copy; they
// are names and not places, and what a reader passes on of an entry tells no
// token. No hub is told of these addresses. Only the reader itself may keep an
// answer (Cache-Control: private), other sites' scripts can't read it, pages
// tell no other site where they were, and search engines are asked to leave it
// out.
//
// A token that opens nothing is answered like any address where nothing is.
type Tokens interface {
	Holds(token string) bool
}

// tokened gives the documents under tokens.
type tokened struct {
	Tokens
	base       string
	renderings *renderings
}

// newTokened takes documents from open's renderings where they name no hub.
func newTokened(o Options, open *renderings) *tokened {
	source := open
	if o.Hubless != o.Press {
		from := o
		from.Press = o.Hubless
		source = newRenderings(from)
	}
	own := o
	own.Press = privatePress{source, newLinks(o.Base)}
	own.Rendered = func(string, error) {} // source tells of the document itself
	// For each token there is a copy of what its reader asks for, so these are
	// kept only while they are in use.
	own.Bytes = o.Bytes / 2
	return &tokened{o.Tokens, o.Base, newRenderings(own)}
}

// site returns the tree under a token.
func (t *tokened) site(token string) site {
	prefix := privateFolder + token
	return site{home: t.base + prefix, prefix: prefix, renderings: t.renderings}
}

// privatePress is a press whose paths begin with a token's part.
type privatePress struct {
	source *renderings
	links  links
}

// Version is the source's.
func (p privatePress) Version() uint64 { return p.source.press.Version() }

// VersionOf is the source's of the same document. Paths in errors are without
// the token's part, as a site wants them.
func (p privatePress) VersionOf(path string) (uint64, error) {
	_, inner := cutToken(path)
	return p.source.press.VersionOf(inner)
}

var (
	errHub   = errors.New("the document names a hub, which must not learn of private addresses")
	errOlder = errors.New("only an older rendering is there")
)

// Render makes a copy of the source's document that links to others under the
// same token.
func (p privatePress) Render(path string) (feed.Document, error) {
	prefix, inner := cutToken(path)
	version, err := p.VersionOf(path)
	if err != nil {
		return feed.Document{}, err
	}
	shown, err := p.source.of(inner)
	if err != nil {
		return feed.Document{}, err
	}
	d := shown.about
	switch {
	case d.Hub != "":
		return feed.Document{}, errHub
	case d.Version < version:
		// Kept as if it were the newest, it would stay.
		return feed.Document{}, errOlder
	}
	d.Path, d.Body = path, p.links.under(prefix, shown.forms[identity].body)
	return d, nil
}

// Topics returns none: no hub is told of private addresses.
func (privatePress) Topics() ([]string, error) { return nil, nil }

// cutToken splits a path after the token's part: /private/TOKEN and the rest.
func cutToken(path string) (prefix, inner string) {
	end := len(privateFolder) + strings.IndexByte(path[len(privateFolder):], '/')
	return path[:end], path[end:]
}

// links finds the addresses of documents in a document.
type links struct{ addresses *regexp.Regexp }

// newLinks looks for addresses that begin with base, as it is and as XML and
// HTML write it.
func newLinks(base string) links {
	escaped := html.EscapeString(base)
	forms := []string{base, escaped, strings.ReplaceAll(escaped, "+", "&#43;")}
	for i := range forms {
		forms[i] = regexp.QuoteMeta(forms[i])
	}
	slices.Sort(forms)
	return links{regexp.MustCompile(`(` + strings.Join(slices.Compact(forms), "|") + `)(/(?:[\w.~%+/-]|&#43;)*)`)}
}

// under returns body with all addresses of documents beneath prefix, and what
// only looks like one, such as the scheme of a category, as it was.
func (l links) under(prefix string, body []byte) []byte {
	var out bytes.Buffer
	out.Grow(len(body) + len(body)/8)
	done := 0
	for _, at := range l.addresses.FindAllSubmatchIndex(body, -1) {
		if isDocument(string(body[at[4]:at[5]])) {
			out.Write(body[done:at[3]])
			out.WriteString(prefix)
			done = at[3]
		}
	}
	out.Write(body[done:])
	return out.Bytes()
}

// isDocument reports whether a path is that of a document, by its form.
func isDocument(name string) bool {
	return name == "/" || strings.Contains(name, "/releases/") ||
		slices.Contains([]string{".atom", ".rss", ".json", ".html", ".opml", ".ndjson"}, path.Ext(name))
}

var noRobots = newField("X-Robots-Tag", "noindex, nofollow, noarchive")

// confidential returns the answer as only its reader may have it.
func (a answer) confidential() answer {
	fields := make([]field, 0, len(a.fields)+1)
	for _, f := range a.fields {
		switch f.name {
		case anyOrigin.name, exposed.name:
			continue
		case "Cache-Control":
			f = newField(f.name, strings.Replace(f.values[0], "public", "private", 1))
		}
		fields = append(fields, f)
	}
	a.fields = append(fields, noRobots)
	return a
}
