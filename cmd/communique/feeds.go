package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"communique/feed"
	"communique/store"
)

func (a *app) feedsCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "feeds",
		Short: "List every feed with its path, number of releases and newest one",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			db, err := a.readStore(cmd.Context())
			if err != nil {
				return err
			}
			return errors.Join(a.listFeeds(db, asJSON), db.Close())
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON array")
	return cmd
}

// feedLine is one feed as scripts are told of it.
type feedLine struct {
	Title    string `json:"title"`
	Path     string `json:"path"`
	Releases int    `json:"releases"`
	Newest   string `json:"newest"`
	Atom     string `json:"atom"`
	RSS      string `json:"rss"`
	JSON     string `json:"json"`
}

func (a *app) listFeeds(db *store.DB, asJSON bool) error {
	press, err := a.press(db, "http://localhost", "")
	if err != nil {
		return err
	}
	feeds, err := press.Catalogue()
	if err != nil {
		return err
	}
	if asJSON {
		lines := make([]feedLine, len(feeds))
		for i, f := range feeds {
			lines[i] = feedLine{f.Title(), f.Path(), f.Releases, newest(f, time.RFC3339), f.Path() + ".atom", f.Path() + ".rss", f.Path() + ".json"}
		}
		enc := json.NewEncoder(a.out)
		enc.SetEscapeHTML(false)
		return enc.Encode(lines)
	}
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "RELEASES\tNEWEST\tPATH\tTITLE")
	for _, f := range feeds {
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\n", f.Releases, dash(newest(f, time.DateOnly)), f.Path(), f.Title())
	}
	return w.Flush()
}

func newest(f feed.Feed, layout string) string {
	if f.Newest.IsZero() {
		return ""
	}
	return f.Newest.Format(layout)
}
