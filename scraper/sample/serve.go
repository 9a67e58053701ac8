package sample

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"net/http"
	"time"
)

//go:embed *.tmpl
var templateFiles embed.FS

var templates = template.Must(template.ParseFS(templateFiles, "*.tmpl"))

// serve answers with a page, or with 304 to one who has it. Last-Modified tells
// the day, as the releases do, and little more; the ETag tells everything.
func serve(w http.ResponseWriter, r *http.Request, body []byte, modified time.Time) {
	sum := sha256.Sum256(body)
	w.Header().Set("ETag", `"`+hex.EncodeToString(sum[:16])+`"`)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	http.ServeContent(w, r, "", modified, bytes.NewReader(body))
}

func serveTemplate(w http.ResponseWriter, r *http.Request, name string, data any, modified time.Time) {
	var page bytes.Buffer
	if err := templates.ExecuteTemplate(&page, name, data); err != nil {
		http.Error(w, "rendering "+name+": "+err.Error(), http.StatusInternalServerError)
		return
	}
	serve(w, r, page.Bytes(), modified)
}

// serveNotice answers with a page that says why there is no other. It has no
// validators: who has the right page is to see that this is another.
func serveNotice(w http.ResponseWriter, status int, name string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	// A client that went away is none of the site's concern.
	_ = templates.ExecuteTemplate(w, name, nil)
}
