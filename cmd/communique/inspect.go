package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"communique/scraper"
	"communique/scraper/listing"
	"communique/scraper/sources"
	"communique/store"
)

func (a *app) inspectCommand() *cobra.Command {
	visit := newVisiting()
	var name string
	var asJSON, last bool
	cmd := &cobra.Command{
		Use:   "inspect URL|FILE|--last-problem",
		Short: "Show what is read on a page; nothing is stored",
		Long: `Inspect reads one page as a collection would and shows what it found there:
the releases, the address of the next page, and what could not be read.
A page that is no listing ends with status 3. --last-problem shows the page that
a collection last refused to store, and why.`,
		Example: "  communique inspect https://www.osce.org/press-releases\n  communique inspect saved.html --json",
		Args: func(cmd *cobra.Command, args []string) error {
			if last {
				return cobra.NoArgs(cmd, args)
			}
			return cobra.ExactArgs(1)(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if last {
				return a.inspectProblem(cmd.Context(), name, asJSON)
			}
			s, err := a.likeliest(name, func(s *sources.Source) bool { return s.Host(hostOf(args[0])) != "" })
			if err != nil {
				return err
			}
			page, err := a.inspect(cmd.Context(), s, args[0], visit)
			if err != nil {
				return err
			}
			if err := a.showPage(page, asJSON); err != nil {
				return err
			}
			if len(page.Releases) == 0 {
				return fmt.Errorf("inspecting %s: %w", withoutPassword(args[0]), scraper.ErrNoListing)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&name, "source", "", "read it as a page of this `NAME` (see 'communique sources')")
	cmd.Flags().Var(&visit.timeout, "timeout", "give up the request after this `DURATION`")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	cmd.Flags().BoolVar(&last, "last-problem", false, "show the page that a collection last refused to store")
	_ = cmd.RegisterFlagCompletionFunc("source", completeSourceFlag)
	return cmd
}

// inspect reads a page from an address, whose host the operator thereby chose,
// or from a file, as if it were the source's own listing.
func (a *app) inspect(ctx context.Context, s *sources.Source, what string, visit *visiting) (listing.Page, error) {
	if !strings.Contains(what, "://") {
		body, err := os.ReadFile(what)
		if err != nil {
			return listing.Page{}, fmt.Errorf("reading the page: %w", err)
		}
		return scraper.ReadFile(s, body, a.now())
	}
	at, err := url.Parse(what)
	if err != nil || at.Host == "" {
		return listing.Page{}, usagef("%q is neither an address nor a file", what)
	}
	visit.listing.URL = at
	visit.delay.Value = 0
	transport := scraper.NewTransport(at)
	defer transport.CloseIdleConnections()
	page, err := a.scraper(s, visit, nil, transport).Visit(ctx, at, scraper.Validators{})
	page.Next = withoutPassword(page.Next)
	return page.Page, err
}

// hostOf returns the host of an address, "" if it is none.
func hostOf(address string) string {
	if u, err := url.Parse(address); err == nil {
		return u.Hostname()
	}
	return ""
}

// withoutPassword returns an address as it may be shown, and anything else as it
// is.
func withoutPassword(address string) string {
	if u, err := url.Parse(address); err == nil && u.User != nil {
		return u.Redacted()
	}
	return address
}

// inspectProblem shows a kept page: with asJSON the object that was kept, else
// why it was kept and what is read on it now.
func (a *app) inspectProblem(ctx context.Context, name string, asJSON bool) error {
	problem, err := a.lastProblem(ctx, name)
	if err != nil {
		return err
	}
	if asJSON {
		return json.NewEncoder(a.out).Encode(struct {
			At      time.Time `json:"at"`
			Address string    `json:"address"`
			Why     string    `json:"why"`
			Page    string    `json:"page"`
		}{problem.At, problem.Address, problem.Why, string(problem.Body)})
	}
	fmt.Fprintf(a.out, "Kept at %s from %s\n%s\n\n", problem.At.Format(time.RFC3339), problem.Address, problem.Why)
	s, err := a.one(name)
	if err != nil {
		return err
	}
	page, err := scraper.ReadFile(s, problem.Body, a.now())
	if err != nil {
		return err
	}
	return a.showPage(page, false)
}

func (a *app) showPage(page listing.Page, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(a.out)
		enc.SetEscapeHTML(false)
		return enc.Encode(struct {
			Releases []store.Release `json:"releases"`
			Next     string          `json:"next"`
			Problems []string        `json:"problems"`
		}{orEmpty(page.Releases), page.Next, orEmpty(page.Problems)})
	}
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	if len(page.Releases) > 0 {
		fmt.Fprintln(w, "DAY\tKEY\tTYPE\tOFFICES\tTOPICS\tTITLE")
	}
	for _, r := range page.Releases {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", r.Day, r.Key, dash(r.Type.Label()), tagList(r.Offices), tagList(r.Topics), shorten(r.Title, 70))
	}
	fmt.Fprintf(w, "\n%d releases; next page: %s\n", len(page.Releases), dash(page.Next))
	for _, problem := range page.Problems {
		fmt.Fprintf(w, "problem: %s\n", problem)
	}
	return w.Flush()
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func tagList(tags []store.Tag) string {
	labels := make([]string, len(tags))
	for i, tag := range tags {
		labels[i] = shorten(tag.Label(), 40)
	}
	return dash(strings.Join(labels, ", "))
}

func dash(text string) string {
	if text == "" {
		return "–"
	}
	return text
}

func shorten(text string, limit int) string {
	runes := []rune(text)
	if len(runes) <= limit {
		return text
	}
	return string(runes[:limit-1]) + "…"
}
