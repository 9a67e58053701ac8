package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"go.etcd.io/bbolt"
)

// Backup copies the store, as one commit left it, to a new file, while this
// process may go on writing. The file gets its name when it was synced, opened
// and found sound; the report tells what it has. It never overwrites. A store
// that is damaged itself has no backup: the error wraps ErrDamaged.
func (db *DB) Backup(ctx context.Context, path string) (report Report, err error) {
	_, err = os.Lstat(path)
	switch {
	case err == nil:
		err = errTaken
	case errors.Is(err, fs.ErrNotExist):
		err = inWorkshop(path, func(made string) error {
			if err := db.copyTo(ctx, made, true); err != nil {
				return err
			}
			if report, err = verified(made, nil); err != nil {
				return err
			}
			return publish(made, path)
		})
	}
	if err != nil {
		return Report{}, fmt.Errorf("backing up to %s: %w", path, classed(err))
	}
	return report, nil
}

// Snapshot copies the store, as one commit left it, to a new file, while this
// process may go on writing. The copy is for use at once: it is neither synced nor
// checked, and has the damage of the store.
func (db *DB) Snapshot(ctx context.Context, path string) error {
	if err := db.copyTo(ctx, path, false); err != nil {
		return fmt.Errorf("copying the store to %s: %w", path, classed(err))
	}
	return nil
}

// copyTo writes what one transaction sees to a new file, and syncs it if it is to
// last.
func (db *DB) copyTo(ctx context.Context, path string, lasting bool) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	err = db.writeTo(ctx, file)
	if err == nil && lasting {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

// writeTo writes what one transaction sees, until the context ends.
func (db *DB) writeTo(ctx context.Context, w io.Writer) error {
	db.copying.RLock()
	defer db.copying.RUnlock()
	to := writer{ctx: ctx, to: w}
	return db.view(func(tx *bbolt.Tx) error {
		_, err := tx.WriteTo(&to)
		return cmp.Or(to.err, err) // bbolt's only tells the text of the other
	})
}

// writer writes until its context ends, and keeps its error.
type writer struct {
	ctx context.Context
	to  io.Writer
	err error
}

func (w *writer) Write(b []byte) (n int, err error) {
	if w.err = context.Cause(w.ctx); w.err == nil {
		n, w.err = w.to.Write(b)
	}
	return n, w.err
}
