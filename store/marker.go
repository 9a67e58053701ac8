package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// markerPath names a file beside a store, which says that there is one, even
// when the store is gone.
func markerPath(path string) string { return path + ".made" }

// leaveMarker says beside a store that there is one, and since when, unless that
// is said already. Like the holder's name it is a courtesy: without it a store
// that is lost is taken for one that never was.
func leaveMarker(path string, at time.Time) {
	if _, err := os.Lstat(markerPath(path)); !errors.Is(err, fs.ErrNotExist) {
		return
	}
	text := "A store of releases lies beside this file"
	if !at.IsZero() {
		text += ", since " + at.UTC().Format(time.RFC3339)
	}
	_ = os.WriteFile(markerPath(path), []byte(text+". If it is gone, none is made in its place unasked.\n"), 0o644)
}

// gone says why no store is made where there is none, nil if none ever was. Of a
// store that a disk lost there may be an empty file.
func gone(path string, found bool) error {
	const instead = "put a backup in its place by 'communique store restore', or begin anew with --init"
	info, err := os.Stat(markerPath(path))
	switch {
	case found:
		return fmt.Errorf("%w: the store is %w, there is an empty file; %s", ErrDamaged, ErrGone, instead)
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	}
	return fmt.Errorf("%w: the store is %w; %s says that there was one since %s; %s",
		ErrNoStore, ErrGone, markerPath(path), info.ModTime().UTC().Format(time.DateOnly), instead)
}

// clearPlace takes away the empty file of a store that is gone, and its marker.
func clearPlace(path string, found bool) error {
	if err := os.Remove(markerPath(path)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if !found {
		return nil
	}
	return os.Remove(path)
}
