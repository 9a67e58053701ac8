package main

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// A setting is what every flag is, and every key of config beside them. It has a
// key in the file, which is the flag's name with _ for -, and a variable. What a
// flag on the command line says beats the variable, that beats the file, and that
// the default.

// fixed are the settings that can't change while serve runs, by their keys.
func fixed() []string {
	return []string{"admin_listen", "config", "data", "limits.connections", "limits.trusted_proxies", "listen", "log_format"}
}

// configKey is that of the flag that names the file. No file can hold it.
const configKey = "config"

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
	several, takesList := flag.Value.(*several)
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

// layer is where a value comes from.
type layer string

const (
	byDefault  layer = "default"
	byFile     layer = "file"
	byVariable layer = "variable"
	byFlag     layer = "flag"
)

// setting is one that is in force.
type setting struct {
	key   string
	layer layer
	place string // the variable, the flag, or the file and the line in it
	value pflag.Value
}

// shown returns the value without what is secret in it.
func (s setting) shown() string {
	if value, ok := s.value.(concealed); ok {
		return value.Shown()
	}
	if value, ok := s.value.(*address); ok && value.url != nil {
		return tokenPart.ReplaceAllString(value.url.Redacted(), "${1}"+redacted)
	}
	return s.value.String()
}

// settingTable has every flag that is a setting, by key: those of all commands,
// of which several may have a flag of the same name, and the keys of a config.
type settingTable map[string][]*pflag.Flag

func newSettingTable(root *cobra.Command, keys *pflag.FlagSet) settingTable {
	table := settingTable{}
	root.PersistentFlags().VisitAll(table.add)
	table.addCommands(root)
	keys.VisitAll(table.add)
	return table
}

func (t settingTable) addCommands(cmd *cobra.Command) {
	for _, sub := range cmd.Commands() {
		if sub.Name() != "completion" {
			sub.LocalFlags().VisitAll(t.add)
			t.addCommands(sub)
		}
	}
}

func (t settingTable) add(flag *pflag.Flag) {
	key := keyOf(flag.Name)
	if flag.Name != "help" && !slices.Contains(t[key], flag) {
		t[key] = append(t[key], flag)
	}
}

func keyOf(flag string) string { return strings.ReplaceAll(flag, "-", "_") }

// names returns the keys, sorted.
func (t settingTable) names() []string {
	var names []string
	for key := range t {
		names = append(names, key)
	}
	slices.Sort(names)
	return names
}

// fileKeys returns the keys that a file may have.
func (t settingTable) fileKeys() []string {
	return append(slices.DeleteFunc(t.names(), func(key string) bool { return key == configKey }), feedsKey)
}

// check refuses a value that one of the key's flags would refuse, and what is
// for the command line alone. It sets those flags.
func (t settingTable) check(key string, value given) error {
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

// layers are what was said beside the command line.
type layers struct {
	table     settingTable // of which nothing is used but to check
	variables map[string]string
	file      *configFile // nil if none is named
}

// readLayers reads the environment, and the file that a flag names or, if named
// is "", a variable. It refuses all that any command would refuse.
func readLayers(table settingTable, environment []string, named string) (*layers, error) {
	l := &layers{table: table}
	var err error
	if l.variables, err = readEnvironment(environment, table); err != nil {
		return nil, err
	}
	if named == "" {
		named = l.variables[configKey]
	}
	if named == "" {
		return l, nil
	}
	if l.file, err = readConfigFile(named, table.fileKeys()); err != nil {
		return nil, err
	}
	for _, key := range table.names() {
		value, ok := l.file.values[key]
		if !ok {
			continue
		}
		if err := table.check(key, value.given); err != nil {
			return nil, l.file.errorAt(value.at, fmt.Errorf("%s: %w", key, err))
		}
	}
	return l, nil
}

// find returns what was said of a key, and where.
func (l *layers) find(key string) (value given, from layer, place string) {
	if text, ok := l.variables[key]; ok {
		return given{text: text}, byVariable, variableOf(key)
	}
	if l.file != nil {
		if value, ok := l.file.values[key]; ok {
			return value.given, byFile, fmt.Sprintf("%s:%d", l.file.name, value.at.Position.Line)
		}
	}
	return given{}, byDefault, ""
}

// config returns the settings in force, and gives the flags of a command what
// was said of them beside the command line.
func (l *layers) config(flags *pflag.FlagSet) (*config, error) {
	c := newConfig()
	keys := c.keys()
	for _, key := range l.table.names() {
		s, err := l.apply(key, flags, keys)
		if err != nil {
			return nil, fmt.Errorf("reading the configuration: %s: %w", key, err)
		}
		c.settings = append(c.settings, s)
	}
	c.layers = l
	if c.file = l.file; c.file != nil {
		c.feeds = c.file.feeds
	}
	if key, err := c.check(); err != nil {
		return nil, l.blame(key, err)
	}
	return c, nil
}

// apply sets the flag of a key, unless it stands on the command line. One that
// this command does not have was set when it was checked.
func (l *layers) apply(key string, flags, keys *pflag.FlagSet) (setting, error) {
	value, from, place := l.find(key)
	flag := l.table[key][0]
	for _, set := range []*pflag.FlagSet{keys, flags} {
		if own := set.Lookup(flag.Name); own != nil {
			flag = own
		}
	}
	if flag.Changed {
		return setting{key, byFlag, "--" + flag.Name, flag.Value}, nil
	}
	if from != byDefault {
		if err := value.put(flag); err != nil {
			return setting{}, err
		}
	}
	return setting{key, from, place, flag.Value}, nil
}

// blame says what is wrong about a key at the place where it was said.
func (l *layers) blame(key string, err error) error {
	_, from, place := l.find(key)
	if from == byFile {
		return l.file.errorAt(l.file.values[key].at, fmt.Errorf("%s: %w", key, err))
	}
	return fmt.Errorf("reading the environment: %s: %w", place, err)
}
