package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"communique/store"
)

// moment tells one state of the store's file from others; each commit of
// another process makes another one. The zero moment is that of no file.
type moment struct {
	size     int64
	modified time.Time
}

func momentOf(path string) moment {
	info, err := os.Stat(path)
	if err != nil {
		return moment{}
	}
	return moment{info.Size(), info.ModTime()}
}

// copyStore returns a copy of the store, opened for reading, and the moment it
// is from. The store itself is held for no longer than its check and the copy
// take, since nobody can write to it meanwhile; to render all of an archive
// takes longer than a writer waits. The copy has no name any more and is gone
// when it is closed.
func (a *app) copyStore() (*store.DB, moment, error) {
	original, err := a.readStore()
	if err != nil {
		return nil, moment{}, err
	}
	dir, err := os.MkdirTemp("", "communique-publish-")
	if err != nil {
		return nil, moment{}, errors.Join(fmt.Errorf("copying the store: %w", err), original.Close())
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, filepath.Base(a.storePath()))
	err = copyFile(path, a.storePath())
	at := momentOf(a.storePath())
	if err := errors.Join(err, original.Close()); err != nil {
		return nil, at, fmt.Errorf("copying the store: %w", err)
	}
	db, err := store.Open(path, store.Options{ReadOnly: true})
	if err != nil {
		return nil, at, fmt.Errorf("reading the copy of the store: %w", err)
	}
	return db, at, nil
}

func copyFile(to, from string) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(target, source)
	return errors.Join(err, target.Close())
}
