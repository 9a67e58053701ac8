package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"communique/cmd/communique/settings"
	"communique/collector"
	"communique/collector/journal"
	"communique/scraper/sources"
	"communique/server/local"
	"communique/store"
)

func (a *app) collectCommand() *cobra.Command {
	visit := newVisiting()
	var pages settings.Count
	var all, accept, asJSON bool
	cmd := &cobra.Command{
		Use:   "collect [SOURCE]",
		Short: "Make one collection and end: for cron and systemd timers",
		Long: `Collect reads the listing of a source, or of one after the other, from its newest
page on, until a page brings nothing new and one page more, and stores what it
finds. A run that was interrupted, by a page that broke or by a signal, is gone on
with where it ended. Of several sources, one that fails keeps no other from being
collected, and the status is the worst: 3 before 1, 75 and 2.

Rows that show nothing but a date hide their offices and topics. The listings
that the site filters by office and topic tell them; a run asks for at most 30
pages of those, the next run goes on, and with --all it is as many as it takes.
A release that is missing from the listing is looked up at its own address, and
withdrawn if that answers 404 or 410.

A site that asked to wait, or that failed in eight runs one after the other, is
left alone for a while: until then collect ends with status 75 and says until
when.

While 'serve' has the store, it makes the collection, with its own settings but
for the flags that are given here, after one that it is at. The report and the
status are the same, and an interrupt ends the collection as well.`,
		Example:           "  communique collect\n  communique collect osce --pages 3 --json",
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: completeSource,
		RunE: func(cmd *cobra.Command, args []string) error {
			if all && pages.Value > 0 {
				return usagef("--all and --pages exclude each other")
			}
			return a.collect(cmd.Context(), first(args), visit, collector.Options{Pages: pages.Value, All: all, Accept: accept, NoFilters: visit.noFilters}, cmd.Flags().Changed, asJSON)
		},
	}
	visit.add(cmd)
	visit.addFilters(cmd)
	a.addInit(cmd)
	cmd.Flags().Var(&pages, "pages", "read at most `N` pages; a gap larger than that stays for the next run without it")
	cmd.Flags().BoolVar(&all, "all", false, "read the whole archive, whatever is known")
	cmd.Flags().BoolVar(&accept, "accept", false, "take the listing for what it is now, after the site changed for good")
	cmd.Flags().BoolVar(&visit.now, "now", false, "ask the site even if it asked to wait")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the result as a JSON object")
	return cmd
}

// collect makes a pass over one source, or over all for "".
func (a *app) collect(ctx context.Context, name string, visit *visiting, options collector.Options, given func(flag string) bool, asJSON bool) error {
	list, err := a.some(name)
	if err != nil {
		return err
	}
	if err := visit.fits(list); err != nil {
		return err
	}
	var failed failures
	for _, s := range list {
		failed.add(a.collectOne(ctx, s, visit, options, given, asJSON))
		if ctx.Err() != nil {
			return failed.joined()
		}
	}
	if name == "" {
		for _, off := range a.roster.off {
			failed.add(offError(off), a.tellOff(ctx, off))
		}
	}
	return failed.joined()
}

// collectOne makes one pass, or has it made by the process that has the store.
func (a *app) collectOne(ctx context.Context, s *sources.Source, visit *visiting, options collector.Options, given func(flag string) bool, asJSON bool) error {
	var end func()
	options.Progress, end = a.progress()
	report, err := askOr(ctx, a, func(holder *local.Client) (collector.Report, error) {
		return holder.Collect(ctx, visit.order(s, options, given), func(news local.News) { a.hear(news, options.Progress) })
	}, func(wait time.Duration) (collector.Report, error) {
		return a.collectHere(ctx, s, visit, options, wait)
	})
	end()
	if report.Source == "" { // nothing was begun
		return err
	}
	return errors.Join(err, a.tell(report, asJSON))
}

// collectHere makes one pass and has the store for so long.
func (a *app) collectHere(ctx context.Context, s *sources.Source, visit *visiting, options collector.Options, wait time.Duration) (report collector.Report, err error) {
	defer collectLoosely()()
	db, err := a.writeStoreWithin("collect", wait)
	if err != nil {
		return report, a.tellOfNoStore(ctx, s, err)
	}
	room, err := db.Newsroom(s.Name)
	if err == nil {
		a.remember(room, s)
		report, err = a.collectAndTell(ctx, s, room, visit, options)
	}
	return report, errors.Join(err, db.Close())
}

// collectAndTell makes one pass, and then tells the operator what it found. Where
// the settings name nobody to tell, that waits for a process whose settings do.
func (a *app) collectAndTell(ctx context.Context, s *sources.Source, room *store.Newsroom, visit *visiting, options collector.Options) (collector.Report, error) {
	options.Journal = a.journal(s.Name, s.Title, room)
	options.Journal.Well(journal.Definition, a.now())
	if a.config.notify().nobody() {
		return a.collectOnce(ctx, s, room, visit, options, uncounted)
	}
	n, end, err := a.notifier([]*journal.Journal{options.Journal})
	if err != nil {
		return collector.Report{}, err
	}
	defer end()
	n.Begin()
	report, err := a.collectOnce(ctx, s, room, visit, options, uncounted)
	a.tellOperator(ctx, n)
	return report, err
}

// tell prints a report and logs its problems, each once a week. What ended the run
// is said last, and always.
func (a *app) tell(report collector.Report, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(a.out).Encode(report)
	}
	for _, problem := range report.Fresh {
		a.log.Warn("problem", "source", report.Source, "problem", problem)
	}
	_, err := fmt.Fprintln(a.out, report)
	return err
}

// first returns the first argument, "" if there is none.
func first(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}
