package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"communique/cmd/communique/settings"
	"communique/server"
	"communique/server/local"
	"communique/store"
)

func (a *app) changesCommand() *cobra.Command {
	var since string
	limit := settings.Count{Value: 1000}
	wait := settings.Span{Max: 24 * time.Hour}
	cmd := &cobra.Command{
		Use:   "changes [SOURCE]",
		Short: "Print what changed since a cursor, as lines of JSON",
		Long: `Changes prints every release that is new (added), corrected (revised), filed
elsewhere (refiled), withdrawn or shown again (restored) since a cursor: each
once, at its latest change, in the order in which that was stored, with the full
record. The last line holds the cursor to go on with. Without --since it begins
with the first, with --since latest it tells only what is to come.

With --wait it waits for the next change if there is none yet. Over HTTP the
same is at /SOURCE/changes.ndjson.`,
		Example: "  communique changes\n  communique changes --since 00000000000000a100000003 --wait 30s",
		Args:    cobra.MaximumNArgs(1), ValidArgsFunction: completeSource,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.changes(cmd.Context(), first(args), store.ChangeCursor(since), limit.Value, wait.Value)
		},
	}
	cmd.Flags().StringVar(&since, "since", "", "go on after this `CURSOR`, the last line of an earlier call")
	cmd.Flags().Var(&limit, "limit", "print at most `N` changes")
	cmd.Flags().Var(&wait, "wait", "if nothing changed, wait so long for something that does")
	return cmd
}

const (
	// lookEvery is how often a waiting command looks at a store that nobody has.
	lookEvery = time.Second
	// latest is the cursor of those who want to hear only of what is to come.
	latest store.ChangeCursor = "latest"
)

// changes prints a page of the change log, and waits for one that is not empty.
func (a *app) changes(ctx context.Context, name string, since store.ChangeCursor, limit int, wait time.Duration) error {
	if name == "" {
		s, err := a.one("")
		if err != nil {
			return err
		}
		name = s.Name
	}
	for end := a.now().Add(wait); ; {
		page, err := a.pageOfChanges(ctx, name, since, limit, max(0, end.Sub(a.now())))
		over := !a.now().Before(end)
		if errors.Is(err, store.ErrCursor) {
			return usageError{err}
		}
		if err != nil && (over || !errors.Is(err, store.ErrHeld)) {
			return err
		}
		if err == nil && (over || page.Changes > 0) {
			_, err = a.out.Write(append(page.Lines, page.End()...))
			return err
		}
		if err == nil {
			since = page.Next
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for changes: %w", context.Cause(ctx))
		case <-time.After(min(lookEvery, end.Sub(a.now())+time.Millisecond)):
		}
	}
}

// pageOfChanges returns the page after a cursor. If another process has the store,
// it is that which waits for one.
func (a *app) pageOfChanges(ctx context.Context, name string, since store.ChangeCursor, limit int, wait time.Duration) (server.ChangePage, error) {
	return askOr(ctx, a, func(holder *local.Client) (server.ChangePage, error) {
		return askChanges(ctx, holder, name, since, limit, wait)
	}, func(held time.Duration) (server.ChangePage, error) {
		return a.readChanges(name, since, limit, held)
	})
}

// readChanges opens the store for as long as it takes to read one page.
func (a *app) readChanges(name string, since store.ChangeCursor, limit int, held time.Duration) (page server.ChangePage, err error) {
	db, err := a.openStore(held)
	if err != nil {
		return page, err
	}
	list, err := a.storedNewsrooms(db)
	if err == nil {
		page, err = changesOf(list, name, since, limit)
	}
	return page, errors.Join(err, db.Close())
}

func changesOf(list []stored, name string, since store.ChangeCursor, limit int) (server.ChangePage, error) {
	n, err := storedOf(list, name)
	if err == nil && since == latest {
		since, err = n.room.Latest()
	}
	if err != nil {
		return server.ChangePage{}, err
	}
	return server.ReadChanges(n.room, since, limit)
}
