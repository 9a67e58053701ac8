package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// straighten writes a crooked store anew, puts it in the place of the old file and
// opens it for writing. Every record is in it, the damaged ones too.
func straighten(path string, crooked *handle, options Options) (*handle, error) {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, errors.Join(err, crooked.Close())
	}
	err = inWorkshop(real, func(made string) error {
		err := rewrite(context.Background(), crooked, made)
		if err := errors.Join(err, crooked.Close()); err != nil {
			return err
		}
		return replaceIdle(made, real)
	})
	if err != nil {
		return nil, fmt.Errorf("writing it anew, since %s: %w", crookedPages, err)
	}
	h, err := openFile(path, options)
	if err == nil {
		h.straightened = true
	}
	return h, err
}

// replaceIdle puts a file in the place of a store unless somebody has it.
func replaceIdle(made, path string) error {
	old, err := os.Open(path)
	if err != nil {
		return err
	}
	defer old.Close()
	if locked, _ := lockFile(old); !locked {
		return ErrHeld
	}
	// Who had the lock before may have put a file there.
	if is, err := os.Stat(path); err != nil {
		return err
	} else if was, err := old.Stat(); err != nil || !os.SameFile(is, was) {
		return errors.Join(ErrHeld, err)
	}
	if err := permit(made, path); err != nil {
		return err
	}
	return takePlace(made, path, func() {})
}
