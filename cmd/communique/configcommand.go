package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"communique/cmd/communique/settings"
)

// configCommand takes the tree of all other commands, whose flags are settings.
func (a *app) configCommand(root *cobra.Command) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Check the settings, or show those in force",
		Long: `Settings come from a YAML file, which --config or COMMUNIQUE_CONFIG names, from
variables of the environment and from flags. A variable beats the file, and a
flag beats both. A flag's key is its name with _ for -, such as base_url, and its
variable that in capitals, such as COMMUNIQUE_BASE_URL; of a key in a section,
such as requests in limits, it is COMMUNIQUE_LIMITS_REQUESTS. An empty one says
nothing. Flags that say what one call is to do, such as --force, have both too:
what is said there holds for every call.

These have a key and a variable but no flag:

` + keysWithoutFlag() + `
feeds are a list of saved feeds: name, title, match and not.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return usagef("config: say what to do: check or show") },
	}
	cmd.AddCommand(a.configCheckCommand(), a.configShowCommand(root))
	return cmd
}

// keysWithoutFlag lists them and what they are for.
func keysWithoutFlag() string {
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	newConfig().keys().VisitAll(func(key *pflag.Flag) { fmt.Fprintf(w, "  %s\t%s\n", key.Name, key.Usage) })
	_ = w.Flush() // into memory
	return text.String()
}

func (a *app) configCheckCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check [FILE]",
		Short: "Check a settings file and the environment; nothing is run",
		Long: `Check reads the settings as every command does, from FILE or the file that is
named otherwise, and the sources in the folder that --sources names, and says what
is in them. What is wrong is shown with its line, and ends with status 2.`,
		Example: "  communique config check /etc/communique.yaml",
		Args:    cobra.MaximumNArgs(1),
		PersistentPreRunE: func(cmd *cobra.Command, args []string) error {
			if file := first(args); file != "" {
				if err := cmd.Flags().Set("config", file); err != nil {
					return usageError{err}
				}
			}
			return a.prepare(cmd)
		},
		RunE: func(*cobra.Command, []string) error { return a.tellChecked() },
	}
}

// tellChecked says what is in settings that are right.
func (a *app) tellChecked() error {
	if err := a.checkSources(); err != nil {
		return err
	}
	if command := a.config.notify().Command; len(command) > 0 {
		a.warnOfCommand(command[0])
	}
	file := a.config.file
	if file == nil && a.sources != "" {
		_, err := fmt.Fprintf(a.out, "%s is right: it has %s.\n", a.sources, amountOf(len(sourceFiles(a.sources)), "source"))
		return err
	}
	if file == nil {
		return usagef("no settings file is named: config check FILE, or --config FILE, or %s", settings.VariableOf(settings.ConfigKey))
	}
	keys := 0
	for _, s := range a.config.settings {
		if s.Layer == settings.ByFile {
			keys++
		}
	}
	_, err := fmt.Fprintf(a.out, "%s is right: it sets %s and has %s.\n", file.Name, amountOf(keys, "key"), amountOf(len(file.Feeds), "saved feed"))
	return err
}

func amountOf(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func (a *app) configShowCommand(root *cobra.Command) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "show",
		Short: "Show each setting in force and where it comes from",
		Long: `Show prints each setting with its value and where that comes from: default, the
file and its line, a variable, or a flag. It takes the flags of all commands, so
that a command line can be shown too. Secrets are left out.`,
		Example: "  communique config show --config /etc/communique.yaml",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return a.showConfig(asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON array")
	for _, flags := range settings.NewTable(root, pflag.NewFlagSet("none", pflag.ContinueOnError)) {
		if name := flags[0].Name; cmd.Flags().Lookup(name) == nil && root.PersistentFlags().Lookup(name) == nil {
			cmd.Flags().AddFlag(flags[0])
		}
	}
	return cmd
}

// shownSetting is a setting as scripts are told of it.
type shownSetting struct {
	Key      string         `json:"key"`
	Variable string         `json:"variable,omitempty"`
	Value    string         `json:"value"`
	From     settings.Layer `json:"from"`
	Place    string         `json:"place,omitempty"` // the file and its line, the variable, the flag
}

func (a *app) showConfig(asJSON bool) error {
	shown := make([]shownSetting, 0, len(a.config.settings)+len(a.config.feeds))
	for _, s := range a.config.settings {
		shown = append(shown, shownSetting{s.Key, settings.VariableOf(s.Key), s.Shown(), s.Layer, s.Place})
	}
	for _, f := range a.config.feeds {
		place := fmt.Sprintf("%s:%d", a.config.file.Name, a.config.file.FeedLines[f.Name])
		shown = append(shown, shownSetting{settings.FeedsKey + "." + f.Name, "", f.Title, settings.ByFile, place})
	}
	if asJSON {
		enc := json.NewEncoder(a.out)
		enc.SetEscapeHTML(false)
		return enc.Encode(shown)
	}
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "KEY\tVALUE\tFROM")
	for _, s := range shown {
		from := s.Place
		if s.From == settings.ByDefault {
			from = string(s.From)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", s.Key, dash(strings.TrimSpace(s.Value)), from)
	}
	return w.Flush()
}
