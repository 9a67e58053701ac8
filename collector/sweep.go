package collector

import (
	"slices"
	"time"

	"communique/store"
)

// sweep is one round through all filters, for releases whose rows showed
// nothing but a date. It outlives runs.
type sweep struct {
	// Began is when it began: what was first seen later is left to another.
	Began time.Time `json:"began"`
	// Newest and Oldest are the days that it is concerned with.
	Newest store.Day `json:"newest"`
	Oldest store.Day `json:"oldest"`
	// All says that it is for all releases that there are, whatever lies between.
	All bool `json:"all,omitempty"`
	// Done are the filters that were asked, or failed for the last time; Failed
	// says how often.
	Done   []string       `json:"done"`
	Failed map[string]int `json:"failed,omitempty"`
	// Asking is the filter under way, At the address of its next page, Last the
	// key and Reached the day of the row that the page before ended with. All are
	// zero before its first page.
	Asking  string    `json:"asking,omitempty"`
	At      string    `json:"at,omitempty"`
	Last    string    `json:"last,omitempty"`
	Reached store.Day `json:"reached,omitzero"`
	// Alike recognises the first page of the filter that was asked last.
	Alike string `json:"alike,omitempty"`
}

// has says that a release is one of those that the sweep is for.
func (s *sweep) has(release store.Release) bool {
	return !release.FirstSeen.After(s.Began) && !release.Day.After(s.Newest) && !s.Oldest.After(release.Day)
}

// pick returns the filter of a list to ask next: the one under way, else the
// first of those that failed least; none if all are done.
func (s *sweep) pick(list []filter) (next filter, found bool) {
	for _, f := range list {
		switch name := f.String(); {
		case slices.Contains(s.Done, name):
		case name == s.Asking:
			return f, true
		case !found || s.Failed[name] < s.Failed[next.String()]:
			next, found = f, true
		}
	}
	return next, found
}

// include makes a sweep one for a release, too. The clock may have been set back
// since that was first seen.
func (s *sweep) include(release store.Release) {
	if release.FirstSeen.After(s.Began) {
		s.Began = release.FirstSeen
	}
	if release.Day.After(s.Newest) {
		s.Newest = release.Day
	}
	if s.Oldest.After(release.Day) {
		s.Oldest = release.Day
	}
}
