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
)

// streams are the three streams of a process.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// app is what all commands share.
type app struct {
	streams
	now    func() time.Time
	log    *slog.Logger
	newLog func(io.Writer) *slog.Logger // as the flags ask for
	config config

	configFile, data    string
	logFormat, logLevel enum
	started             bool // the command line was right
}

// run runs one command line and returns the exit status.
func run(ctx context.Context, args []string, std streams, now func() time.Time) int {
	a := &app{
		streams: std, now: now, log: slog.New(slog.DiscardHandler),
		logFormat: newEnum("text", "text", "json"),
		logLevel:  newEnum("info", "debug", "info", "warn", "error"),
	}
	root := a.root()
	root.SetArgs(args)
	root.SetIn(std.in)
	root.SetOut(std.out)
	root.SetErr(std.err)
	command, err := root.ExecuteContextC(ctx)
	if err == nil {
		return statusDone
	}
	if !a.started && !errors.As(err, new(usageError)) {
		err = usageError{err}
	}
	fmt.Fprintf(std.err, "communique: %v\n", err)
	if errors.As(err, new(usageError)) {
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
	flags.Var(&a.logFormat, "log-format", "write the log as `text|json`")
	flags.Var(&a.logLevel, "log-level", "log from this level on: `debug|info|warn|error`")
	a.logFormat.complete(root, "log-format")
	a.logLevel.complete(root, "log-level")
	root.AddCommand(
		a.collectCommand(), a.checkCommand(), a.serveCommand(), a.publishCommand(), a.inspectCommand(), a.historyCommand(), a.exportCommand(), a.changesCommand(),
		a.feedsCommand(), a.sourcesCommand(), a.storeCommand(), a.demoCommand(), a.versionCommand(),
	)
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

// prepare reads the configuration and opens the log, before any command.
func (a *app) prepare(cmd *cobra.Command) error {
	var err error
	if a.config, err = readConfig(a.configFile); err != nil {
		return usageError{err}
	}
	if err := a.config.apply(cmd.Flags()); err != nil {
		return usageError{err}
	}
	var level slog.Level
	if err := level.UnmarshalText([]byte(a.logLevel.value)); err != nil {
		return usageError{err}
	}
	a.newLog = func(w io.Writer) *slog.Logger {
		options := &slog.HandlerOptions{Level: level}
		if a.logFormat.value == "json" {
			return slog.New(slog.NewJSONHandler(w, options))
		}
		return slog.New(slog.NewTextHandler(w, options))
	}
	a.log = a.newLog(a.err)
	a.started = true
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
