package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"communique/cmd/communique/settings"
	"communique/feed/folder"
)

// publishing is what the flags of publish say.
type publishing struct {
	out     string
	base    settings.Address
	options folder.Options
	// interval is how often a watching publication looks at the store.
	interval settings.Span
	asked    bool // for that interval, in this very call
	watch    bool
}

func (a *app) publishCommand() *cobra.Command {
	p := &publishing{interval: settings.Span{Value: 2 * time.Second, Min: 100 * time.Millisecond, Max: time.Hour}}
	cmd := &cobra.Command{
		Use:   "publish --out DIR",
		Short: "Write the feeds as static files for any web server",
		Long: `Publish writes the feeds, their pages and the OPML file into a folder, a .gz
beside each file where that is smaller, and manifest.json last: size, SHA-256,
time, media type and version of every file. Files appear whole or not at all.

Only what changed since the last time is rendered, and a file that would not
change is not touched. One that somebody changed or lost is written again.

Where a feed was that there is no longer, an empty one stays that says it ended.
Any other file that is no longer part of the tree is removed, with its .gz:
readers get 404 where it was. --keep leaves such files as they are. A feed that
got another address is still written at its old one. Files that publish did not
write, or that were changed since, are never removed. If more than half of the
documents are gone at once, nothing is removed and publish ends with 1, since
that looks like another store; --force removes them then.

Feeds that are private are not published: a folder knows no tokens.

With --watch it publishes at once and again after each commit of another
process, such as collect in cron or serve, until SIGINT or SIGTERM. It works on
a copy of the store, so that nobody waits for it. A publication that fails is
told and tried again; the last good files stay.`,
		Example: "  communique publish --out /var/www/feeds --base-url https://feeds.example.org\n" +
			"  communique publish --out /var/www/feeds --base-url https://feeds.example.org --watch",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p.asked = cmd.Flags().Changed("interval")
			return a.publish(cmd.Context(), p)
		},
	}
	cmd.Flags().StringVar(&p.out, "out", "", "write the files into this `DIR`")
	cmd.Flags().Var(&p.base, "base-url", "the `URL` under which DIR will be found")
	cmd.Flags().BoolVar(&p.options.Brotli, "br", false, "write a .br beside each file too")
	cmd.Flags().BoolVar(&p.options.Keep, "keep", false, "leave files in place that are no longer part of the tree")
	cmd.Flags().BoolVar(&p.options.Force, "force", false, "render every file, and remove even most of them if they are gone")
	cmd.Flags().BoolVar(&p.watch, "watch", false, "publish again after each commit, until told to end")
	cmd.Flags().Var(&p.interval, "interval", "with --watch, look at the store every `DURATION`")
	return cmd
}

func (a *app) publish(ctx context.Context, p *publishing) error {
	switch {
	case p.out == "":
		return usagef("publish needs a folder to write into: --out DIR")
	case p.base.URL == nil:
		return usagef("publish needs the address under which the files will be found, since feeds name it: --base-url URL, or base_url in the configuration")
	case p.asked && !p.watch:
		return usagef("--interval says how often --watch looks; it needs --watch")
	case a.config.readersOnly():
		return usagef("the feeds are private, and whoever can read the folder could read them without a token; " +
			"if that is meant, begin with COMMUNIQUE_PRIVATE=false")
	}
	var err error
	if p.options.Maker, err = a.maker(p.base.String()); err != nil {
		return err
	}
	if p.watch {
		return a.watch(ctx, p)
	}
	report, _, err := a.publishOnce(ctx, p)
	if err != nil {
		return err
	}
	return a.tellPublished(p, report)
}

// tellPublished says what a publication did.
func (a *app) tellPublished(p *publishing, r folder.Report) error {
	ended := ""
	if r.Ended > 0 {
		ended = fmt.Sprintf(", %d ended", r.Ended)
	}
	_, err := fmt.Fprintf(a.out, "%s: %d files written, %d unchanged, %d removed%s\n", p.out, r.Written, r.Unchanged, r.Removed, ended)
	return err
}

// publishOnce publishes what the store holds at this moment, and returns the
// moment.
func (a *app) publishOnce(ctx context.Context, p *publishing) (folder.Report, moment, error) {
	copied, err := a.copyStore(ctx)
	if err != nil {
		return folder.Report{}, copied.at, err
	}
	press, err := a.press(copied.DB, p.base.String(), "")
	if err != nil {
		return folder.Report{}, copied.at, errors.Join(err, copied.Close())
	}
	report, err := folder.Publish(ctx, p.out, press.Static(), p.options)
	return report, copied.at, errors.Join(err, copied.Close())
}

// maker returns what decides on the bytes of a document beside the store: the
// program, whose other versions may render others, the address, and those of
// the settings that have to do with it.
func (a *app) maker(base string) (string, error) {
	text, err := json.Marshal(a.config.rendering())
	if err != nil {
		return "", fmt.Errorf("reading the configuration: %w", err)
	}
	program, err := hashOfProgram()
	if err != nil {
		return "", fmt.Errorf("reading this program: %w", err)
	}
	return fmt.Sprintf("%s %q %s", program, base, text), nil
}

func hashOfProgram() (string, error) {
	name, err := os.Executable()
	if err != nil {
		return "", err
	}
	file, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
