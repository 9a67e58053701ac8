package main

import (
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// manCommand prints the man page. It is hidden, since it is the release that
// wants it.
func (a *app) manCommand() *cobra.Command {
	return &cobra.Command{
		Use:    "man",
		Short:  "Print the man page",
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprint(a.out, manPage(cmd.Root(), version(), committed()))
			return err
		},
	}
}

// committed is the day of the commit that was built, "" if nobody knows it.
func committed() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.time" {
			day, _, _ := strings.Cut(setting.Value, "T")
			return day
		}
	}
	return ""
}

// manPage writes communique(1) in the man macros that groff and mandoc know: all
// commands and flags as their help has them, then what no help says.
func manPage(root *cobra.Command, version, day string) string {
	p := new(roff)
	fmt.Fprintf(p, ".TH COMMUNIQUE 1 %q %q\n", day, "communique "+version)
	p.macro("SH", "NAME")
	p.line(root.Name() + " - " + strings.ToLower(root.Short[:1]) + root.Short[1:])
	p.macro("SH", "SYNOPSIS")
	p.macro("B", root.Name()+" COMMAND [ARGUMENT …] [FLAG …]")
	p.macro("SH", "DESCRIPTION")
	p.prose(root.Long)
	p.macro("SH", "COMMANDS")
	p.commands(root)
	p.macro("SH", "FLAGS OF EVERY COMMAND")
	p.flags(root.PersistentFlags())
	for _, part := range manParts() {
		p.macro("SH", part.title)
		p.prose(part.opening)
		for _, item := range part.items {
			p.item(item[0], item[1])
		}
	}
	return p.String()
}

// manPart is a part of the page that no command's help tells.
type manPart struct {
	title, opening string
	items          [][2]string
}

func manParts() []manPart {
	return []manPart{
		{"EXIT STATUS", "", [][2]string{
			{fmt.Sprint(statusDone), "Done."},
			{fmt.Sprint(statusFailed), "Failed; standard error says why."},
			{fmt.Sprint(statusUsage), "Wrong usage or configuration."},
			{fmt.Sprint(statusNoListing), "The listing no longer looks like one; what was read there changed nothing."},
			{fmt.Sprint(statusTryLater), "Try again later: the site is down or asks to wait, or another process has the store."},
		}},
		{"ENVIRONMENT", "A flag on the command line beats its variable, which beats the configuration file.", [][2]string{
			{"COMMUNIQUE_CONFIG", "The configuration file, as --config names it."},
			{"COMMUNIQUE_KEY", "Any other setting, by its key in the file: capitals, with _ for a dot. An unknown variable is an error."},
			{"NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID", "Set by systemd, which is then told by serve when it is ready and that it lives."},
			{"GOMEMLIMIT", "A soft limit of memory, such as 64MiB."},
		}},
		{"FILES", "", [][2]string{
			{"/etc/communique/communique.yaml", "The configuration that the packaged services read. Strict: an unknown key is an error with its line."},
			{"/var/lib/communique/communique.db", "Where the packaged services keep the store. A removed package leaves it."},
			{"/var/cache/communique/feeds", "Where the packaged timer publishes the feeds as static files."},
			{"./data/communique.db", "The store, if neither --data nor a setting says otherwise."},
		}},
		{"EXAMPLES", "A sample newsroom, its collection and its feeds, without internet:\n\n  communique demo\n\n" +
			"Collect and serve:\n\n  communique serve --listen :8080 --base-url https://feeds.example.org\n\n" +
			"The same with the Debian package, once base_url stands in its configuration:\n\n  systemctl enable --now communique.service\n\n" +
			"Or static files for another web server, written every half hour:\n\n  systemctl enable --now communique-collect.timer", nil},
		{"SEE ALSO", "systemd.service(5), systemd.timer(5), newsboat(1)", nil},
	}
}

// commands writes what each command below cmd does, those of commands included.
func (p *roff) commands(cmd *cobra.Command) {
	for _, sub := range cmd.Commands() {
		if !sub.IsAvailableCommand() {
			continue
		}
		p.macro("SS", strings.TrimSuffix(sub.UseLine(), " [flags]"))
		p.prose(described(sub))
		p.flags(sub.LocalNonPersistentFlags())
		if sub.Example != "" {
			p.prose(sub.Example)
		}
		p.commands(sub)
	}
}

// described is a command's long help, or its short one as a sentence.
func described(cmd *cobra.Command) string {
	if cmd.Long == "" {
		return cmd.Short + "."
	}
	return cmd.Long
}

// flags writes the flags that a command has of its own, but for --help.
func (p *roff) flags(flags *pflag.FlagSet) {
	flags.VisitAll(func(flag *pflag.Flag) {
		if flag.Hidden || flag.Name == "help" {
			return
		}
		value, usage := pflag.UnquoteUsage(flag)
		tag := strings.TrimSpace("--" + flag.Name + " " + value)
		if !plainDefault(flag.DefValue) {
			usage += " (default " + flag.DefValue + ")"
		}
		p.item(tag, usage)
	})
}

// plainDefault reports whether a default goes without saying.
func plainDefault(value string) bool {
	return value == "" || value == "false" || value == "0" || value == "0s" || value == "[]"
}
