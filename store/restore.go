package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Restore puts a copy of a backup in the place of the store at path and returns
// what it has. The backup must be sound: nothing happens else. The store that was
// there, damaged or not, stays beside it under the name that is returned, which
// has the time at; "" if there was none. The error wraps ErrHeld while another
// process has the store.
//
// Readers of the store that was there may have come further than the backup, or
// elsewhere. So every newsroom has a new version now, above any that readers can
// have seen, as long as no clock goes back by years; all filings have it, and the
// change log tells every release anew, in the order that it had.
func Restore(ctx context.Context, path, backup string, at time.Time, options Options) (report Report, kept string, err error) {
	if err = distinct(path, backup); err == nil {
		report, kept, err = restore(ctx, path, backup, at, options)
	}
	if err != nil {
		return Report{}, kept, fmt.Errorf("restoring store %s: %w", path, classed(err))
	}
	leaveMarker(path, at)
	return report, kept, nil
}

func restore(ctx context.Context, path, backup string, at time.Time, options Options) (report Report, kept string, err error) {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return Report{}, "", err
	}
	err = inWorkshop(path, func(made string) error {
		if report, err = fetch(ctx, backup, made, options); err != nil {
			return err
		}
		if report, err = renew(made, path, at, options); err != nil {
			return err
		}
		kept, err = swap(made, path, at, options)
		return err
	})
	return report, kept, err
}

// distinct refuses a store as the backup of itself.
func distinct(path, backup string) error {
	present, err1 := os.Stat(path)
	other, err2 := os.Stat(backup)
	if err1 == nil && err2 == nil && os.SameFile(present, other) {
		return errors.New("that backup is the store itself")
	}
	return nil
}

// fetch copies a backup and checks the copy.
func fetch(ctx context.Context, backup, made string, options Options) (report Report, err error) {
	report, err = Check(backup, options)
	if err == nil {
		err = report.Err()
	}
	if err != nil {
		return Report{}, fmt.Errorf("backup %s can't be used, the store stays as it is: %w", backup, unadvised{err})
	}
	db, err := Open(backup, Options{ReadOnly: true, Wait: options.Wait})
	if err != nil {
		return Report{}, err
	}
	if err := errors.Join(db.copyTo(ctx, made, false), db.Close()); err != nil {
		return Report{}, err
	}
	return verified(made, report.Newsrooms)
}

// swap puts a file in the place of a store that nobody else holds, and returns
// the name under which that is kept.
func swap(made, path string, at time.Time, options Options) (kept string, err error) {
	found, err := locate(path)
	if err != nil {
		return "", err
	}
	if !found {
		return "", publish(made, path)
	}
	release, err := hold(path, options)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, release()) }()
	if err := permit(made, path); err != nil {
		return "", err
	}
	if kept, err = keep(path, at); err != nil {
		return "", err
	}
	return kept, takePlace(made, path, func() {})
}

// hold keeps others from opening a store. One that is damaged nobody can open.
func hold(path string, options Options) (release func() error, err error) {
	h, err := openFile(path, Options{Wait: options.Wait})
	switch {
	case errors.Is(err, ErrDamaged):
		return func() error { return nil }, nil
	case err != nil:
		return nil, naming(err, path)
	}
	return h.Close, nil
}

// unadvised is an error without the advice for a store that is damaged: a backup
// is not to be removed for what it is.
type unadvised struct{ error }

// Error returns what is wrong.
func (e unadvised) Error() string { return strings.ReplaceAll(e.error.Error(), "; "+wayOut, "") }

// Unwrap returns the whole error.
func (e unadvised) Unwrap() error { return e.error }
