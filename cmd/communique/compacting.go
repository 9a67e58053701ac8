package main

import (
	"context"
	"time"
)

const (
	// lookAtFree is how often serve looks how much of its store's file is free.
	lookAtFree = time.Hour
	// worthCompacting is the least size in bytes of a file that is written anew:
	// half of a smaller one is not worth the while that writers wait.
	worthCompacting = 16 << 20
)

// keepCompact has the store written anew whenever more than half of its file is
// free, since the file never shrinks by itself. Readers notice nothing.
func (d *service) keepCompact(ctx context.Context) {
	tick := time.NewTicker(lookAtFree)
	defer tick.Stop()
	for {
		if free, total := d.db.Free(); total >= worthCompacting && free > total/2 {
			d.compact(ctx, free, total)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (d *service) compact(ctx context.Context, free, total int64) {
	log := d.current.Load().log
	err := d.db.Compact(ctx)
	switch {
	case ctx.Err() != nil:
	case err != nil:
		log.Error("compacting the store; it goes on as it is, and 'communique store compact' tries again", "bytes", total, "free", free, "error", err)
	default:
		_, now := d.db.Free()
		log.Info("compacted the store, more than half of which was free", "bytes", now, "before", total)
	}
}
