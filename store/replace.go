package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// publish gives a finished file its name, unless something has it. A file system
// that knows no links leaves a moment between looking and naming.
func publish(made, path string) error {
	err := os.Link(made, path)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		if _, looked := os.Lstat(path); errors.Is(looked, fs.ErrNotExist) {
			err = os.Rename(made, path)
		}
	}
	if errors.Is(err, fs.ErrExist) {
		return errTaken
	}
	if err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

var errTaken = errors.New("there is a file of that name already: name another")

// permit gives a file to whom another belongs, to be read by whom that may be.
func permit(made, path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	return errors.Join(os.Chmod(made, info.Mode().Perm()), keepOwner(made, info))
}

// takePlace gives a finished file the name of a store that the caller holds, who
// is told when it has it. Those who wait for that one notice.
func takePlace(made, path string, taken func()) error {
	if err := os.Rename(made, path); err != nil {
		return err
	}
	taken()
	return syncFolder(filepath.Dir(path))
}

// keep gives the store at path a second name, with a time, and returns it. Where
// a file system knows no links the store has only that name until another takes
// its place.
func keep(path string, at time.Time) (string, error) {
	kept := path + "." + at.UTC().Format("20060102T150405Z")
	if _, err := os.Lstat(kept); err == nil {
		return "", fmt.Errorf("keeping the present store as %s: %w", kept, fs.ErrExist)
	}
	if os.Link(path, kept) == nil {
		return kept, nil
	}
	return kept, os.Rename(path, kept)
}

// verified checks a store that was just made. It must be sound and have the same
// newsrooms at the same versions with the same counts; nil takes any.
func verified(path string, want []Count) (Report, error) {
	report, err := Check(path, Options{})
	if err != nil {
		return Report{}, err
	}
	if err := report.Err(); err != nil {
		return report, err
	}
	if want != nil && fmt.Sprint(want) != fmt.Sprint(report.Newsrooms) {
		return report, fmt.Errorf("%w: the copy has %+v, not %+v", ErrDamaged, report.Newsrooms, want)
	}
	return report, nil
}
