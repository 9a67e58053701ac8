package main

import (
	"bytes"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"communique/cmd/communique/settings"
)

// printedMan returns the man page as the program prints it.
func printedMan(t *testing.T) string {
	t.Helper()
	var out, problems bytes.Buffer
	if status := run(t.Context(), []string{"man"}, nil, streams{strings.NewReader(""), &out, &problems}, time.Now); status != statusDone {
		t.Fatalf("status %d: %s", status, problems.String())
	}
	return out.String()
}

func aProgram() *app {
	return &app{logFormat: settings.NewEnum("text", "text", "json"), logLevel: settings.NewEnum("info", "info")}
}

// Each command that help shows, and each flag, is in the page, and each status.
func TestManPageIsWhole(t *testing.T) {
	page := printedMan(t)
	has := func(what, line string) {
		if !strings.Contains(page, "\n"+line) {
			t.Errorf("the page lacks %s: no line begins with %s", what, line)
		}
	}
	var walk func(*cobra.Command)
	walk = func(cmd *cobra.Command) {
		for _, sub := range cmd.Commands() {
			if !sub.IsAvailableCommand() {
				continue
			}
			has(sub.CommandPath(), `.SS "`+sub.CommandPath())
			sub.LocalNonPersistentFlags().VisitAll(func(flag *pflag.Flag) {
				if flag.Name != "help" && !flag.Hidden {
					has(sub.CommandPath()+" --"+flag.Name, `.B "`+roffText("--"+flag.Name))
				}
			})
			walk(sub)
		}
	}
	walk(aProgram().root())
	for _, status := range []int{statusDone, statusFailed, statusUsage, statusNoListing, statusTryLater} {
		has("a status", fmt.Sprintf(".B %q", fmt.Sprint(status)))
	}
}

// What stands in a help text is never a request of roff's.
func TestRoffTextIsText(t *testing.T) {
	for _, c := range []struct{ prose, want string }{
		{".so /etc/passwd", "\\&.so /etc/passwd\n"},
		{"'quoted' \\fBbold", "\\&\\(aqquoted\\(aq \\efBbold\n"},
		{"a --flag…", "a \\-\\-flag\\[u2026]\n"},
		{"One\ntwo.\n\nThree.", "One\ntwo.\n.PP\nThree.\n"},
		{"So:\n\n  .kept  as it is\n\nOn.", "So:\n.PP\n.RS 4\n.nf\n  .kept  as it is\n.fi\n.RE\n.PP\nOn.\n"},
	} {
		p := new(roff)
		p.prose(c.prose)
		if p.String() != c.want {
			t.Errorf("%q:\n got %q\nwant %q", c.prose, p.String(), c.want)
		}
	}
	p := new(roff)
	p.macro("B", `say "it"`)
	if want := `.B "say \(dqit\(dq"` + "\n"; p.String() != want {
		t.Errorf("got %q, want %q", p.String(), want)
	}
}

// Where there is a formatter that warns, it has nothing to warn of.
func TestManPageRenders(t *testing.T) {
	page := manPage(aProgram().root(), "v1.2.3", "2026-11-23")
	for _, formatter := range [][]string{{"groff", "-man", "-ww", "-z", "-Tutf8"}, {"mandoc", "-T", "lint", "-W", "warning"}} {
		if _, err := exec.LookPath(formatter[0]); err != nil {
			t.Logf("not rendered by %s: %v", formatter[0], err)
			continue
		}
		cmd := exec.CommandContext(t.Context(), formatter[0], formatter[1:]...)
		cmd.Stdin = strings.NewReader(page)
		if told, err := cmd.CombinedOutput(); err != nil || len(told) > 0 {
			t.Errorf("%s: %v\n%s", formatter[0], err, told)
		}
	}
}
