package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"go.etcd.io/bbolt"
)

// create makes an empty store, in which newsrooms begin after the version floor,
// in a folder of its own beside path and links it to path, so that a process killed here leaves nothing that looks like a
// damaged store, and of two that create it at once the first wins.
func create(path string, floor uint64) error {
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	return inWorkshop(path, func(made string) error {
		if err := initialise(made, floor); err != nil {
			return err
		}
		if err := os.Link(made, path); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		return syncFolder(folder)
	})
}

// initialise makes an empty store, in which newsrooms begin after a version.
func initialise(path string, floor uint64) error {
	bolt, err := bbolt.Open(path, 0o644, &bbolt.Options{FreelistType: bbolt.FreelistMapType, NoFreelistSync: true})
	if err != nil {
		return err
	}
	err = bolt.Update(func(tx *bbolt.Tx) error {
		meta, err := tx.CreateBucket([]byte(metaBucket))
		if err != nil {
			return err
		}
		rooms, err := tx.CreateBucket([]byte(newsroomsBucket))
		if err != nil {
			return err
		}
		return errors.Join(meta.Put([]byte(schemaKey), []byte(schema)), rooms.SetSequence(floor))
	})
	return errors.Join(err, bolt.Close())
}

// syncFolder makes the name of a new store survive a power cut. Not every file
// system can; the store is no worse for it until the power fails.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("opening its folder: %w", err)
	}
	_ = folder.Sync()
	return folder.Close()
}
