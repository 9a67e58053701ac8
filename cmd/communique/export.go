package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"communique/feed"
	"communique/scraper/sources"
	"communique/store"
)

// chunk is how many releases are read in one transaction.
const chunk = 500

func (a *app) exportCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "export [SOURCE]",
		Short: "Print every stored release as a line of JSON, newest first",
		Args:  cobra.MaximumNArgs(1), ValidArgsFunction: completeSource,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.readNewsroom(first(args), a.export)
		},
	}
}

func (a *app) export(_ *sources.Source, room *store.Newsroom) error {
	out := bufio.NewWriter(a.out)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for after, more := store.Cursor(""), true; more; more = after != "" {
		releases, next, err := room.Releases(store.Query{}, after, chunk)
		if err != nil {
			return err
		}
		after = next
		for _, release := range releases {
			if err := enc.Encode(release); err != nil {
				return err
			}
		}
	}
	return out.Flush()
}

func (a *app) feedsCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "feeds",
		Short: "List every feed with its path, number of releases and newest one",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			db, err := a.readStore()
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
	press, err := a.press(db, "http://localhost")
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

func (a *app) sourcesCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "sources",
		Short: "List every newsroom that can be read",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			list, err := sources.Builtin()
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "NAME\tTITLE\tLISTING")
			for _, s := range list {
				fmt.Fprintf(w, "%s\t%s\t%s\n", s.Name, s.Title, s.Listing.URL)
			}
			return w.Flush()
		},
	}
}
