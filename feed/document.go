package feed

import (
	"bytes"
	"slices"
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
	// Modified is when something of what the document is made from last changed
	// in the store, never the time of rendering; the beginning of 1970 if
	// nothing was ever stored.
	Modified time.Time
	// Version is what VersionOf told of the document when it was rendered, 0 if
	// nothing was ever stored. Equal numbers at one path mean equal bytes, in
	// any process that renders with the same settings; which number is greater
	// means nothing.
	Version uint64
	// Hub is the address of the WebSub hub that the document names, "" if it
	// names none.
	Hub string
	// Complete says that the document tells of a period that is over, and that
	// nothing in it changed for a while: caches may keep it.
	Complete bool
}

const (
	indexPath = "/index.html"
	opmlPath  = "/feeds.opml"

	opmlMediaType = "text/x-opml"
	opmlType      = opmlMediaType + "; charset=utf-8"
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

// formatOf returns the format of a suffix.
func formatOf(suffix string) (format, bool) {
	list := formats()
	i := slices.IndexFunc(list[:], func(f format) bool { return f.suffix == suffix })
	if i < 0 {
		return format{}, false
	}
	return list[i], true
}

// pageOf returns the form of page of a suffix.
func pageOf(suffix string) (pageForm, bool) {
	list := pages()
	i := slices.IndexFunc(list, func(f pageForm) bool { return f.suffix == suffix })
	if i < 0 {
		return pageForm{}, false
	}
	return list[i], true
}

// modified returns when something changed that may never have.
func modified(changed time.Time) time.Time {
	if changed.IsZero() {
		return time.Unix(0, 0).UTC()
	}
	return changed
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
