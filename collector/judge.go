package collector

import (
	"fmt"
	"math"

	"communique/scraper"
	"communique/store"
)

// State is what a run says of a newsroom's listing.
type State string

// The states, from good to bad.
const (
	// OK: the listing is there and brought something new.
	OK State = "ok"
	// Quiet: the listing is there and brought nothing new.
	Quiet State = "quiet"
	// Suspect: the listing is there, but unlike itself. Nothing of the odd page
	// is stored; a look soon will tell.
	Suspect State = "suspect"
	// Broken: that is no longer the listing. Nothing of it is stored.
	Broken State = "broken"
)

// healthy says that there is nothing to tell an operator.
func (s State) healthy() bool { return s == OK || s == Quiet || s == "" }

// Sign is one thing that a page is judged by.
type Sign struct {
	Name string `json:"name"`
	// Found and Usual are numbers with their unit, for people.
	Found string `json:"found"`
	Usual string `json:"usual"`
	State State  `json:"state"`
	// Why says what a bad sign means.
	Why string `json:"why,omitempty"`
}

// String returns a bad sign as a clause.
func (s Sign) String() string {
	return fmt.Sprintf("%s: %s (found %s, usual %s)", s.Name, s.Why, s.Found, s.Usual)
}

// habit is what the first pages of a newsroom were like lately: sums over their
// rows, older ones fading.
type habit struct {
	Pages   float64 `json:"pages"`
	Rows    float64 `json:"rows"`
	Types   float64 `json:"types"`
	Offices float64 `json:"offices"`
	Topics  float64 `json:"topics"`
	Whole   float64 `json:"whole"` // pages that end with the end tag of html
}

const (
	fading  = 1000.0 // rows after which what came before has faded to a third
	settled = 40.0   // rows from which on there is a habit

	unlikely = 1e-6 // chance below which a page is not put down to chance
	absurd   = 1e-9
)

// showing is what a page shows, counted in rows.
type showing struct {
	rows, types, offices, topics int
	whole                        bool
	full                         bool // as many rows as a page must have that is not the last
	unread                       int  // rows that could not be read
	ahead                        int  // releases of days to come
	known                        int  // releases that the store has
	stale                        int  // others, older than those that it has had for long
	behind                       bool // nothing of what is newest in the store, and nothing newer
}

// show counts what a page of a site shows.
func show(site *scraper.Scraper, page scraper.Page) showing {
	c := showing{rows: len(page.Releases), unread: page.Unread, whole: page.Whole}
	c.full = c.rows >= site.Source().Listing.Full
	tomorrow := store.DayOf(page.Seen.In(site.Source().Zone()).AddDate(0, 0, 1))
	for _, release := range page.Releases {
		if release.Day.After(tomorrow) {
			c.ahead++
		}
		c.types += min(len(release.Tags(store.Type)), 1)
		c.offices += min(len(release.Offices), 1)
		c.topics += min(len(release.Topics), 1)
	}
	return c
}

// learn takes a first page into the habit.
func (h *habit) learn(c showing) {
	fade := math.Exp(-float64(c.rows) / fading)
	add := func(sum *float64, n int) { *sum = *sum*fade + float64(n) }
	add(&h.Pages, 1)
	add(&h.Rows, c.rows)
	add(&h.Types, c.types)
	add(&h.Offices, c.offices)
	add(&h.Topics, c.topics)
	if c.whole {
		add(&h.Whole, 1)
	} else {
		add(&h.Whole, 0)
	}
}

// judge holds a page against the habit. Pages behind the first are of other
// years, which had other habits: they need only be there and legible.
func (h habit) judge(c showing, first bool) []Sign {
	signs := []Sign{there(c), legible(c), h.ending(c)}
	if !first || c.rows == 0 {
		return signs
	}
	return append(signs, h.length(c), dated(c),
		h.filled("types", c.types, c.rows, h.Types),
		h.filled("offices", c.offices, c.rows, h.Offices),
		h.filled("topics", c.topics, c.rows, h.Topics),
		timely(c))
}

// there judges whether the listing is there at all.
func there(c showing) Sign {
	s := Sign{Name: "listing", Found: "there", Usual: "there", State: OK}
	if c.rows == 0 {
		s.Found, s.State, s.Why = "not there", Broken, "nothing on the page could be read as a release"
	}
	return s
}

// legible judges how many rows could not be read.
func legible(c showing) Sign {
	s := Sign{Name: "unread", Found: fmt.Sprintf("%d of %d rows", c.unread, c.rows+c.unread), Usual: "0", State: OK}
	if c.unread > c.rows && c.rows > 0 {
		s.State, s.Why = Broken, "more rows can't be read than can"
	}
	return s
}

// ending judges whether the page came to its end: one that was cut has a last
// row of which nobody knows what it lacks.
func (h habit) ending(c showing) Sign {
	s := Sign{Name: "ending", Found: "there", Usual: "not known yet", State: OK}
	if !c.whole {
		s.Found = "missing"
	}
	if h.Rows < settled {
		return s
	}
	s.Usual = share(h.Whole, h.Pages)
	if !c.whole && h.Whole > 0.99*h.Pages {
		s.State, s.Why = Suspect, "the page has no end: it was cut on the way"
	}
	return s
}

// length judges how many rows the first page has. A full page may well be of
// another length than it used to.
func (h habit) length(c showing) Sign {
	s := Sign{Name: "rows", Found: fmt.Sprint(c.rows), Usual: "not known yet", State: OK}
	if h.Rows < settled {
		return s
	}
	usual := h.Rows / h.Pages
	s.Usual = fmt.Sprintf("%.0f", usual)
	if float64(c.rows) < usual/4 && !c.full {
		s.State, s.Why = Suspect, "less than a quarter of the usual rows"
	}
	return s
}

// dated judges whether the dates are of days that were. If many are not, then it
// is the clock that is wrong, and what is new would get a wrong date for good.
func dated(c showing) Sign {
	s := Sign{Name: "dates", Found: fmt.Sprintf("%d to come", c.ahead), Usual: "0", State: OK}
	if 4*c.ahead > c.rows {
		s.State, s.Why = Suspect, "many releases are dated to days to come: the clock is wrong, or the dates are"
	}
	return s
}

// filled judges how many rows show a field: one that went missing altogether is
// broken, one that became rarer than chance allows is suspect.
func (h habit) filled(name string, found, rows int, usual float64) Sign {
	s := Sign{Name: name, Found: share(float64(found), float64(rows)), Usual: "not known yet", State: OK}
	if h.Rows < settled {
		return s
	}
	s.Usual = share(usual, h.Rows)
	switch chance := atMost(found, rows, min(usual/h.Rows, 0.98)); {
	case found == 0 && chance < absurd:
		s.State, s.Why = Broken, "no row shows any: its label has another name, or the site hides it"
	case chance < unlikely:
		s.State, s.Why = Suspect, "far fewer rows than usual show any"
	}
	return s
}

// timely judges what is new: a first page may bring many new releases, but none
// that should have been known for long; and above old ones must stand what was
// on top the last time.
func timely(c showing) Sign {
	s := Sign{Name: "history", Found: fmt.Sprintf("%d known, %d late", c.known, c.stale), Usual: "0 late", State: OK}
	switch {
	case c.known == 0 && 2*c.stale > c.rows:
		s.State, s.Why = Suspect, "nothing on the first page is known, and most of it is old"
	case c.behind:
		s.State, s.Why = Suspect, "the first page shows nothing of what was newest, and nothing newer: it is in another order, or of some time ago"
	}
	return s
}

func share(part, whole float64) string {
	if whole == 0 {
		return "none"
	}
	return fmt.Sprintf("%.0f %%", 100*part/whole)
}

// atMost returns the chance that of n rows at most k show what a row shows with
// probability p.
func atMost(k, n int, p float64) float64 {
	if p <= 0 {
		return 1
	}
	sum := 0.0
	for i := range k + 1 {
		sum += math.Exp(logChoose(n, i) + float64(i)*math.Log(p) + float64(n-i)*math.Log1p(-p))
	}
	return min(sum, 1)
}

// logChoose returns the logarithm of n choose k.
func logChoose(n, k int) float64 {
	all, _ := math.Lgamma(float64(n + 1))
	in, _ := math.Lgamma(float64(k + 1))
	out, _ := math.Lgamma(float64(n - k + 1))
	return all - in - out
}

// verdict returns the worst of some signs and those that are bad.
func verdict(signs []Sign) (state State, bad []Sign) {
	state = OK
	for _, s := range signs {
		if s.State.healthy() {
			continue
		}
		bad = append(bad, s)
		if state != Broken {
			state = s.State
		}
	}
	return state, bad
}
