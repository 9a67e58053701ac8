package sample_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"communique/scraper/sample"
)

func ExampleNewSite() {
	newest := time.Date(2024, time.December, 16, 0, 0, 0, 0, time.UTC)
	releases := sample.Releases(400, newest)
	server := httptest.NewServer(sample.NewSite(releases))
	defer server.Close()

	for _, address := range []string{"/press-releases?rows=50", releases[0].Path(), "/rss.xml"} {
		answer, err := http.Get(server.URL + address)
		if err != nil {
			fmt.Println(err)
			return
		}
		answer.Body.Close()
		fmt.Println(answer.Status)
	}
	// Output:
	// 200 OK
	// 200 OK
	// 404 Not Found
}
