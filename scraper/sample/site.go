package sample

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"time"
)

//go:embed *.tmpl
var templateFiles embed.FS

var templates = template.Must(template.ParseFS(templateFiles, "*.tmpl"))

// Site is the newsroom's web site: an [http.Handler] that any number of
// requests may use at once. It serves robots.txt, the listing at
// /press-releases with its pager, order and filters, and the page of each
// release at its Path and at /node/Number. Everything else is 404; a method
// other than GET and HEAD is 405. Pages carry a strong ETag made from their
// bytes, and conditional requests are answered with 304.
type Site struct {
	// CrawlDelay is what robots.txt asks crawlers to wait between two
	// requests; at 0 it asks for nothing. Set it before the site serves.
	CrawlDelay time.Duration

	archive archive
	routes  *http.ServeMux
}

// NewSite puts releases on a site, in the order given, which is the listing's:
// newest first. Their tags must not be changed afterwards.
func NewSite(releases []Release) *Site {
	s := &Site{archive: newArchive(releases), routes: http.NewServeMux()}
	s.routes.HandleFunc("GET /robots.txt", s.serveRobots)
	s.routes.HandleFunc("GET /press-releases", s.serveListing)
	s.routes.Handle("GET /{$}", http.RedirectHandler(listingPath, http.StatusFound))
	s.routes.HandleFunc("GET /", s.serveArticle)
	return s
}

// ServeHTTP answers one request.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.routes.ServeHTTP(w, r)
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
	page := s.archive.listing(r.URL.Query())
	serve(w, r, "listing.tmpl", page, s.archive.newest)
}

func (s *Site) serveArticle(w http.ResponseWriter, r *http.Request) {
	release, found := s.archive.at[r.URL.Path]
	if !found {
		serveMissing(w)
		return
	}
	serve(w, r, "article.tmpl", release, release.Day)
}

// serve renders a page and answers with it, or with 304 to one who has it.
// Last-Modified tells the day only, as the releases do; the ETag tells more.
func serve(w http.ResponseWriter, r *http.Request, name string, data any, modified time.Time) {
	var page bytes.Buffer
	if err := templates.ExecuteTemplate(&page, name, data); err != nil {
		http.Error(w, "rendering "+name+": "+err.Error(), http.StatusInternalServerError)
		return
	}
	sum := sha256.Sum256(page.Bytes())
	w.Header().Set("ETag", `"`+hex.EncodeToString(sum[:16])+`"`)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	http.ServeContent(w, r, "", modified, bytes.NewReader(page.Bytes()))
}

func serveMissing(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(http.StatusNotFound)
	// A client that went away is none of the site's concern.
	_ = templates.ExecuteTemplate(w, "missing.tmpl", nil)
}
