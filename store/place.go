package store

import (
	"bytes"
	"iter"
)

// stride lies between the positions of neighbours, so that others fit in
// between: 32 of them at one place, which is when a day is numbered anew.
const stride = 1 << 32

// position finds one for a new release of a day: right below the release above
// it on the page, else right above the next known one below it, else on top.
// Positions of others may change for it, their order never.
func (t *tables) position(day Day, above, below *record) (int64, error) {
	g, err := t.gap(day, above, below)
	if err == nil && !g.wide() {
		if err = t.spread(day); err == nil {
			g, err = t.gap(day, above, below)
		}
	}
	return g.middle(), err
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
func (t *tables) gap(day Day, above, below *record) (g gap, err error) {
	start := appendDay(nil, day)
	if above != nil {
		start = above.order()
	}
	for p, err := range t.day(day, start) {
		if err != nil {
			return gap{}, err
		}
		position := p.position()
		switch {
		case above != nil && p.key == above.Key:
			g.above = &position
		case above != nil, below == nil, p.key == below.Key:
			g.below = &position
			return g, nil
		default: // on the way down to below
			g.above = &position
		}
	}
	return g, nil
}

// day yields the places of a day's releases from an order on.
func (t *tables) day(day Day, order []byte) iter.Seq2[place, error] {
	prefix := appendDay(nil, day)
	return func(yield func(place, error) bool) {
		for p, err := range t.from(Query{}, order) {
			if err == nil && !bytes.HasPrefix(p.order, prefix) || !yield(p, err) {
				return
			}
		}
	}
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
	for _, q := range r.filings() {
		if err := t.filed.delete(filedKey(q, r)); err != nil {
			return err
		}
	}
	r.Position = position
	for _, q := range r.filings() {
		if err := t.filed.put(filedKey(q, r), []byte(r.Key)); err != nil {
			return err
		}
	}
	return t.putRecord(r)
}
