package admin

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"net/http"
	"time"
)

//go:embed page.html
var pageText string

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"when": func(t time.Time) string {
		if t.IsZero() {
			return "not known"
		}
		return t.UTC().Format("2006-01-02 15:04:05 UTC")
	},
	"size":    func(bytes int64) string { return fmt.Sprintf("%.1f MiB", float64(bytes)/(1<<20)) },
	"percent": func(share float64) string { return fmt.Sprintf("%.0f %%", 100*share) },
}).Parse(pageText))

// statusPage shows people what /status tells machines.
func (h *Handler) statusPage(w http.ResponseWriter, _ *http.Request) {
	var body bytes.Buffer
	if err := page.Execute(&body, h.status()); err != nil {
		h.o.Log.Error("drawing the status page", "error", err)
		say(w, http.StatusInternalServerError, "The page can't be drawn; the log says why.")
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(body.Bytes()) // an error means that nobody listens any more
}
