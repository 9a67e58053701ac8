package sample

import (
	"net/http"
	"slices"
	"time"
)

// archive is everything the site has published, and what it looks up in it.
// The entries it holds never change: a correction puts another in the place of
// one, so that a page can be written from entries after they were replaced.
type archive struct {
	// entries are what the listing shows, in its order.
	entries []*entry
	// at finds an entry by its number, also one that was withdrawn.
	at      map[int]*entry
	offices register
	topics  register
	// modified is when the listing last changed, as far as it tells: the day of
	// the newest release, and a second more for each change since.
	modified time.Time
}

// entry is a release with the filters that find it.
type entry struct {
	Release
	offices, topics set
	// former are slugs that it had.
	former []string
	// withdrawn is what its page answers with, 404 or 410; 0 while it stands.
	withdrawn int
	modified  time.Time
}

// newArchive files releases under their addresses and tags, in the order
// given.
func newArchive(releases []Release) *archive {
	a := &archive{
		entries: make([]*entry, 0, len(releases)), at: make(map[int]*entry, len(releases)),
		offices: officeRegister(), topics: topicRegister(),
	}
	for _, r := range releases {
		e := a.newEntry(r)
		a.entries, a.at[r.Number] = append(a.entries, e), e
		a.count(e, 1)
		if r.Day.After(a.modified) {
			a.modified = r.Day
		}
	}
	a.rewriteFilters()
	return a
}

// newEntry files a release that nothing happened to yet.
func (a *archive) newEntry(r Release) *entry {
	return &entry{Release: r, offices: a.offices.find(r.Offices), topics: a.topics.find(r.Topics), modified: r.Day}
}

// count adds n to the uses of each filter that finds e.
func (a *archive) count(e *entry, n int) {
	a.offices.count(e.offices, n)
	a.topics.count(e.topics, n)
}

func (a *archive) rewriteFilters() {
	a.offices.rewrite()
	a.topics.rewrite()
}

// touch notes a change of the listing, which now tells at least that day.
func (a *archive) touch(day time.Time) {
	if day.After(a.modified) {
		a.modified = day
	}
	if !a.modified.IsZero() {
		a.modified = a.modified.Add(time.Second)
	}
}

// add puts a release on top of its day, in place of any of its number.
func (a *archive) add(r Release) {
	a.take(r.Number)
	a.touch(r.Day)
	a.insert(a.newEntry(r))
	a.rewriteFilters()
}

func (a *archive) insert(e *entry) {
	place := slices.IndexFunc(a.entries, func(other *entry) bool { return !other.Day.After(e.Day) })
	if place < 0 {
		place = len(a.entries)
	}
	a.entries = slices.Insert(a.entries, place, e)
	a.at[e.Number] = e
	a.count(e, 1)
}

// take removes a release from the listing and returns it, nil if there is none
// of that number.
func (a *archive) take(number int) *entry {
	e := a.standing(number)
	if e == nil {
		return nil
	}
	place := slices.Index(a.entries, e)
	a.entries = slices.Delete(a.entries, place, place+1)
	delete(a.at, number)
	a.count(e, -1)
	return e
}

// standing returns the entry of a number, nil if there is none or if it was
// withdrawn.
func (a *archive) standing(number int) *entry {
	if e := a.at[number]; e != nil && e.withdrawn == 0 {
		return e
	}
	return nil
}

// correct puts a changed release in the place of the one of its number. On
// another day it moves there, and under another slug the old one leads to it.
func (a *archive) correct(r Release) {
	old := a.standing(r.Number)
	a.touch(r.Day)
	e := a.newEntry(r)
	e.former, e.modified = slices.Clone(old.former), a.modified
	if old.Slug != r.Slug {
		e.former = append(e.former, old.Slug)
	}
	if old.Day.Equal(r.Day) {
		a.replace(slices.Index(a.entries, old), e)
	} else {
		a.take(r.Number)
		a.insert(e)
	}
	a.rewriteFilters()
}

func (a *archive) replace(place int, e *entry) {
	a.count(a.entries[place], -1)
	a.entries[place], a.at[e.Number] = e, e
	a.count(e, 1)
}

// withdraw takes a release off the listing; its page answers with status from
// now on.
func (a *archive) withdraw(number, status int) bool {
	e := a.take(number)
	if e == nil {
		return false
	}
	a.touch(a.modified)
	gone := *e
	gone.withdrawn = status
	a.at[number] = &gone
	a.rewriteFilters()
	return true
}

// lookup says what the page at a path answers: 200 with the entry, 301 with
// the entry that moved from there, 410 or 404 with none.
func (a *archive) lookup(path string) (*entry, int) {
	e := a.at[numberIn(path)]
	if e == nil {
		return nil, http.StatusNotFound
	}
	here := path == e.Path() || path == e.nodePath() || isLanguage(path, e.nodePath())
	moved := slices.ContainsFunc(e.former, func(slug string) bool {
		return path == Release{Number: e.Number, Slug: slug}.Path()
	})
	switch {
	case !here && !moved:
		return nil, http.StatusNotFound
	case e.withdrawn != 0:
		return nil, e.withdrawn
	case !here:
		return e, http.StatusMovedPermanently
	}
	return e, http.StatusOK
}
