package collector

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"

	"communique/scraper"
	"communique/store"
)

// maxPages bounds a run: a pager that never ends, ends here.
const maxPages = 10_000

// tellEvery is after how many pages a long run says that it is alive.
const tellEvery = 10

// run is one pass.
type run struct {
	site    *scraper.Scraper
	room    *store.Newsroom
	log     *slog.Logger
	options Options
	report  Report

	before, after note
	health        Health
	seen          map[string]bool // keys of the releases that this run read
	last          string          // key of the row that the page before ended with
	idle          int             // pages since the last one with something new
	stuck         int             // pages in a row without a row that was not seen
	guessed       bool            // no link led to the page: it may lie behind the end
	short         bool            // the page before had fewer rows than the first: it may be the last
}

// collect reads page after page until there is no more to read, or none that is
// new.
func (r *run) collect(ctx context.Context) error {
	if err := r.remember(); err != nil {
		return err
	}
	visited := map[string]bool{}
	at := r.site.First()
	for n := 0; ; n++ {
		at = r.site.Complete(at)
		visited[at.String()] = true
		page, err := r.visit(ctx, at, n)
		if r.guessed && (errors.Is(err, scraper.ErrNoListing) || errors.Is(err, scraper.ErrForbidden)) {
			return r.complete()
		}
		if err != nil {
			return err
		}
		done, err := r.take(at, page, n)
		if err != nil {
			return err
		}
		r.after.Looked = page.Seen.UTC()
		next, err := url.Parse(page.Next)
		switch {
		case err != nil:
			return fmt.Errorf("turning to page %d: %w", n+2, err)
		case done, page.Next == "":
			return r.complete()
		case r.stuck == 2, visited[r.site.Complete(next).String()]:
			return r.circled(n)
		case n+1 == r.options.Pages:
			return nil
		case n+1 == maxPages:
			r.report.problem(fmt.Sprintf("the listing has more than %d pages; the rest was left", maxPages))
			return nil
		}
		at = next
	}
}

// circled ends a run whose pager leads to nothing but what was read. That is
// how some listings end; but a run that met nothing known has not closed the
// gap to the last complete one.
func (r *run) circled(n int) error {
	r.report.problem(fmt.Sprintf("page %d: the pager leads back to what was read", n+1))
	if r.before.Complete > 0 && r.idle == 0 {
		return nil
	}
	return r.complete()
}

// visit has page n read; the first one conditionally, unless everything is to
// be read anyway.
func (r *run) visit(ctx context.Context, at *url.URL, n int) (scraper.Page, error) {
	var known scraper.Validators
	if n == 0 && !r.options.All && r.before.Address == at.Redacted() {
		known = r.before.First
	}
	page, err := r.site.Visit(ctx, at, known)
	if err != nil {
		return page, err
	}
	r.report.Pages++
	if n > 0 && n%tellEvery == 0 {
		r.log.Info("reading on", "source", r.room.Name(), "pages", r.report.Pages, "seen", r.report.Seen, "new", r.report.New)
	}
	r.log.Debug("page read", "source", r.room.Name(), "address", at.Redacted(), "releases", len(page.Releases), "not_modified", page.NotModified)
	return page, nil
}

// take stores what page n brought and says whether the run is done.
func (r *run) take(at *url.URL, page scraper.Page, n int) (done bool, err error) {
	switch {
	case page.NotModified, page.Same:
		r.unchanged(page)
		return true, nil
	case len(page.Releases) == 0 && (r.guessed || r.short):
		return true, nil
	}
	for _, problem := range page.Problems {
		r.report.problem(fmt.Sprintf("page %d: %s", n+1, problem))
	}
	if err := r.judge(page, at.Redacted(), n); err != nil {
		return false, err
	}
	if n == 0 {
		r.after.First, r.after.Rows = page.Validators, len(page.Releases)
	}
	if err := r.put(page); err != nil {
		return false, err
	}
	ignored := r.guessed && r.stuck == 1 // the site doesn't know the parameter
	r.guessed, r.short = page.Guessed, len(page.Releases) < r.after.Rows
	return ignored || !r.options.All && r.idle >= 2, nil
}

// unchanged counts a first page that is the one of the last complete run. What
// a broken run stored meanwhile goes on counting as new, since the number of
// the last complete run stays.
func (r *run) unchanged(page scraper.Page) {
	if page.NotModified {
		r.report.NotModified++
	} else {
		r.report.Seen += r.before.Rows
		r.report.Unchanged += r.before.Rows
	}
	r.after = r.before
	r.after.First = page.Validators
}

// put stores a page and counts what this run had not seen. New is what the last
// complete run did not know.
func (r *run) put(page scraper.Page) error {
	rows, after := r.unseen(page.Releases)
	if len(rows) == 0 {
		r.stuck++
		return nil
	}
	outcomes, err := r.room.Put(store.Page{Releases: rows, After: after, Seen: page.Seen, Run: r.before.Complete + 1})
	if err != nil {
		return err
	}
	r.idle++
	r.stuck = 0
	for _, outcome := range outcomes {
		r.last = outcome.Key
		if r.seen[outcome.Key] {
			continue
		}
		r.seen[outcome.Key] = true
		r.report.count(outcome.Change)
		if outcome.Run > r.before.Complete {
			r.idle = 0
		}
	}
	return nil
}

// unseen returns a page's rows from the first one on that this run had not
// seen, and the key of the row above it: the rows before stand there because
// the listing moved while it was read, or because they are on every page.
func (r *run) unseen(releases []store.Release) (rows []store.Release, after string) {
	for i, release := range releases {
		if r.seen[release.Key] {
			continue
		}
		if i > 0 && releases[i-1].Day == release.Day {
			return releases[i:], releases[i-1].Key
		}
		return releases[i:], r.last
	}
	return nil, r.last
}
