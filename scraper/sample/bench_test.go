package sample

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// BenchmarkListing serves pages of 50 rows from an archive of 25,000 releases.
func BenchmarkListing(b *testing.B) {
	site := NewSite(Releases(25_000, newestDays[0]))
	for _, l := range Layouts() {
		site.SetLayout(l)
		benchmarkPage(b, string(l), site, "/press-releases?rows=50&page=7")
	}
	site.SetLayout(Classic)
	benchmarkPage(b, "filtered", site, "/press-releases?rows=50&filters=im_taxonomy_vid_1:(24)")
	benchmarkPage(b, "oldest-first", site, "/press-releases?rows=50&solrsort=ds_date+asc")
}

func benchmarkPage(b *testing.B, name string, site *Site, address string) {
	b.Run(name, func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			answer := httptest.NewRecorder()
			site.ServeHTTP(answer, httptest.NewRequest("GET", address, nil))
			if answer.Code != http.StatusOK {
				b.Fatal(answer.Code)
			}
			b.SetBytes(int64(answer.Body.Len()))
		}
	})
}
