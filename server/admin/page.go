package admin

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"time"
)

var (
	//go:embed page.html
	pageText string
	//go:embed page.css
	pageStyle string
)

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"when": func(t time.Time) string {
		if t.IsZero() {
			return "not known"
		}
		return t.UTC().Format("2006-01-02 15:04:05 UTC")
	},
	"size":    func(bytes int64) string { return fmt.Sprintf("%.1f MiB", float64(bytes)/(1<<20)) },
	"percent": func(share float64) string { return fmt.Sprintf("%.0f %%", 100*share) },
	"style":   func() template.CSS { return template.CSS(pageStyle) },
}).Parse(pageText))

// statusPage shows people what /status tells machines.
func (h *Handler) statusPage(w http.ResponseWriter, _ *http.Request) {
	var body bytes.Buffer
	if err := page.Execute(&body, h.status()); err != nil {
		h.o.Log.Error("drawing the status page", "error", err)
		say(w, http.StatusInternalServerError, "The page can't be drawn; the log says why.")
		return
	}
	sum := sha256.Sum256([]byte(pageStyle))
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", policy+"; style-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
	_, _ = w.Write(body.Bytes()) // an error means that nobody listens any more
}
