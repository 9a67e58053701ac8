package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"communique/collector"
	"communique/scraper"
	"communique/scraper/sources"
	"communique/store"
)

func (a *app) checkCommand() *cobra.Command {
	visit := newVisiting()
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "check [SOURCE]",
		Short: "Judge the listing as a collection would, and explain each sign",
		Long: `Check reads the first page of a source's listing and holds it against what
such pages usually show. Nothing is stored. A broken listing ends with status 3,
a suspect one with 75.`,
		Example: "  communique check\n  communique check osce --json",
		Args:    cobra.MaximumNArgs(1), ValidArgsFunction: completeSource,
		RunE: func(cmd *cobra.Command, args []string) error {
			look := func(s *sources.Source, room *store.Newsroom) error {
				return a.check(cmd.Context(), s, room, visit, asJSON)
			}
			err := a.readNewsroom(cmd.Context(), first(args), look)
			if errors.Is(err, store.ErrNoStore) && !errors.Is(err, store.ErrGone) {
				err = a.withEmptyNewsroom(first(args), look)
			}
			return err
		},
	}
	visit.add(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

// withEmptyNewsroom lets read have a source of which nothing is stored yet.
func (a *app) withEmptyNewsroom(name string, read func(*sources.Source, *store.Newsroom) error) error {
	s, err := a.one(name)
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "communique-check-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }() // it holds nothing
	db, err := store.Open(filepath.Join(folder, "empty.db"), store.Options{At: a.now()})
	if err != nil {
		return err
	}
	room, err := db.Newsroom(s.Name)
	if err == nil {
		err = read(s, room)
	}
	return errors.Join(err, db.Close())
}

func (a *app) check(ctx context.Context, s *sources.Source, room *store.Newsroom, visit *visiting, asJSON bool) error {
	transport := scraper.NewTransport(a.chosen(s, visit))
	defer transport.CloseIdleConnections()
	checkup, err := collector.Check(ctx, a.scraper(s, visit, nil, transport), room)
	if err != nil {
		return err
	}
	if err := a.showCheckup(checkup, asJSON); err != nil {
		return err
	}
	switch checkup.State {
	case collector.Broken:
		return fmt.Errorf("checking %s: the listing is broken: %w", s.Name, scraper.ErrNoListing)
	case collector.Suspect:
		return fmt.Errorf("checking %s: the listing is suspect: %w", s.Name, scraper.ErrTryLater)
	}
	return nil
}

func (a *app) showCheckup(c collector.Checkup, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(a.out)
		enc.SetEscapeHTML(false)
		return enc.Encode(c)
	}
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "%s\n\nSIGN\tFOUND\tUSUAL\tVERDICT\n", c.Address)
	for _, s := range c.Signs {
		verdict := string(s.State)
		if s.Why != "" {
			verdict += ": " + s.Why
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", s.Name, s.Found, s.Usual, verdict)
	}
	fmt.Fprintf(w, "\nThe listing is %s.\n", c.State)
	if c.State == collector.Broken || c.State == collector.Suspect {
		for _, near := range c.Near {
			fmt.Fprintf(w, "near miss: %s\n", near)
		}
	}
	if c.Lasting() {
		fmt.Fprintln(w, "If the site changed for good, 'communique collect --accept' takes it as it is.")
	}
	for _, problem := range c.Problems {
		fmt.Fprintf(w, "problem: %s\n", problem)
	}
	if c.Before.State != "" {
		fmt.Fprintf(w, "The last collection found it %s; that is so since %s.\n", c.Before.State, c.Before.Since.Format(time.RFC3339))
	}
	return w.Flush()
}

// lastProblem reads the page that a collection kept because it was odd.
func (a *app) lastProblem(ctx context.Context, name string) (problem collector.Problem, err error) {
	err = a.readNewsroom(ctx, name, func(s *sources.Source, room *store.Newsroom) (err error) {
		var found bool
		if problem, found, err = collector.LastProblem(room); err == nil && !found {
			err = fmt.Errorf("no odd page of %s was kept: every listing looked like one", s.Name)
		}
		return err
	})
	return problem, err
}
