package sample

import (
	"strconv"
	"strings"
	"time"
)

// The fields that a listing can be filtered by.
const (
	officeFilter = "im_taxonomy_vid_1"
	topicFilter  = "im_taxonomy_vid_3"
	dateFilter   = "ds_date"
)

// filter keeps some of the releases.
type filter func(*entry) bool

// parseFilters reads the listing's filters parameter: groups separated by
// spaces or "+", each "field:(values)", all of which must hold. Within a group
// several ids mean any of them. What can't be read is passed over, as unknown
// parameters are.
func (a *archive) parseFilters(text string) []filter {
	var filters []filter
	for _, group := range splitGroups(text) {
		field, values, found := strings.Cut(group, ":(")
		if !found || !strings.HasSuffix(values, ")") {
			continue
		}
		if f := a.newFilter(field, strings.TrimSuffix(values, ")")); f != nil {
			filters = append(filters, f)
		}
	}
	return filters
}

func (a *archive) newFilter(field, values string) filter {
	switch field {
	case officeFilter:
		wanted := a.offices.pick(parseIDs(values))
		return func(e *entry) bool { return e.offices&wanted != 0 }
	case topicFilter:
		wanted := a.topics.pick(parseIDs(values))
		return func(e *entry) bool { return e.topics&wanted != 0 }
	case dateFilter:
		return dateRange(values)
	}
	return nil
}

// splitGroups splits at spaces and pluses that stand outside parentheses.
func splitGroups(text string) []string {
	depth := 0
	return strings.FieldsFunc(text, func(r rune) bool {
		switch r {
		case '(':
			depth++
		case ')':
			depth--
		}
		return depth == 0 && (r == ' ' || r == '+')
	})
}

// parseIDs reads numbers joined by "+" or, as "+" reads in an address, spaces.
func parseIDs(values string) []int {
	var ids []int
	for word := range strings.FieldsFuncSeq(values, func(r rune) bool { return r == ' ' || r == '+' }) {
		if id, err := strconv.Atoi(word); err == nil {
			ids = append(ids, id)
		}
	}
	return ids
}

// dateRange reads "[FROM TO UNTIL]", two instants that both belong to the
// range; nil if it is no such range.
func dateRange(values string) filter {
	text, bracketed := strings.CutPrefix(values, "[")
	first, last, found := strings.Cut(strings.TrimSuffix(text, "]"), " TO ")
	from, err := time.Parse(time.RFC3339, first)
	until, err2 := time.Parse(time.RFC3339, last)
	if !bracketed || !found || err != nil || err2 != nil {
		return nil
	}
	return func(e *entry) bool { return !e.Day.Before(from) && !e.Day.After(until) }
}
