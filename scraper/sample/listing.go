package sample

import (
	"errors"
	"math"
	"net/url"
	"slices"
	"strconv"
	"time"
)

const (
	listingPath = "/press-releases"
	defaultRows = 10
	mostRows    = 50
)

// listingPage is what a page of the listing shows, in whatever markup.
type listingPage struct {
	// Number counts from 0.
	Number          int
	Rows            []Release
	Pager           pager
	Offices, Topics []facet
	// SortLink orders by date, keeping the filters.
	SortLink string
	modified time.Time

	layout Layout
	labels labels
	// mute leaves out the sentence that says that nothing was found.
	mute bool
}

// listing answers a query as the real listing does: page counts from 0, rows
// is 10 unless it is between 1 and 50, the order is newest first unless
// solrsort is "ds_date asc". A page beyond the last one has no rows.
func (a *archive) listing(query url.Values) listingPage {
	rows := number(query.Get("rows"), 1, mostRows, defaultRows)
	current := number(query.Get("page"), 0, math.MaxInt, 0)
	page := listingPage{
		Number:  current,
		Offices: a.offices.lines, Topics: a.topics.lines,
		SortLink: link(url.Values{"filters": query["filters"]}, "solrsort", "ds_date desc"),
		modified: a.modified,
	}
	beyond := min(current, len(a.entries)/rows+1)
	found, total := a.search(query, beyond*rows, rows)
	page.Pager = newPager(query, current, (total+rows-1)/rows)
	for _, e := range found {
		page.Rows = append(page.Rows, e.Shown())
	}
	return page
}

// search returns at most n of the entries that a query asks for, in its order
// and beginning at the one of that index, and how many there are in all.
func (a *archive) search(query url.Values, from, n int) (found []*entry, total int) {
	filters := a.parseFilters(query.Get("filters"))
	oldestFirst := query.Get("solrsort") == "ds_date asc"
	if len(filters) == 0 {
		return a.slice(oldestFirst, from, n), len(a.entries)
	}
	entries := slices.All(a.entries)
	if oldestFirst {
		entries = slices.Backward(a.entries)
	}
	for _, e := range entries {
		if !passes(e, filters) {
			continue
		}
		if total >= from && len(found) < n {
			found = append(found, e)
		}
		total++
	}
	return found, total
}

// slice is a search without filters.
func (a *archive) slice(oldestFirst bool, from, n int) []*entry {
	all := len(a.entries)
	from, to := min(from, all), min(from+n, all)
	if !oldestFirst {
		return slices.Clone(a.entries[from:to])
	}
	found := slices.Clone(a.entries[all-to : all-from])
	slices.Reverse(found)
	return found
}

// passes reports whether all filters keep e.
func passes(e *entry, filters []filter) bool {
	for _, keeps := range filters {
		if !keeps(e) {
			return false
		}
	}
	return true
}

// number reads a whole number between least and most; anything else gives
// otherwise. One too large for an int counts as the largest.
func number(text string, least, most, otherwise int) int {
	n, err := strconv.Atoi(text)
	if err != nil && !errors.Is(err, strconv.ErrRange) || n < least || n > most {
		return otherwise
	}
	return n
}

// link is the listing's address with one parameter changed and the others
// kept; without the parameter if value is "".
func link(query url.Values, name, value string) string {
	changed := url.Values{}
	for key, values := range query {
		changed[key] = values
	}
	changed.Set(name, value)
	if value == "" {
		changed.Del(name)
	}
	if len(changed) == 0 {
		return listingPath
	}
	return listingPath + "?" + changed.Encode()
}
