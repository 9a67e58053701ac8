package collector

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
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
	down    map[string]bool  // hosts that did not answer
}

// searchMissing looks up releases that are missing from the listing at their own
// addresses, and withdraws those that are gone from there.
func (r *run) searchMissing(ctx context.Context) error {
	s := &search{run: r, missing: map[string]absence{}, down: map[string]bool{}}
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

// A listing that lacks more than few of the releases of days that were read, and
// more than a part of them, is a poor copy of itself: that says nothing of any
// release.
const (
	few  = 10
	part = 4
)

// update takes in what this run found missing, and forgets what it found again.
func (s *search) update() error {
	maps.DeleteFunc(s.missing, func(key string, _ absence) bool { return s.seen[key] })
	if all, err := s.room.Filing(store.Query{}); err != nil || len(s.covered) == 0 || len(s.seen) == all.Releases {
		return err
	}
	covered, lacking := 0, 0
	var found []string
	for release, err := range releases(s.room, store.Query{}) {
		if err != nil {
			return err
		}
		if s.before(release) {
			break
		}
		if !s.coveredDay(release.Day) {
			continue
		}
		covered++
		if _, known := s.missing[release.Key]; known || s.seen[release.Key] {
			continue
		}
		if lacking++; len(s.missing)+len(found) < maxMissing {
			found = append(found, release.Key)
		}
	}
	if lacking > few && part*lacking > covered {
		s.log.Info("the listing is not all there; nothing is taken for missing", "source", s.room.Name(), "lacking", lacking, "of", covered)
		return nil
	}
	for _, key := range found {
		s.missing[key] = absence{}
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
		if s.asked >= budget || s.control == scraper.Gone {
			break
		}
		if a := s.missing[key]; a.due().After(now) && !a.Asked.After(now) {
			continue
		}
		if err := s.one(ctx, key); err != nil {
			return err
		}
	}
	if s.control == scraper.Gone {
		s.postpone(now)
	}
	return nil
}

// postpone leaves all that are due to another day.
func (s *search) postpone(now time.Time) {
	for key, a := range s.missing {
		if !a.due().After(now) {
			s.missing[key] = absence{now, max(a.Times, 1)}
		}
	}
}

// order returns the keys of the missing, those due longest first.
func (s *search) order() []string {
	return slices.SortedFunc(maps.Keys(s.missing), func(a, b string) int {
		return cmp.Or(s.missing[a].due().Compare(s.missing[b].due()), cmp.Compare(b, a))
	})
}

// one looks up one release, and withdraws it if its address says that it is
// gone, and that of a release that is shown doesn't. A day later it is looked up
// once more: a site may have been out of order for an hour.
func (s *search) one(ctx context.Context, key string) error {
	release, known, err := s.room.Release(key)
	if err != nil || !known {
		delete(s.missing, key)
		return err
	}
	standing, err := s.lookup(ctx, release.URL)
	if err != nil {
		return err
	}
	withdrawn := !release.Withdrawn.IsZero()
	switch {
	case withdrawn && standing == scraper.Gone:
		delete(s.missing, key)
		return nil
	case withdrawn && standing == scraper.There:
		delete(s.missing, key)
		return s.restore(release)
	case standing == scraper.Gone:
		sure, err := s.sure(ctx)
		if err != nil {
			return err
		}
		if sure {
			s.missing[key] = absence{s.site.Now(), 1}
			return s.withdraw(release)
		}
	}
	a := s.missing[key]
	s.missing[key] = absence{s.site.Now(), a.Times + 1}
	return nil
}

// restore brings a release back that is there after all. It is put as a row that
// shows nothing but a date, which takes nothing away.
func (s *search) restore(release store.Release) error {
	release.Type, release.Offices, release.Topics = store.Tag{}, nil, nil
	_, err := s.room.Put(store.Page{Releases: []store.Release{release}, Seen: s.site.Now(), Run: s.note.Run})
	if err == nil {
		s.log.Info("there again", "source", s.room.Name(), "id", release.ID, "title", release.Title)
	}
	return err
}

// lookup looks up a release, unless its host did not answer in this run. What
// the site makes impossible is no error, but no standing either: to look another
// day is all that there is to do.
func (s *search) lookup(ctx context.Context, address string) (scraper.Standing, error) {
	host := ""
	if u, err := url.Parse(address); err == nil {
		host = u.Host
	}
	if s.down[host] {
		return "", nil
	}
	s.asked++
	standing, err := s.site.Lookup(ctx, address)
	if err == nil || ctx.Err() != nil || !errors.Is(err, scraper.ErrUnclear) && !isSites(err) {
		return standing, err
	}
	s.down[host] = !errors.Is(err, scraper.ErrUnclear)
	s.log.Info("a release could not be looked up", "source", s.room.Name(), "error", err)
	return "", nil
}

// controls is how many releases are asked for until one tells what the site does
// with releases that are there.
const controls = 3

// sure says that the site tells releases that are there from those that are
// gone: a site whose pages all went would take every release along.
func (s *search) sure(ctx context.Context) (bool, error) {
	if s.control != "" {
		return s.control == scraper.There, nil
	}
	shown, err := s.shown()
	if err != nil {
		return false, err
	}
	for _, address := range shown {
		if s.control, err = s.lookup(ctx, address); err != nil || s.control != "" {
			break
		}
	}
	if err == nil && s.control != scraper.There {
		s.control = scraper.Gone
		s.report.problem("the site shows no page of a release, not even of those that its listing shows: nothing was withdrawn")
	}
	return s.control == scraper.There, err
}

// shown are the addresses of releases that the listing shows.
func (s *search) shown() (list []string, err error) {
	newest, _, err := s.room.Releases(store.Query{}, "", 100)
	for _, release := range newest {
		_, missing := s.missing[release.Key]
		if !missing && (len(s.top) == 0 || s.seen[release.Key]) && len(list) < controls {
			list = append(list, release.URL)
		}
	}
	return list, err
}

func (s *search) withdraw(release store.Release) error {
	withdrawn, err := s.room.Withdraw(release.Key, s.site.Now())
	if withdrawn {
		s.report.Withdrawn++
		s.log.Info("withdrawn by the newsroom", "source", s.room.Name(), "id", release.ID, "title", release.Title)
	}
	return err
}
