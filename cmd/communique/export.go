package main

import (
	"bufio"
	"encoding/json"

	"github.com/spf13/cobra"

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
			list, err := a.some(first(args))
			if err != nil {
				return err
			}
			return a.readNewsrooms(cmd.Context(), list, a.export)
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
