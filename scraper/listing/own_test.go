package listing

import (
	"testing"
	"time"

	"communique/scraper/sources"
	"communique/store"
)

// A newsroom in another language, at a port, whose releases are told apart by a
// parameter of their addresses.
const museum = `name: museum
title: Stadtmuseum
language: de
zone: Europe/Vienna
id: "tag:museum.example,2026:"
listing: {url: "http://museum.example:8080/presse.php", page: seite, full: 1}
addresses: {host: museum.example, within: museum.example, query: id, key: "presse[.]php[?]id=([0-9]+)$"}
labels: {date: [Datum], office: [Abteilung]}
dates: ["2. January 2006", "Mon, 2. Jan. 2006", "Monday, 2 Jan 2006", "2 Jan 06"]
months: [Januar Jänner Jan Jän, Februar, März Mär, April Apr, Mai, Juni, Juli, August, September, Oktober Okt, November Nov, Dezember]
weekdays: [Montag, Dienstag Di, Mittwoch, Donnerstag, Freitag Fr, Samstag, Sonntag]
`

func TestOwnLanguage(t *testing.T) {
	source, err := sources.Load([]byte(museum))
	if err != nil {
		t.Fatal(err)
	}
	for date, want := range map[string]store.Day{
		"27. Oktober 2026":     {Year: 2026, Month: time.October, Day: 27},
		"3. MÄRZ 2026":         {Year: 2026, Month: time.March, Day: 3},
		"3. Mär 2026":          {Year: 2026, Month: time.March, Day: 3},
		"1. Jänner 2025":       {Year: 2025, Month: time.January, Day: 1},
		"Di, 27. Okt. 2026":    {Year: 2026, Month: time.October, Day: 27},
		"Freitag, 1 Mai 2026":  {Year: 2026, Month: time.May, Day: 1},
		"24 Nov 26":            {Year: 2026, Month: time.November, Day: 24},
		"24. November 2026":    {Year: 2026, Month: time.November, Day: 24},
		"24. Novembre 2026":    {},
		"Frei, 1. Mai 2026":    {},
		"27. Oktoberfest 2026": {},
	} {
		got, err := newWords(source).parseDate(date)
		if got != want || (err == nil) != (want != store.Day{}) {
			t.Errorf("%s: %v, %v, want %v", date, got, err, want)
		}
	}
}

func TestOwnAddresses(t *testing.T) {
	source, err := sources.Load([]byte(museum))
	if err != nil {
		t.Fatal(err)
	}
	page, err := New(source).Read([]byte(`<ul>
		<li><h3><a href="presse.php?lang=de&amp;id=12&amp;utm_source=x">Ein Fund im Keller</a></h3><p>Datum: 27. Oktober 2026</p>
		<li><h3><a href="/presse.php?id=11">Die Uhr geht wieder</a></h3><p>Datum: 16. Oktober 2026</p>
	</ul><a href="?seite=1&amp;id=">»</a>`), source.First(), seen)
	if err != nil || len(page.Problems) > 0 || len(page.Releases) != 2 {
		t.Fatalf("%d releases, %q, %v", len(page.Releases), page.Problems, err)
	}
	for i, want := range []string{"12", "11"} {
		if r := page.Releases[i]; r.URL != "http://museum.example:8080/presse.php?id="+want || r.Key != want || r.ID != source.ID(want) {
			t.Errorf("release %d: %s, %s, %s", i, r.URL, r.Key, r.ID)
		}
	}
	if page.Next != "http://museum.example:8080/presse.php?seite=1&id=" {
		t.Errorf("next: %s", page.Next)
	}
}
