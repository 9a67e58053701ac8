package feed

import (
	"fmt"
	"slices"

	"communique/store"
)

// maxArchived is how many releases one archive document holds at most.
const maxArchived = 96

// piece is a period that has an archive document, or will have one when it is
// over, and its releases, newest first.
type piece struct {
	period   period
	releases []store.Release
}

// periodOf returns the period of a feed's archive that a release lies in. It
// reads no more than a period's releases, for each span that it tries.
func (p *Press) periodOf(r room, f Feed, release store.Release) (period, error) {
	key := boundary{r.Newsroom.Name, f.Query, f.Version, release.Key}
	if known, ok := p.memory.boundary(key); ok {
		return known, nil
	}
	var list []store.Release
	leaf, err := narrow(store.DayOf(release.Published), func(tried period) (bool, error) {
		var err error
		list, err = r.Store.Period(f.Query, tried.newest, tried.oldest, maxArchived+1)
		return len(list) <= maxArchived, err
	})
	if err == nil && leaf.span == day {
		list, err = r.Store.Period(f.Query, leaf.newest, leaf.oldest, maxDay)
	}
	if err != nil {
		return period{}, fmt.Errorf("reading a period of %s: %w", f.Path(), err)
	}
	pieces, err := p.split(r, f, leaf, list)
	if err != nil {
		return period{}, err
	}
	for _, piece := range pieces {
		for _, held := range piece.releases {
			if held.Key == release.Key {
				p.memory.remember(key, piece.period)
				return piece.period, nil
			}
		}
	}
	return leaf, nil // it went elsewhere meanwhile
}

// maxDay bounds how many releases of one day are archived.
const maxDay = 100_000

// split returns the periods, newest first, that the releases of one are spread
// over so that each fits into a document: the period itself if it is small
// enough.
func (p *Press) split(r room, f Feed, whole period, list []store.Release) ([]piece, error) {
	frame, err := p.frame(f)
	if err != nil {
		return nil, err
	}
	weights := make([]weight, len(list))
	for i, release := range list {
		weights[i] = r.scale.weigh(newEntry(f.Newsroom, release))
	}
	s := splitter{frame, p.limits.Bytes - reserve}
	return s.split(whole, list, weights), nil
}

// splitter splits periods by weight.
type splitter struct {
	frame weight
	bytes int
}

func (s splitter) fits(weights []weight) bool {
	sum := s.frame
	for _, w := range weights {
		sum = sum.plus(w)
	}
	return len(weights) <= maxArchived && (sum.heaviest() <= s.bytes || len(weights) == 1)
}

func (s splitter) split(whole period, list []store.Release, weights []weight) []piece {
	switch {
	case len(list) == 0:
		return nil
	case s.fits(weights):
		return []piece{{whole, list}}
	case whole.span == day:
		return s.parts(whole, list, weights)
	}
	var pieces []piece
	for len(list) > 0 {
		smaller := periodOf(whole.span+1, store.DayOf(list[0].Published))
		n := 1
		for n < len(list) && smaller.holds(store.DayOf(list[n].Published)) {
			n++
		}
		pieces = append(pieces, s.split(smaller, list[:n], weights[:n])...)
		list, weights = list[n:], weights[n:]
	}
	return pieces
}

// parts cuts a day, beginning with its oldest release, so that what comes later
// that day moves none that is full.
func (s splitter) parts(whole period, list []store.Release, weights []weight) []piece {
	var pieces []piece
	for end := len(list); end > 0; {
		begin := end - 1
		for begin > 0 && s.fits(weights[begin-1:end]) {
			begin--
		}
		cut := whole
		cut.span, cut.number = part, len(pieces)+1
		pieces = append(pieces, piece{cut, list[begin:end]})
		end = begin
	}
	slices.Reverse(pieces)
	return pieces
}

// frame returns what the documents of a feed weigh without entries, with all the
// links that an archive document can have.
func (p *Press) frame(f Feed) (weight, error) {
	return p.memory.frame(f.caption(), func() (weight, error) {
		return p.measureFrame(f)
	})
}

func (p *Press) measureFrame(f Feed) (weight, error) {
	e := p.newEdition(f)
	if f.archived() {
		const longest = "2006-01-02-10000"
		e.archive = volume{longest, longest, longest}
	}
	return measure(e)
}
