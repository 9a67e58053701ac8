//go:build ignore

// Shown prints what gofeed makes of the feed at a URL, an item a line of JSON.
package main

import (
	"encoding/json"
	"log"
	"os"

	"github.com/mmcdole/gofeed"
)

type item struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	Link   string `json:"link"`
	Date   int64  `json:"date"`
	Author string `json:"author"`
}

func main() {
	feed, err := gofeed.NewParser().ParseURL(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	out := json.NewEncoder(os.Stdout)
	for _, i := range feed.Items {
		shown := item{ID: i.GUID, Title: i.Title, Link: i.Link}
		if i.PublishedParsed != nil {
			shown.Date = i.PublishedParsed.Unix()
		}
		if len(i.Authors) > 0 {
			shown.Author = i.Authors[0].Name
		}
		if err := out.Encode(shown); err != nil {
			log.Fatal(err)
		}
	}
}
