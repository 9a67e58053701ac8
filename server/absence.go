package server

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"communique/feed"
)

// remembered is for answers that caches may give for an hour: what moved or
// ended seldom comes back, but it may.
var remembered = newField("Cache-Control", "public, max-age=3600")

// absent reports whether err is the press's word that it has no document at an
// address: not now, not any more, or not under that name.
func absent(err error) bool {
	return errors.Is(err, feed.ErrNoDocument) || errors.Is(err, feed.ErrGone) || movedTo(err) != ""
}

// movedTo returns the path at which the document is that was asked for, "" if
// it did not move.
func movedTo(err error) string {
	if moved, ok := errors.AsType[*feed.MovedError](err); ok {
		return moved.To
	}
	return ""
}

// absence is the answer to a request for a document that is not there.
func (s site) absence(err error) answer {
	if to := movedTo(err); to != "" {
		return s.moved(to)
	}
	if errors.Is(err, feed.ErrGone) {
		return explain(http.StatusGone, "What was here has ended or was taken back, for good. The list of all feeds is at "+s.address("/"), remembered)
	}
	if missing, ok := errors.AsType[*feed.NoDocumentError](err); ok && len(missing.Near) > 0 {
		return s.nearly(missing.Near)
	}
	return s.notFound()
}

// moved sends readers on, once and for all. The address is made from the
// configured base alone, never from what the request says of its host.
func (s site) moved(to string) answer {
	address := s.address(to)
	return explain(http.StatusMovedPermanently, "This is now at "+address, newField("Location", address), remembered)
}

func (s site) notFound() answer {
	return refuse(http.StatusNotFound, "There is nothing at this address. The list of all feeds is at "+s.address("/"))
}

// nearly names the documents that may have been meant, an address a line.
func (s site) nearly(near []string) answer {
	lines := []string{"There is nothing at this address; there is something at"}
	for _, path := range near {
		lines = append(lines, s.address(path))
	}
	return refuse(http.StatusNotFound, strings.Join(lines, "\n"))
}

// address is where readers find the document at path.
func (s site) address(path string) string {
	return s.home + (&url.URL{Path: path}).EscapedPath()
}
