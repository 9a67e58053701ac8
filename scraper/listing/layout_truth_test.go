package listing

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"communique/scraper/sources"
	"communique/store"
)

// truth is what a generated page shows of one release, and what a reader must
// make of it.
type truth struct {
	key, url, href string
	title, summary string
	day            time.Time
	category       shown
	offices        []shown
	topics         []shown
}

// shown is a name as the page writes it, and the tag it stands for.
type shown struct {
	text string
	tag  store.Tag
}

// dice draws what a layout is made of.
type dice struct{ *rand.Rand }

func (d dice) chance(percent int) bool { return d.IntN(100) < percent }

func pick[T any](d dice, list ...T) T { return list[d.IntN(len(list))] }

// inventTruths draws the releases of one page, newest first.
func inventTruths(d dice, s *sources.Source) []truth {
	n := pick(d, 1, 2, 3, 3, 4, 5, 5, 7, 8, 10, 10, 20)
	if d.chance(3) {
		n = 50
	}
	day := time.Date(2024+d.IntN(2), time.Month(1+d.IntN(12)), 1+d.IntN(28), 0, 0, 0, 0, time.UTC)
	key := 500000 + d.IntN(90000)
	var list []truth
	for i := range n {
		key -= 1 + d.IntN(9)
		day = day.AddDate(0, 0, -pick(d, 0, 0, 1, 1, 2, 30))
		t := truth{key: fmt.Sprint(key), day: day}
		t.href, t.url = inventAddress(d, t.key)
		t.title = inventTitle(d)
		if i > 0 && d.chance(6) {
			t.title = list[i-1].title
		}
		t.summary = inventSummary(d, t.title)
		t.file(d, s)
		list = append(list, t)
	}
	return list
}

// inventAddress returns a link's address as a page may write it, and how it is
// stored.
func inventAddress(d dice, key string) (href, url string) {
	path := "/" + pick(d, "mission-to-serbia", "odihr", "node", "en/node", "odihr/elections/moldova", "fom", "secretariat") + "/" + key
	host := "www.osce.org"
	switch d.IntN(8) {
	case 0, 1, 2:
		href = path
	case 3:
		href = "https://www.osce.org" + path
	case 4:
		href = pick(d, "http://www.osce.org", "//www.osce.org", "https://osce.org", "http://d6.web.osce.org", "HTTPS://WWW.OSCE.ORG") + path
	case 5:
		host = pick(d, "odihr.osce.org", "montenegro.osce.org")
		href = "https://" + host + path
	case 6:
		href = path + pick(d, "?utm_source=listing&utm_medium=web", "#main", "?page=3#top", "/")
	default:
		href = " " + path + "\n"
	}
	return href, "https://" + host + path
}

// inventTitle draws a headline; some hold the words of labels.
func inventTitle(d dice) string {
	place := pick(d, "Tirana", "Osh", "Novi Pazar", "Bălți", "Zenica", "Khujand")
	return pick(d,
		"OSCE trains border officers in "+place,
		"What we do: a year of observing elections in "+place,
		"Where we are on the road to equal pay: a discussion in "+place,
		"Report on "+place+" published: publishing date, content type and sources explained",
		"Issued on time: identity papers for "+place,
		"“Where we are: OSCE Mission to Serbia”, a photo exhibition opens in "+place,
		"Press statement by the Head of Mission on events in "+place,
		"Fields of work and of study: "+place+" opens its doors",
		"News in brief",
		"Policing the police: <new> rules & practice in "+place,
		"CORRECTION: Spot report "+fmt.Sprint(1+d.IntN(300))+"/2024 — "+place,
		"Human rights",
		"16 December 2024: a day to remember in "+place,
		"Youth, women and elders of "+place+" discuss water; the OSCE listens",
	)
}

// inventSummary draws a paragraph of the length that summaries have; some quote
// labels, as a person would not mistake them.
func inventSummary(d dice, title string) string {
	place := pick(d, "Vienna", "Bishkek", "Podgorica", "Ashgabat", "Chișinău")
	tail := "The event brought together " + fmt.Sprint(12+d.IntN(80)) + " participants, among them judges, journalists and mayors from three regions."
	first := pick(d,
		"On 4 March 2023, the OSCE hosted a seminar on good governance in "+place+".",
		place+", 12 May 2021 – The Chairperson-in-Office welcomed the agreement on \"safe schools\".",
		"Where we are today is the result of patient work, the Head of Mission said in "+place+".",
		"What we do: we listen, we report and we mediate, the Ambassador told students in "+place+".",
		"The note bears the line \"Publishing date: 3 May 2024\" although it was written in "+place+" a year before.",
		"Content type: that is what archivists in "+place+" discussed for two days. No consensus was reached.",
		"“Issued by: OSCE Secretariat” – these words caused a stir in "+place+".",
		"Policing, Elections, Youth: three words dominated the debate in "+place+" on Tuesday.",
		"Read more books, young people in "+place+" were told & they did.",
		"Publishing date and place of a book matter, librarians in "+place+" agreed.",
	)
	switch {
	case d.chance(4) && len(title) > 30:
		return title
	case d.chance(10):
		return first + " " + strings.TrimSuffix(tail, "three regions.") + pick(d, "three", "three...", "three....")
	case d.chance(8):
		tail += " See an earlier statement."
	}
	return first + " " + tail
}

// file draws type, offices and topics, as often missing as on the real site.
func (t *truth) file(d dice, s *sources.Source) {
	if d.chance(13) {
		return
	}
	t.category = plain(pick(d, s.Types...))
	if d.chance(5) {
		t.category = plain(pick(d, "Media advisory", "Call for applications"))
	}
	if d.chance(10) {
		t.category = shown{"News Item", store.Tag{Name: "News"}}
	}
	if !d.chance(9) {
		t.offices = inventOffices(d, s)
	}
	if !d.chance(29) {
		for range pick(d, 1, 1, 2, 3, 5, 18) {
			t.topics = appendShown(t.topics, inventTopic(d, s))
		}
	}
}

func inventOffices(d dice, s *sources.Source) (list []shown) {
	if d.chance(15) {
		return []shown{plain("Transnational Threats Department"), plain("OSCE Secretariat")}
	}
	for range pick(d, 1, 1, 1, 2, 3, 7) {
		office := plain(pick(d, s.Offices...))
		switch d.IntN(20) {
		case 0:
			office = shown{"OSCE Chairmanship", store.Tag{Name: "OSCE Chairpersonship"}}
		case 1:
			office = plain(pick(d, "OSCE Mission to Ruritania", "OSCE Centre in Samarkand", "Office for Water and Peace", "OSCE Task Force / Black Sea"))
		}
		if mark := pick(d, s.Closed...); d.chance(10) {
			office.text += " " + mark
			office.tag.Closed = true
		}
		list = appendShown(list, office)
	}
	return list
}

func inventTopic(d dice, s *sources.Source) shown {
	switch d.IntN(20) {
	case 0:
		return shown{"Combating human trafficking", store.Tag{Name: "Combating trafficking in human beings"}}
	case 1:
		return plain(pick(d, "Space and peace", "Artificial intelligence", "Parliamentary support / Law-making", "e-Governance"))
	}
	return plain(pick(d, s.Topics...))
}

func plain(name string) shown { return shown{name, store.Tag{Name: name}} }

func appendShown(list []shown, s shown) []shown {
	if slices.ContainsFunc(list, func(o shown) bool { return o.tag.Name == s.tag.Name }) {
		return list
	}
	return append(list, s)
}
