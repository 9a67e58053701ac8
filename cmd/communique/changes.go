package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"communique/server"
	"communique/store"
)

func (a *app) changesCommand() *cobra.Command {
	var since string
	limit := count{value: 1000}
	wait := span{max: 24 * time.Hour}
	cmd := &cobra.Command{
		Use:   "changes [SOURCE]",
		Short: "Print what changed since a cursor, as lines of JSON",
		Long: `Changes prints every release that is new, corrected, filed elsewhere, withdrawn
or shown again since a cursor: each once, at its latest change, in the order in
which that was stored, with the full record. The last line holds the cursor to
go on with. Without --since it begins with the first.

With --wait it waits for the next change if there is none yet. Over HTTP the
same is at /SOURCE/changes.ndjson.`,
		Example: "  communique changes\n  communique changes --since 00000000000000a100000003 --wait 30s",
		Args:    cobra.MaximumNArgs(1), ValidArgsFunction: completeSource,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.changes(cmd.Context(), first(args), store.ChangeCursor(since), limit.value, wait.value)
		},
	}
	cmd.Flags().StringVar(&since, "since", "", "go on after this `CURSOR`, the last line of an earlier call")
	cmd.Flags().Var(&limit, "limit", "print at most `N` changes")
	cmd.Flags().Var(&wait, "wait", "if nothing changed, wait so long for something that does")
	return cmd
}

// lookEvery is how often a waiting command looks at the store, which another
// process writes.
const lookEvery = time.Second

// changes prints a page of the change log, and waits for one that is not empty.
func (a *app) changes(ctx context.Context, name string, since store.ChangeCursor, limit int, wait time.Duration) error {
	s, err := source(name)
	if err != nil {
		return err
	}
	for end := a.now().Add(wait); ; {
		page, err := a.readChanges(s.Name, since, limit)
		if errors.Is(err, store.ErrCursor) {
			return usageError{err}
		}
		if err != nil && (!errors.Is(err, store.ErrHeld) || !a.now().Before(end)) {
			return err
		}
		if err == nil && (page.Changes > 0 || !a.now().Before(end)) {
			_, err = a.out.Write(append(page.Lines, page.End()...))
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for changes: %w", context.Cause(ctx))
		case <-time.After(min(lookEvery, end.Sub(a.now())+time.Millisecond)):
		}
	}
}

// readChanges opens the store for as long as it takes to read one page.
func (a *app) readChanges(name string, since store.ChangeCursor, limit int) (server.ChangePage, error) {
	db, err := a.readStore()
	if err != nil {
		return server.ChangePage{}, err
	}
	room, err := db.Newsroom(name)
	if err != nil {
		return server.ChangePage{}, errors.Join(err, db.Close())
	}
	page, err := server.ReadChanges(room, since, limit)
	return page, errors.Join(err, db.Close())
}
