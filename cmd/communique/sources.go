package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"communique/scraper/sources"
)

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
