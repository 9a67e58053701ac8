package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"communique/store"
)

func (a *app) storeCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "store",
		Short: "Check, back up, restore and compact the store",
		Long: `Store looks after the file that holds every release, communique.db in the
folder that --data names. Only one process writes it at a time: while 'serve'
runs, check and backup have a copy from it, compact is done by it, and restore
ends with status 75 and says who has the store.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return usagef("store: say what to do with it") },
	}
	cmd.AddCommand(a.storeCheckCommand(), a.storeBackupCommand(), a.storeRestoreCommand(), a.storeCompactCommand())
	return cmd
}

func (a *app) storeCheckCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Read all of the store and name what is damaged",
		Long: `Check reads every record and holds it against its checksum, and the indexes,
counts, change log, names and pointers against the records. It prints what the
store has and names each damaged thing, and what was set aside since it was found
damaged earlier. Nothing is written. The status is 0 if the store is sound and 1
if not; the next command that writes heals what can be healed.`,
		Example: "  communique store check\n  communique store check --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			report, err := a.checkStore(cmd.Context())
			if err != nil {
				return err
			}
			if err := a.showReport(report, asJSON); err != nil {
				return err
			}
			if err := report.Err(); err != nil {
				return fmt.Errorf("checking store %s: %w; 'communique collect' heals records, 'communique store restore' puts a backup in its place", a.storePath(), err)
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

func (a *app) storeBackupCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the store to a new file and check the copy",
		Long: `Backup copies the store to FILE, which must not be there yet. The copy gets
that name when it was written to the disk, read again and found sound.`,
		Example: "  communique store backup /var/backups/communique.db",
		Args:    one("the FILE to write"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.backUp(cmd.Context(), args[0])
		},
	}
}

func (a *app) backUp(ctx context.Context, path string) error {
	db, err := a.readStore(ctx)
	if errors.Is(err, store.ErrHeld) {
		return fmt.Errorf("%w; end that process, back up and start it again", err)
	}
	if err != nil {
		return err
	}
	report, err := db.Backup(ctx, path)
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.out, "%s has %s and is sound.\n", path, amount(report))
	return err
}

func (a *app) storeRestoreCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "restore FILE",
		Short: "Put a copy of a backup in the place of the store",
		Long: `Restore checks the backup, copies it and puts the copy in the place of the
store. A backup that is not sound is refused. The present store, damaged or not,
stays beside it under a name with the time. Who follows the change log is told of
every release anew, for he may have seen what the backup has not.`,
		Example: "  communique store restore /var/backups/communique.db",
		Args:    one("the FILE of a backup"),
		RunE: func(cmd *cobra.Command, args []string) error {
			report, kept, err := store.Restore(cmd.Context(), a.storePath(), args[0], a.now(), store.Options{})
			if err != nil {
				return err
			}
			fmt.Fprintf(a.out, "%s now has %s and is sound.\n", a.storePath(), amount(report))
			if kept != "" {
				fmt.Fprintf(a.out, "What was there is %s.\n", kept)
			}
			return nil
		},
	}
}

func (a *app) storeCompactCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "compact",
		Short: "Write the store anew without what is free in it",
		Long: `Compact writes the store to a new file, without the pages that are free, checks
that it has the same records at the same versions, and only then puts it in the
place of the old one.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			sizes, err := a.compactStore(cmd.Context())
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(a.out, "%s had %d bytes and has %d; it is sound.\n", a.storePath(), sizes.Before, sizes.After)
			return err
		},
	}
}

// amount says in short what a store has.
func amount(r store.Report) string {
	releases := 0
	for _, n := range r.Newsrooms {
		releases += n.Releases
	}
	text := fmt.Sprintf("%d releases in %d bytes", releases, r.Bytes)
	if n := len(r.Aside); n > 0 {
		text += fmt.Sprintf(", %d damaged records set aside,", n)
	}
	return text
}

// showAside names what was damaged and set aside.
func (a *app) showAside(r store.Report) {
	for _, damage := range r.Aside {
		fmt.Fprintf(a.out, "set aside: %s\n", damage)
	}
}

func (a *app) showReport(r store.Report, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(a.out)
		enc.SetEscapeHTML(false)
		return enc.Encode(r)
	}
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "%s\n\nNEWSROOM\tRELEASES\tWITHDRAWN\tFILINGS\tVERSIONS\tCHANGES\tVERSION\n", a.storePath())
	for _, n := range r.Newsrooms {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d\n", store.Printable(n.Newsroom), n.Releases, n.Withdrawn, n.Filings, n.Versions, n.Changes, n.Version)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, damage := range r.Damaged {
		fmt.Fprintf(a.out, "damaged: %s\n", damage)
	}
	a.showAside(r)
	verdict := "The store is sound."
	if len(r.Damaged) > 0 {
		verdict = "The store is damaged."
	}
	_, err := fmt.Fprintf(a.out, "\n%d bytes, of which %d are free. %s\n", r.Bytes, r.Free, verdict)
	return err
}
