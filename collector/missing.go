package collector

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"communique/scraper"
	"communique/store"
)

const (
	missingNote = "missing"

	// lookups is how many addresses of missing releases a run asks for, and
	// lookupsOfAll how many a run over the whole listing does.
	lookups      = 10
	lookupsOfAll = 200
	// maxMissing bounds how many are remembered.
	maxMissing = 2000
	// longestRest is the longest time until a release that is missing from the
	// listing, but not gone, is looked up once more.
	longestRest = 32 * 24 * time.Hour
)

// absence is what is known of a release that the listing does not show where it
// should.
type absence struct {
	Asked time.Time `json:"asked,omitzero"` // when its address last answered, zero for never
	Times int       `json:"times,omitempty"`
}

// due is when it is to be looked up: a day after the first time, later and later
// from then on.
func (a absence) due() time.Time {
	if a.Times == 0 {
		return a.Asked
	}
	return a.Asked.Add(min(24*time.Hour<<min(a.Times-1, 10), longestRest))
}

// search looks for releases that went missing.
type search struct {
	*run
	missing map[string]absence // by key
	asked   int
	control scraper.Standing // of a release that is shown, "" before it was asked for
}

// searchMissing looks up releases that are missing from the listing at their own
// addresses, and withdraws those that are gone from there.
func (r *run) searchMissing(ctx context.Context) error {
	s := &search{run: r, missing: map[string]absence{}}
	if err := recall(r.room, missingNote, &s.missing); err != nil {
		return err
	}
	before := len(s.missing)
	if err := s.update(); err != nil {
		return err
	}
	if before+len(s.missing) == 0 {
		return nil
	}
	err := s.lookUp(ctx)
	if err != nil && !errors.Is(err, ctx.Err()) {
		s.report.problem(fmt.Sprintf("missing releases: %v; the next run goes on", err))
		err = nil
	}
	return errors.Join(err, keepNote(r.room, missingNote, s.missing))
}

// update takes in what this run found missing, and forgets what it found again.
func (s *search) update() error {
	maps.DeleteFunc(s.missing, func(key string, _ absence) bool { return s.seen[key] })
	if all, err := s.room.Filing(store.Query{}); err != nil || len(s.covered) == 0 || len(s.seen) == all.Releases {
		return err
	}
	for release, err := range releases(s.room, store.Query{}) {
		if err != nil || s.before(release) {
			return err
		}
		if _, known := s.missing[release.Key]; !known && !s.seen[release.Key] && s.coveredDay(release.Day) && len(s.missing) < maxMissing {
			s.missing[release.Key] = absence{}
		}
	}
	return nil
}

// before says that a release, and all behind it, is older than what was read.
func (s *search) before(release store.Release) bool {
	for _, c := range s.covered {
		if c.begun && !c.oldest.After(store.DayOf(release.Published)) {
			return false
		}
	}
	return true
}

// lookUp asks for as many of the missing as the run may.
func (s *search) lookUp(ctx context.Context) error {
	budget := lookups
	if s.options.All {
		budget = lookupsOfAll
	}
	now := s.site.Now()
	for _, key := range s.order() {
		if s.asked >= budget || s.missing[key].due().After(now) {
			continue
		}
		if err := s.one(ctx, key); err != nil {
			return err
		}
	}
	return nil
}

// order returns the keys of the missing, those due longest first.
func (s *search) order() []string {
	return slices.SortedFunc(maps.Keys(s.missing), func(a, b string) int {
		return cmp.Or(s.missing[a].due().Compare(s.missing[b].due()), cmp.Compare(b, a))
	})
}

// one looks up one release, and withdraws it if its address says that it is
// gone, and that of a release that is shown doesn't.
func (s *search) one(ctx context.Context, key string) error {
	release, known, err := s.room.Release(key)
	if err != nil || !known || !release.Withdrawn.IsZero() {
		delete(s.missing, key)
		return err
	}
	s.asked++
	standing, err := s.site.Lookup(ctx, release.URL)
	switch {
	case errors.Is(err, scraper.ErrUnclear):
		s.log.Debug("a missing release could not be looked up", "source", s.room.Name(), "error", err)
	case err != nil:
		return err
	case standing == scraper.Gone:
		sure, err := s.sure(ctx)
		if err != nil {
			return err
		}
		if sure {
			delete(s.missing, key)
			return s.withdraw(release)
		}
	}
	a := s.missing[key]
	s.missing[key] = absence{s.site.Now(), a.Times + 1}
	return nil
}

// sure says that the site tells releases that are there from those that are
// gone: a site whose pages all went would take every release along.
func (s *search) sure(ctx context.Context) (bool, error) {
	if s.control == "" && s.shown != "" {
		s.asked++
		standing, err := s.site.Lookup(ctx, s.shown)
		if err != nil && !errors.Is(err, scraper.ErrUnclear) {
			return false, err
		}
		if s.control = standing; standing != scraper.There {
			s.control = scraper.Gone
			s.report.problem("the site has no pages of releases any more, not even of " + s.shown + ", which its listing shows: nothing was withdrawn")
		}
	}
	return s.control == scraper.There, nil
}

func (s *search) withdraw(release store.Release) error {
	withdrawn, err := s.room.Withdraw(release.Key, s.site.Now())
	if withdrawn {
		s.report.Withdrawn++
		s.log.Info("withdrawn by the newsroom", "source", s.room.Name(), "id", release.ID, "title", release.Title)
	}
	return err
}
