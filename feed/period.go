package feed

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"communique/store"
)

// span is how long a period is.
type span int

// A period that holds too much is split into those of the next span. A part is a
// piece of a day on which too much was published.
const (
	year span = iota
	month
	third
	day
	part
)

// period is a stretch of days of which an archive document tells: a year, a
// month, the first ten days of a month, the next ten or the rest, a day, or part
// of a day. Its name is part of an address:
//
//	2019  2019-05  2019-05-early  2019-05-mid  2019-05-late  2019-05-17  2019-05-17-2
type period struct {
	span           span
	oldest, newest store.Day // both included
	number         int       // of a part; 1 is the oldest of its day
}

// thirds are the names of the thirds of a month, and the days on which they
// begin.
func thirds() [3]struct {
	name  string
	first int
} {
	return [3]struct {
		name  string
		first int
	}{{"early", 1}, {"mid", 11}, {"late", 21}}
}

// periodOf returns the period of a span that a day lies in.
func periodOf(s span, d store.Day) period {
	p := period{span: s, oldest: d, newest: d}
	switch s {
	case year:
		p.oldest, p.newest = store.Day{Year: d.Year, Month: time.January, Day: 1}, store.Day{Year: d.Year, Month: time.December, Day: 31}
	case month:
		p.oldest.Day, p.newest.Day = 1, lastOf(d)
	case third:
		i := min(2, (d.Day-1)/10)
		p.oldest.Day, p.newest.Day = thirds()[i].first, lastOf(d)
		if i < 2 {
			p.newest.Day = thirds()[i+1].first - 1
		}
	}
	return p
}

// lastOf returns the last day of the month of d.
func lastOf(d store.Day) int { return time.Date(d.Year, d.Month+1, 0, 0, 0, 0, 0, time.UTC).Day() }

// parsePeriod reads a name.
func parsePeriod(name string) (period, bool) {
	segments := strings.Split(name, "-")
	first := map[int]string{1: "-01-01", 2: "-01", 3: "", 4: ""}[len(segments)]
	date, number := name, 1
	s := span(len(segments) - 1)
	switch {
	case s == month+1:
		s = day
		for _, t := range thirds() {
			if segments[2] == t.name {
				s = third
				date = fmt.Sprintf("%s-%s-%02d", segments[0], segments[1], t.first)
			}
		}
	case len(segments) == 4:
		s = part
		number, _ = strconv.Atoi(segments[3])
		date = strings.Join(segments[:3], "-")
	}
	d, err := store.ParseDay(date + first)
	p := periodOf(s, d)
	if s == part {
		p.number = number
	}
	return p, err == nil && p.name() == name
}

// name returns the last segment of the path of the period's document.
func (p period) name() string {
	d := p.oldest.String()
	switch p.span {
	case year:
		return d[:4]
	case month:
		return d[:7]
	case third:
		return d[:8] + thirds()[p.oldest.Day/10].name
	case part:
		return d + "-" + strconv.Itoa(p.number)
	}
	return d
}

// title returns the period for people.
func (p period) title() string {
	from := p.oldest.Noon()
	switch p.span {
	case year:
		return strconv.Itoa(p.oldest.Year)
	case month:
		return from.Format("January 2006")
	case third:
		return fmt.Sprintf("%d–%d %s", p.oldest.Day, p.newest.Day, from.Format("January 2006"))
	case part:
		return fmt.Sprintf("%s, part %d", from.Format("2 January 2006"), p.number)
	}
	return from.Format("2 January 2006")
}

// holds reports whether a day lies in the period.
func (p period) holds(d store.Day) bool { return !p.oldest.After(d) && !d.After(p.newest) }

// overlaps reports whether the periods share a day.
func (p period) overlaps(other period) bool {
	return !p.oldest.After(other.newest) && !other.oldest.After(p.newest)
}

// narrow returns the longest period around a day that fits, and a day if none
// does.
func narrow(d store.Day, fits func(period) (bool, error)) (period, error) {
	for s := year; s < day; s++ {
		p := periodOf(s, d)
		if ok, err := fits(p); err != nil || ok {
			return p, err
		}
	}
	return periodOf(day, d), nil
}
