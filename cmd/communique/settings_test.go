package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"

	"communique/cmd/communique/logging"
	"communique/cmd/communique/settings"
)

// examples are three values that are right for each type of a setting: for the
// file, for the variable and for the flag.
func examples() map[string][3]string {
	return map[string][3]string{
		"string": {"one", "two", "three"}, "bool": {"true", "true", "true"},
		"text|json": {"json", "text", "json"}, "debug|info|warn|error": {"debug", "warn", "error"},
		"ADDR": {":1", ":2", ":3"}, "URL": {"http://a.example/", "http://b.example/", "http://c.example/"},
		"DURATION": {"1s", "2s", "3s"}, "N": {"11", "22", "33"}, "SCHEDULE": {"1 * * * *", "2 * * * *", "3 * * * *"},
		"SECRET": {"aaaaaaaaaa", "bbbbbbbbbb", "cccccccccc"}, "LIST": {"10.0.0.0/8", "11.0.0.0/8", "12.0.0.0/8"},
	}
}

func allSettings() settings.Table {
	return settings.NewTable(newApp(nil, nil, streams{}, time.Now).root(), newConfig().keys())
}

// runWith runs one command line with an environment.
func runWith(t *testing.T, environment []string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs strings.Builder
	status = run(t.Context(), args, environment, streams{strings.NewReader(""), &out, &errs}, time.Now)
	return status, out.String(), errs.String()
}

// shown returns what config show says of a key.
func shownKey(t *testing.T, key string, environment []string, args ...string) shownSetting {
	t.Helper()
	status, out, errs := runWith(t, environment, append([]string{"config", "show", "--json"}, args...)...)
	if status != statusDone {
		t.Fatalf("config show ended with %d: %s", status, errs)
	}
	if strings.Contains(out, "aaaaaaaaaa") || strings.Contains(out, "bbbbbbbbbb") {
		t.Errorf("%s is told:\n%s", key, out)
	}
	var list []shownSetting
	if err := json.Unmarshal([]byte(out), &list); err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(list, func(s shownSetting) bool { return s.Key == key })
	if i < 0 {
		t.Fatalf("config show does not show %s", key)
	}
	return list[i]
}

// TestLayers has every setting there is said in the file, the environment and by
// its flag, and looks who is heard.
func TestLayers(t *testing.T) {
	for key, flags := range allSettings() {
		if key == settings.ConfigKey || key == "json" { // what shows the settings here is told --json
			continue
		}
		t.Run(key, func(t *testing.T) {
			flag := flags[0]
			for _, other := range flags {
				if flag.Value.Type() == "string" {
					flag = other // of those of one name, one that checks
				}
			}
			values, ok := examples()[flag.Value.Type()]
			if !ok {
				t.Fatalf("no example of a %s", flag.Value.Type())
			}
			file := filepath.Join(t.TempDir(), "c.yaml")
			writeConfig(t, file, inFile(key, values[0]))
			want := func(got shownSetting, value string, from settings.Layer, place string) {
				t.Helper()
				if concealedFlag(flag) && value != "" {
					value = got.Value
					if !strings.Contains(value, logging.Redacted) && !strings.Contains(value, "example") {
						t.Errorf("a secret is shown as %q", value)
					}
				}
				want := shownSetting{key, settings.VariableOf(key), value, from, place}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Error(diff)
				}
			}
			none := []string{settings.VariableOf(key) + "="}
			if got := shownKey(t, key, none); got.From != settings.ByDefault || got.Place != "" {
				t.Errorf("unsaid, it comes from %q %q", got.From, got.Place)
			}
			line := fmt.Sprintf("%s:%d", file, strings.Count(inFile(key, ""), "\n"))
			want(shownKey(t, key, none, "--config", file), values[0], settings.ByFile, line)
			variable := append(companions(key), settings.VariableOf(key)+"="+values[1])
			want(shownKey(t, key, variable, "--config", file), values[1], settings.ByVariable, settings.VariableOf(key))
			if !strings.Contains(key, ".") && settings.KeyOf(flag.Name) == key && newConfig().keys().Lookup(key) == nil {
				args := []string{"--config", file, "--" + flag.Name + "=" + values[2]}
				want(shownKey(t, key, variable, args...), values[2], settings.ByFlag, "--"+flag.Name)
			}
		})
	}
}

func concealedFlag(flag *pflag.Flag) bool {
	_, ok := flag.Value.(settings.Concealed)
	return ok
}

// companions are the variables that a key needs beside it.
func companions(key string) []string {
	if key == "notify.webhook" {
		return []string{"COMMUNIQUE_NOTIFY_SECRET=aaaaaaaaaa"}
	}
	return nil
}

// inFile writes a key into a settings file, on its last line.
func inFile(key, value string) string {
	section, name, ok := strings.Cut(key, ".")
	if !ok {
		return fmt.Sprintf("%s: %q\n", key, value)
	}
	beside := ""
	if key == "notify.webhook" {
		beside = "  secret: aaaaaaaaaa\n"
	}
	return fmt.Sprintf("%s:\n%s  %s: %q\n", section, beside, name, value)
}

func writeConfig(t testing.TB, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestVariablesAreApart looks that no two settings share a variable, and that none
// is taken for what a container is told of its neighbours.
func TestVariablesAreApart(t *testing.T) {
	seen := map[string]string{}
	for key := range allSettings() {
		if other, ok := seen[settings.VariableOf(key)]; ok {
			t.Errorf("%s and %s share a variable", key, other)
		}
		seen[settings.VariableOf(key)] = key
		if settings.ForeignVariable.MatchString(settings.VariableOf(key)) {
			t.Errorf("%s is not listened to", settings.VariableOf(key))
		}
	}
}

func TestEnvironment(t *testing.T) {
	for _, test := range []struct {
		variable, want string // "" for none to complain of
	}{
		{"COMMUNIQUE_BASE_UTL=x", `unknown variable COMMUNIQUE_BASE_UTL; did you mean "COMMUNIQUE_BASE_URL"?`},
		{"COMMUNIQUE_FORSE=true", "unknown variable COMMUNIQUE_FORSE"},
		{"COMMUNIQUE_FEEDS=ballots", "COMMUNIQUE_FEEDS: feeds can be written in a settings file alone"},
		{"COMMUNIQUE_NEWSROOMS=osce", ""},
		{"COMMUNIQUE_=1", "unknown variable COMMUNIQUE_"},
		{"COMMUNIQUE_" + strings.Repeat("X", 1<<20) + "=1", "unknown variable"},
		{"COMMUNIQUE_DELAY=0s", "COMMUNIQUE_DELAY: 0s can only be asked for by the flag"},
		{"COMMUNIQUE_CONTACT=a\nb", "COMMUNIQUE_CONTACT: it can't hold control characters"},
		{"COMMUNIQUE_NOTIFY_WEBHOOK=http://a.example/", "COMMUNIQUE_NOTIFY_WEBHOOK: what a webhook is told is signed"},
		{"COMMUNIQUE_SCHEDULE=TZ=UTC", "a zone can't be named"},
		{"COMMUNIQUE_NO_COLLECT=perhaps", "want true or false"},
		{"COMMUNIQUE_CONFIG=/nowhere/c.yaml", "reading the configuration"},
		{"COMMUNIQUE_SERVICE_HOST=10.0.0.1", ""},
		{"COMMUNIQUE_PORT_8080_TCP_ADDR=10.0.0.1", ""},
		{"COMMUNIQUE_LOG_LEVEL=", ""},
		{"COMMUNIQUEX=1", ""},
	} {
		name, _, _ := strings.Cut(test.variable, "=")
		t.Run(name[:min(len(name), 40)], func(t *testing.T) {
			status, _, errs := runWith(t, []string{"PATH=/bin", test.variable}, "version")
			if test.want == "" && status != statusDone || test.want != "" && (status != statusUsage || !strings.Contains(errs, test.want)) {
				t.Errorf("status %d, want %q:\n%s", status, test.want, errs[:min(len(errs), 500)])
			}
		})
	}
}

// TestConfigErrors shows each sort of mistake where it was made.
func TestConfigErrors(t *testing.T) {
	for _, test := range []struct{ text, place, want string }{
		{"data: here\nlistne: a\n", "2:1", `unknown field "listne"; did you mean "listen"?`},
		{"feed: {relaeses: 3}\n", "1:8", `did you mean "releases"?`},
		{"forse: true\n", "1:1", "unknown field"},
		{"requests: 3\n", "1:1", "it belongs into limits"},
		{"limits.requests: 3\n", "1:1", "it is written limits: {requests: …}"},
		{"newsrooms: [osce, harbor]\n", "1:12", `no source is called "harbor"; there is osce`},
		{"config: other.yaml\n", "1:1", "unknown field"},
		{"data: [a, b]\n", "1:7", "want one value"},
		{"data: {a: b}\n", "1:7", "want a text"},
		{"feed: 3\n", "1:7", "want keys and values"},
		{"data: a\nfeed: " + strings.Repeat("[", 1<<16), "2:57", "within each other"},
		{"- a\n", "1:1", "want keys and values"},
		{"data: a\ndata: b\n", "2:1", "already defined"},
		{"data: a\n---\ndata: b\n", "3:5", "second document"},
		{"data: *nothing\n", "1:7", "want a text"},
		{"# a\r\n\r\ndata: a\r\nlistne: b\r\n", "4:1", "unknown field"},
		{"data: [a\nlisten: b\n", "2:1", "must be specified"},
		{"base_url: example.org\n", "1:11", "want an absolute address"},
		{"base_url: https://a:b@example.org\n", "1:11", "every reader sees it"},
		{"hub: ftp://example.org\n", "1:6", "want an absolute address"},
		{"listen: 80\n", "1:9", "want a host and a port"},
		{"admin_listen: nowhere\n", "1:15", "want a host and a port"},
		{"delay: 0s\n", "1:8", "by the flag --delay"},
		{"delay: 2h\n", "1:8", "want a duration"},
		{"no_collect: 3\n", "1:13", "want true or false"},
		{"log_level: loud\n", "1:12", "want one of"},
		{"schedule: '@every 0s'\n", "1:11", "at least 1m0s"},
		{"schedule: 0 0 31 2 *\n", "1:11", "never comes"},
		{"schedule: TZ=UTC\n", "1:11", "zone"},
		{"schedule: hourly\n", "1:11", "want five fields"},
		{"contact: \"a\\nb\"\n", "1:10", "control characters"},
		{"contact: \"a\\u009bb\"\n", "1:10", "control characters"},
		{"contact: \"a\\u2028b\"\n", "1:10", "control characters"},
		{"feed: {days: 0}\n", "1:14", "from 1 on"},
		{"limits: {trusted_proxies: [here]}\n", "1:27", "want a network"},
		{"notify:\n  webhook: https://example.org/h\n", "2:12", "give notify.secret too"},
		{"notify: {command: ['']}\n", "1:19", "is empty"},
		{"feeds: 3\n", "1:8", "want a list of feeds"},
		{"feeds: [3]\n", "1:9", "want a feed"},
		{"feeds:\n- title: T\n", "2:3", "no name"},
		{"feeds:\n- name: A B\n", "2:9", "small letters"},
		{"feeds:\n- name: a\n  title: ' '\n", "3:10", "no title"},
		{"feeds:\n- name: a\n  title: T\n", "2:9", "would hold everything"},
		{"feeds:\n- name: a\n  title: T\n  match: {departments: [x]}\n", "4:11", "unknown field"},
		{"feeds:\n- name: a\n  title: T\n  match: {topics: x}\n", "4:19", "want a list"},
		{"feeds:\n- name: a\n  title: T\n  not: {types: [x, '!']}\n", "4:20", "not: types: \"!\" has neither"},
		{"feeds:\n- {name: a, title: T, match: {words: [x]}}\n- {name: a, title: T, match: {words: [x]}}\n", "3:10", "in line 2 already"},
	} {
		t.Run(test.want, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "c.yaml")
			writeConfig(t, file, test.text)
			status, out, errs := capture(t, "config", "check", file)
			if status != statusUsage || out != "" {
				t.Errorf("ended with %d and said %q", status, out)
			}
			if !strings.Contains(errs, file+":"+test.place+": ") || !strings.Contains(errs, test.want) {
				t.Errorf("want %s and %q:\n%s", test.place, test.want, errs)
			}
			checkCaret(t, errs, test.place)
		})
	}
}

// checkCaret looks that the last line has a caret below the place.
func checkCaret(t *testing.T, errs, place string) {
	t.Helper()
	var line, column int
	if _, err := fmt.Sscanf(place, "%d:%d", &line, &column); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(errs, "\n"), "\n")
	_, caret, _ := strings.Cut(lines[len(lines)-1], "| ")
	if caret != strings.Repeat(" ", column-1)+"^" || len(lines) != 3 || !strings.Contains(lines[1], fmt.Sprintf("%d | ", line)) {
		t.Errorf("the caret is not at column %d of line %d:\n%s", column, line, errs)
	}
}

// TestConfigErrorsKeepSecrets shows no value of a key that may be a secret.
func TestConfigErrorsKeepSecrets(t *testing.T) {
	for _, text := range []string{
		"notify:\n  secret: hunter2\n",
		"notify: {secret: hunter2}\n",
		"notify: {webhook: 'https://a.example/hunter2'}\n",
		"notify:\n  webhook: hunter2\n",
		"notify:\n  secret: \"\n    hunter2\n",
		"notify:\n  secret: |\n    hunter2\n\t  more\n",
		"notify:\n  secret:\n    hunter2\n",
		"notify:\n  secret: |\n    hunter2\n",
		"notify:\n  secert: hunter2\n",
		"notify: {secert: hunter2, command: [a]}\n",
		"secrets: hunter2\n",
	} {
		file := filepath.Join(t.TempDir(), "c.yaml")
		writeConfig(t, file, text)
		if status, out, errs := capture(t, "config", "check", file); status != statusUsage || strings.Contains(out+errs, "hunter2") {
			t.Errorf("%q: status %d\n%s%s", text, status, out, errs)
		}
	}
}

// TestConfigReads reads what is right in unusual forms.
func TestConfigReads(t *testing.T) {
	text := "\ufeff# settings\r\nfeed: &f\r\n  releases: 7\r\nlimits: {trusted_proxies: [10.0.0.0/8, '::1']}\n" +
		"notify: {webhook: 'https://a.example/x', secret: abcdefgh, command: [/bin/tell, 'a, b']}\n" +
		"feeds:\n- {name: a, title: T, match: {words: &w [x, y]}}\n- {name: b, title: U, not: {words: *w}}\nlisten:\nhub: ''\nprivate: true\n"
	file := filepath.Join(t.TempDir(), "c.yaml")
	writeConfig(t, file, text)
	said, err := settings.Read(allSettings(), nil, file)
	if err != nil {
		t.Fatal(err)
	}
	c, err := readConfig(said, pflag.NewFlagSet("none", pflag.ContinueOnError))
	if err != nil {
		t.Fatal(err)
	}
	if c.limits().Releases != 7 || len(c.readers().Proxies) != 2 || !c.readersOnly() {
		t.Errorf("limits %v, proxies %v, private %v", c.limits(), c.readers().Proxies, c.readersOnly())
	}
	if diff := cmp.Diff([]string{"/bin/tell", "a, b"}, c.notify().Command); diff != "" {
		t.Error(diff)
	}
	if saved := c.saved(); len(saved) != 2 || !slices.Equal(saved[1].Not.Words, []string{"x", "y"}) {
		t.Errorf("saved feeds %v", saved)
	}
}
