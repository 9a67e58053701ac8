package sample

import (
	"errors"
	"math"
	"net/url"
	"slices"
	"strconv"
)

const (
	listingPath = "/press-releases"
	defaultRows = 10
	mostRows    = 50
)

// listingPage is what the listing's template shows.
type listingPage struct {
	Rows            []Release
	Pager           pager
	Offices, Topics []facet
	// SortLink orders by date, keeping the filters.
	SortLink string
}

// listing answers a query as the real listing does: page counts from 0, rows
// is 10 unless it is between 1 and 50, the order is newest first unless
// solrsort is "ds_date asc". A page beyond the last one has no rows.
func (a archive) listing(query url.Values) listingPage {
	found := a.search(query)
	rows := number(query.Get("rows"), 1, mostRows, defaultRows)
	current := number(query.Get("page"), 0, math.MaxInt, 0)
	pages := (len(found) + rows - 1) / rows
	page := listingPage{
		Pager:   newPager(query, current, pages),
		Offices: a.offices, Topics: a.topics,
		SortLink: link(url.Values{"filters": query["filters"]}, "solrsort", "ds_date desc"),
	}
	if current < pages {
		for _, e := range found[current*rows : min(len(found), (current+1)*rows)] {
			page.Rows = append(page.Rows, e.Shown())
		}
	}
	return page
}

// search returns the entries that a query asks for, in its order.
func (a archive) search(query url.Values) []entry {
	found := a.entries
	for _, keeps := range parseFilters(query.Get("filters")) {
		found = slices.DeleteFunc(slices.Clone(found), func(e entry) bool { return !keeps(e) })
	}
	if query.Get("solrsort") == "ds_date asc" {
		found = slices.Clone(found)
		slices.Reverse(found)
	}
	return found
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
