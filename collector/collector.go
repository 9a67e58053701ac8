// Package collector keeps a store up to date with a newsroom's listing.
//
// Collect makes one pass: it has pages visited from the newest on, puts each
// into the store, and ends where nothing new comes any more. Schedule makes
// passes at the times of a cron line.
package collector

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"communique/collector/journal"
	"communique/scraper"
	"communique/store"
)

// Options say how far a run reads. The zero Options read until a page brings
// nothing new, and one page more.
type Options struct {
	// Pages ends the run after so many pages; 0 for no such end.
	Pages int
	// All reads on to the end of the listing, whatever is known, and asks for all
	// that rows hide.
	All bool
	// Accept takes the first page for what the listing is from now on, however
	// unlike it is to what it was.
	Accept bool
	// NoFilters leaves hidden what rows don't show.
	NoFilters bool
	// Progress, if set, is called after each page.
	Progress func(Progress)
	// Journal takes what the run finds that an operator is told of. nil stands for
	// one of the run's own, which nobody hears of before the next one is read.
	Journal *journal.Journal
}

// Report says what a run did. A release counts once, however often the listing
// showed it.
type Report struct {
	Source      string   `json:"source"`
	Pages       int      `json:"pages"`        // asked for and received
	Seen        int      `json:"seen"`         // releases read
	New         int      `json:"new"`          // of them not known before
	Updated     int      `json:"updated"`      // known, with a change of any sort
	Unchanged   int      `json:"unchanged"`    // known, without
	NotModified int      `json:"not_modified"` // pages that the site answered with 304
	Problems    []string `json:"problems"`     // what could not be read, and what ended the run early
	FilterPages int      `json:"filter_pages"` // of filtered listings, asked for and received
	Attached    int      `json:"attached"`     // offices and topics that rows had hidden
	Renamed     int      `json:"renamed"`      // offices, topics and types that have another name now
	Withdrawn   int      `json:"withdrawn"`    // releases that the newsroom took back
	Fresh       []string `json:"-"`            // the problems that were not told in the last week
}

// String says it in one line.
func (r Report) String() string {
	line := fmt.Sprintf("%s: %s, %s seen: %d new, %d updated, %d unchanged",
		r.Source, counted(r.Pages, "page"), counted(r.Seen, "release"), r.New, r.Updated, r.Unchanged)
	for _, more := range []struct {
		n    int
		what string
	}{{r.Attached, "hidden tag"}, {r.Renamed, "renamed tag"}, {r.Withdrawn, "withdrawn release"}} {
		if more.n > 0 {
			line += ", " + counted(more.n, more.what)
		}
	}
	return line
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// maxProblems bounds what a report tells.
const maxProblems = 200

func (r *Report) problem(text string) {
	if len(r.Problems) < maxProblems {
		r.Problems = append(r.Problems, text)
	}
}

func (r *Report) count(change store.Change) {
	r.Seen++
	switch change {
	case store.Added:
		r.New++
	case store.Unchanged:
		r.Unchanged++
	default:
		r.Updated++
	}
}

// Collect makes one pass over a newsroom. What was stored before an error
// stays stored, and the report says how much that was. The error wraps what
// scraper.Visit says; scraper.ErrNoListing also stands for a page without
// releases where there must be some.
func Collect(ctx context.Context, site *scraper.Scraper, room *store.Newsroom, log *slog.Logger, options Options) (Report, error) {
	if options.Journal == nil {
		options.Journal = journal.New(journal.Options{Source: room.Name(), Title: site.Source().Title, Memory: room, Log: log})
	}
	r := &run{site: site, room: room, log: log, options: options, journal: options.Journal, seen: map[string]bool{}}
	r.report = Report{Source: room.Name(), Problems: []string{}}
	err := r.collect(ctx)
	err = errors.Join(err, r.settle(err), r.remind())
	r.tellOperator(ctx, err)
	if err != nil {
		r.report.Problems = append(r.report.Problems, err.Error())
		err = fmt.Errorf("collecting %s: %w", room.Name(), err)
	}
	return r.report, err
}
