// Licences tells under which licences the modules are that stand in a communique
// binary, on any platform that is released, and refuses all but permissive ones.
//
//	licences FOLDER          a line for each module: its path and its licences
//	licences -texts FOLDER   the same, and after it the texts that they want shown
//
// FOLDER is that of communique's own module. What a licence is called is decided
// by its text, never by what anybody says of it.
package main

import (
	"bufio"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"text/tabwriter"
)

func main() {
	texts := flag.Bool("texts", false, "print the texts too")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: licences [-texts] FOLDER")
		os.Exit(2)
	}
	if err := run(flag.Arg(0), *texts, os.Stdout); err != nil {
		fmt.Fprintf(os.Stderr, "licences: %v\n", err)
		os.Exit(1)
	}
}

func run(folder string, texts bool, out io.Writer) error {
	modules, err := linked(folder)
	if err != nil {
		return err
	}
	reader, err := newReader()
	if err != nil {
		return err
	}
	var list []licensed
	var problems []error
	for _, m := range modules {
		l, err := reader.read(m)
		list, problems = append(list, l), append(problems, err)
	}
	if err := errors.Join(problems...); err != nil {
		return err
	}
	buffered := bufio.NewWriter(out)
	if err := table(buffered, list); err != nil {
		return err
	}
	if texts {
		for _, l := range list {
			l.print(buffered)
		}
	}
	return buffered.Flush()
}

// table prints a line for each module.
func table(out io.Writer, list []licensed) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, l := range list {
		fmt.Fprintf(w, "%s\t%s\n", l.path, strings.Join(l.licences, " AND "))
	}
	return w.Flush()
}

// module is one whose code is linked into the binary.
type module struct{ path, version, folder string }

// linked returns those modules, sorted by path, Go's own library first.
func linked(folder string) ([]module, error) {
	std, err := goCommand(folder, "", "env", "GOVERSION", "GOROOT")
	if err != nil {
		return nil, err
	}
	version, root, _ := strings.Cut(std, "\n")
	modules := []module{{"std", version, strings.TrimSpace(root)}}
	for _, system := range []string{"linux", "darwin"} {
		const format = `{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}`
		lines, err := goCommand(folder, system, "list", "-deps", "-f", format, "./cmd/communique")
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(lines) {
			if field := strings.SplitN(strings.TrimSpace(line), " ", 3); len(field) == 3 {
				modules = append(modules, module{field[0], field[1], field[2]})
			}
		}
	}
	slices.SortFunc(modules[1:], func(a, b module) int { return strings.Compare(a.path, b.path) })
	return slices.Compact(modules), nil
}

// goCommand runs go in a folder, for another system if one is named.
func goCommand(folder, system string, args ...string) (string, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+system)
	var out, told bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &told
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("running go %s: %w\n%s", args[0], err, told.String())
	}
	return out.String(), nil
}
