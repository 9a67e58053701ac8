package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"communique/feed/folder"
	"communique/store"
)

func (a *app) publishCommand() *cobra.Command {
	var out string
	var base address
	cmd := &cobra.Command{
		Use:   "publish --out DIR",
		Short: "Write the feeds as static files for any web server",
		Long: `Publish writes every feed, the index page and the OPML file into a folder.
Files appear whole or not at all; one that would not change is not touched.`,
		Example: "  communique publish --out /var/www/feeds --base-url https://feeds.example.org",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if out == "" {
				return usagef("publish needs a folder to write into: --out DIR")
			}
			if base.url == nil {
				return usagef("publish needs the address under which the files will be found, since feeds name it: --base-url URL, or base_url in the configuration")
			}
			db, err := a.readStore()
			if err != nil {
				return err
			}
			return errors.Join(a.publish(cmd.Context(), db, out, base.String()), db.Close())
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "write the files into this `DIR`")
	cmd.Flags().Var(&base, "base-url", "the `URL` under which DIR will be found")
	return cmd
}

func (a *app) publish(ctx context.Context, db *store.DB, out, base string) error {
	press, err := a.press(db, base)
	if err != nil {
		return err
	}
	report, err := folder.Publish(ctx, out, press)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.out, "%s: %d files written, %d unchanged\n", out, report.Written, report.Unchanged)
	return err
}
