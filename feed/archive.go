package feed

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"communique/store"
)

// The archive of a feed (RFC 5005, section 4) tells of every release in
// documents that keep their addresses: one for each period of a partition of
// the calendar. A year is a period if it has at most 96 releases and its
// document at most Limits.Bytes bytes, else its months are looked at, else their
// thirds, else days, else parts of a day. The period that the newest release
// lies in is still running: the document that is subscribed to holds all of it,
// and it has none of its own. The partition depends on what is stored and on
// nothing else; a period that is over changes when a release of it is corrected,
// withdrawn or found late.

// volume is the place of a document in its feed's archive: the name of its
// period, "" for the document that is subscribed to, and those of its
// neighbours, "" where there is none.
type volume struct{ name, older, newer string }

// shelf is the archive of a feed at one version of the store. One goroutine may
// use it.
type shelf struct {
	*calendar
	press     *Press
	room      room
	feed      Feed
	withdrawn *calendar
	read      map[int][]piece // what was read last, by the calendar's period
}

// shelf returns the archive of a feed.
func (p *Press) shelf(r room, f Feed) (*shelf, error) {
	buried, err := r.filing(store.Withdrawn)
	if err != nil {
		return nil, err
	}
	withdrawn, err := p.memory.calendar(r, store.Withdrawn, buried.Version)
	if err != nil {
		return nil, fmt.Errorf("reading what was withdrawn from %s: %w", r.Newsroom.Name, err)
	}
	own, err := p.memory.calendar(r, f.Query, f.Version)
	if err != nil {
		return nil, fmt.Errorf("reading the calendar of %s: %w", f.Path(), err)
	}
	return &shelf{own, p, r, f, withdrawn, map[int][]piece{}}, nil
}

// slot is where a piece stands: in which of the shelf's periods, counted from
// the newest, and which piece of it. The first piece of the first period is the
// running one.
type slot struct{ period, piece int }

// pieces returns the periods that one of the calendar's is split into by the
// weight of its releases.
func (s *shelf) pieces(i int) ([]period, error) {
	split, err := s.spread(i)
	return split.periods, err
}

func (s *shelf) spread(i int) (spread, error) {
	whole := s.periods[i]
	key := pieces{filed{s.room.Newsroom.Name, s.feed.Query}, whole, s.sum(whole)}
	return s.press.memory.split(key, func() (spread, error) {
		var learned spread
		split, err := s.open(i)
		for _, piece := range split {
			learned.periods = append(learned.periods, piece.period)
			learned.counts = append(learned.counts, len(piece.releases))
		}
		return learned, err
	})
}

// open reads the pieces of one of the calendar's periods. Going from one document
// to the next reads each once.
func (s *shelf) open(i int) ([]piece, error) {
	if known, ok := s.read[i]; ok {
		return known, nil
	}
	whole := s.periods[i]
	list, err := s.room.Store.Period(s.feed.Query, whole.newest, whole.oldest, maxDay)
	if err != nil {
		return nil, fmt.Errorf("reading %s of %s: %w", whole.name(), s.feed.Path(), err)
	}
	split, err := s.press.split(s.room, s.feed, whole, list)
	if err != nil {
		return nil, err
	}
	if len(s.read) > 1 {
		clear(s.read)
	}
	s.read[i] = split
	return split, nil
}

// find returns where a period stands. The error is an elsewhereError if it is
// another one of the partition that has its releases, and errNowhere if none
// has.
func (s *shelf) find(wanted period) (slot, error) {
	i := slices.IndexFunc(s.periods, wanted.overlaps)
	if i < 0 {
		return slot{}, errNowhere
	}
	split, err := s.pieces(i)
	if err != nil {
		return slot{}, err
	}
	j := slices.Index(split, wanted)
	if j < 0 {
		j = slices.IndexFunc(split, wanted.overlaps)
	}
	switch {
	case j < 0:
		return slot{}, errNowhere
	case i == 0 && j == 0:
		return slot{}, elsewhereError{s.feed.stem}
	case split[j] != wanted:
		return slot{}, elsewhereError{s.feed.stem + "/" + split[j].name()}
	}
	return slot{i, j}, nil
}

// volume returns the place of a document in the archive.
func (s *shelf) volume(at slot) (volume, error) {
	own, err := s.pieces(at.period)
	if err != nil {
		return volume{}, err
	}
	v := volume{name: own[at.piece].name()}
	if v.newer, err = s.newer(at, own); err != nil {
		return volume{}, err
	}
	if at.piece+1 < len(own) {
		v.older = own[at.piece+1].name()
	} else if at.period+1 < len(s.periods) {
		older, err := s.pieces(at.period + 1)
		if err != nil || len(older) == 0 {
			return volume{}, err
		}
		v.older = older[0].name()
	}
	return v, nil
}

// newer returns the name of the next document, "" if the running period comes
// next.
func (s *shelf) newer(at slot, own []period) (string, error) {
	i, j := at.period, at.piece-1
	if j < 0 {
		i--
		newer, err := s.pieces(i)
		if err != nil || len(newer) == 0 {
			return "", err
		}
		own, j = newer, len(newer)-1
	}
	if i == 0 && j == 0 {
		return "", nil
	}
	return own[j].name(), nil
}

// version returns the version of the documents of one of the calendar's periods,
// by the sums of its days and of its neighbours' days. It is odd if the period
// had to be split, so that who knows the version of a document of it knows
// without reading whether there are others. It reads one release, since the
// store's versions begin again in another store.
func (s *shelf) version(i int, isSplit bool) (uint64, error) {
	whole := s.periods[i]
	parts := []uint64{text64(s.feed.stem), text64(whole.name()), s.sum(whole), s.withdrawn.sum(whole)}
	for _, j := range []int{i - 1, i + 1} {
		switch {
		case j == 0: // it changes all the time, but seldom what is said of it
			newer, err := s.newer(slot{i, 0}, nil)
			if err != nil {
				return 0, err
			}
			parts = append(parts, text64(newer))
		case j > 0 && j < len(s.periods):
			parts = append(parts, text64(s.periods[j].name()), s.sum(s.periods[j]))
		}
	}
	first, err := s.room.Store.Period(s.feed.Query, whole.newest, whole.oldest, 1)
	if err != nil {
		return 0, fmt.Errorf("reading %s of %s: %w", whole.name(), s.feed.Path(), err)
	}
	for _, r := range first {
		parts = append(parts, uint64(r.FirstSeen.Unix()), uint64(r.Updated.UnixMilli()))
	}
	version := mix(parts...) | 1
	if !isSplit {
		version ^= 1
	}
	return max(version, 2), nil
}

// edition reads what the document of a piece holds.
func (s *shelf) edition(v volume, held piece) (edition, error) {
	e := s.press.newEdition(s.feed)
	e.archive = v
	frame, err := s.press.frame(s.feed)
	if err != nil {
		return edition{}, err
	}
	e.weight = frame
	newest := time.Time{}
	for _, r := range held.releases {
		entry := newEntry(s.feed.Newsroom, r)
		e.add(entry)
		e.weight = e.weight.plus(s.room.scale.weigh(entry))
		newest = later(later(newest, r.FirstSeen), r.Updated)
	}
	if err := s.bury(&e, held.period); err != nil {
		return edition{}, err
	}
	for _, t := range e.deleted {
		newest = later(newest, t.when)
	}
	e.settled = v.newer != "" && s.feed.Changed.Sub(newest) >= settling
	return e, nil
}

// settling is how long after its last change an archive document counts as one
// that will not change: a collection of years of history takes hours, and what
// it found first must not be kept for ever.
const settling = 7 * 24 * time.Hour

// bury adds the releases that were withdrawn from a period. Those of a day in
// parts are told of in its first.
func (s *shelf) bury(e *edition, of period) error {
	if of.number > 1 || len(s.withdrawn.of(of)) == 0 {
		return nil
	}
	list, err := s.room.Store.Period(store.Withdrawn, of.newest, of.oldest, maxWithdrawn)
	if err != nil {
		return fmt.Errorf("reading what was withdrawn from %s: %w", s.feed.Path(), err)
	}
	for _, r := range list {
		e.buryOne(r)
	}
	return nil
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// mix makes one number of several, never 0, the same in every process.
func mix(parts ...uint64) uint64 {
	h := fnv.New64a()
	for _, part := range parts {
		_ = binary.Write(h, binary.BigEndian, part)
	}
	return max(1, h.Sum64())
}

func text64(s string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(s))
	return h.Sum64()
}
