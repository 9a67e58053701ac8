package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"communique/cmd/communique/settings"
	"communique/scraper/sources"
)

func (a *app) sourcesCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "sources [NAME]",
		Short: "List every newsroom that can be read, or print what describes one",
		Long: `Sources lists the newsrooms that come with the program and, with --sources DIR,
those of your own. With NAME it prints the file that describes one. To read
another newsroom, begin with a copy of such a file: the words that label the date,
office, topic and type of a release on the listing, and how to turn its pages.`,
		Example: "  communique sources\n  communique sources osce > sources/mine.yaml\n" +
			"  communique config check --sources sources\n  communique inspect --sources sources --source mine page.html",
		Args: cobra.MaximumNArgs(1), ValidArgsFunction: completeSource,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.listSources()
			}
			s, err := a.one(args[0])
			if err == nil {
				_, err = a.out.Write(s.Text())
			}
			return err
		},
	}
}

func (a *app) listSources() error {
	r, err := a.newsrooms()
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "NAME\tTITLE\tLISTING")
	for _, s := range r.sources {
		fmt.Fprintf(w, "%s\t%s\t%s\n", s.Name, s.Title, s.Listing.URL)
	}
	for _, off := range r.off {
		fmt.Fprintf(w, "%s\t–\toff: what describes it can't be read\n", off.Name)
	}
	return w.Flush()
}

// checkSources tells of every source that can't be read, with the place.
func (a *app) checkSources() error {
	r, err := a.readRoster()
	if err != nil {
		return usageError{err}
	}
	var failed failures
	for _, off := range r.off {
		failed.add(a.misplaced(off))
	}
	return failed.joined()
}

// misplaced shows where it is wrong what describes a source.
func (a *app) misplaced(off sources.Unusable) error {
	file := filepath.Join(a.sources, off.Name+".yaml")
	var at *sources.Error
	if !errors.As(off.Why, &at) || at.Line == 0 {
		return sourceOff{fmt.Errorf("%s: %w", file, off.Why)}
	}
	return sourceOff{settings.NewError("source", file, string(off.Text), at.Line, at.Column, at.Reason)}
}
