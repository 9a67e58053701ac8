package collector

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"communique/collector/journal"
	"communique/scraper"
	"communique/store"
)

// maxPages bounds a run: a pager that never ends, ends here.
const maxPages = 10_000

// tellEvery is after how many pages a long run says that it is alive, and from
// how many on the first page is looked at once more.
const tellEvery = 10

// run is one run: passes over the listing, then what its rows did not tell.
type run struct {
	site    *scraper.Scraper
	room    *store.Newsroom
	log     *slog.Logger
	options Options
	journal *journal.Journal
	report  Report

	before, note note // what earlier runs left, and what this one leaves
	filters           // of the listing, as far as they are known
	health       Health
	lost         bool            // damaged releases may be in the listing still
	looked       time.Time       // when the last page was received
	seen         map[string]bool // keys of the releases that this run read
	top          []string        // keys of the first page, if that was read
	covered      []cover         // the days that were read without a hole
}

// toEnd says that the run reads to the end of the listing, whatever is known.
func (r *run) toEnd() bool { return r.options.All || r.lost || r.before.Complete == 0 }

// collect reads the listing, and then looks for what it hides and for what went
// missing from it.
func (r *run) collect(ctx context.Context) error {
	if err := r.remember(); err != nil {
		return err
	}
	if err := r.adoptAliases(); err != nil {
		return err
	}
	if err := r.read(ctx); err != nil {
		return err
	}
	return errors.Join(r.unhide(ctx), r.searchMissing(ctx))
}

// read makes the passes. A listing goes on moving while it is read: after many
// pages, its first ones are looked at once more.
func (r *run) read(ctx context.Context) error {
	p := newPass(r, false)
	for {
		if err := p.read(ctx); err != nil || p.limited {
			return err
		}
		if err := r.complete(); err != nil || !p.long() {
			return err
		}
		p = newPass(r, true)
	}
}
