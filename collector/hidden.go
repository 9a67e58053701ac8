package collector

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

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
)

// sweep is one round through all filters, for releases whose rows showed
// nothing but a date. It outlives runs.
type sweep struct {
	// Began is when it began: what was first seen later is left to another.
	Began time.Time `json:"began"`
	// Newest and Oldest are the days that it is concerned with.
	Newest store.Day `json:"newest"`
	Oldest store.Day `json:"oldest"`
	// Done are the filters that were asked, At the address of the next page of
	// the one under way, "" for its first.
	Done []string `json:"done"`
	At   string   `json:"at,omitempty"`
}

// has says that a release is one of those that the sweep is for.
func (s *sweep) has(release store.Release) bool {
	return !release.FirstSeen.After(s.Began) && !release.Day.After(s.Newest) && !s.Oldest.After(release.Day)
}

// hunt looks in the filtered listings for what rows hide.
type hunt struct {
	*run
	filters
	asked    int // pages, in this run
	distrust int // filters in a row that the site did not heed
}

// unhide asks the filtered listings about releases whose rows told no type, no
// office and no topic, as far as the run may ask.
func (r *run) unhide(ctx context.Context) error {
	if r.options.NoFilters || r.site.Source().Filters.Parameter == "" {
		return nil
	}
	h := &hunt{run: r}
	if err := recall(r.room, filtersNote, &h.filters); err != nil {
		return err
	}
	if rest, err := store.ParseDay(h.Rest); err == nil && !store.DayOf(r.site.Now()).After(rest) && !r.options.All {
		return nil
	}
	err := h.sweepAll(ctx)
	if err != nil && !r.options.All && (errors.Is(err, scraper.ErrTryLater) || errors.Is(err, scraper.ErrForbidden) || errors.Is(err, scraper.ErrNoListing)) {
		r.report.problem(fmt.Sprintf("hidden offices and topics: %v; the next run goes on", err))
		return nil
	}
	return err
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
		day := release.Day
		switch {
		case slices.ContainsFunc(h.Sweeps, func(s *sweep) bool { return s.has(release) }):
		case next == nil:
			next = &sweep{Began: h.site.Now(), Newest: day, Oldest: day}
		case day.After(next.Newest):
			next.Newest = day
		case next.Oldest.After(store.DayOf(day.Noon().AddDate(0, 0, together))):
			return next, nil
		case next.Oldest.After(day):
			next.Oldest = day
		}
	}
	return next, nil
}

// sweep asks the filters that a sweep has not asked yet, and says whether it is
// done with all of them.
func (h *hunt) sweep(ctx context.Context, s *sweep) (done bool, err error) {
	list := h.list(h.run)
	for i, f := range list {
		for !slices.Contains(s.Done, f.String()) {
			if h.asked == perRun && !h.options.All || h.asked == maxPages {
				return false, nil
			}
			if h.distrust == 3 {
				return false, h.giveUp()
			}
			if err := h.ask(ctx, s, f); err != nil {
				return false, err
			}
			h.tell(Progress{Phase: filtersPhase, Pages: i + 1, Of: len(list)})
		}
	}
	if err := h.settleSweep(s); err != nil {
		return false, err
	}
	h.Sweeps = slices.DeleteFunc(h.Sweeps, func(other *sweep) bool { return other == s })
	return true, keepNote(h.room, filtersNote, h.filters)
}

// giveUp leaves the filters alone for a day: the site does not heed them.
func (h *hunt) giveUp() error {
	h.Rest = store.DayOf(h.site.Now()).String()
	return keepNote(h.room, filtersNote, h.filters)
}

// ask reads one page of a filtered listing and files the releases that it shows.
func (h *hunt) ask(ctx context.Context, s *sweep, f filter) error {
	at, err := h.address(s, f)
	if err != nil {
		return err
	}
	page, err := h.site.Visit(ctx, at, scraper.Validators{})
	if err != nil {
		return err
	}
	h.asked++
	h.report.FilterPages++
	if len(page.Releases) == 0 && !page.Inside {
		return &oddity{Broken, f.String() + ": nothing on the page could be read as a release, and nothing leads back to the listing", at.Redacted(), page}
	}
	tag, err := f.believe(page)
	if err != nil {
		h.report.problem(err.Error())
		h.distrust++
		return h.turn(s, f, "")
	}
	h.distrust = 0
	keys := make([]string, len(page.Releases))
	for i, release := range page.Releases {
		keys[i] = release.Key
	}
	attached, err := h.room.Attach(f.kind, tag, keys, page.Seen)
	if err != nil {
		return err
	}
	h.report.Attached += attached
	return h.turn(s, f, h.next(s, page))
}

// address returns where a sweep goes on with a filter.
func (h *hunt) address(s *sweep, f filter) (*url.URL, error) {
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
// sweep. Without a link to it there is one only behind a page that is as full as
// the listing's first.
func (h *hunt) next(s *sweep, page scraper.Page) string {
	rows := len(page.Releases)
	if rows == 0 || page.Guessed && rows < h.note.Rows || s.Oldest.After(page.Releases[rows-1].Day) {
		return ""
	}
	return page.Next
}

// turn notes where the sweep goes on.
func (h *hunt) turn(s *sweep, f filter, next string) error {
	at, err := url.Parse(next)
	if err != nil {
		return fmt.Errorf("turning a page of filter %s: %w", f, err)
	}
	circled := next != "" && at.RequestURI() == s.At
	s.At = ""
	if next == "" || circled {
		s.Done = append(s.Done, f.String())
	} else {
		s.At = at.RequestURI()
	}
	return keepNote(h.room, filtersNote, h.filters)
}

// settleSweep notes that the sweep's releases were looked for everywhere.
func (h *hunt) settleSweep(s *sweep) error {
	var keys []string
	for release, err := range releases(h.room, store.Untold) {
		if err != nil {
			return err
		}
		if s.has(release) {
			keys = append(keys, release.Key)
		}
	}
	for chunk := range slices.Chunk(keys, 500) {
		if err := h.room.Sought(chunk); err != nil {
			return err
		}
	}
	return nil
}
