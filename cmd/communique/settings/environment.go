package settings

import (
	"fmt"
	"regexp"
	"strings"
)

// variablePrefix begins the variables that are settings.
const variablePrefix = "COMMUNIQUE_"

// VariableOf returns the variable of a key.
func VariableOf(key string) string {
	return variablePrefix + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}

// ForeignVariable is what Kubernetes and Docker put into the environment of
// every container that can see a service or a link called communique.
var ForeignVariable = regexp.MustCompile(`^COMMUNIQUE_(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT|PORT_[0-9]+_(TCP|UDP|SCTP)(_PROTO|_PORT|_ADDR)?|NAME|ENV_.+)$`)

// readEnvironment returns what variables say, by key. An empty one says nothing.
// A variable of ours that means nothing is an error, since it was meant.
func readEnvironment(environment []string, table Table) (map[string]string, error) {
	keys, known := map[string]string{}, []string{}
	for _, key := range table.names() {
		keys[VariableOf(key)] = key
		known = append(known, VariableOf(key))
	}
	said := map[string]string{}
	for _, entry := range environment {
		name, text, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(name, variablePrefix) || ForeignVariable.MatchString(name) {
			continue
		}
		key, ok := keys[name]
		if name == VariableOf(FeedsKey) {
			return nil, fmt.Errorf("reading the environment: %s: feeds can be written in a settings file alone", name)
		}
		if !ok {
			return nil, fmt.Errorf("reading the environment: unknown variable %s%s", name, didYouMean(name, known))
		}
		if text == "" {
			continue
		}
		if err := checkVariable(table, key, text); err != nil {
			return nil, fmt.Errorf("reading the environment: %s: %w", name, err)
		}
		said[key] = text
	}
	return said, nil
}

func checkVariable(table Table, key, text string) error {
	if strings.ContainsFunc(text, isControl) {
		return fmt.Errorf("it can't hold control characters")
	}
	return table.check(key, given{text: text})
}
