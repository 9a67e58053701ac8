package collector

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"syscall"
	"time"

	"communique/collector/journal"
	"communique/scraper"
	"communique/store"
)

// tellOperator has the journal told what a run that ended with err says of the
// site, the store, the rhythm and the releases. What it says of the listing was
// told when that was settled. A run that was interrupted says nothing.
func (r *run) tellOperator(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return
	}
	r.tellSite(err)
	trouble := err
	if !isStores(err) {
		trouble = errors.Join(r.tellReleases(), r.tellRecords(), r.tellRhythm(err))
	}
	switch {
	case trouble != nil:
		r.journal.Bad(journal.Store, journal.StoreTrouble, trouble.Error(), r.site.Now())
	case err == nil:
		r.journal.Well(journal.Store, r.site.Now())
	}
}

// tellListing tells whether the listing is good. That it has become less bad is
// not worth being told.
func (r *run) tellListing() (told bool) {
	switch r.health.State {
	case Suspect:
		return r.journal.Bad(journal.Listing, journal.Suspect, r.health.Why, r.site.Now())
	case Broken:
		return r.journal.Bad(journal.Listing, journal.Broken, r.health.Why, r.site.Now())
	}
	return r.journal.Well(journal.Listing, r.site.Now())
}

// tellSite tells whether the site lets itself be read: it does not while its host
// is paused or robots.txt forbids it, and does if a page was received.
func (r *run) tellSite(err error) {
	switch {
	case errors.Is(err, scraper.ErrPaused), errors.Is(err, scraper.ErrForbidden):
		r.journal.Bad(journal.Site, journal.Blocked, err.Error(), r.site.Now())
	case !r.looked.IsZero():
		r.journal.Well(journal.Site, r.site.Now())
	}
}

// isStores says that an error is of the store: that it could not be written or
// read. What the site makes impossible is none.
func isStores(err error) bool {
	return slices.ContainsFunc([]error{store.ErrFull, store.ErrReadOnly, store.ErrDamaged, syscall.EIO}, func(reason error) bool { return errors.Is(err, reason) })
}

const (
	// toldTogether is how many changes are read at once.
	toldTogether = 500
	// firstTold is how long ago a release may have been withdrawn for a journal
	// that begins to tell it.
	firstTold = 30 * 24 * time.Hour
)

// tellReleases tells what was withdrawn and what is there again, by the change
// log: what a run did that was killed is so told by the next one.
func (r *run) tellReleases() error {
	cursor, err := r.journal.Looked()
	if err != nil {
		return err
	}
	first := cursor == ""
	for {
		list, next, err := r.room.Changes(cursor, toldTogether)
		if errors.Is(err, store.ErrCursor) { // of a store that another one took the place of
			cursor, first = "", true
			continue
		}
		if err != nil {
			return fmt.Errorf("reading what was withdrawn: %w", err)
		}
		r.journal.Releases(r.turns(list, first), next, r.site.Now())
		if cursor = next; len(list) < toldTogether {
			return nil
		}
	}
}

// turns are what an operator may be told of changes; a journal that begins tells
// no old ones.
func (r *run) turns(list []store.Changed, first bool) []journal.Turn {
	var turns []journal.Turn
	for _, c := range list {
		if first && (c.Change != store.Removed || r.site.Now().Sub(c.Release.Withdrawn) > firstTold) {
			continue
		}
		turns = append(turns, journal.Turn{Release: c.Release, Restored: c.Change == store.Restored})
	}
	return turns
}

// tellRecords tells how many damaged records lie aside, again if there are more.
func (r *run) tellRecords() error {
	aside, err := r.room.SetAside()
	if err != nil {
		return err
	}
	n := aside.Releases + aside.Versions + aside.Notes
	if n == 0 {
		r.journal.Well(journal.Records, r.site.Now())
		return nil
	}
	why := fmt.Sprintf("The store found damaged, and set aside, %s, %s of releases and %s. 'communique store check' names them; a release comes back when the listing shows it again.",
		counted(aside.Releases, "release"), counted(aside.Versions, "version"), counted(aside.Notes, "note"))
	r.journal.Worse(journal.Records, journal.Damaged, n, why, r.site.Now())
	return nil
}

// tellRhythm tells whether the newsroom is silent for longer than usual, after a
// run that saw all that it published.
func (r *run) tellRhythm(ended error) error {
	if ended != nil {
		return nil
	}
	rhythm, err := RhythmOf(r.room)
	if err != nil {
		return err
	}
	today := store.DayOf(r.site.Now().In(r.site.Source().Zone()))
	if !rhythm.Stale(today) {
		r.journal.Well(journal.Rhythm, r.site.Now())
		return nil
	}
	why := fmt.Sprintf("The newest release is of %s, %d days ago. Nearly always the next one came within %s.", rhythm.Newest, rhythm.Silent(today), counted(rhythm.Usual, "day"))
	if r.journal.Bad(journal.Rhythm, journal.Stale, why, r.site.Now()) {
		r.log.Warn("the newsroom is silent for longer than usual", "source", r.room.Name(), "newest", rhythm.Newest.String(), "usual_days", rhythm.Usual)
	}
	return nil
}
