package collector_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"communique/collector"
)

// TestPagerWithoutEnd shows one release more on each page, and always a next
// page: the run ends all the same, and says at which limit.
func TestPagerWithoutEnd(t *testing.T) {
	t.Parallel()
	site, desk := newSite(t, 1, 1), newDesk(t)
	site.answer = func(_ int, w http.ResponseWriter, r *http.Request) bool {
		page, _ := strconv.Atoi(r.URL.Query().Get("page"))
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, `<html><body><h3><a href="/albania/%d">Title %d</a></h3><p>Publishing date: 5 March 2026</p><p>Content type: News</p><a rel="next" href="?page=%d">Next</a></body></html>`, 1_000_000-page, page, page+1)
		return true
	}
	report, err := desk.collect(t.Context(), t, site, collector.Options{})
	if err != nil || report.Pages != 10_000 || !strings.Contains(strings.Join(report.Problems, "\n"), "more than 10000 pages; the rest was left") {
		t.Errorf("%d pages, problems %.500q, error %v", report.Pages, report.Problems, err)
	}
}
