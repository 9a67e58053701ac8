// Package settings reads what an operator says: on the command line, in variables of
// the environment, in a YAML file. It knows where each setting comes from, and shows
// what is wrong at the place where it was written.
package settings

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"communique/cmd/communique/logging"
)

// A setting is what every flag is, and every key of config beside them. It has a
// key in the file, which is the flag's name with _ for -, and a variable. What a
// flag on the command line says beats the variable, that beats the file, and that
// the default.

// ConfigKey is that of the flag that names the file. No file can hold it.
const ConfigKey = "config"

// given is a value as it was written: a text, or a list of texts.
type given struct {
	text   string
	list   []string
	isList bool
}

// empty reports whether it says nothing: such a value is as good as none.
func (g given) empty() bool { return g.text == "" && !g.isList }

// put sets a flag's value.
func (g given) put(flag *pflag.Flag) error {
	several, takesList := flag.Value.(*Several)
	switch {
	case g.isList && !takesList:
		return errors.New("want one value, not a list")
	case g.isList:
		return several.Replace(g.list)
	}
	err := flag.Value.Set(g.text)
	if err != nil && flag.Value.Type() == "bool" {
		return errors.New("want true or false")
	}
	return err
}

// Layer is where a value comes from.
type Layer string

const (
	ByDefault  Layer = "default"
	ByFile     Layer = "file"
	ByVariable Layer = "variable"
	ByFlag     Layer = "flag"
)

// Setting is one that is in force.
type Setting struct {
	Key   string
	Layer Layer
	Place string // the variable, the flag, or the file and the line in it
	Value pflag.Value
}

// Shown returns the value without what is secret in it.
func (s Setting) Shown() string {
	if value, ok := s.Value.(Concealed); ok {
		return value.Shown()
	}
	if value, ok := s.Value.(*Address); ok && value.URL != nil {
		return logging.WithoutPasswords(value.URL.String())
	}
	return s.Value.String()
}

// Table has every flag that is a setting, by key: those of all commands,
// of which several may have a flag of the same name, and the keys of a config.
type Table map[string][]*pflag.Flag

func NewTable(root *cobra.Command, keys *pflag.FlagSet) Table {
	table := Table{}
	root.PersistentFlags().VisitAll(table.add)
	table.addCommands(root)
	keys.VisitAll(table.add)
	return table
}

func (t Table) addCommands(cmd *cobra.Command) {
	for _, sub := range cmd.Commands() {
		if sub.Name() != "completion" {
			sub.LocalFlags().VisitAll(t.add)
			t.addCommands(sub)
		}
	}
}

func (t Table) add(flag *pflag.Flag) {
	key := KeyOf(flag.Name)
	if flag.Name != "help" && !slices.Contains(t[key], flag) {
		t[key] = append(t[key], flag)
	}
}

func KeyOf(flag string) string { return strings.ReplaceAll(flag, "-", "_") }

// names returns the keys, sorted.
func (t Table) names() []string {
	var names []string
	for key := range t {
		names = append(names, key)
	}
	slices.Sort(names)
	return names
}

// FileKeys returns the keys that a file may have.
func (t Table) FileKeys() []string {
	return append(slices.DeleteFunc(t.names(), func(key string) bool { return key == ConfigKey }), FeedsKey)
}

// check refuses a value that one of the key's flags would refuse, and what is
// for the command line alone. It sets those flags.
func (t Table) check(key string, value given) error {
	for _, flag := range t[key] {
		if err := value.put(flag); err != nil {
			return err
		}
	}
	if d, err := time.ParseDuration(value.text); key == "delay" && err == nil && d == 0 {
		return errors.New("0s can only be asked for by the flag --delay")
	}
	if u, err := url.Parse(value.text); key == "base_url" && err == nil && (u.User != nil || strings.ContainsAny(value.text, "?#")) {
		return errors.New("want scheme, host and path only, since every reader sees it")
	}
	return nil
}

// Layers are what was said beside the command line.
type Layers struct {
	table     Table // of which nothing is used but to check
	variables map[string]string
	File      *File // nil if none is named
}

// Read reads the environment, and the file that a flag names or, if named
// is "", a variable. It refuses all that any command would refuse.
func Read(table Table, environment []string, named string) (*Layers, error) {
	l := &Layers{table: table}
	var err error
	if l.variables, err = readEnvironment(environment, table); err != nil {
		return nil, err
	}
	if named == "" {
		named = l.variables[ConfigKey]
	}
	if named == "" {
		return l, nil
	}
	if l.File, err = readFile(named, table.FileKeys()); err != nil {
		return nil, err
	}
	for _, key := range table.names() {
		value, ok := l.File.values[key]
		if !ok {
			continue
		}
		if err := table.check(key, value.given); err != nil {
			return nil, l.File.errorAt(value.at, fmt.Errorf("%s: %w", key, err))
		}
	}
	return l, nil
}

// find returns what was said of a key, and where.
func (l *Layers) find(key string) (value given, from Layer, place string) {
	if text, ok := l.variables[key]; ok {
		return given{text: text}, ByVariable, VariableOf(key)
	}
	if l.File != nil {
		if value, ok := l.File.values[key]; ok {
			return value.given, ByFile, fmt.Sprintf("%s:%d", l.File.Name, value.at.Position.Line)
		}
	}
	return given{}, ByDefault, ""
}

// Put gives flags, and the keys that no flag is for, what was said of them beside
// the command line, and returns what is in force.
func (l *Layers) Put(flags, keys *pflag.FlagSet) (inForce []Setting, err error) {
	for _, key := range l.table.names() {
		s, err := l.apply(key, flags, keys)
		if err != nil {
			return nil, fmt.Errorf("reading the configuration: %s: %w", key, err)
		}
		inForce = append(inForce, s)
	}
	return inForce, nil
}

// apply sets the flag of a key, unless it stands on the command line. One that
// this command does not have was set when it was checked.
func (l *Layers) apply(key string, flags, keys *pflag.FlagSet) (Setting, error) {
	value, from, place := l.find(key)
	flag := l.table[key][0]
	for _, set := range []*pflag.FlagSet{keys, flags} {
		if own := set.Lookup(flag.Name); own != nil {
			flag = own
		}
	}
	if flag.Changed {
		return Setting{key, ByFlag, "--" + flag.Name, flag.Value}, nil
	}
	if from != ByDefault {
		if err := value.put(flag); err != nil {
			return Setting{}, err
		}
	}
	return Setting{key, from, place, flag.Value}, nil
}

// Blame says what is wrong about a key at the place where it was said.
func (l *Layers) Blame(key string, err error) error {
	_, from, place := l.find(key)
	if from == ByFile {
		return l.File.errorAt(l.File.values[key].at, fmt.Errorf("%s: %w", key, err))
	}
	return fmt.Errorf("reading the environment: %s: %w", place, err)
}
