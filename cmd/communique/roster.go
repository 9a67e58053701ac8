package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"communique/scraper/sources"
)

// roster is the newsrooms that the settings name.
type roster struct {
	sources []*sources.Source  // that can be read
	off     []sources.Unusable // that can't
	own     map[string]bool    // names of those that are the operator's
	// files are those of the operator's own sources, as they were before they were
	// read.
	files fileStates
}

// newsrooms returns the roster: what comes with the program and what is in the
// operator's folder, where a source takes the place of a built-in one of its name;
// of these those that are named, if any are. It is read once. What can't be read
// is off, and is logged.
func (a *app) newsrooms() (*roster, error) {
	if a.roster != nil {
		return a.roster, nil
	}
	r, err := a.readRoster()
	if err != nil {
		return nil, usageError{err}
	}
	a.take(r)
	return r, nil
}

// usable refuses a roster of which nothing can be collected.
func (r *roster) usable() error {
	if len(r.sources) == 0 {
		return fmt.Errorf("no newsroom can be read: %w", offError(r.off[0]))
	}
	return nil
}

// take has a roster be the one, and logs what is off.
func (a *app) take(r *roster) {
	for _, off := range r.off {
		a.log.Error("a source is off; the others go on, and its feeds stay as they were", "source", off.Name, "error", off.Why)
	}
	a.roster = r
}

func (a *app) readRoster() (*roster, error) {
	r, err := gather(a.sources)
	if err != nil {
		return nil, err
	}
	r.checkSchedules(a.config)
	r.checkIDs()
	if err := r.keep(a.config.newsrooms.List); err != nil {
		return nil, a.config.layers.Blame(newsroomsKey, err)
	}
	slices.SortFunc(r.off, func(a, b sources.Unusable) int { return strings.Compare(a.Name, b.Name) })
	return r, nil
}

// gather returns all sources that there are, with those of a folder, "" for none.
func gather(folder string) (*roster, error) {
	r := &roster{own: map[string]bool{}}
	var err error
	if r.sources, err = sources.Builtin(); err != nil || folder == "" {
		return r, err
	}
	r.files = statesOf(sourceFiles(folder))
	list, off, err := sources.Folder(os.DirFS(folder))
	if err != nil {
		return nil, fmt.Errorf("looking for sources in %q: %w (it must be a folder, with a file NAME.yaml for each)", folder, err)
	}
	r.add(list, off)
	return r, nil
}

// sourceFiles returns the paths of the files in a folder that are sources. One
// that can't be listed has none: reading it will say why.
func sourceFiles(folder string) []string {
	names, _ := fs.Glob(os.DirFS(folder), "*.yaml")
	for i, name := range names {
		names[i] = filepath.Join(folder, name)
	}
	return names
}

// add puts sources in the place of those that have the same name.
func (r *roster) add(list []*sources.Source, off []sources.Unusable) {
	for _, s := range list {
		r.own[s.Name] = true
	}
	for _, u := range off {
		r.own[u.Name] = true
	}
	r.sources = slices.DeleteFunc(r.sources, func(s *sources.Source) bool { return r.own[s.Name] })
	r.sources = append(r.sources, list...)
	r.off = append(r.off, off...)
}

// checkSchedules has sources be off whose schedule is none.
func (r *roster) checkSchedules(c *config) {
	r.sources = slices.DeleteFunc(r.sources, func(s *sources.Source) bool {
		_, err := c.schedule(s)
		if err != nil {
			r.off = append(r.off, sources.Unusable{Name: s.Name, Text: s.Text(), Why: s.Wrong("schedule", err)})
		}
		return err != nil
	})
}

// checkIDs has sources be off whose releases would have the ids of another's.
func (r *roster) checkIDs() {
	owner := map[string]string{}
	r.sources = slices.DeleteFunc(r.sources, func(s *sources.Source) bool {
		other, taken := owner[s.IDPrefix]
		if taken {
			why := fmt.Errorf("id %q is that of %s too: its releases would pass for those", s.IDPrefix, other)
			r.off = append(r.off, sources.Unusable{Name: s.Name, Text: s.Text(), Why: s.Wrong("id", why)})
			return true
		}
		owner[s.IDPrefix] = s.Name
		return false
	})
}

// keep leaves those that have these names, in their order; all for none.
func (r *roster) keep(names []string) error {
	if len(names) == 0 {
		return nil
	}
	all := *r
	r.sources, r.off = nil, nil
	for _, name := range names {
		i := slices.IndexFunc(all.sources, func(s *sources.Source) bool { return s.Name == name })
		j := slices.IndexFunc(all.off, func(u sources.Unusable) bool { return u.Name == name })
		switch {
		case i >= 0:
			r.sources = append(r.sources, all.sources[i])
		case j >= 0:
			r.off = append(r.off, all.off[j])
		default:
			return fmt.Errorf("no source is called %q; there is %s", name, strings.Join(all.names(), ", "))
		}
	}
	return nil
}

func (r *roster) names() []string {
	var names []string
	for _, s := range r.sources {
		names = append(names, s.Name)
	}
	return names
}

// find returns the source of a name, nil if there is none.
func (r *roster) find(name string) *sources.Source {
	for _, s := range r.sources {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// same reports whether two rosters have the same sources, word for word.
func (r *roster) same(other *roster) bool {
	return slices.EqualFunc(r.sources, other.sources, func(a, b *sources.Source) bool { return bytes.Equal(a.Text(), b.Text()) }) &&
		slices.EqualFunc(r.off, other.off, func(a, b sources.Unusable) bool { return a.Name == b.Name && bytes.Equal(a.Text, b.Text) })
}

// sourceOff says that a source can't be read. It ends with the status of wrong
// settings.
type sourceOff struct{ error }

func (e sourceOff) Unwrap() error { return e.error }

func offError(u sources.Unusable) error {
	return sourceOff{fmt.Errorf("source %s is off: %w", u.Name, u.Why)}
}

// some returns the source of a name, all for "".
func (a *app) some(name string) ([]*sources.Source, error) {
	r, err := a.newsrooms()
	if err != nil {
		return nil, err
	}
	if name == "" {
		return r.sources, r.usable()
	}
	if s := r.find(name); s != nil {
		return []*sources.Source{s}, nil
	}
	for _, off := range r.off {
		if off.Name == name {
			return nil, offError(off)
		}
	}
	return nil, usagef("no source is called %q; there is %s", name, strings.Join(r.names(), ", "))
}

// one returns the source of a name. "" stands for the only one there is.
func (a *app) one(name string) (*sources.Source, error) {
	list, err := a.some(name)
	if err != nil {
		return nil, err
	}
	if len(list) > 1 {
		return nil, usagef("there is more than one source: say which, %s", strings.Join(a.roster.names(), ", "))
	}
	return list[0], nil
}

// likeliest returns the source of a name. For "" it is the first one that speaks
// for itself, or the only one there is.
func (a *app) likeliest(name string, speaks func(*sources.Source) bool) (*sources.Source, error) {
	list, err := a.some(name)
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(list, speaks); i >= 0 {
		return list[i], nil
	}
	return a.one(name)
}

// completeSource offers the names of sources to the shell. It knows nothing but
// the command: cobra keeps it for as long as the process lives.
func completeSource(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	var names []string
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	r, err := gather(cmd.Root().PersistentFlags().Lookup("sources").Value.String())
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	for _, s := range r.sources {
		names = append(names, s.Name+"\t"+s.Title)
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// completeSourceFlag does so for a flag, whatever the arguments.
func completeSourceFlag(cmd *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
	return completeSource(cmd, nil, begun)
}
