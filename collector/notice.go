package collector

import (
	"slices"

	"communique/scraper"
)

// notice takes from the first page, and from the second beside it, what only
// these tell.
func (p *pass) notice(page scraper.Page) error {
	switch {
	case p.n == 0:
		p.note.First, p.note.Rows = page.Validators, len(page.Releases)
		p.top = make([]string, len(page.Releases))
		for i, release := range page.Releases {
			p.top[i] = release.Key
		}
		return p.learn(page)
	case p.n == 1 && !p.again:
		return p.pin(page)
	}
	return nil
}

// pin notes the releases that the second page begins with just as the first one
// did. If that is all of it, the page is the first one once more.
func (p *pass) pin(page scraper.Page) error {
	n := 0
	for n < min(len(p.top), len(page.Releases)) && page.Releases[n].Key == p.top[n] {
		n++
	}
	if n == len(page.Releases) || slices.Equal(p.top[:n], p.Pinned) {
		return nil
	}
	p.Pinned = slices.Clone(p.top[:n])
	return keepNote(p.room, filtersNote, p.filters)
}
