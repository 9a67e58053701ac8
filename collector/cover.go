package collector

import "communique/store"

// cover is a row of days whose releases were all read: those between two days,
// without them. The zero Day is no bound on its side.
type cover struct {
	newest, oldest store.Day
	begun          bool
}

// has says that all of a day was read.
func (c cover) has(day store.Day) bool {
	return c.begun && (c.newest.IsZero() || c.newest.After(day)) && (c.oldest.IsZero() || day.After(c.oldest))
}

// begin begins a cover: at the top of the listing, or where a pass jumped to.
func (p *pass) begin() { p.covered = append(p.covered, cover{}) }

// reach extends the cover by a page.
func (p *pass) reach(releases []store.Release) {
	c := &p.covered[len(p.covered)-1]
	if !c.begun && p.n > 0 {
		c.newest = releases[0].Day
	}
	c.begun, c.oldest = true, releases[len(releases)-1].Day
}

// reachEnd extends the cover to the end of the listing.
func (p *pass) reachEnd() { p.covered[len(p.covered)-1].oldest = store.Day{} }

// coveredDay says that all releases of a day were read in this run.
func (r *run) coveredDay(day store.Day) bool {
	for _, c := range r.covered {
		if c.has(day) {
			return true
		}
	}
	return false
}
