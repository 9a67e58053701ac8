//go:build ignore

// Newsroom serves a sample newsroom on loopback and prints the address of its
// listing. After a POST to /correct its newest release has another title and
// another summary. It ends when it is killed.
package main

import (
	"fmt"
	"log"
	"net"
	"net/http"
	"time"

	"communique/scraper/sample"
)

const (
	topic  = "Media freedom and development"
	newest = 9_000_000
)

func main() {
	site := newSite(time.Now().UTC())
	mux := http.NewServeMux()
	mux.Handle("/", site)
	mux.HandleFunc("POST /correct", func(http.ResponseWriter, *http.Request) { site.Correct(newest, correct) })
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatalf("starting the newsroom: %v", err)
	}
	fmt.Printf("http://%s/press-releases\n", ln.Addr())
	log.Fatal(http.Serve(ln, mux))
}

// newSite has as many releases as a feed holds at most, so that each reader
// sees all of them. The newest five are what titles are at their worst.
func newSite(now time.Time) *sample.Site {
	releases := sample.Releases(45, now)
	site := sample.NewSite(releases)
	for i, title := range []string{
		"OSCE Representative: “Режим ]]> & свобода” isn't a title, 1 < 2 & 3 > 2 is one",
		"حرية الإعلام ركيزة للأمن: دعوة إلى حماية الصحفيين",
		"Q&A: why “AT&T; R&D” and &amp; in a headline are what they say",
		"Ministers, judges, editors, teachers and students from fifty-seven participating States and eleven Partners for Co-operation meet for two days in Sarajevo, Skopje and Tirana to discuss what " +
			"it takes to keep newsrooms independent, safe and solvent in times of war, of falling revenue and of machines that write",
		"Why “<b>” in a headline fails, and fewer than <100 words don’t",
	} {
		site.Add(sample.Release{
			Number: newest - 4 + i, Slug: "representative-on-freedom-of-media", Title: title, Summary: summary(i),
			Day: releases[0].Day, Type: "News", Offices: []string{"OSCE Representative on Freedom of the Media"}, Topics: []string{topic},
		})
	}
	return site
}

// summary leaves one release without any.
func summary(i int) string {
	if i == 1 {
		return ""
	}
	return "The newsroom's summary: 1 < 2 & 3 > 2, and so on."
}

func correct(r *sample.Release) {
	r.Title, r.Summary = "CORRECTION: "+r.Title, "Corrected. "+r.Summary
}
