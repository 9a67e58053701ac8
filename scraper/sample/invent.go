package sample

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// fault is what the site fails to file about a release, or to show.
type fault int

const (
	none fault = iota
	hidden
	untagged
	officeless
	topicless
	officelessAndTopicless
)

// series is a run of releases that repeat their title.
type series int

const (
	ordinary series = iota
	weekly
	coChairs
	daily
	spot
)

// Releases invents n releases, newest first, the newest on the calendar day of
// newest. About 15 % of them, at most 60, lie thinly between 1999 and the
// months that the others fill. The same arguments give the same releases.
func Releases(n int, newest time.Time) []Release {
	if n <= 0 {
		return nil
	}
	y, m, d := newest.Date()
	inv := newInventor()
	releases := make([]Release, n)
	for i, date := range publishingDays(inv.rng, n, time.Date(y, m, d, 0, 0, 0, 0, time.UTC)) {
		releases[i] = inv.release(date)
	}
	inv.number(releases)
	addOddities(releases)
	return releases
}

// inventor draws releases one after the other.
type inventor struct {
	rng     *rand.Rand
	faults  *deck[fault]
	types   *deck[string]
	issuers *deck[office]
	always  *deck[series]
	inSMM   *deck[series]
	inMinsk *deck[series]
	// extras are how many names stand beside the first office or topic.
	extras *deck[int]
	told   map[string]bool
	// instalments is the last day on which a series was continued.
	instalments time.Time
}

// newInventor stacks the decks in the proportions counted on the real
// newsroom: of 100 rows 13 show no type, 21 no office, 38 no topic, and a row
// without a type shows neither of the others.
func newInventor() *inventor {
	rng := rand.New(rand.NewPCG(1999, 6))
	return &inventor{
		rng: rng,
		faults: newDeck(rng, pile[fault]{11, hidden}, pile[fault]{2, untagged},
			pile[fault]{5, officeless}, pile[fault]{22, topicless},
			pile[fault]{3, officelessAndTopicless}, pile[fault]{57, none}),
		types:   newDeck(rng, pile[string]{64, news}, pile[string]{27, release}, pile[string]{9, statement}),
		issuers: newDeck(rng, issuerPiles()...),
		always:  newDeck(rng, pile[series]{59, ordinary}, pile[series]{1, weekly}),
		inSMM:   newDeck(rng, pile[series]{3, ordinary}, pile[series]{3, daily}, pile[series]{2, spot}),
		inMinsk: newDeck(rng, pile[series]{7, ordinary}, pile[series]{1, coChairs}),
		extras: newDeck(rng, pile[int]{60, 0}, pile[int]{25, 1}, pile[int]{9, 2},
			pile[int]{3, 3}, pile[int]{2, 4}, pile[int]{1, 5}),
		told: map[string]bool{},
	}
}

func issuerPiles() []pile[office] {
	piles := make([]pile[office], len(offices))
	for i, o := range offices {
		piles[i] = pile[office]{o.weight, o}
	}
	return piles
}

// release invents one release of that day, without its number.
func (inv *inventor) release(date time.Time) Release {
	flaw := inv.faults.draw()
	var r Release
	if kind := inv.seriesOn(date); kind == ordinary {
		r = inv.ordinary(date, flaw)
	} else {
		r = inv.instalment(date, kind)
	}
	switch flaw {
	case hidden:
		r.Bare = true
	case untagged:
		r.Type, r.Offices, r.Topics = "", nil, nil
	case officeless:
		r.Offices = nil
	case topicless:
		r.Topics = nil
	case officelessAndTopicless:
		r.Offices, r.Topics = nil, nil
	}
	return r
}

// seriesOn decides whether the next release of that day belongs to a series
// that ran at the time; one a day does.
func (inv *inventor) seriesOn(date time.Time) series {
	switch {
	case date.Equal(inv.instalments):
		return ordinary
	case officeNamed(smm).on(date):
		return inv.inSMM.draw()
	case officeNamed(minskGroup).on(date):
		return inv.inMinsk.draw()
	}
	return inv.always.draw()
}

// ordinary invents a release that belongs to no series.
func (inv *inventor) ordinary(date time.Time, flaw fault) Release {
	issuer := inv.issuerOn(date)
	subject := inv.topicOf(issuer)
	r := Release{
		Slug: issuer.slug, Day: date, Type: inv.types.draw(),
		Offices: inv.officesOn(date, issuer), Topics: inv.topicsWith(subject),
	}
	if flaw == officeless || flaw == officelessAndTopicless {
		issuer, r.Slug = unnamed, unnamed.slug
	}
	about := theme{issuer, date, pick(inv.rng, subject.matters), pick(inv.rng, subject.audiences)}
	words := about.words(inv.rng)
	r.Title = inv.freshTitle(words, r.Type)
	r.Summary = capital(words.Replace(paragraph(inv.rng, r.Type)))
	return r
}

// freshTitle draws titles until one was not told before; it gives up after a
// few, since real titles repeat too.
func (inv *inventor) freshTitle(words *strings.Replacer, kind string) string {
	title := words.Replace(pick(inv.rng, titles[kind]))
	for range 8 {
		if !inv.told[title] {
			break
		}
		title = words.Replace(pick(inv.rng, titles[kind]))
	}
	inv.told[title] = true
	return title
}

// instalment invents the next release of a series.
func (inv *inventor) instalment(date time.Time, kind series) Release {
	by, about := officeNamed(smm), topicNamed("Conflict prevention and resolution")
	r := Release{Day: date}
	inv.instalments = date
	number := date.YearDay()*6/7 + 1
	var summary string
	switch kind {
	case daily:
		r.Type, summary = dailyReport, dailySummary
		r.Title = fmt.Sprintf(dailyTitle, number, date.Year(), date.Format("2 January 2006"))
	case spot:
		r.Type, summary = spotReport, spotSummary
		r.Title = fmt.Sprintf(spotTitle, number/7+1, date.Year(), pick(inv.rng, spotEvents))
	case coChairs:
		by = officeNamed(minskGroup)
		r.Type, r.Title, summary = statement, coChairsTitle, coChairsSummary
	default:
		by, about = officeNamed(mediaRepresentative), topicNamed("Safety of journalists")
		r.Type, r.Title, summary = release, weeklyTitle, weeklySummary
	}
	r.Slug, r.Offices, r.Topics = by.slug, []string{by.nameOn(date)}, []string{about.name}
	r.Summary = capital(theme{issuer: by, date: date}.words(inv.rng).Replace(summary))
	return r
}

// number gives each release its node id. Ids grow with time, but not strictly:
// a release may be written days before it is published.
func (inv *inventor) number(releases []Release) {
	node := 52000
	previous := releases[len(releases)-1].Day
	for i, r := range slices.Backward(releases) {
		node += 1 + inv.rng.IntN(19) + int(r.Day.Sub(previous)/day)*50
		releases[i].Number, previous = node, r.Day
	}
	for i := range releases {
		j := min(i+1+inv.rng.IntN(4), len(releases)-1)
		apart := releases[i].Day.Sub(releases[j].Day)
		if inv.rng.IntN(4) == 0 && apart <= 4*day {
			releases[i].Number, releases[j].Number = releases[j].Number, releases[i].Number
		}
	}
}
