package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"communique/store"
)

func (a *app) historyCommand() *cobra.Command {
	var name string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "history ID",
		Short: "Show how a release was corrected and where it used to be",
		Long: `History shows what is stored of one release: its title, its address, the
addresses it had before, and its latest corrections, newest first, each with
what was said before and after.

ID is the release's id as the feeds tell it, or its key; 'communique export'
lists both.`,
		Example: "  communique history tag:osce.org,1999:release/583513\n  communique history 583513 --json",
		Args:    one("the ID of a release"), ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.readStored(cmd.Context(), func(list []stored) error {
				n, err := a.newsroomOf(list, name, args[0])
				if err != nil {
					return err
				}
				return a.history(n, args[0], asJSON)
			})
		},
	}
	cmd.Flags().StringVar(&name, "source", "", "look in the newsroom of this `NAME` (see 'communique sources')")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	_ = cmd.RegisterFlagCompletionFunc("source", completeSourceFlag)
	return cmd
}

// newsroomOf returns the newsroom of a name; for "" that whose release has an id,
// or the only one of the settings.
func (a *app) newsroomOf(list []stored, name, id string) (stored, error) {
	if i := slices.IndexFunc(list, func(n stored) bool { return n.hasID(id) }); name == "" && i >= 0 {
		return list[i], nil
	}
	if name == "" {
		s, err := a.one("")
		if err != nil {
			return stored{}, err
		}
		name = s.Name
	}
	return storedOf(list, name)
}

func (a *app) history(n stored, id string, asJSON bool) error {
	room, key := n.room, n.key(id)
	release, found, err := room.Release(key)
	if err != nil {
		return err
	}
	if !found {
		return fmt.Errorf("no release of %s has the id or key %q; 'communique export' lists them all", n.name, id)
	}
	versions, err := room.Versions(key)
	if err != nil {
		return err
	}
	if asJSON {
		enc := json.NewEncoder(a.out)
		enc.SetEscapeHTML(false)
		return enc.Encode(struct {
			Release  store.Release   `json:"release"`
			Versions []store.Version `json:"versions"`
		}{release, orEmpty(versions)})
	}
	out := bufio.NewWriter(a.out)
	showHistory(out, release, versions)
	return out.Flush()
}

// showHistory writes a release's history for people. A version was replaced by
// the one before it in the list, the first by what the release says now.
func showHistory(w io.Writer, release store.Release, versions []store.Version) {
	fmt.Fprintf(w, "%s\n\nid        %s\naddress   %s\n", line(release.Title), release.ID, line(release.URL))
	for _, alias := range release.Aliases {
		fmt.Fprintf(w, "formerly  %s\n", alias)
	}
	if !release.Withdrawn.IsZero() {
		fmt.Fprintf(w, "withdrawn %s UTC\n", release.Withdrawn.UTC().Format(time.DateTime))
	}
	if len(versions) == 0 {
		fmt.Fprintln(w, "\nNo correction is stored.")
	}
	now := store.Version{Title: release.Title, Summary: release.Summary, Type: release.Type, Day: release.Day}
	for _, was := range versions {
		fmt.Fprintf(w, "\ncorrected %s UTC\n", was.Until.UTC().Format(time.DateTime))
		showCorrection(w, was, now)
		now = was
	}
}

// showCorrection writes what a correction changed. A type that was not told
// before was learned, which is no correction.
func showCorrection(w io.Writer, was, now store.Version) {
	show := func(field, was, now string) {
		if was != now {
			fmt.Fprintf(w, "  %-7s  %s\n  %7s  %s\n", field, line(was), "→", line(now))
		}
	}
	show("title", was.Title, now.Title)
	show("summary", was.Summary, now.Summary)
	show("type", cmp.Or(was.Type.Name, now.Type.Name), now.Type.Name)
	show("day", was.Day.String(), now.Day.String())
}

// line puts a text on one line.
func line(text string) string { return dash(strings.Join(strings.Fields(text), " ")) }
