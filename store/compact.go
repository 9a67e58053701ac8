package store

import (
	"errors"
	"fmt"
	"path/filepath"

	"go.etcd.io/bbolt"
)

// Compact writes the store at path anew, without the pages that bbolt has given
// up, and returns what was checked before and after. The new file takes the place
// of the old one when it was synced, is sound and has the same records at the
// same versions; otherwise nothing happens. The error wraps ErrNoStore, ErrHeld or
// ErrDamaged where one of them is the reason.
func Compact(path string, options Options) (before, after Report, err error) {
	found, err := locate(path)
	if err == nil && !found {
		err = fmt.Errorf("%w there", ErrNoStore)
	}
	if err == nil {
		before, after, err = compact(path, options)
	}
	if err != nil {
		return before, after, fmt.Errorf("compacting store %s: %w", path, err)
	}
	return before, after, nil
}

func compact(path string, options Options) (before, after Report, err error) {
	options.ReadOnly = false
	db, err := Open(path, options)
	if err != nil {
		return before, after, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if before, err = db.Check(); err != nil {
		return before, after, err
	}
	if err := before.Err(); err != nil {
		return before, after, err
	}
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return before, after, err
	}
	err = inWorkshop(real, func(made string) error {
		if err := db.rewrite(made); err != nil {
			return err
		}
		if after, err = verified(made, before.Newsrooms); err != nil {
			return err
		}
		if err := permit(made, real); err != nil {
			return err
		}
		return takePlace(made, real)
	})
	return before, after, err
}

// batch is how many bytes are rewritten in one transaction, which holds them in
// memory.
const batch = 4 << 20

// rewrite copies all buckets, with their sequence numbers, to a new file whose
// pages are full, and syncs it.
func (db *DB) rewrite(path string) error {
	options := writing(0)
	options.NoSync = true
	fresh, err := bbolt.Open(path, 0o644, &options)
	if err != nil {
		return err
	}
	fresh.AllocSize = 0 // the file ends with its last page
	err = guarded(func() error { return bbolt.Compact(fresh, db.bolt, batch) })
	if err == nil {
		err = fresh.Sync()
	}
	return errors.Join(err, fresh.Close())
}
