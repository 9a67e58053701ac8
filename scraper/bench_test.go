package scraper_test

import (
	"io"
	"net/http"
	"testing"

	"communique/scraper"
	"communique/scraper/listing"
	"communique/scraper/sample"
)

// BenchmarkVisit is to be compared with the two parts of the work that can't be
// had for less: a bare request for the page, and reading what it says.
func BenchmarkVisit(b *testing.B) {
	handler := sample.NewSite(sample.Releases(50, today))
	site := newSite(b, nil, handler.ServeHTTP)
	s := scraper.New(osce(b), site.options(b))
	page, err := s.Visit(b.Context(), s.First(), scraper.Validators{})
	if err != nil {
		b.Fatal(err)
	}
	site.Config.Handler = answer(http.StatusOK, "text/html; charset=utf-8", string(page.Body))
	b.Run("visit", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if got, err := s.Visit(b.Context(), s.First(), scraper.Validators{}); err != nil || len(got.Releases) != 50 {
				b.Fatal(err)
			}
		}
	})
	b.Run("get", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			res, err := site.Client().Get(site.URL)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, res.Body); err != nil {
				b.Fatal(err)
			}
			_ = res.Body.Close()
		}
	})
	reader := listing.New(osce(b))
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := reader.Read(page.Body, s.First(), today); err != nil {
				b.Fatal(err)
			}
		}
	})
}
