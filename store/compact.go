package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"go.etcd.io/bbolt"
)

// Free returns how many bytes of the file bbolt has given up and will write again
// before the file grows, and how many the file has. What readers still see is
// among the first. It costs nothing on a store that is open for writing.
func (db *DB) Free() (free, total int64) {
	h := db.handle.Load()
	if stats := h.Stats(); !h.IsReadOnly() {
		return int64(stats.FreePageN+stats.PendingPageN) * int64(h.Info().PageSize), h.size()
	}
	_ = db.view(func(tx *bbolt.Tx) error { // what can't be read has nothing free
		free = freeBytes(tx)
		return nil
	})
	return free, h.size()
}

// Compact writes the store anew, without the pages that bbolt has given up, while
// it is in use: who writes waits, who reads does not. The new file takes the place
// of the old one when it was synced, was read again and has the same records, each
// byte of them; otherwise nothing happens. The context is asked between the steps.
func (db *DB) Compact(ctx context.Context) error {
	db.copying.Lock()
	defer db.copying.Unlock()
	db.writing.Lock()
	old := db.handle.Load()
	err := db.compact(ctx, old)
	db.writing.Unlock()
	if db.handle.Load() != old { // those who read it still have it until they end
		err = errors.Join(err, old.Close())
	}
	if err != nil {
		return fmt.Errorf("compacting store %s: %w", db.path, classed(err))
	}
	return nil
}

// compact puts a new file in the place of the old one, which nobody writes.
func (db *DB) compact(ctx context.Context, old *handle) error {
	if old.IsReadOnly() {
		return ErrReadOnly
	}
	if !old.named(db.path) {
		return errReplaced
	}
	return inWorkshop(db.path, func(made string) error {
		if err := rewrite(ctx, old, made); err != nil {
			return err
		}
		fresh, err := openFile(made, Options{})
		if err != nil {
			return err
		}
		if err = db.replace(ctx, old, fresh, made); db.handle.Load() != fresh {
			err = errors.Join(err, fresh.Close())
		}
		return err
	})
}

// replace makes the new file the store, if it has what the old one has.
func (db *DB) replace(ctx context.Context, old, fresh *handle, made string) error {
	if fresh.ailing && !old.ailing {
		return fmt.Errorf("%w since it was opened: start again to heal it", ErrDamaged)
	}
	if err := equal(old, fresh); err != nil {
		return err
	}
	if err := permit(made, db.path); err != nil {
		return err
	}
	if err := context.Cause(ctx); err != nil {
		return err
	}
	return takePlace(made, db.path, func() { db.handle.Store(fresh) })
}

// errReplaced says that what is written would be lost.
var errReplaced = errors.New("the file that is open is not the one that has its name any more: start again")

// batch is how many bytes are rewritten in one transaction, which holds them in
// memory.
const batch = 4 << 20

// rewrite copies all buckets, with their sequence numbers, to a new file whose
// pages are full, and syncs it.
func rewrite(ctx context.Context, from *handle, path string) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	options := writing(0, from.size())
	options.NoSync = true
	fresh, err := bbolt.Open(path, 0o644, &options)
	if err != nil {
		return err
	}
	fresh.AllocSize = 0 // the file ends with its last page
	err = guarded(func() error { return bbolt.Compact(fresh, from.DB, batch) })
	if err == nil {
		err = fresh.Sync()
	}
	return errors.Join(err, fresh.Close())
}

// equal wants two files to have the same buckets with the same records.
func equal(a, b *handle) error {
	return guarded(func() error {
		return a.View(func(a *bbolt.Tx) error {
			return b.View(func(b *bbolt.Tx) error {
				return equalBuckets(a.Cursor().Bucket(), b.Cursor().Bucket())
			})
		})
	})
}

func equalBuckets(a, b *bbolt.Bucket) error {
	if a.Sequence() != b.Sequence() {
		return fmt.Errorf("%w: the copy has the version %d, not %d", ErrDamaged, b.Sequence(), a.Sequence())
	}
	ca, cb := a.Cursor(), b.Cursor()
	k, v := ca.First()
	l, w := cb.First()
	for ; k != nil || l != nil; k, v, l, w = next(ca, cb) {
		if !bytes.Equal(k, l) || !bytes.Equal(v, w) || (v == nil) != (w == nil) {
			return fmt.Errorf("%w: the copy has %q, not %q", ErrDamaged, l, k)
		}
		if v != nil {
			continue
		}
		if err := equalBuckets(a.Bucket(k), b.Bucket(l)); err != nil {
			return err
		}
	}
	return nil
}

func next(a, b *bbolt.Cursor) (k, v, l, w []byte) {
	k, v = a.Next()
	l, w = b.Next()
	return k, v, l, w
}

// Compact does for the store at path what the method does for an open one, and
// returns what was checked before and after. The error wraps ErrNoStore, ErrHeld
// or ErrDamaged where one of them is the reason.
func Compact(ctx context.Context, path string, options Options) (before, after Report, err error) {
	found, err := locate(path)
	if err == nil && !found {
		err = fmt.Errorf("%w there", ErrNoStore)
	}
	if err != nil {
		return before, after, fmt.Errorf("compacting store %s: %w", filepath.Clean(path), err)
	}
	options.ReadOnly = false
	db, err := Open(path, options)
	if err != nil {
		return before, after, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if before, err = db.Check(); err == nil {
		err = before.Err()
	}
	if err == nil {
		err = db.Compact(ctx)
	}
	if err == nil {
		after, err = db.Check()
	}
	return before, after, err
}
