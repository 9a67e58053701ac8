package sample

import "math/rand/v2"

// deck deals its cards in random order, all of them before any comes again.
// Unlike independent draws it keeps its proportions over a few hundred
// releases, whatever else the generator was asked meanwhile.
type deck[T any] struct {
	rng   *rand.Rand
	cards []T
	left  int
}

// pile is a number of equal cards.
type pile[T any] struct {
	count int
	card  T
}

func newDeck[T any](rng *rand.Rand, piles ...pile[T]) *deck[T] {
	d := &deck[T]{rng: rng}
	for _, p := range piles {
		for range p.count {
			d.cards = append(d.cards, p.card)
		}
	}
	return d
}

// draw deals the next card; the deck must have one.
func (d *deck[T]) draw() T {
	if d.left == 0 {
		d.rng.Shuffle(len(d.cards), func(i, j int) {
			d.cards[i], d.cards[j] = d.cards[j], d.cards[i]
		})
		d.left = len(d.cards)
	}
	d.left--
	return d.cards[d.left]
}

// pick returns one of list, which must not be empty.
func pick[T any](rng *rand.Rand, list []T) T {
	return list[rng.IntN(len(list))]
}
