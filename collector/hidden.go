package collector

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"

	"communique/scraper"
	"communique/store"
)

const (
	// perRun is how many pages of filtered listings a run asks for.
	perRun = 30
	// together is how many days may lie between releases that are looked for at
	// once: a filtered page holds about a year.
	together = 365
	// maxSweeps bounds how many sweeps wait for another one.
	maxSweeps = 20
	// recent is how many days the newest pages of filtered listings are sure to
	// reach back.
	recent = 30
	// maxFailures is how often a filter may fail in a sweep until it is left out,
	// and how many filters may fail in a row until all rest for a day.
	maxFailures = 3
)

// hunt looks in the filtered listings for what rows hide.
type hunt struct {
	*run
	asked    int // pages, in this run
	distrust int // filters in a row that failed
}

// unhide asks the filtered listings about releases whose rows told no type, no
// office and no topic, as far as the run may ask.
func (r *run) unhide(ctx context.Context) error {
	if r.options.NoFilters || r.site.Source().Filters.Parameter == "" {
		return nil
	}
	if r.Rest == store.DayOf(r.site.Now()).String() && !r.options.All {
		return nil
	}
	h := &hunt{run: r}
	if r.options.All && slices.ContainsFunc(h.Sweeps, func(s *sweep) bool { return !s.All }) {
		h.Sweeps = nil // one sweep over all asks for no page twice
	}
	return h.sweepAll(ctx)
}

// sweepAll goes on with the sweeps as long as there is something to look for
// and the run may ask.
func (h *hunt) sweepAll(ctx context.Context) error {
	for {
		if err := h.plan(); err != nil {
			return err
		}
		if len(h.Sweeps) == 0 {
			return keepNote(h.room, filtersNote, h.filters)
		}
		done, err := h.sweep(ctx, h.Sweeps[0])
		if err != nil || !done {
			return err
		}
	}
}

// plan begins a sweep for the newest releases that no sweep is for, before the
// one that is under way if that is for older ones, else when that is done.
func (h *hunt) plan() error {
	next, err := h.nextSweep()
	if err != nil || next == nil || len(h.Sweeps) > 0 && h.Sweeps[0].Newest.After(next.Newest) {
		return err
	}
	h.Sweeps = append([]*sweep{next}, h.Sweeps...)
	h.Sweeps = h.Sweeps[:min(len(h.Sweeps), maxSweeps)]
	return nil
}

// nextSweep returns a sweep for the newest untold releases that none is for and
// those not long before, nil if there are none.
func (h *hunt) nextSweep() (next *sweep, err error) {
	for release, err := range releases(h.room, store.Untold) {
		if err != nil {
			return nil, err
		}
		if slices.Contains(h.Pinned, release.Key) || slices.ContainsFunc(h.Sweeps, func(s *sweep) bool { return s.has(release) }) {
			continue
		}
		if next == nil {
			next = &sweep{Began: h.site.Now(), Newest: release.Day, Oldest: release.Day, All: h.options.All}
		}
		if !next.All && next.Oldest.After(store.DayOf(release.Day.Noon().AddDate(0, 0, together))) {
			return next, nil
		}
		next.include(release)
	}
	return next, nil
}

// sweep asks the filters that a sweep has not asked yet, and says whether it is
// done with all of them.
func (h *hunt) sweep(ctx context.Context, s *sweep) (done bool, err error) {
	list := h.list(h.run)
	for {
		f, found := s.pick(list)
		if !found {
			return h.settleSweep(s, len(list))
		}
		if h.asked == perRun && !h.options.All || h.asked == maxPages {
			return false, nil
		}
		if h.distrust == maxFailures {
			return false, h.rest()
		}
		under := min(len(s.Done)+1, len(list))
		if err := h.ask(ctx, s, f); err != nil {
			return false, err
		}
		h.tell(Progress{Phase: filtersPhase, Pages: under, Of: len(list)})
	}
}

// rest leaves the filters alone for the rest of the day.
func (h *hunt) rest() error {
	h.Rest = store.DayOf(h.site.Now()).String()
	return keepNote(h.room, filtersNote, h.filters)
}

// ask reads one page of a filtered listing and files the releases that it shows.
func (h *hunt) ask(ctx context.Context, s *sweep, f filter) error {
	at, err := h.address(s, f)
	if err != nil {
		return err
	}
	h.asked++
	page, err := h.site.Visit(ctx, at, scraper.Validators{})
	switch {
	case err == nil:
	case ctx.Err() == nil && isSites(err) && (!h.options.All || !errors.Is(err, scraper.ErrTryLater)):
		return h.fail(s, f, err)
	default:
		return err
	}
	h.report.FilterPages++
	if len(page.Releases) == 0 && !page.Inside {
		return h.fail(s, f, fmt.Errorf("%s: nothing on the page could be read as a release, and nothing leads back to the listing", at.Redacted()))
	}
	if err := h.confirm(page); err != nil {
		return err
	}
	tag, err := f.believe(page, h.alike(s, page))
	if err != nil {
		return h.fail(s, f, err)
	}
	h.distrust = 0
	attached, err := h.room.Attach(f.kind, tag, h.told(page), page.Seen)
	if err != nil {
		return err
	}
	h.report.Attached += attached
	return h.turn(s, f, h.next(s, page))
}

// isSites says that an error tells of what the site answers.
func isSites(err error) bool {
	return errors.Is(err, scraper.ErrTryLater) || errors.Is(err, scraper.ErrForbidden) || errors.Is(err, scraper.ErrNoListing)
}

// told are the keys of the releases of which a filtered page tells something.
func (h *hunt) told(page scraper.Page) []string {
	var keys []string
	for _, release := range page.Releases {
		if !slices.Contains(h.Pinned, release.Key) {
			keys = append(keys, release.Key)
		}
	}
	return keys
}

// alike says that the first page of a filter may be what the site shows without
// it: it is the one of the filter before, or the listing's.
func (h *hunt) alike(s *sweep, page scraper.Page) bool {
	if s.At != "" || len(page.Releases) < 3 {
		return false
	}
	keys := make([]string, len(page.Releases))
	for i, release := range page.Releases {
		keys[i] = release.Key
	}
	before, now := s.Alike, fmt.Sprint(len(keys), keys[0], keys[len(keys)-1])
	s.Alike = now
	return now == before || before == "" && len(h.top) == 0 || slices.Equal(keys, h.top)
}

// address returns where a sweep goes on with a filter.
func (h *hunt) address(s *sweep, f filter) (*url.URL, error) {
	if s.Asking != f.String() {
		s.Asking, s.At, s.Last, s.Reached = f.String(), "", "", store.Day{}
	}
	if s.At != "" {
		return h.site.First().Parse(s.At)
	}
	until := s.Newest
	if store.DayOf(until.Noon().AddDate(0, 0, recent)).After(store.DayOf(h.site.Now())) {
		until = store.Day{}
	}
	return h.site.Filtered(f.kind, f.id, until), nil
}

// next returns the address of the page behind one, "" if none concerns the
// sweep, or the pager leads nowhere. Without a link to it there is one only
// behind a page that is as full as the listing's first.
func (h *hunt) next(s *sweep, page scraper.Page) string {
	rows := len(page.Releases)
	if rows == 0 || page.Guessed && rows < h.note.Rows {
		return ""
	}
	last := page.Releases[rows-1]
	stuck := s.At != "" && (last.Key == s.Last || last.Day.After(s.Reached))
	if s.Last, s.Reached = last.Key, last.Day; stuck || s.Oldest.After(last.Day) {
		return ""
	}
	return page.Next
}

// turn notes where the sweep goes on with a filter, "" if it is done with it.
func (h *hunt) turn(s *sweep, f filter, next string) error {
	at, err := url.Parse(next)
	if err != nil {
		return fmt.Errorf("turning a page of filter %s: %w", f, err)
	}
	if s.At = at.RequestURI(); next == "" {
		s.At, s.Asking = "", ""
		s.Done = append(s.Done, f.String())
	}
	return keepNote(h.room, filtersNote, h.filters)
}

// fail notes that a filter could not be asked. It is asked again, from its first
// page on, when all others were.
func (h *hunt) fail(s *sweep, f filter, why error) error {
	if s.Failed == nil {
		s.Failed = map[string]int{}
	}
	s.Failed[f.String()]++
	s.Asking, s.At = "", ""
	h.distrust++
	last := s.Failed[f.String()] == maxFailures
	if last {
		s.Done = append(s.Done, f.String())
	}
	if last || h.distrust == maxFailures {
		h.report.problem(fmt.Sprintf("hidden offices and topics: %v", why))
	}
	return keepNote(h.room, filtersNote, h.filters)
}

// settleSweep notes that the sweep's releases were looked for everywhere. If
// most filters failed, they were not, and the sweep is not done: it begins anew
// on another day.
func (h *hunt) settleSweep(s *sweep, filters int) (done bool, err error) {
	failed := 0
	for _, n := range s.Failed {
		if n == maxFailures {
			failed++
		}
	}
	if 2*failed > filters {
		s.Done, s.Failed = nil, nil
		return false, h.rest()
	}
	var keys []string
	for release, err := range releases(h.room, store.Untold) {
		if err != nil {
			return false, err
		}
		if s.has(release) && !slices.Contains(h.Pinned, release.Key) {
			keys = append(keys, release.Key)
		}
	}
	for chunk := range slices.Chunk(keys, 500) {
		if err := h.room.Sought(chunk); err != nil {
			return false, err
		}
	}
	h.Sweeps = slices.DeleteFunc(h.Sweeps, func(other *sweep) bool { return other == s })
	return true, keepNote(h.room, filtersNote, h.filters)
}
