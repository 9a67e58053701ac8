package collector

import "communique/store"

// cover is a row of days whose releases were all read: those between two days,
// without them. What is older than the last row of a listing is never covered:
// there are listings that forget.
type cover struct {
	newest, oldest store.Day
	begun          bool
}

// has says that all of a day was read.
func (c cover) has(day store.Day) bool {
	return c.begun && c.newest.After(day) && day.After(c.oldest)
}

// begin begins a cover: at the top of the listing, or where a pass jumped to.
func (p *pass) begin() { p.covered = append(p.covered, cover{}) }

// reach extends the cover by the rows of a page that this run had not seen. What
// is newer than the newest row of the first page is not covered: the page may be
// one of some time ago.
func (p *pass) reach(rows []store.Release) {
	if len(rows) == 0 {
		return
	}
	c := &p.covered[len(p.covered)-1]
	if !c.begun {
		c.newest = rows[0].Day
	}
	if !c.begun && p.n == 0 {
		for _, row := range rows {
			if row.Day.After(c.newest) {
				c.newest = row.Day
			}
		}
		c.newest = store.DayOf(c.newest.Noon().AddDate(0, 0, 1))
	}
	c.begun, c.oldest = true, rows[len(rows)-1].Day
}

// coveredDay says that all releases of a day were read in this run.
func (r *run) coveredDay(day store.Day) bool {
	for _, c := range r.covered {
		if c.has(day) {
			return true
		}
	}
	return false
}
