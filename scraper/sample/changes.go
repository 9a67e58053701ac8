package sample

import (
	"net/http"
	"slices"
)

// Add publishes a release, on top of its day. One of the same number that is
// on the site already, or was withdrawn, makes room for it.
func (s *Site) Add(r Release) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.archive.add(r.clone())
}

// Correct changes a release, and reports whether there is one of that number.
// The number stays; another Day moves the row, another Slug the page, and Bare
// hides its tags. change must not call the site.
func (s *Site) Correct(number int, change func(*Release)) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.archive.standing(number)
	if e == nil {
		return false
	}
	r := e.clone()
	change(&r)
	r.Number = number
	s.archive.correct(r.clone())
	return true
}

// Hide makes the row of a release show only title, date and summary, as if the
// release were Bare; it reports whether there is one of that number.
func (s *Site) Hide(number int) bool {
	return s.Correct(number, func(r *Release) { r.Bare = true })
}

// Move gives a release another slug, hence another address. The old address
// redirects to it with 301. Move reports whether there is a release of that
// number.
func (s *Site) Move(number int, slug string) bool {
	return s.Correct(number, func(r *Release) { r.Slug = slug })
}

// Withdraw takes a release off the listing, and its page is 404 at each of its
// addresses. Withdraw reports whether there is a release of that number.
func (s *Site) Withdraw(number int) bool {
	return s.withdraw(number, http.StatusNotFound)
}

// Gone is Withdraw by a site that remembers: the page is 410.
func (s *Site) Gone(number int) bool {
	return s.withdraw(number, http.StatusGone)
}

func (s *Site) withdraw(number, status int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.archive.withdraw(number, status)
}

// RenameOffice gives an office another name on all releases and in the filter
// list, where it keeps its id. An office that has the new name already swallows
// the other one, id and all.
func (s *Site) RenameOffice(from, to string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.archive.offices.rename(from, to)
	s.archive.rename(func(r *Release) *[]string { return &r.Offices }, from, to)
}

// RenameTopic is RenameOffice for a topic.
func (s *Site) RenameTopic(from, to string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.archive.topics.rename(from, to)
	s.archive.rename(func(r *Release) *[]string { return &r.Topics }, from, to)
}

// rename replaces a name in one of the lists of each release.
func (a *archive) rename(list func(*Release) *[]string, from, to string) {
	a.touch(a.modified)
	for place, old := range a.entries {
		if !slices.Contains(*list(&old.Release), from) {
			continue
		}
		r := old.clone()
		*list(&r) = renamed(*list(&r), from, to)
		e := a.newEntry(r)
		e.former, e.modified = old.former, a.modified
		a.replace(place, e)
	}
	a.rewriteFilters()
}

// renamed replaces a name in a list that is not to hold the new one twice.
func renamed(names []string, from, to string) []string {
	var list []string
	for _, name := range names {
		if name == from {
			name = to
		}
		if !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list
}
