package feed

import (
	"bytes"
	"fmt"
	"time"

	"github.com/gorilla/feeds"
)

// Document is one file of the tree, the same in a folder and over HTTP.
type Document struct {
	// Path begins with a slash and has no dot segments.
	Path string
	// MediaType is what a server sends as Content-Type.
	MediaType string
	Body      []byte
	// Modified is when something that the document shows last changed in the
	// store, never the time of rendering; the beginning of 1970 if nothing was
	// ever stored.
	Modified time.Time
	// Version is what VersionOf told of the document when it was rendered.
	Version uint64
}

const (
	indexPath = "/index.html"
	opmlPath  = "/feeds.opml"

	indexType = "text/html; charset=utf-8"
	opmlType  = "text/x-opml; charset=utf-8"
)

// format is one of the forms in which a feed comes.
type format struct {
	name, suffix string
	mediaType    string // as links tell it
	contentType  string // as a server tells it
	write        func(edition) ([]byte, error)
}

// The places of the formats in what formats returns.
const (
	atomFormat = iota
	rssFormat
	jsonFormat
	formatCount
)

func formats() [formatCount]format {
	return [formatCount]format{
		atomFormat: {"Atom", ".atom", atomType, atomType + "; charset=utf-8", writeAtom},
		rssFormat:  {"RSS", ".rss", rssType, rssType + "; charset=utf-8", writeRSS},
		jsonFormat: {"JSON Feed", ".json", jsonType, jsonType, writeJSON},
	}
}

// modified returns when something changed that may never have.
func modified(changed time.Time) time.Time {
	if changed.IsZero() {
		return time.Unix(0, 0).UTC()
	}
	return changed
}

// render writes one format of an edition.
func (f format) render(e edition) (Document, error) {
	body, err := f.write(e)
	if err != nil {
		return Document{}, fmt.Errorf("rendering %s%s: %w", e.Path(), f.suffix, err)
	}
	return Document{e.Path() + f.suffix, f.contentType, body, modified(e.Changed), e.Version}, nil
}

// writeXML writes a document that knows its own XML form and is expected to
// take size bytes, and ends its line.
func writeXML(document feeds.XmlFeed, size int) ([]byte, error) {
	var out bytes.Buffer
	out.Grow(size)
	if err := feeds.WriteXML(document, &out); err != nil {
		return nil, err
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}
