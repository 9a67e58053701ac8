package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// ways are what leads to another machine, by the package that has them.
func ways() map[string][]string {
	return map[string][]string{
		"net": {
			"Dial", "DialTimeout", "DialIP", "DialTCP", "DialUDP", "DialUnix", "Dialer",
			"LookupAddr", "LookupCNAME", "LookupHost", "LookupIP", "LookupMX", "LookupNS", "LookupSRV", "LookupTXT", "Resolver", "DefaultResolver",
		},
		"crypto/tls": {"Dial", "DialWithDialer", "Dialer"},
		"net/http": {
			"Get", "Head", "Post", "PostForm", "DefaultClient", "DefaultTransport", "Transport", "ProxyFromEnvironment", "ProxyURL",
			"NewFileTransport", "Client",
		},
		"net/smtp": {"Dial", "SendMail", "NewClient"},
	}
}

// mayDial are the files that may use a way: the guard, and what asks through a
// transport that it was handed.
func mayDial() map[string][]string {
	return map[string][]string{
		"scraper/guard.go":         {"net.Dialer", "http.Transport"},
		"scraper/robots.go":        {"http.Client"},
		"server/websub/hub.go":     {"http.Client"},
		"server/notify/webhook.go": {"http.Client"},
	}
}

// mayDialHere are the files that may speak to another process of this machine,
// and to nobody else.
func mayDialHere() map[string][]string {
	return map[string][]string{
		"cmd/communique/healthcheck.go":     {"http.Transport"},                              // to the address that serve listens at
		"server/local/client.go":            {"net.Dialer", "http.Client", "http.Transport"}, // to the serve of the same data folder
		"cmd/communique/systemd/systemd.go": {"net.DialUnix"},                                // to the supervisor
	}
}

// TestOnlyTheGuardDials reads every source file of the program: nothing but the
// guard opens a connection to another machine, and an http.Client is handed the
// transport that it uses.
func TestOnlyTheGuardDials(t *testing.T) {
	const root = "../.."
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "testdata" || entry.Name() == "tools"):
			return filepath.SkipDir
		case entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		here := mayDialHere()[name]
		for _, found := range dialsOf(file) {
			if !slices.Contains(mayDial()[name], found) && !slices.Contains(here, found) {
				t.Errorf("%s uses %s: requests go out through scraper.NewTransport", name, found)
			}
		}
		if network := networkOf(file); here != nil && network != "" {
			t.Errorf("%s dials over %s: it may over a socket of this machine only", name, network)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestDialsAreFound shows what TestOnlyTheGuardDials finds.
func TestDialsAreFound(t *testing.T) {
	for source, want := range map[string]string{
		`import "net/http"; var _, _ = http.Get("x")`:                                      "[http.Get]",
		`import web "net/http"; var _ = web.DefaultTransport`:                              "[http.DefaultTransport]",
		`import "net/http"; var _ = http.Client{Timeout: 1}`:                               "[http.Client without Transport http.Client]",
		`import "net/http"; var _ = &http.Client{Transport: t}`:                            "[http.Client]",
		`import "net/http"; var _ = new(http.Client)`:                                      "[http.Client]",
		`import . "net/http"; var _ = DefaultClient`:                                       "[a dot import of net/http]",
		`import "net"; var _ = new(net.Dialer)`:                                            "[net.Dialer]",
		`import "net"; var _ = net.LookupTXT`:                                              "[net.LookupTXT]",
		`import "net"; func f() { net.Listen("tcp", ":80"); net.ParseIP("::1") }`:          "[]",
		`import "example.org/net"; var _ = net.Dial`:                                       "[]",
		`import "crypto/tls"; func f() { tls.Dial("tcp", "x:443", &tls.Config{}) }`:        "[tls.Dial]",
		`import "net/http"; func f(c *http.Client, r http.RoundTripper) { c.Get("http") }`: "[http.Client]",
	} {
		file, err := parser.ParseFile(token.NewFileSet(), "x.go", "package x; "+source, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(dialsOf(file)); got != want {
			t.Errorf("%s: found %s, want %s", source, got, want)
		}
	}
}

// dialsOf returns the ways to another machine that a file uses.
func dialsOf(file *ast.File) []string {
	var found []string
	imported := map[string]string{} // by the name that the file gives it
	for _, spec := range file.Imports {
		path, _ := strconv.Unquote(spec.Path.Value)
		if ways()[path] == nil {
			continue
		}
		name := path[strings.LastIndexByte(path, '/')+1:]
		if spec.Name != nil {
			name = spec.Name.Name
		}
		if name == "." {
			found = append(found, "a dot import of "+path)
		}
		imported[name] = path
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if way := wayOf(n, imported); way != "" {
				found = append(found, way)
			}
		case *ast.CompositeLit:
			if selector, ok := n.Type.(*ast.SelectorExpr); ok && wayOf(selector, imported) == "http.Client" && !names(n, "Transport") {
				found = append(found, "http.Client without Transport")
			}
		}
		return true
	})
	return found
}

// networkOf returns a network other than that of sockets that a file names, "" if
// it names none.
func networkOf(file *ast.File) (network string) {
	ast.Inspect(file, func(n ast.Node) bool {
		if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			if text, _ := strconv.Unquote(literal.Value); strings.HasPrefix(text, "tcp") || strings.HasPrefix(text, "udp") {
				network = text
			}
		}
		return true
	})
	return network
}

// wayOf returns the way that a selector names, "" for anything else.
func wayOf(n *ast.SelectorExpr, imported map[string]string) string {
	of, ok := n.X.(*ast.Ident)
	if !ok {
		return ""
	}
	path := imported[of.Name]
	if !slices.Contains(ways()[path], n.Sel.Name) {
		return ""
	}
	return path[strings.LastIndexByte(path, '/')+1:] + "." + n.Sel.Name
}

// names says whether a literal gives a field a value.
func names(n *ast.CompositeLit, field string) bool {
	return slices.ContainsFunc(n.Elts, func(e ast.Expr) bool {
		pair, ok := e.(*ast.KeyValueExpr)
		if !ok {
			return false
		}
		key, ok := pair.Key.(*ast.Ident)
		return ok && key.Name == field
	})
}
