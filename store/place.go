package store

import (
	"bytes"
	"iter"
)

// stride lies between the positions of neighbours, so that others fit in
// between: 32 of them at one place, which is when a day is numbered anew.
const stride = 1 << 32

// position finds one for a new release of a day: right below the release above
// it on the page, else right above the next known one below it, else on top. It
// leaves the rest of the gap, for one that comes below. Positions of others may
// change for it, their order never.
func (t *tables) position(day Day, above lowest, below *record) (position int64, rest *gap, err error) {
	g := above.gap
	if g == nil {
		if g, err = t.gap(day, above.record, below); err != nil {
			return 0, nil, err
		}
	}
	if !g.wide() {
		if err := t.spread(day); err != nil {
			return 0, nil, err
		}
		if g, err = t.gap(day, above.record, below); err != nil {
			return 0, nil, err
		}
	}
	position = g.middle()
	return position, &gap{&position, g.below}, nil
}

// lowest is the lowest row of a page so far, and the gap below it if that is
// known: then it was put there just now.
type lowest struct {
	record *record
	gap    *gap
}

// gap is the room between two neighbours of a day, nil where there is none.
type gap struct{ above, below *int64 }

func (g gap) wide() bool {
	return g.above == nil || g.below == nil || *g.below-*g.above > 1
}

func (g gap) middle() int64 {
	switch {
	case g.above != nil && g.below != nil:
		return *g.above + (*g.below-*g.above)/2
	case g.above != nil:
		return *g.above + stride
	case g.below != nil:
		return *g.below - stride
	}
	return 0
}

// gap returns the room below above, or that above below if above is nil, or
// that above all of the day if both are.
func (t *tables) gap(day Day, above, below *record) (*gap, error) {
	g := new(gap)
	start := appendDay(nil, day)
	if above != nil {
		start = above.order()
	}
	for p, err := range t.day(day, start) {
		if err != nil {
			return nil, err
		}
		position := p.position()
		switch {
		case above != nil && p.key() == above.Key:
			g.above = &position
		case above != nil, below == nil, p.key() == below.Key:
			g.below = &position
			return g, nil
		default: // on the way down to below
			g.above = &position
		}
	}
	return g, nil
}

// day yields the places of a day's releases from an order on. Those that were
// withdrawn are among them: they keep their place until they come back.
func (t *tables) day(day Day, order []byte) iter.Seq2[place, error] {
	return func(yield func(place, error) bool) {
		withdrawn, err := t.withdrawnOf(day, order)
		if err != nil {
			yield(place{}, err)
			return
		}
		for p, err := range t.dayOf(Query{}, day, order) {
			for err == nil && len(withdrawn) > 0 && bytes.Compare(withdrawn[0].order, p.order) < 0 {
				if !yield(withdrawn[0], nil) {
					return
				}
				withdrawn = withdrawn[1:]
			}
			if !yield(p, err) {
				return
			}
		}
		for _, p := range withdrawn {
			if !yield(p, nil) {
				return
			}
		}
	}
}

func (t *tables) withdrawnOf(day Day, order []byte) (places []place, err error) {
	if f, err := t.filing(Withdrawn); err != nil || f == nil || f.Releases == 0 {
		return nil, err
	}
	for p, err := range t.dayOf(Withdrawn, day, order) {
		if err != nil {
			return nil, err
		}
		places = append(places, p)
	}
	return places, nil
}

// spread numbers a day's releases anew, in the order they have.
func (t *tables) spread(day Day) error {
	var releases []*record
	for p, err := range t.day(day, appendDay(nil, day)) {
		if err != nil {
			return err
		}
		r, err := t.indexed(p)
		if err != nil {
			return err
		}
		releases = append(releases, r)
	}
	for i, r := range releases {
		if err := t.move(r, int64(i)*stride); err != nil {
			return err
		}
	}
	return nil
}

// move gives a stored record another position, wherever it is filed.
func (t *tables) move(r *record, position int64) error {
	before := r.order()
	r.Position = position
	after := r.order()
	filings := r.filings()
	l, err := t.lineAt(filings[0], before)
	if err != nil {
		return err
	}
	told := l.bytes()
	for _, q := range filings {
		if err := t.filed.delete(filedKey(q, before)); err != nil {
			return err
		}
		if err := t.index(q, after, told); err != nil {
			return err
		}
	}
	return t.putRecord(r)
}
