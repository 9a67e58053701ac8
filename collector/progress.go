package collector

import "communique/scraper"

// Progress says how far a run is.
type Progress struct {
	Source string
	// Phase is what the run is at: "listing", or "filters" when it asks the
	// filtered listings for what rows hide.
	Phase string
	// Pages is how many of the phase's pages, or filters, are done, Of how many
	// there are, 0 if nobody knows.
	Pages, Of int
	// Seen and New are those of the Report.
	Seen, New int
}

const (
	listingPhase = "listing"
	filtersPhase = "filters"
)

// tell says how far the run is. Without anybody to tell it to, a long run logs it
// now and then; one from cron is not long.
func (r *run) tell(p Progress) {
	p.Source, p.Seen, p.New = r.room.Name(), r.report.Seen, r.report.New
	if r.options.Progress != nil {
		r.options.Progress(p)
		return
	}
	if p.Pages%tellEvery == 1 && p.Pages > 1 && (p.Phase == listingPhase || r.options.All) {
		r.log.Info("reading on", "source", p.Source, "phase", p.Phase, "pages", p.Pages, "of", p.Of, "seen", p.Seen, "new", p.New)
	}
}

// progress tells of a page of the listing.
func (p *pass) progress(page scraper.Page) {
	p.tell(Progress{Phase: listingPhase, Pages: p.n + 1, Of: max(page.Pages, p.n+1)})
}
