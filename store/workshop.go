package store

import (
	"errors"
	"os"
	"path/filepath"
)

const workshops = ".communique-new-*"

// inWorkshop lets work make a file in a folder of its own beside path, on the
// same file system, and takes the folder away afterwards. What it made must have
// got its name by then. The folder is locked, so that one which a killed process
// left is known by that it is not.
func inWorkshop(path string, work func(made string) error) error {
	workshop, folder, err := openWorkshop(filepath.Dir(path))
	if err != nil {
		return err
	}
	err = work(filepath.Join(workshop, filepath.Base(path)))
	return errors.Join(err, os.RemoveAll(workshop), folder.Close())
}

// openWorkshop makes such a folder. One that is cleared before it is locked is
// made again.
func openWorkshop(beside string) (path string, locked *os.File, err error) {
	for {
		path, err = os.MkdirTemp(beside, workshops)
		if err != nil {
			return "", nil, err
		}
		folder, err := os.Open(path)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return "", nil, errors.Join(err, os.Remove(path))
		}
		_, held := lockFile(folder)
		if _, err := os.Stat(path); err == nil && !held {
			return path, folder, nil
		}
		_ = folder.Close()
	}
}

// clearWorkshops takes away what killed processes left beside a store. It is done
// as well as it can be.
func clearWorkshops(beside string) {
	entries, _ := os.ReadDir(beside)
	for _, entry := range entries {
		if ours, _ := filepath.Match(workshops, entry.Name()); !ours || !entry.IsDir() {
			continue
		}
		path := filepath.Join(beside, entry.Name())
		folder, err := os.Open(path)
		if err != nil {
			continue
		}
		if locked, _ := lockFile(folder); locked {
			_ = os.RemoveAll(path)
		}
		_ = folder.Close()
	}
}
