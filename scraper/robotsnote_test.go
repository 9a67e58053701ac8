package scraper_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"communique/scraper"
)

// TestRobotsNoteIsSmall keeps the rules of a robots.txt and nothing of what
// stands around them, since the store writes a note anew with its neighbours; and
// what was kept forbids what was forbidden before.
func TestRobotsNoteIsSmall(t *testing.T) {
	for name, robots := range map[string]string{
		"HTML in its place":   strings.Repeat("<div>", 100_000),
		"HTML of many lines":  "<!DOCTYPE html>\n" + strings.Repeat("<p style=\"color: red\">\n", 20_000),
		"comments":            strings.Repeat("# nothing\n", 40_000) + "User-agent: * # all\nDisallow: /press\n",
		"a comment in a rule": "User-agent: *\nDisallow: /press #" + strings.Repeat(" nothing", 60_000) + "\n",
		"unknown lines":       "\ufeffUser-agent: *\rDisallow: /press\r" + strings.Repeat("Sitemap: https://www.osce.org/sitemap.xml\r", 10_000),
		"no path":             "User-agent: communique\nDisallow: # nothing\n" + strings.Repeat("\n", 100_000) + "User-agent: *\nDisallow: /\n",
		"no rule":             "User-agent: *\nCrawl-delay: 0\nDisallow: /press\n" + strings.Repeat("Noindex: /\n", 40_000),
		"other groups":        "Disallow: /\nUser-agent: curl\nDisallow: /\nUser-agent: *\nDisallow: /search\n" + strings.Repeat(" \n", 100_000),
	} {
		t.Run(name, func(t *testing.T) {
			site := newSite(t, answer(http.StatusOK, "text/plain", robots), listingPage())
			options := site.options(t)
			kept := &memory{notes: map[string][]byte{}}
			options.Memory = kept
			want := error(nil)
			if strings.Contains(robots, "Disallow: /press") {
				want = scraper.ErrForbidden
			}
			for range 2 { // as it was read, and as it was kept
				if _, err := scraper.New(osce(t), options).Visit(t.Context(), site.address(t), scraper.Validators{}); !errors.Is(err, want) {
					t.Errorf("error %v, want %v", err, want)
				}
			}
			if asked, _ := site.counts(); asked != 1 || len(kept.notes) != 1 {
				t.Errorf("asked %d times; %d notes", asked, len(kept.notes))
			}
			for name, note := range kept.notes {
				if len(note) > 256 {
					t.Errorf("the note %q has %d bytes", name, len(note))
				}
			}
		})
	}
}
