package scraper

import (
	"fmt"
	"net/url"
	"strings"

	"communique/scraper/sources"
	"communique/store"
)

// First returns the address of the listing's first page.
func (s *Scraper) First() *url.URL {
	first := s.source.First()
	if s.options.Listing != nil {
		first = s.options.Listing
	}
	return s.Complete(first)
}

// Filtered returns the address of the first page of the listing filtered by the
// office or the topic with an id of the source's, nil if the source has no such
// filter. Unless until is the zero Day, releases of later days are left out, but
// for those of the day after: the site may count days in another zone.
func (s *Scraper) Filtered(kind store.Kind, id string, until store.Day) *url.URL {
	filters := s.source.Filters
	field := filterOf(filters, kind).Field
	if filters.Parameter == "" || field == "" || id == "" {
		return nil
	}
	filter := field + ":(" + id + ")"
	if !until.IsZero() && filters.Until != "" {
		last := store.DayOf(until.Noon().AddDate(0, 0, 1))
		filter += " " + strings.ReplaceAll(filters.Until, "{day}", last.String())
	}
	at := s.First()
	query := at.Query()
	query.Set(filters.Parameter, filter)
	at.RawQuery = query.Encode()
	return at
}

// filterOf returns the filter by a kind of tag, the zero Filter for a kind that
// no listing is filtered by.
func filterOf(filters sources.Filters, kind store.Kind) sources.Filter {
	switch kind {
	case store.Office:
		return filters.Offices
	case store.Topic:
		return filters.Topics
	}
	return sources.Filter{}
}

// Complete returns an address of the listing with the parameters that every page
// is asked with: a pager may forget them, and count other pages than were read.
func (s *Scraper) Complete(address *url.URL) *url.URL {
	at := *address
	query := at.Query()
	for name, value := range s.source.Listing.Query {
		if !query.Has(name) {
			query.Set(name, value)
		}
	}
	at.RawQuery = query.Encode()
	return &at
}

// keepQuery returns the address that the pager of the page at an address leads
// to, with the parameters of that page that its pager forgot. A filter is that
// page's, whatever the pager says.
func (s *Scraper) keepQuery(at *url.URL, next string) string {
	to, err := url.Parse(next)
	if err != nil || next == "" {
		return next
	}
	asked, query := at.Query(), to.Query()
	for name := range s.source.Listing.Query {
		if asked.Has(name) && !query.Has(name) {
			query.Set(name, asked.Get(name))
		}
	}
	if filter := s.filter(at); filter != "" {
		query.Set(s.source.Filters.Parameter, filter)
	}
	to.RawQuery = query.Encode()
	return to.String()
}

// filter returns what the listing at an address is filtered by, "" for nothing.
func (s *Scraper) filter(at *url.URL) string {
	if s.source.Filters.Parameter == "" {
		return ""
	}
	return at.Query().Get(s.source.Filters.Parameter)
}

// keptFilter returns an error if a redirect from one address to another lost the
// filter: what is there would be taken for what was asked for.
func (s *Scraper) keptFilter(from, to *url.URL) error {
	if s.filter(from) == s.filter(to) {
		return nil
	}
	return fmt.Errorf("reading %s: %w: the redirect to %s changes the filter", from.Redacted(), ErrNoListing, to.Redacted())
}
