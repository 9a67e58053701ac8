package store

import (
	"context"
	"sync"
)

// bell wakes all who wait at once, without a goroutine for any of them.
type bell struct {
	mu   sync.Mutex
	rung chan struct{} // closed when it rings next; nil while nobody waits
}

func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.rung != nil {
		close(b.rung)
		b.rung = nil
	}
}

// next returns what is closed when the bell rings next.
func (b *bell) next() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.rung == nil {
		b.rung = make(chan struct{})
	}
	return b.rung
}

// Wait returns nil as soon as Version is greater than after, at once if it is,
// or the context's error if that ends first. Closing the store wakes nobody.
func (n *Newsroom) Wait(ctx context.Context, after uint64) error {
	for n.Version() <= after {
		committed := n.committed.next()
		if n.Version() > after {
			return nil
		}
		select {
		case <-committed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
