package main

import (
	"bufio"
	"encoding/json"

	"github.com/spf13/cobra"

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
			return a.readStored(cmd.Context(), func(list []stored) error { return a.exportOf(list, first(args)) })
		},
	}
}

// exportOf prints the releases of the newsroom of a name, of all for "".
func (a *app) exportOf(list []stored, name string) error {
	if name != "" {
		n, err := storedOf(list, name)
		if err != nil {
			return err
		}
		list = []stored{n}
	}
	for _, n := range list {
		if err := a.export(n.room); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) export(room *store.Newsroom) error {
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
