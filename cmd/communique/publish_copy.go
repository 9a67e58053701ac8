package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"communique/server/local"
	"communique/store"
)

// moment tells one state of the store from others: by the versions of its
// newsrooms if another process tells these, else by its file, of which each commit
// of another process makes another one. The zero moment is that of no file.
type moment struct {
	size     int64
	modified time.Time
	versions string
}

func momentOf(path string) moment {
	info, err := os.Stat(path)
	if err != nil {
		return moment{}
	}
	return moment{size: info.Size(), modified: info.ModTime()}
}

func momentAt(versions local.Versions) moment { return moment{versions: fmt.Sprint(versions)} }

// presentMoment is that of the store now.
func (a *app) presentMoment(ctx context.Context) moment {
	versions, err := askHolder(ctx, a, func(holder *local.Client) (local.Versions, error) { return holder.Versions(ctx) })
	if err != nil {
		return momentOf(a.storePath())
	}
	return momentAt(versions)
}

// copyOfStore is a copy of the store, opened for reading, and the moment it is
// from.
type copyOfStore struct {
	*store.DB
	at moment
}

// copyStore returns a copy of the store: to render all of an archive takes longer
// than a writer waits. The copy has no name any more and is gone when it is closed.
func (a *app) copyStore(ctx context.Context) (copyOfStore, error) {
	return askOr(ctx, a, func(holder *local.Client) (copyOfStore, error) {
		return fetchCopy(ctx, holder)
	}, a.copyFileOfStore)
}

// fetchCopy has another process give a copy.
func fetchCopy(ctx context.Context, holder *local.Client) (copyOfStore, error) {
	db, err := fetchStore(ctx, holder)
	if err != nil {
		return copyOfStore{}, err
	}
	told, err := holder.Versions(ctx)
	var newsrooms []*store.Newsroom
	for name := range told {
		room, missing := db.Newsroom(name)
		newsrooms, err = append(newsrooms, room), errors.Join(err, missing)
	}
	if err != nil {
		return copyOfStore{}, errors.Join(err, db.Close())
	}
	return copyOfStore{db, momentAt(local.VersionsOf(newsrooms))}, nil
}

// copyFileOfStore makes a copy here. The store itself is held for no longer than
// its check and the copy take, since nobody can write to it meanwhile.
func (a *app) copyFileOfStore(wait time.Duration) (copyOfStore, error) {
	original, err := a.openStore(wait)
	if err != nil {
		return copyOfStore{}, err
	}
	dir, err := os.MkdirTemp("", "communique-copy-")
	if err != nil {
		return copyOfStore{}, errors.Join(fmt.Errorf("copying the store: %w", err), original.Close())
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, filepath.Base(a.storePath()))
	err = copyFile(path, a.storePath())
	at := momentOf(a.storePath())
	if err := errors.Join(err, original.Close()); err != nil {
		return copyOfStore{}, fmt.Errorf("copying the store: %w", err)
	}
	db, err := store.Open(path, store.Options{ReadOnly: true})
	if err != nil {
		return copyOfStore{}, fmt.Errorf("reading the copy of the store: %w", err)
	}
	return copyOfStore{db, at}, nil
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
