package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"communique/cmd/communique/logging"
	"communique/cmd/communique/settings"
)

// streams are the three streams of a process.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// app is what all commands share.
type app struct {
	streams
	args, environment []string
	now               func() time.Time

	log    *slog.Logger
	newLog func(io.Writer) *slog.Logger // as the flags ask for
	level  *slog.LevelVar               // of both, and of what came before a reload
	config *config

	threshold           slog.Level // that the settings ask for
	configFile, data    string
	sources             string  // the folder of the operator's own, "" for none
	roster              *roster // nil until it is asked for
	logFormat, logLevel *settings.Enum
	serving             *serving
	started             bool // the command line was right
	anew                bool // a new store is made where there was one that is gone
}

func newApp(args, environment []string, std streams, now func() time.Time) *app {
	return &app{
		streams: std, args: args, environment: environment, now: now,
		log: slog.New(slog.DiscardHandler), level: new(slog.LevelVar),
		logFormat: settings.NewEnum("text", "text", "json"),
		logLevel:  settings.NewEnum("info", "debug", "info", "warn", "error"),
	}
}

// run runs one command line and returns the exit status. What the environment
// says, NAME=VALUE each, is heard where it is a setting. Nothing that a terminal
// acts on is written, whoever it came from.
func run(ctx context.Context, args, environment []string, std streams, now func() time.Time) int {
	out := logging.NewWriter(std.out)
	defer out.Close()
	a := newApp(args, environment, streams{std.in, out, std.err}, now)
	root := a.root()
	root.SetArgs(args)
	root.SetIn(std.in)
	root.SetOut(out)
	root.SetErr(std.err)
	command, err := root.ExecuteContextC(ctx)
	if err == nil {
		return statusDone
	}
	if !a.started && !errors.As(err, new(usageError)) {
		err = usageError{err}
	}
	fmt.Fprintf(std.err, "communique: %s\n", logging.Complaint(err))
	if errors.As(err, new(usageError)) && !errors.As(err, new(*settings.Error)) {
		fmt.Fprintf(std.err, "See '%s --help'.\n", command.CommandPath())
	}
	return statusOf(err)
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "communique",
		Short: "Feeds for a newsroom that has none",
		Long: `Communique reads a newsroom's listing, keeps every release that it has ever
seen, and gives the feeds that the newsroom doesn't: everything, each topic,
each office and each type, as RSS, Atom and JSON Feed.

Try it:  communique demo`,
		SilenceErrors:     true,
		SilenceUsage:      true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return a.prepare(cmd) },
	}
	flags := root.PersistentFlags()
	flags.StringVar(&a.configFile, "config", "", "read settings from this YAML `FILE`")
	flags.StringVar(&a.data, "data", "./data", "keep the store, communique.db, in this `DIR`")
	flags.StringVar(&a.sources, "sources", "", "read newsrooms of your own too, each described by a file NAME.yaml in this `DIR`")
	flags.Var(a.logFormat, "log-format", "write the log as `text|json`")
	flags.Var(a.logLevel, "log-level", "log from this level on: `debug|info|warn|error`")
	a.logFormat.Complete(root, "log-format")
	a.logLevel.Complete(root, "log-level")
	root.AddCommand(
		a.collectCommand(), a.checkCommand(), a.serveCommand(), a.publishCommand(), a.inspectCommand(), a.historyCommand(), a.exportCommand(), a.changesCommand(),
		a.feedsCommand(), a.sourcesCommand(), a.storeCommand(), a.tokenCommand(), a.healthcheckCommand(), a.demoCommand(), a.manCommand(), a.versionCommand(),
	)
	root.AddCommand(a.configCommand(root))
	completion(root)
	return root
}

// completion makes an unknown shell a usage error: cobra would print help.
func completion(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		if cmd.Name() == "completion" {
			cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		}
	}
}

// prepare reads the settings and opens the log, before any command.
func (a *app) prepare(cmd *cobra.Command) error {
	if err := a.readSettings(cmd); err != nil {
		return err
	}
	a.level.Set(a.threshold)
	a.started = true
	return nil
}

// readSettings has the flags and the log be as all settings say, but for the
// level of the log, which others may share.
func (a *app) readSettings(cmd *cobra.Command) error {
	trial := newApp(nil, nil, streams{}, a.now).root() // whose flags may be set to be checked
	table := settings.NewTable(trial, newConfig().keys())
	said, err := settings.Read(table, a.environment, a.configFile)
	if err != nil {
		return usageError{err}
	}
	if a.config, err = readConfig(said, cmd.Flags()); err != nil {
		return usageError{err}
	}
	if err := a.threshold.UnmarshalText([]byte(a.logLevel.Value)); err != nil {
		return usageError{err}
	}
	a.newLog = func(w io.Writer) *slog.Logger {
		return logging.New(w, a.logFormat.Value, a.level, a.config.secrets())
	}
	a.log = a.newLog(a.err)
	return nil
}

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(a.out, "communique", version())
			return err
		},
	}
}

// version is what the build was stamped with.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "devel"
	}
	return info.Main.Version
}

// one wants one argument, and says what it is.
func one(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != 1 {
			return usagef("%s: want %s, and no more", cmd.Name(), what)
		}
		return nil
	}
}
