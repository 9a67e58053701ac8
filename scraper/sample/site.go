package sample

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"
)

// Site is the newsroom's web site: an [http.Handler] that any number of
// requests may use at once, while its methods change it. It serves robots.txt,
// the listing at /press-releases with its pager, order and filters, and the
// page of each release at its Path, at /node/Number and at that below a
// language, such as /ru/node/Number. Everything else is 404; a method other
// than GET and HEAD is 405. Pages carry a strong ETag made from their bytes,
// and conditional requests are answered with 304.
type Site struct {
	// CrawlDelay is what robots.txt asks crawlers to wait between two
	// requests; at 0 it asks for nothing. Set it before the site serves.
	CrawlDelay time.Duration

	routes  *http.ServeMux
	traffic traffic

	// mu guards what follows, as long as a page is looked up: pages are
	// written and hooks called without it.
	mu      sync.RWMutex
	archive *archive
	layout  Layout
	fault   Fault
}

// NewSite puts releases, each with a number of its own, on a site that serves
// them in the Classic layout and in the order given, which is the listing's:
// newest first. Their tags must not be changed afterwards.
func NewSite(releases []Release) *Site {
	s := &Site{routes: http.NewServeMux(), archive: newArchive(releases), layout: Classic}
	s.routes.HandleFunc("GET /robots.txt", s.serveRobots)
	s.routes.HandleFunc("GET /press-releases", s.serveListing)
	s.routes.Handle("GET /{$}", http.RedirectHandler(listingPath, http.StatusFound))
	s.routes.HandleFunc("GET /", s.serveArticle)
	return s
}

// ServeHTTP answers one request.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.traffic.count(r.URL.RequestURI())
	if !s.broken().answer(w, r) {
		s.routes.ServeHTTP(w, r)
	}
}

// serveRobots allows everything to everybody.
func (s *Site) serveRobots(w http.ResponseWriter, r *http.Request) {
	var robots bytes.Buffer
	robots.WriteString("User-agent: *\n")
	if s.CrawlDelay > 0 {
		seconds := strconv.FormatFloat(s.CrawlDelay.Seconds(), 'f', -1, 64)
		fmt.Fprintf(&robots, "Crawl-delay: %s\n", seconds)
	}
	robots.WriteString("Disallow:\n")
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(robots.Bytes()))
}

func (s *Site) serveListing(w http.ResponseWriter, r *http.Request) {
	page, fault := s.look(r.URL.Query())
	body := page.render()
	if fault == Half {
		body = body[:len(body)/2]
	}
	s.traffic.listed(s, page.Number)
	serve(w, r, body, page.modified)
}

// look looks up a page of the listing as the site shows it now, and the fault
// that it shows it with. It may change query.
func (s *Site) look(query url.Values) (listingPage, Fault) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	page := s.archive.listing(s.fault.ask(query))
	if s.fault == SameRows {
		query.Del("page")
		page.Rows = s.archive.listing(query).Rows
	}
	page.layout, page.labels = s.layout, s.layout.design().labels
	s.fault.spoil(&page)
	return page, s.fault
}

func (s *Site) serveArticle(w http.ResponseWriter, r *http.Request) {
	s.mu.RLock()
	e, status := s.archive.lookup(r.URL.Path)
	s.mu.RUnlock()
	switch status {
	case http.StatusOK:
		serveTemplate(w, r, "article.tmpl", e.Release, e.modified)
	case http.StatusMovedPermanently:
		http.Redirect(w, r, e.Path(), status)
	default:
		serveNotice(w, status, "missing.tmpl")
	}
}
