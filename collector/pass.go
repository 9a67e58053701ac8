package collector

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"

	"communique/scraper"
	"communique/store"
)

// pass is one way along the pages of the listing, from the first on. What an
// earlier run read and left unfinished it leaves out: once it meets that, it
// goes on where that ended.
type pass struct {
	*run
	again bool // the listing was read before, in this run

	n       int // number of the page, from 0
	pages   int // that were read
	limited bool
	visited map[string]bool

	left *stretch // what an earlier run read, until the pass is behind it
	back *turn    // where to go on if the pass should not meet the end of that

	last    string // key of the row that the page before ended with
	idle    int    // pages since the last one with something new
	met     bool   // the last row was known before this gap opened
	stuck   int    // pages in a row without a row that was not seen
	guessed bool   // no link led to the page: it may lie behind the end
	short   bool   // the page before had fewer rows than the first: it may be the last
}

// turn is a page to go on with.
type turn struct {
	at *url.URL
	n  int
}

func newPass(r *run, again bool) *pass {
	p := &pass{run: r, again: again, visited: map[string]bool{}}
	if !again {
		p.left = *r.slot()
	}
	return p
}

// long says that the listing may well have moved since the pass began.
func (p *pass) long() bool { return p.pages > tellEvery || p.options.All && !p.again }

// read reads page after page until there is no more to read, or none that is
// new.
func (p *pass) read(ctx context.Context) error {
	p.begin()
	for at := p.site.First(); at != nil; {
		p.visited[at.String()] = true
		page, err := p.visit(ctx, at)
		if p.back != nil && errors.Is(err, scraper.ErrNoListing) {
			at = p.turnBack(at)
			continue
		}
		if p.guessed && (errors.Is(err, scraper.ErrNoListing) || errors.Is(err, scraper.ErrForbidden)) {
			return nil
		}
		if err != nil {
			return err
		}
		if at, err = p.take(at, page); err != nil {
			return err
		}
	}
	return nil
}

// turn returns the page to go on with behind one that was stored, nil if there
// is none.
func (p *pass) turn(page scraper.Page) (*url.URL, error) {
	if page.Next == "" {
		return nil, nil
	}
	next, err := url.Parse(page.Next)
	if err != nil {
		return nil, fmt.Errorf("turning to page %d: %w", p.n+2, err)
	}
	to, err := p.jump(turn{p.site.Complete(next), p.n + 1})
	switch {
	case err != nil:
		return nil, err
	case p.done():
		return nil, nil
	case p.stuck == 2, p.visited[to.at.String()]:
		p.circled()
		return nil, nil
	case p.report.Pages == p.options.Pages:
		p.limited = true
		return nil, nil
	case p.report.Pages == maxPages:
		p.report.problem(fmt.Sprintf("the listing has more than %d pages; the rest was left", maxPages))
		p.limited = true
		return nil, nil
	}
	p.n = to.n
	return to.at, nil
}

// done says that nothing new is to be expected behind the page. One more page
// was read behind the first that brought nothing: what is dated back comes late.
func (p *pass) done() bool {
	if p.again {
		return p.idle+p.stuck >= 1
	}
	return !p.toEnd() && p.idle >= 2
}

// jump returns next, or the page that an earlier run ended with once the pass
// has met what that run read. That page is read again: the listing has moved.
func (p *pass) jump(next turn) (turn, error) {
	left := p.left
	switch {
	case left == nil:
		return next, nil
	case next.n > left.Page: // the pass came there by itself
		p.left, p.idle = nil, 0
		return next, nil
	case p.idle < 2:
		return next, nil
	}
	to, err := p.site.First().Parse(left.Address)
	if err != nil {
		return next, fmt.Errorf("going on at %q: %w", left.Address, err)
	}
	p.log.Info("going on where an earlier run ended", "source", p.room.Name(), "address", to.Redacted())
	p.left, p.back, p.idle, p.last = nil, &next, 0, ""
	p.begin()
	return turn{to, left.Page}, nil
}

// meets says that a page that the pass jumped to begins with what the store
// knows, apart from rows that stand on every page: if not, the listing lost rows
// meanwhile, and some may lie between.
func (p *pass) meets(page scraper.Page) (bool, error) {
	rows, _ := p.unseen(page.Releases)
	if len(rows) == 0 {
		return len(page.Releases) > 0, nil
	}
	_, known, err := p.room.Release(rows[0].Key)
	return known, err
}

// turnBack returns the page that the pass would have read if it had not jumped
// to another one, at an address that it may come to by itself.
func (p *pass) turnBack(jumped *url.URL) *url.URL {
	delete(p.visited, jumped.String())
	back := p.back
	p.n, p.back = back.n, nil
	return back.at
}

// circled ends a pass whose pager leads to nothing but what was read. That is
// how some listings end; but a run that did not get to what the last complete one
// knew has not closed the gap to it.
func (p *pass) circled() {
	p.report.problem(fmt.Sprintf("page %d: the pager leads back to what was read", p.n+1))
	p.limited = p.before.Complete > 0 && !p.met
}

// visit has a page read; the first one conditionally, unless everything is to
// be read anyway.
func (p *pass) visit(ctx context.Context, at *url.URL) (scraper.Page, error) {
	var known scraper.Validators
	if p.n == 0 && (p.again || !p.options.All && p.left == nil) {
		known = p.note.First
	}
	page, err := p.site.Visit(ctx, at, known)
	if err != nil {
		return page, err
	}
	p.looked = page.Seen
	p.pages++
	p.report.Pages++
	p.progress(page)
	p.log.Debug("page read", "source", p.room.Name(), "address", at.Redacted(), "releases", len(page.Releases), "not_modified", page.NotModified)
	return page, nil
}

// take stores what a page brought and returns the page to go on with, nil if
// the pass is done.
func (p *pass) take(at *url.URL, page scraper.Page) (next *url.URL, err error) {
	switch {
	case page.NotModified, page.Same:
		p.unchanged(page)
		return nil, nil
	case len(page.Releases) == 0 && p.back != nil: // the listing has become shorter
		return p.turnBack(at), nil
	case len(page.Releases) == 0 && (p.guessed || p.short):
		return nil, nil
	}
	for _, problem := range page.Problems {
		p.report.problem(fmt.Sprintf("page %d: %s", p.n+1, problem))
	}
	if err := p.judge(page, at.Redacted(), fmt.Sprintf("page %d", p.n+1), p.n == 0 && !p.again); err != nil {
		return nil, err
	}
	if p.back != nil {
		if met, err := p.meets(page); err != nil || !met {
			return p.turnBack(at), err
		}
		p.back = nil
	}
	if err := errors.Join(p.notice(page), p.confirm(page)); err != nil {
		return nil, err
	}
	if err := p.put(at, page); err != nil {
		return nil, err
	}
	if p.guessed && p.stuck == 1 { // the site doesn't know the parameter
		return nil, nil
	}
	p.guessed, p.short = page.Guessed, len(page.Releases) < p.note.Rows
	return p.turn(page)
}

// unchanged counts a first page that is the one of the last complete run. What
// a broken run stored meanwhile goes on counting as new, since no run is
// complete by this one.
func (p *pass) unchanged(page scraper.Page) {
	switch {
	case page.NotModified:
		p.report.NotModified++
	case !p.again:
		p.report.Seen += p.before.Rows
		p.report.Unchanged += p.before.Rows
	}
	p.note.First = page.Validators
}

// put stores a page, together with how far the run came, and counts what this
// run had not seen.
func (p *pass) put(at *url.URL, page scraper.Page) error {
	rows, after := p.unseen(page.Releases)
	p.reach(rows)
	if len(rows) == 0 {
		p.stuck++
		return nil
	}
	notes, err := p.progressNote(at)
	if err != nil {
		return err
	}
	outcomes, err := p.room.Put(store.Page{Releases: rows, After: after, Seen: page.Seen, Run: p.note.Run, Notes: notes})
	if err != nil {
		return err
	}
	p.stuck = 0
	p.idle++
	p.count(outcomes)
	return nil
}

// count counts what a page brought that this run had not seen.
func (p *pass) count(outcomes []store.Outcome) {
	for _, outcome := range outcomes {
		p.last, p.met = outcome.Key, outcome.Run <= p.before.Complete
		if p.seen[outcome.Key] {
			continue
		}
		p.seen[outcome.Key] = true
		p.report.count(outcome.Change)
		if outcome.Run > p.known() {
			p.idle = 0
		}
	}
}

// known is the number of the run that knew all that is not new to the pass.
func (p *pass) known() uint64 {
	switch {
	case p.again:
		return p.note.Run - 1
	case p.left != nil:
		return p.left.Run
	}
	return p.before.Complete
}

// progressNote returns the note that says how far the run came. As long as a
// pass has not met what an earlier run left, that remains what is known.
func (p *pass) progressNote(at *url.URL) (map[string][]byte, error) {
	if !p.again && (p.left == nil || p.n >= p.left.Page) {
		*p.slot() = &stretch{p.note.Run, at.RequestURI(), p.n}
	}
	kept := p.before
	kept.Run, kept.Gap, kept.Archive = p.note.Run, p.note.Gap, p.note.Archive
	text, err := json.Marshal(kept)
	return map[string][]byte{noteName: text}, err
}

// unseen returns a page's rows from the first one on that this run had not
// seen, and the key of the row above it: the rows before stand there because
// the listing moved while it was read, or because they are on every page.
func (p *pass) unseen(releases []store.Release) (rows []store.Release, after string) {
	for i, release := range releases {
		if p.seen[release.Key] {
			continue
		}
		if i > 0 && releases[i-1].Day == release.Day {
			return releases[i:], releases[i-1].Key
		}
		return releases[i:], p.last
	}
	return nil, p.last
}
