package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"communique/collector"
	"communique/scraper/sources"
	"communique/server/local"
	"communique/store"
)

// socketPath is where the process that has the store answers others.
func (a *app) socketPath() string {
	return filepath.Join(filepath.Dir(a.storePath()), "communique.sock")
}

// silentWait is how long to wait for the store when a process has it that says
// nothing: that took long enough.
const silentWait = 100 * time.Millisecond

// askOr has the process that has the store answer, or opens it here if there is
// none. A process that has the store and can't be asked is named by the error,
// which wraps store.ErrHeld, after some 2 seconds.
func askOr[T any](ctx context.Context, a *app, ask func(*local.Client) (T, error), open func(wait time.Duration) (T, error)) (T, error) {
	answer, err := askHolder(ctx, a, ask)
	if !errors.Is(err, local.ErrNobody) {
		return answer, err
	}
	wait := time.Duration(0)
	if errors.Is(err, local.ErrSilent) {
		wait = silentWait
	}
	opened, err := open(wait)
	if !errors.Is(err, store.ErrHeld) || wait > 0 {
		return opened, err
	}
	// Who has it may have begun to listen meanwhile.
	if answer, again := askHolder(ctx, a, ask); !errors.Is(again, local.ErrNobody) {
		return answer, again
	}
	return opened, err
}

// askHolder asks. The error wraps local.ErrNobody if there is nobody.
func askHolder[T any](ctx context.Context, a *app, ask func(*local.Client) (T, error)) (T, error) {
	holder, err := local.Dial(ctx, a.socketPath())
	if err != nil {
		return *new(T), err
	}
	defer holder.Close()
	return ask(holder)
}

// fetchStore returns a copy of the store of another process, opened for reading.
// The copy has no name any more and is gone when it is closed.
func fetchStore(ctx context.Context, holder *local.Client) (db *store.DB, err error) {
	err = inCopy(ctx, holder, func(path string) error {
		db, err = store.Open(path, store.Options{ReadOnly: true})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reading the store of another process: %w", err)
	}
	return db, nil
}

// inCopy lets use have a copy of the store of another process, in a folder that
// only this user can enter and that goes with its return.
func inCopy(ctx context.Context, holder *local.Client, use func(path string) error) error {
	folder, err := os.MkdirTemp("", "communique-copy-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "communique.db")
	if err := holder.Copy(ctx, path); err != nil {
		return err
	}
	return use(path)
}

// checkStore looks through the store, or through a copy of it from the process
// that has it.
func (a *app) checkStore(ctx context.Context) (store.Report, error) {
	return askOr(ctx, a, func(holder *local.Client) (report store.Report, err error) {
		err = inCopy(ctx, holder, func(path string) error {
			report, err = store.Check(path, store.Options{})
			return err
		})
		return report, err
	}, func(wait time.Duration) (store.Report, error) {
		return store.Check(a.storePath(), store.Options{Wait: wait})
	})
}

// compactStore writes the store anew, or has that done by the process that has it.
func (a *app) compactStore(ctx context.Context) (local.Sizes, error) {
	return askOr(ctx, a, func(holder *local.Client) (local.Sizes, error) {
		return holder.Compact(ctx)
	}, func(wait time.Duration) (local.Sizes, error) {
		holder := fmt.Sprintf("communique store compact, process %d", os.Getpid())
		before, after, err := store.Compact(ctx, a.storePath(), store.Options{Holder: holder, Wait: wait})
		return local.Sizes{Before: before.Bytes, After: after.Bytes}, err
	})
}

// order is the collection that the flags ask for, to be made by another process.
// How that visits the site is left to its settings but for flags that are given in
// this very call.
func (v *visiting) order(s *sources.Source, options collector.Options, given func(flag string) bool) local.Order {
	order := local.Order{
		Source: s.Name, Pages: options.Pages, All: options.All, Accept: options.Accept,
		NoFilters: given("no-filters") && options.NoFilters, Now: v.now, Progress: options.Progress != nil,
	}
	if given("listing") {
		order.Listing = v.listing.String()
	}
	if given("delay") {
		order.Delay = &v.delay.Value
	}
	if given("timeout") {
		order.Timeout = &v.timeout.Value
	}
	return order
}

// hear tells of a collection that another process makes.
func (a *app) hear(news local.News, show func(collector.Progress)) {
	if news.Waiting {
		a.log.Info("waiting for the collection that runs already")
	}
	if news.Progress != nil && show != nil {
		show(*news.Progress)
	}
}
