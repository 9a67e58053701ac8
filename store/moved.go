package store

import "fmt"

// MovedError says that a filing was joined to another one when its tag was
// renamed. It wraps ErrNoFiling.
type MovedError struct {
	// To is the filing that has the releases now.
	To Query
}

// Error says where to look instead.
func (e MovedError) Error() string {
	return fmt.Sprintf("its releases are filed under %s/%s now", e.To.Kind, e.To.Slug)
}

// Unwrap returns ErrNoFiling.
func (e MovedError) Unwrap() error { return ErrNoFiling }

// Move is a query that leads to another filing than its own.
type Move struct{ From, To Query }

// Moves returns every query whose filing moved, by kind and slug, each with the
// filing that it leads to in the end. They stay for good.
func (n *Newsroom) Moves() ([]Move, error) {
	var list []Move
	err := n.view(func(t *tables) error {
		for _, kind := range Kinds() {
			prefix := filingKey(Query{Kind: kind})
			for p, err := range t.filings.from(prefix, prefix) {
				if err != nil {
					return err
				}
				from := Query{kind, string(p.key[len(prefix):])}
				to, _, err := t.live(from)
				if err != nil {
					return err
				}
				if to != from {
					list = append(list, Move{from, to})
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading moves of %s: %w", n.name, err)
	}
	return list, nil
}

// longestWay bounds how many filings lead to one in a row. Since a pointer is
// never anything else again, only damage makes a circle.
const longestWay = 1 << 16

// live follows a query to the filing that it leads to today, nil if there never
// was one.
func (t *tables) live(q Query) (Query, *filing, error) {
	for range longestWay {
		f, err := t.filing(q)
		if err != nil || f == nil || f.Moved == "" {
			return q, f, err
		}
		q.Slug = f.Moved
	}
	return q, nil, fmt.Errorf("filing %s/%s is %w: it leads around in a circle", q.Kind, q.Slug, ErrDamaged)
}
