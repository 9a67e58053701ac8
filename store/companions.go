package store

import (
	"bytes"
	"fmt"
	"iter"
	"slices"

	"go.etcd.io/bbolt"
)

// Companions tells for the releases filed under q how many of them are also
// filed under each slug of a kind; those that share none are not among them, nor
// is q itself. A query that moved reads what it points to. It reads indexes, of
// the months that q has releases in, and no release.
func (n *Newsroom) Companions(q Query, kind Kind) (map[string]int, error) {
	return n.companions(q, kind, func(t *tables, q Query) iter.Seq2[place, error] { return t.from(q, nil) })
}

// CompanionsBetween is Companions for the releases of these days and those
// between them.
func (n *Newsroom) CompanionsBetween(q Query, kind Kind, newest, oldest Day) (map[string]int, error) {
	return n.companions(q, kind, func(t *tables, q Query) iter.Seq2[place, error] { return t.period(q, newest, oldest) })
}

func (n *Newsroom) companions(q Query, kind Kind, places func(*tables, Query) iter.Seq2[place, error]) (map[string]int, error) {
	counts := map[string]int{}
	err := n.view(func(t *tables) error {
		q, f, err := t.live(q)
		if err != nil || f == nil || f.Releases == 0 || !slices.Contains(Kinds(), kind) {
			return err
		}
		if err := t.countCompanions(places(t, q), kind, counts); err != nil {
			return err
		}
		if q.Kind == kind {
			delete(counts, q.Slug)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading companions in %s: %w", n.name, err)
	}
	return counts, nil
}

func (t *tables) countCompanions(places iter.Seq2[place, error], kind Kind, counts map[string]int) error {
	filings := sieve{cursor: t.filed.bucket.Cursor(), kind: kind, counts: counts}
	var orders [][]byte // of one month
	for p, err := range places {
		if err != nil {
			return err
		}
		if len(orders) > 0 && monthOf(orders[0]) != monthOf(p.order) {
			if err := filings.sift(orders); err != nil {
				return err
			}
			orders = orders[:0]
		}
		orders = append(orders, p.order)
	}
	if len(orders) == 0 {
		return nil
	}
	return filings.sift(orders)
}

// sieve counts in which filings of a kind places are. The filings of one kind
// stand together in each month.
type sieve struct {
	cursor *bbolt.Cursor
	kind   Kind
	counts map[string]int // by slug

	prefix, sought []byte
}

// sift counts some places of one month, of which there is at least one.
func (s *sieve) sift(orders [][]byte) error {
	ofKind := monthOf(orders[0]).start(Query{Kind: s.kind})
	ofKind = ofKind[:len(ofKind)-1]
	k, _ := s.cursor.Seek(ofKind)
	for bytes.HasPrefix(k, ofKind) {
		slug, _, ok := bytes.Cut(k[len(ofKind):], []byte{0})
		if !ok {
			return fmt.Errorf("place %q is %w: it is too short", k, ErrDamaged)
		}
		s.prefix = append(s.prefix[:0], k[:len(ofKind)+len(slug)+1]...)
		n, next := s.common(k, orders)
		if n > 0 {
			s.counts[string(slug)] += n
		}
		if k = next; bytes.HasPrefix(k, s.prefix) {
			s.prefix[len(s.prefix)-1]++ // to the next slug
			k, _ = s.cursor.Seek(s.prefix)
		}
	}
	return nil
}

// common counts the places that the filing whose entries begin at k has too, and
// returns the entry that it came to. It goes on by steps, and leaps when the next
// place is far.
func (s *sieve) common(k []byte, orders [][]byte) (n int, next []byte) {
	const far = 8
	for steps := 0; len(orders) > 0 && bytes.HasPrefix(k, s.prefix); {
		switch bytes.Compare(k[len(s.prefix):], orders[0]) {
		case 0:
			n++
			orders, steps = orders[1:], 0
			k, _ = s.cursor.Next()
		case 1:
			orders = orders[1:]
		default:
			if steps++; steps < far {
				k, _ = s.cursor.Next()
				continue
			}
			steps = 0
			s.sought = append(append(s.sought[:0], s.prefix...), orders[0]...)
			k, _ = s.cursor.Seek(s.sought)
		}
	}
	return n, k
}
